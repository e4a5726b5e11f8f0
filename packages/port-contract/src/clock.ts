/** The promises of a clock: whole seconds since 1970, forwards only, and moving. RFC 7519, section 2. */
import type { Clock } from '@proofkey/client';
import { contractTest, expectThat, pause } from './expect.ts';
import type { ContractTest, Subject } from './subject.ts';

/** NumericDates of 2020-01-01 and 2100-01-01. */
const EARLIEST = 1_577_836_800;
const LATEST = 4_102_444_800;

const READS = 1000;

const UNIT = 'Monotonic time is in seconds: performance.now() / 1000.';
/** Milliseconds: long enough to tell them from seconds, and for the coarse clocks of some browsers. */
const WAIT = 300;
/** Seconds. What rounding makes of `now()`, and one more. */
const TOLERANCE = 2;
/** Seconds. Less is not the fault of a timer that comes early: it is another unit. */
const LEAST_MOVED = 0.1;

/** Each read in between that of `now()` before and after, so that a slow machine makes no fast clock. */
async function elapsed(port: Clock, subject: Subject): Promise<{ readonly now: number; readonly monotonic: number }> {
  const now = port.now();
  const monotonic = read(port);
  await pause(subject, WAIT);
  await subject.advance?.(1);
  const moved = read(port) - monotonic;
  return { now: port.now() - now, monotonic: moved };
}

const read = (port: Clock): number => port.monotonic?.() ?? Number.NaN;

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
  contractTest('clock', 'tells monotonic time as a finite number', ['monotonic'], (port) => {
    const time: unknown = port.monotonic?.();
    expectThat(Number.isFinite(time), 'a finite number', time, UNIT);
  }),
  contractTest('clock', 'never goes backwards in monotonic time', ['monotonic'], async (port, subject) => {
    let last = read(port);
    for (let count = 0; count < READS; count += 1) {
      const time = read(port);
      expectThat(time >= last, `${last} or later`, time, 'Take a clock that nobody can set, as performance.now() is.');
      last = time;
      if (count % 100 === 0) await pause(subject);
    }
  }),
  contractTest('clock', 'counts monotonic time in seconds', ['monotonic'], async (port, subject) => {
    const { now, monotonic } = await elapsed(port, subject);
    // It may stay behind: some stand still while the device sleeps, or when the other one is set.
    expectThat(monotonic <= now + TOLERANCE, `about ${now} seconds to pass, or fewer`, monotonic, UNIT);
  }),
  contractTest('clock', 'moves its monotonic time when time passes', ['monotonic'], async (port, subject) => {
    let moved = 0;
    for (let round = 0; round < 4 && moved < LEAST_MOVED; round += 1) moved += (await elapsed(port, subject)).monotonic;
    const repair = `Read the clock at every call of monotonic(). ${UNIT}`;
    expectThat(moved >= LEAST_MOVED, 'it to move in more than a second', moved, repair);
  }),
];
