/** Date of a response -> how far this device's clock is off, for failures about times. RFC 9110, section 6.6.1. */
import { type ClientSettings, toleranceOf } from './client-settings.ts';
import type { Failure } from './failure.ts';
import type { HttpResponse } from './http.ts';
import { httpDate } from './http-date.ts';
import type { NumericDate } from './values.ts';

/**
 * Seconds that the server is ahead of this device; undefined where a page may not read `Date`, as in a browser, unless
 * the server exposes it.
 *
 * @param now the moment of receipt, in seconds since 1970-01-01T00:00:00Z
 */
export function clockOffsetOf({ headers }: HttpResponse, now: NumericDate): number | undefined {
  const date = httpDate(headers['date'] ?? '');
  return date === undefined ? undefined : date - now;
}

/**
 * A failure about a time, with what the server's own clock says. It names a cause; no check is ever made wider by it.
 *
 * @param offset of `clockOffsetOf`; without one, what the token's `iat` suggests
 * @returns the failure; without `clockOffset` when the clocks agree, since then the clock is not to blame
 */
export function withClockOffset(failure: Failure, offset: number | undefined, settings: ClientSettings): Failure {
  const { clockOffset, ...rest } = failure;
  if (clockOffset === undefined) return failure;
  const told = offset ?? clockOffset;
  return Math.abs(told) > toleranceOf(settings) ? { ...rest, clockOffset: told } : rest;
}
