/** oidcc-client-test-signing-key-rotation. OpenID Connect Core, section 10.1.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { signingKey } from '../support/signing.ts';

describe('signing-key-rotation', () => {
  const old = signingKey('ES256', 'a');
  const fresh = signingKey('ES256', 'b');

  test('ID-21 the second login meets the new key', () => {
    expect(endOf(logIn({ key: old, seed: 1 }))).toBe('logged_in');
    expect(endOf(logIn({ key: fresh, seed: 2 }))).toBe('logged_in');
    expect(endOf(logIn({ key: fresh, olderKeys: [old], seed: 3 }))).toBe('logged_in');
  });

  test('ID-21 a key that is no longer published signs nothing', () => {
    expect(endOf(logIn({ key: old, keys: [fresh.jwk] }))).toBe('id_token_key_not_found');
  });

  test('ID-21 another key under the same kid signs nothing (AT-45)', () => {
    expect(endOf(logIn({ key: old, deviation: 'id_token_signed_by_another_key' }))).toBe('id_token_signature_invalid');
  });
});
