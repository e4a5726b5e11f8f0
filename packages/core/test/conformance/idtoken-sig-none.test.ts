/** oidcc-client-test-idtoken-sig-none. OpenID Connect Core, section 3.1.3.7 (7); RFC 8725, section 3.2. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('idtoken-sig-none', () => {
  test.each([
    ['none', 'id_token_alg_none'],
    ['None', 'id_token_alg_none_capitalized'],
    ['nOnE', 'id_token_alg_none_in_odd_case'],
    ['', 'id_token_alg_empty'],
    [null, 'id_token_alg_null'],
    [undefined, 'id_token_alg_missing'],
  ] as const)('ID-07 refuses alg %j with an empty signature', (alg, deviation) => {
    const headers: unknown[] = [];
    const idToken = (token: string): string => {
      const [head = '', , seal] = token.split('.');
      headers.push(JSON.parse(Buffer.from(head, 'base64url').toString()).alg, seal);
      return token;
    };
    const run = logIn({ deviation, idToken });
    expect(headers).toEqual([alg, '']);
    expect(endOf(run)).toBe('id_token_alg_invalid');
    expect(run.session).toBeUndefined();
  });

  test('ID-05 refuses an empty signature under an honest alg', () => {
    expect(endOf(logIn({ deviation: 'id_token_unsigned' }))).toBe('id_token_signature_invalid');
  });
});
