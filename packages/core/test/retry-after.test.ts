/** Rate limit headers -> when to ask again. RFC 9110, sections 5.6.7 and 10.2.3. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Failure, type NumericDate, readTokenResponse, refusalOf, retryAtOf } from '../src/index.ts';
import { jsonResponse, NOW } from './support/login.ts';
import { failureIn } from './support/result.ts';

const CAP = 3600;

const failure = (retryAfter: string | undefined): Failure =>
  refusalOf('untrusted_response', 'http_error', 'retry', { http: { status: 429, retryAfter } }).failure;
const retryAt = (retryAfter: string | undefined, now: number = NOW) =>
  retryAtOf(failure(retryAfter), now as NumericDate);
const httpDate = (seconds: number): string => new Date(seconds * 1000).toUTCString();

describe('retryAtOf', () => {
  test.each([
    ['0', NOW],
    ['1', NOW + 1],
    [' 120 ', NOW + 120],
    ['007', NOW + 7],
    [String(CAP), NOW + CAP],
  ])('adds seconds to the moment of receipt: %j', (said, at) => {
    expect(retryAt(said)).toBe(at);
  });

  test.each([
    [String(CAP + 1)],
    ['86400'],
    ['999999999'],
    ['99999999999'],
    [httpDate(NOW + 86_400)],
    ['Fri, 31 Dec 9999 23:59:59 GMT'],
  ])('AT-42 never waits longer than an hour: %j', (said) => {
    expect(retryAt(said)).toBe(NOW + CAP);
  });

  test('takes a number that is a moment for a moment', () => {
    expect(retryAt(String(NOW + 90))).toBe(NOW + 90);
    expect(retryAt(String(NOW))).toBe(NOW);
    expect(retryAt(String(NOW - 1))).toBeUndefined();
    expect(retryAt('1000000000')).toBeUndefined();
  });

  test('takes the vendor header where there is no Retry-After', () => {
    const headers = { 'content-type': 'application/json', 'x-ratelimit-reset': String(NOW + 30) };
    const limited = (more: object) =>
      failureIn(readTokenResponse(jsonResponse({ error: 'slow' }, 429, { ...headers, ...more }), [], [], NOW));
    expect(retryAtOf(limited({}), NOW)).toBe(NOW + 30);
    expect(retryAtOf(limited({ 'retry-after': '5' }), NOW)).toBe(NOW + 5);
  });

  test.each([
    ...[undefined, '', ' ', '-1', '+1', '1.5', '1e3', '0x10', 'soon', 'NaN', 'Infinity', '１２', '1 2', '1,2'],
    ...['123456789012', '9'.repeat(5000), 'null', '[1]', '\u0000', 'Thu, 01 Jan 2026', '2026-01-01T00:02:00Z'],
    ...['Thu, 01 Foo 2026 00:02:00 GMT', 'Thu, 01 anF 2026 00:02:00 GMT', 'Thu, 1 Jan 2026 00:02:00 GMT'],
    ...['Thu, 01 Jan 2026 00:02:00 CET', 'x Thu, 01 Jan 2026 00:02:00 GMT', 'Thu, 01 Jan 2026 00:02:00 GMT x'],
  ])('says nothing when the server says nothing that counts: %j', (said) => {
    expect(retryAt(said)).toBeUndefined();
  });

  test('says nothing about a moment that is over, or a failure without an answer', () => {
    expect(retryAt(httpDate(NOW - 1))).toBeUndefined();
    expect(retryAt(httpDate(NOW))).toBe(NOW);
    expect(retryAtOf(refusalOf('effect_failed', 'network_error', 'retry').failure, NOW)).toBeUndefined();
  });

  test.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Tue, 29 Feb 2028 12:00:00 GMT',
    'Wed, 01 Mar 2028 00:00:00 GMT',
    'Mon, 28 Feb 2100 23:59:59 GMT',
    'Mon, 01 Mar 2100 00:00:00 GMT',
    'Tue, 29 Feb 2000 00:00:00 GMT',
    'Thu, 31 Dec 2026 23:59:59 GMT',
    'Fri, 01 Jan 2027 00:00:00 GMT',
  ])('reads a date as the calendar has it: %s', (said) => {
    const moment = Date.parse(said) / 1000;
    expect(retryAt(said, moment - 10)).toBe(moment);
  });

  test('reads every date of four centuries as Date does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12_622_780_799 }), fc.nat(CAP), (moment, wait) => {
        expect(retryAt(httpDate(moment), moment - wait)).toBe(moment);
      }),
      { numRuns: 3000 },
    );
  });

  test('never says a moment that is past, or more than an hour away, whatever it reads', () => {
    const said = fc.oneof(
      fc.string(),
      fc.nat(2 ** 31).map(String),
      fc.integer().map(httpDate),
      fc.double().map(String),
    );
    fc.assert(
      fc.property(said, (text) => {
        const at = retryAt(text);
        expect(at === undefined || (at >= NOW && at <= NOW + CAP)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
