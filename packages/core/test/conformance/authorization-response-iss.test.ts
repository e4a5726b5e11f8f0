/** RFC 9207, sections 2.3 and 2.4: iss right, wrong and missing. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { ISSUER, settingsOf } from '../support/login.ts';

describe('authorization-response-iss', () => {
  const withIss = (iss: string | undefined) => (url: URL) => {
    if (iss !== undefined) url.searchParams.set('iss', iss);
    return url.href;
  };
  const settings = settingsOf({}, { issParameterSupported: true });

  test('CB-04 CB-05 accepts the issuer, refuses another one and a missing one, and sends no code then', () => {
    expect(endOf(logIn({ settings, callback: withIss(ISSUER) }))).toBe('logged_in');
    for (const [iss, end] of [
      [`${ISSUER}1`, 'issuer_mismatch'],
      [undefined, 'issuer_missing'],
    ] as const) {
      const run = logIn({ settings, callback: withIss(iss) });
      expect(endOf(run)).toBe(end);
      expect(run.requests).toEqual([]);
    }
  });
});
