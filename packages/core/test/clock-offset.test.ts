/** Date of a response, `iat` of a token -> how far this device's clock is off. RFC 9110, section 6.6.1. */
import { describe, expect, test } from 'vitest';
import { explainText } from '../src/explain.ts';
import {
  clockOffsetOf,
  type Failure,
  locate,
  type NumericDate,
  validateIdToken,
  withClockOffset,
} from '../src/index.ts';
import { ISSUER, NOW, settingsOf } from './support/login.ts';
import { failureIn, outcomeOf } from './support/result.ts';
import { type Claims, claimsOf, unsigned } from './support/signing.ts';

const dated = (seconds: number): string => new Date(seconds * 1000).toUTCString();
const offsetOf = (headers: Readonly<Record<string, string>>): number | undefined =>
  clockOffsetOf({ status: 200, headers, body: '' }, NOW);
/** What becomes of an ID Token on a device whose clock is off by so many seconds: negative is slow. */
const onDevice = (off: number, more: Claims = {}) =>
  validateIdToken(
    settingsOf(),
    { issuer: ISSUER },
    unsigned(claimsOf({ iat: NOW, ...more })),
    (NOW + off) as NumericDate,
  );
const refusedOnDevice = (off: number, more?: Claims): Failure => failureIn(onDevice(off, more));

describe('clockOffsetOf', () => {
  test.each([0, 1, -1, 840, -840, 86_400])('a server that is %i seconds ahead', (ahead) => {
    expect(offsetOf({ date: dated(NOW + ahead) })).toBe(ahead);
  });

  test.each([undefined, '', 'now', '0', String(NOW), dated(NOW).slice(0, -4), `${dated(NOW)}, ${dated(NOW)}`])(
    'nothing is known of %j',
    (date) => {
      expect(offsetOf(date === undefined ? {} : { date })).toBeUndefined();
    },
  );
});

describe('an ID Token that is refused for a time', () => {
  test('names the skew where the clock is slow: it was issued in the future', () => {
    const failure = refusedOnDevice(-840);
    expect(failure).toMatchObject({ code: 'id_token_iat_invalid', clockOffset: 840 });
  });

  test('names the skew where the clock is fast: it expired before it arrived', () => {
    expect(refusedOnDevice(840)).toMatchObject({ code: 'id_token_expired', clockOffset: -840 });
  });

  test('names the skew where the clock is slow and the token is not good yet', () => {
    const failure = refusedOnDevice(-60, { iat: NOW - 60, nbf: NOW });
    expect(failure).toMatchObject({ code: 'id_token_nbf_invalid' });
    expect(withClockOffset(failure, 60, settingsOf())).toMatchObject({ clockOffset: 60 });
  });

  test.each([
    [-840, "this device's clock is 14 minutes slow"],
    [840, "this device's clock is 14 minutes fast"],
    [-45, "this device's clock is 45 seconds slow"],
    [-7200, "this device's clock is 2 hours slow"],
    [172_800, "this device's clock is 2 days fast"],
  ])('ER-07 says so to the person who reads it: %i is "%s"', (off, said) => {
    const failure = refusedOnDevice(off, { exp: NOW + 1 });
    expect(explainText(failure).split('\n')[0]).toContain(`(${said})`);
    const { message } = locate(failure, { at: 'https://as.example.com/token' });
    expect(message).toContain(`(https://as.example.com/token, ${said}). See https://`);
    const corrected = withClockOffset(failure, -off * 2, settingsOf());
    expect(explainText(corrected)).not.toContain(said);
  });

  test('names no skew for anything else', () => {
    expect(refusedOnDevice(-840, { aud: 'another' })).toMatchObject({ code: 'id_token_aud_invalid' });
    expect(refusedOnDevice(-840, { aud: 'another' }).clockOffset).toBeUndefined();
    // Issued just now, and good for no time at all.
    const now = refusedOnDevice(0, { iat: NOW, exp: NOW, nbf: NOW + 31 });
    expect(withClockOffset(now, undefined, settingsOf())).not.toHaveProperty('clockOffset');
  });

  test('ID-10 is refused however much is known of the skew: a check is never wider', () => {
    for (const off of [31, -31, 840, -840, 86_400]) {
      const { code } = withClockOffset(refusedOnDevice(off, { exp: NOW }), -off, settingsOf());
      expect(code).toMatch(/^id_token_(iat_invalid|expired)$/);
    }
    expect(outcomeOf(onDevice(-30))).toBe('accepted');
  });
});

describe('withClockOffset', () => {
  const slow = refusedOnDevice(-840);
  const settings = settingsOf();

  test("believes the server's own clock more than the token", () => {
    expect(withClockOffset(slow, 900, settings)).toEqual({ ...slow, clockOffset: 900 });
  });

  test('keeps what the token says where the clock of the server is not known', () => {
    expect(withClockOffset(slow, undefined, settings)).toEqual(slow);
  });

  test('blames no clock when both agree, to the second of the tolerance', () => {
    for (const offset of [0, 30, -30]) {
      const failure = withClockOffset(slow, offset, settings);
      expect(failure).not.toHaveProperty('clockOffset');
      expect(failure.code).toBe('id_token_iat_invalid');
    }
    expect(withClockOffset(slow, 31, settings).clockOffset).toBe(31);
    expect(withClockOffset(slow, -31, settings).clockOffset).toBe(-31);
    expect(withClockOffset(slow, 31, settingsOf({ clockTolerance: 60 }))).not.toHaveProperty('clockOffset');
  });

  test('says nothing about clocks of a failure that is not about time', () => {
    const other = refusedOnDevice(0, { aud: 'another' });
    expect(withClockOffset(other, 900, settings)).toBe(other);
  });
});
