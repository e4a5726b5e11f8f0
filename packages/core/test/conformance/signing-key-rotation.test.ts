/** oidcc-client-test-signing-key-rotation. OpenID Connect Core, section 10.1.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn, type Run, type Twist } from '../support/authorization-server.ts';
import { SERVER } from '../support/login.ts';
import { signingKey } from '../support/signing.ts';

describe('signing-key-rotation', () => {
  const old = signingKey('ES256', 'a');
  const fresh = signingKey('ES256', 'b');

  test('ID-21 the second login meets the new key', () => {
    expect(endOf(logIn({ key: old, seed: 1 }))).toBe('logged_in');
    expect(endOf(logIn({ key: fresh, seed: 2 }))).toBe('logged_in');
    expect(endOf(logIn({ key: fresh, olderKeys: [old], seed: 3 }))).toBe('logged_in');
  });

  const fetchesOf = (runs: readonly Run[]): number =>
    runs.flatMap(({ requests }) => requests).filter(({ url }) => url === SERVER.jwksUri).length;

  test('sc-025 ID-21 DI-07 a login with the key before, then one with the new key: two fetches, both are logged in', () => {
    const keyCache = {};
    const runs = [
      logIn({ key: old, seed: 1, keyCache }),
      logIn({ key: old, seed: 2, keyCache }),
      logIn({ key: fresh, olderKeys: [old], seed: 3, keyCache }),
      logIn({ key: fresh, olderKeys: [old], seed: 4, keyCache }),
    ];
    expect(runs.map(endOf)).toEqual(runs.map(() => 'logged_in'));
    expect(runs.map((run) => fetchesOf([run]))).toEqual([1, 0, 1, 0]);
  });

  test('sc-026 ID-21 a hundred logins whose ID Tokens name keys that nobody has: two fetches (AT-78)', () => {
    const flood = (keyCacheOf: (seed: number) => NonNullable<Twist['keyCache']>): readonly Run[] =>
      Array.from({ length: 100 }, (_, seed) =>
        logIn({ key: fresh, header: { kid: `kid-${seed}` }, seed, keyCache: keyCacheOf(seed) }),
      );
    const keyCache = {};
    const runs = flood(() => keyCache);
    expect(new Set(runs.map(endOf))).toEqual(new Set(['id_token_key_not_found']));
    expect(fetchesOf(runs)).toBe(2);
    // Whoever is honest is logged in meanwhile.
    expect(endOf(logIn({ key: fresh, keyCache }))).toBe('logged_in');
    // Negative control: without what is remembered each of them fetches.
    expect(fetchesOf(flood(() => ({})))).toBe(100);
  });

  test('ID-21 a key that is no longer published signs nothing', () => {
    expect(endOf(logIn({ key: old, keys: [fresh.jwk] }))).toBe('id_token_key_not_found');
  });

  test('ID-21 another key under the same kid signs nothing (AT-45)', () => {
    expect(endOf(logIn({ key: old, deviation: 'id_token_signed_by_another_key' }))).toBe('id_token_signature_invalid');
  });
});
