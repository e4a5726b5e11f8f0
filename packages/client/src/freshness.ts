/** Session and clocks -> the moment that its expiry is compared with: setting a clock makes no token good again. */
import type { NumericDate, Session, ThawedSession } from '@proofkey/core';
import type { Clock } from './ports.ts';

export type Freshness = {
  /** This session was received just now. */
  received(session: Session): void;
  /** Seconds since 1970-01-01T00:00:00Z: never earlier than what has passed since the tokens were received here. */
  now(found: ThawedSession): NumericDate;
};

export function freshnessBy(clock: Clock): Freshness {
  let mark: { readonly loginId: string; readonly wall: number; readonly monotonic: number } | undefined;
  return {
    received({ loginId }) {
      const monotonic = clock.monotonic?.();
      mark = monotonic === undefined ? undefined : { loginId, wall: clock.now(), monotonic };
    },
    now(found) {
      const wall = clock.now();
      const monotonic = clock.monotonic?.();
      const marked = found.status === 'present' && found.session.loginId === mark?.loginId && mark;
      if (!marked || monotonic === undefined) return wall;
      // A monotonic clock may stand still while the device sleeps, and then the other one is right.
      return Math.max(wall, Math.floor(marked.wall + monotonic - marked.monotonic)) as NumericDate;
    },
  };
}
