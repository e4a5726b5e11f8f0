/** oidcc-client-test-invalid at_hash. OpenID Connect Core, section 3.1.3.8. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { settingsOf } from '../support/login.ts';
import { halfHash, signingKey } from '../support/signing.ts';

describe('bad-athash', () => {
  test.each(['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'])('ID-15 refuses a wrong at_hash under %s', (alg) => {
    const key = signingKey(alg);
    const at = (hash: (accessToken: string) => string): string =>
      endOf(logIn({ key, claims: (claims, accessToken) => ({ ...claims, at_hash: hash(accessToken) }) }));
    expect(at((accessToken) => halfHash(accessToken, alg))).toBe('logged_in');
    expect(at((accessToken) => `${halfHash(accessToken, alg)}1`)).toMatch(/^id_token_(at_hash|signature)_invalid$/);
    expect(at(() => halfHash('another', alg))).toMatch(/^id_token_(at_hash|signature)_invalid$/);
  });

  test('ID-15 where nobody can check the hash, nothing is believed', () => {
    const key = signingKey('ES384');
    const server = { ...settingsOf().server, jwksUri: null };
    const claims = (one: object, accessToken: string) => ({ ...one, at_hash: halfHash(accessToken, 'ES384') });
    expect(endOf(logIn({ key, claims, settings: { ...settingsOf(), server } }))).toBe('id_token_at_hash_invalid');
  });
});
