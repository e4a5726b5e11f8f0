/** HTTP-date -> seconds since 1970-01-01T00:00:00Z. RFC 9110, section 5.6.7. */

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** `Sun, 06 Nov 1994 08:49:37 GMT` -> seconds since 1970-01-01T00:00:00Z. */
export function httpDate(text: string): number | undefined {
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
