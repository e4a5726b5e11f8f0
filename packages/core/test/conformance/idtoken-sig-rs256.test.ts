/** oidcc-client-test-idtoken-sig-rs256, and its siblings: every algorithm, with keys of its own. RFC 7518, section 3. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { signingKey } from '../support/signing.ts';

describe('idtoken-sig-rs256', () => {
  test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])(
    'ID-05 ID-06 accepts a signature by %s, and none by another key',
    (alg) => {
      const key = signingKey(alg);
      const run = logIn({ key });
      expect(endOf(run)).toBe('logged_in');
      expect(run.session?.idToken?.signature).toBe('verified');
      for (const deviation of ['id_token_signed_by_another_key', 'bad_signature'] as const)
        expect(endOf(logIn({ key, deviation }))).toBe('id_token_signature_invalid');
    },
  );

  test('ID-05 refuses a payload that was changed after it was signed', () => {
    const changed = (token: string): string => {
      const [head = '', body = '', seal = ''] = token.split('.');
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
      return [head, Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url'), seal].join('.');
    };
    expect(endOf(logIn({ idToken: changed }))).toBe('id_token_signature_invalid');
  });

  test('ID-06 refuses a signature whose algorithm is not that of the key', () => {
    const key = signingKey('RS256');
    expect(endOf(logIn({ key, keys: [{ ...key.jwk, alg: 'PS256' }] }))).toBe('id_token_key_not_found');
    expect(endOf(logIn({ key, header: { alg: 'PS256' } }))).toBe('id_token_key_not_found');
    // The key of this set does not say what it is for.
    expect(endOf(logIn({ key, keys: [key.jwk], header: { alg: 'PS256' } }))).toBe('id_token_signature_invalid');
  });
});
