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
    expect(at((hash) => `${hash}1`)).toBe('id_token_at_hash_invalid');
    expect(at(() => halfHash('another', alg))).toBe('id_token_at_hash_invalid');
    const other = logIn({ key, deviation: 'at_hash_of_another_token' });
    expect(endOf(other)).toBe('id_token_at_hash_invalid');
  });

  test.each(['RS256', 'PS512', 'ES384', 'EdDSA'])(
    'ID-15 where there are no keys a hash under %s is checked too',
    (alg) => {
      const key = signingKey(alg);
      const settings = { ...settingsOf(), server: { ...settingsOf().server, jwksUri: null } };
      const honest = logIn({ key, settings });
      expect(endOf(honest)).toBe('logged_in');
      expect(honest.effects.slice(-2)).toEqual(['digest', 'save_session']);
      const deceived = logIn({ key, settings, deviation: 'at_hash_of_another_token' });
      expect(endOf(deceived)).toBe('id_token_at_hash_invalid');
      expect(deceived.session).toBeUndefined();
    },
  );
});
