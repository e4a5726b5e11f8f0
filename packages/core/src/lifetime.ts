/** Moment since which something is known -> is it still good? */
import type { NumericDate } from './values.ts';

/** False also when somebody set the clock back, or nothing is known yet. */
export const isWithin = (seconds: number, now: NumericDate, since: number = NaN): boolean =>
  since <= now && now - since < seconds;
