/** The promises of a clock: whole seconds since 1970, forwards only, and moving. RFC 7519, section 2. */
import { contractTest, expectThat, pause } from './expect.ts';
import type { ContractTest } from './subject.ts';

/** NumericDates of 2020-01-01 and 2100-01-01. */
const EARLIEST = 1_577_836_800;
const LATEST = 4_102_444_800;

const READS = 1000;

export const clock: readonly ContractTest[] = [
  contractTest('clock', 'tells whole seconds', [], (port) => {
    for (let read = 0; read < READS; read += 1) {
      const now: unknown = port.now();
      expectThat(Number.isInteger(now), 'a whole number', now, 'Use Math.floor(Date.now() / 1000).');
    }
  }),
  contractTest('clock', 'tells seconds since 1970, of this century', [], (port) => {
    const now = port.now();
    const plausible = now >= EARLIEST && now <= LATEST;
    expectThat(plausible, `a number from ${EARLIEST} to ${LATEST}`, now, 'A NumericDate is in seconds.');
  }),
  contractTest('clock', 'does not go backwards', [], async (port, subject) => {
    let last = port.now();
    for (let read = 0; read < READS; read += 1) {
      const now = port.now();
      expectThat(now >= last, `${last} or later`, now, 'Rounding must not make a later moment an earlier one.');
      last = now;
      if (read % 100 === 0) await pause(subject);
    }
  }),
  contractTest('clock', 'moves when time passes', [], async (port, subject) => {
    const before = port.now();
    // A timer may be a little early; a clock that never moves is one however long it is waited for.
    for (let second = 0; second < 3 && port.now() === before; second += 1) {
      if (subject.advance) await subject.advance(1);
      else await pause(subject, 1000);
    }
    expectThat(port.now() > before, `later than ${before}`, port.now(), 'Read the clock at every call of now().');
  }),
];
