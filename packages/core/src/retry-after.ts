/** Rate limit headers -> when to ask again. RFC 9110, sections 5.6.7 and 10.2.3. */
import type { Failure } from './failure.ts';
import { httpDate } from './http-date.ts';
import type { NumericDate } from './values.ts';

/** Nobody waits longer than this many seconds because a server said so. */
const LONGEST_WAIT = 3600;

/** A number as large as this is no waiting time: a vendor's header counts from 1970-01-01T00:00:00Z. */
const FIRST_DATE = 1_000_000_000;

/**
 * When the server may be asked again, if it said so and that is still to come; an hour from now at the latest.
 *
 * @param now the moment of receipt, in seconds since 1970-01-01T00:00:00Z
 */
export function retryAtOf({ http }: Failure, now: NumericDate): NumericDate | undefined {
  const said = http?.retryAfter?.trim() ?? '';
  const number = /^\d{1,11}$/.test(said) ? Number(said) : undefined;
  const at = number === undefined ? httpDate(said) : number < FIRST_DATE ? now + number : number;
  return at === undefined || at < now ? undefined : (Math.min(at, now + LONGEST_WAIT) as NumericDate);
}
