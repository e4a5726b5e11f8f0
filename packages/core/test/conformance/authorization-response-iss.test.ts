/** RFC 9207, sections 2.3 and 2.4: iss right, wrong and missing. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn, type Twist } from '../support/authorization-server.ts';
import { ISSUER, settingsOf } from '../support/login.ts';

describe('authorization-response-iss', () => {
  const settings = settingsOf({}, { issParameterSupported: true });
  const withSuffix = (url: URL): string => {
    url.searchParams.set('iss', `${ISSUER}1`);
    return url.href;
  };
  const spoiled: readonly (readonly [Twist, string])[] = [
    [{ deviation: 'wrong_issuer' }, 'issuer_mismatch'],
    [{ callback: withSuffix }, 'issuer_mismatch'],
    [{ deviation: 'iss_missing_though_advertised' }, 'issuer_missing'],
  ];

  test('CB-04 CB-05 accepts the issuer, refuses another one and a missing one, and sends no code then', () => {
    expect(endOf(logIn({ settings }))).toBe('logged_in');
    for (const [twist, end] of spoiled) {
      const run = logIn({ ...twist, settings });
      expect(endOf(run)).toBe(end);
      expect(run.requests).toEqual([]);
    }
  });
});
