/** oidcc-client-test-kid-absent-single-jwks. OpenID Connect Core, section 10.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { signingKey } from '../support/signing.ts';

describe('kid-absent-single-jwks', () => {
  test('ID-20 accepts an ID Token without kid when one key is published', () => {
    const key = signingKey('ES256');
    expect(endOf(logIn({ key, header: { kid: undefined } }))).toBe('logged_in');
  });

  test('ID-20 accepts it also when the key has no kid', () => {
    const { kid: _, ...jwk } = signingKey('ES256').jwk;
    expect(endOf(logIn({ keys: [jwk], header: { kid: undefined } }))).toBe('id_token_signature_invalid');
    const key = signingKey('ES256');
    const { kid: __, ...plain } = key.jwk;
    expect(endOf(logIn({ key, keys: [plain], header: { kid: undefined } }))).toBe('logged_in');
  });
});
