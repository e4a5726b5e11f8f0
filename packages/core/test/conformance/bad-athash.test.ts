/** oidcc-client-test-invalid at_hash. OpenID Connect Core, section 3.1.3.8. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { settingsOf } from '../support/login.ts';
import { type Claims, halfHash, signingKey } from '../support/signing.ts';

describe('bad-athash', () => {
  test.each(['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'])('ID-15 refuses a wrong at_hash under %s', (alg) => {
    const key = signingKey(alg);
    const seen: unknown[] = [];
    const at = (change: (hash: unknown) => unknown): string => {
      const claims = (all: Claims): Claims => {
        seen.push(all['at_hash']);
        return { ...all, at_hash: change(all['at_hash']) };
      };
      return endOf(logIn({ key, claims }));
    };
    expect(at((hash) => hash)).toBe('logged_in');
    expect(seen).toEqual([expect.stringMatching(/^[\w-]{22,43}$/)]);
    expect(at((hash) => `${hash}1`)).toMatch(/^id_token_(at_hash|signature)_invalid$/);
    expect(at(() => halfHash('another', alg))).toMatch(/^id_token_(at_hash|signature)_invalid$/);
    const other = logIn({ key, deviation: 'at_hash_of_another_token' });
    expect(endOf(other)).toMatch(/^id_token_(at_hash|signature)_invalid$/);
  });

  test('ID-15 where nobody can check the hash, nothing is believed', () => {
    const server = { ...settingsOf().server, jwksUri: null };
    const settings = { ...settingsOf(), server };
    expect(endOf(logIn({ key: signingKey('ES384'), settings }))).toBe('id_token_at_hash_invalid');
  });
});
