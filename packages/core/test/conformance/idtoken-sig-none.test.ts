/** oidcc-client-test-idtoken-sig-none. OpenID Connect Core, section 3.1.3.7 (7); RFC 8725, section 3.2. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { base64url } from '../support/signing.ts';

describe('idtoken-sig-none', () => {
  const unsealed = (token: string, alg: unknown): string =>
    `${base64url(JSON.stringify({ alg }))}.${token.split('.')[1]}.`;

  test.each(['none', 'None', 'nOnE', '', null])('ID-07 refuses alg %j with an empty signature', (alg) => {
    const run = logIn({ idToken: (token) => unsealed(token, alg) });
    expect(endOf(run)).toBe('id_token_alg_invalid');
    expect(run.session).toBeUndefined();
  });

  test('ID-05 refuses an empty signature under an honest alg', () => {
    expect(endOf(logIn({ idToken: (token) => `${token.split('.').slice(0, 2).join('.')}.` }))).toBe(
      'id_token_signature_invalid',
    );
  });
});
