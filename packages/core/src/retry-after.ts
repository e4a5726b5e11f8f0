/** Rate limit headers -> when to ask again. RFC 9110, sections 5.6.7 and 10.2.3. */
import type { Failure } from './failure.ts';
import type { NumericDate } from './values.ts';

/** Nobody waits longer than this many seconds because a server said so. */
const LONGEST_WAIT = 3600;

/** A number as large as this is no waiting time: a vendor's header counts from 1970-01-01T00:00:00Z. */
const FIRST_DATE = 1_000_000_000;

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

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

/** `Sun, 06 Nov 1994 08:49:37 GMT` -> seconds since 1970-01-01T00:00:00Z. */
function httpDate(text: string): number | undefined {
  const parts = /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text);
  if (!parts) return undefined;
  const [day = 0, , year = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const month = MONTHS.indexOf(parts[2] as string) / 3 + 1;
  // Days from the civil calendar: years begin in March, so that the leap day comes last.
  const years = month > 2 ? year : year - 1;
  const leaps = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  const days = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1 + years * 365 + leaps - 719_468;
  return Number.isInteger(month) && month > 0 ? days * 86_400 + hour * 3600 + minute * 60 + second : undefined;
}
