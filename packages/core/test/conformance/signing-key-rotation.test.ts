/** oidcc-client-test-signing-key-rotation. OpenID Connect Core, section 10.1.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { signingKey } from '../support/signing.ts';

describe('signing-key-rotation', () => {
  const old = signingKey('ES256', 'a');
  const fresh = signingKey('ES256', 'b');

  test('ID-21 the second login meets the new key', () => {
    expect(endOf(logIn({ key: old, keys: [old.jwk], seed: 1 }))).toBe('logged_in');
    expect(endOf(logIn({ key: fresh, keys: [fresh.jwk], seed: 2 }))).toBe('logged_in');
    expect(endOf(logIn({ key: fresh, keys: [old.jwk, fresh.jwk], seed: 3 }))).toBe('logged_in');
  });

  test('ID-21 a key that is no longer published signs nothing', () => {
    expect(endOf(logIn({ key: old, keys: [fresh.jwk] }))).toBe('id_token_key_not_found');
  });

  test('ID-21 another key under the same kid signs nothing (AT-45)', () => {
    expect(endOf(logIn({ key: signingKey('ES256', 'a'), keys: [old.jwk] }))).toBe('id_token_signature_invalid');
  });
});
