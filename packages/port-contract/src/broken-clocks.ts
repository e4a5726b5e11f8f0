/** Clocks with one fault each, around the virtual one. */
import type { Clock } from '@proofkey/client';
import type { NumericDate } from '@proofkey/core';
import { type BrokenPort, brokenPort } from './broken-port.ts';

const brokenClock = (name: string, fails: readonly string[], spoil: (clock: Clock) => () => number): BrokenPort =>
  brokenPort('clock', name, fails, ({ clock }) => {
    const now = spoil(clock);
    return { ports: { clock: { ...clock, now: () => now() as NumericDate } } };
  });

/** @param spoil another monotonic time, from the sound one and the count of its reads */
const brokenMonotonic = (name: string, fails: readonly string[], spoil: (time: number, reads: number) => number) =>
  brokenPort('clock', `a clock whose monotonic time ${name}`, fails, ({ clock }) => {
    let reads = 0;
    const monotonic = (): number => {
      reads += 1;
      return spoil(clock.monotonic(), reads);
    };
    return { ports: { clock: { ...clock, monotonic } } };
  });

const WHOLE = 'tells whole seconds';
const OF_THIS_CENTURY = 'tells seconds since 1970, of this century';
const FORWARDS = 'does not go backwards';
const MOVES = 'moves when time passes';
const NUMBER = 'tells monotonic time as a finite number';
const NEVER_BACK = 'never goes backwards in monotonic time';
const SECONDS = 'counts monotonic time in seconds';
const GOES_ON = 'moves its monotonic time when time passes';

export const brokenClocks: readonly BrokenPort[] = [
  brokenClock('a clock that tells milliseconds', [OF_THIS_CENTURY], (clock) => () => clock.now() * 1000),
  brokenClock('a clock that tells fractions', [WHOLE], (clock) => () => clock.now() + 0.25),
  brokenClock('a clock that was never set', [WHOLE, OF_THIS_CENTURY, FORWARDS, MOVES, SECONDS], () => () => Number.NaN),
  brokenClock('a clock that was set to 1970', [OF_THIS_CENTURY], (clock) => {
    const start = clock.now();
    return () => clock.now() - start;
  }),
  brokenClock('a clock that goes backwards now and then', [FORWARDS], (clock) => {
    let reads = 0;
    return () => {
      reads += 1;
      return clock.now() - (reads % 100 === 0 ? 5 : 0);
    };
  }),
  brokenClock('a clock that stands still', [MOVES], (clock) => {
    const start = clock.now();
    return () => start;
  }),
  brokenMonotonic('is in milliseconds', [SECONDS], (time) => time * 1000),
  brokenMonotonic('is in minutes', [GOES_ON], (time) => time / 60),
  brokenMonotonic('goes backwards now and then', [NEVER_BACK], (time, reads) => time - (reads % 100 === 0 ? 0.01 : 0)),
  brokenMonotonic('stands still', [GOES_ON], () => 5),
  brokenMonotonic('counts down', [NEVER_BACK, GOES_ON], (time, reads) => 1000 - time - reads),
  brokenMonotonic('is no number', [NUMBER, NEVER_BACK, SECONDS, GOES_ON], () => Number.NaN),
];
