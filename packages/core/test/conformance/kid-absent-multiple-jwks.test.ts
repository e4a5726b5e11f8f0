/** oidcc-client-test-kid-absent-multiple-jwks. OpenID Connect Core, section 10.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { signingKey } from '../support/signing.ts';

describe('kid-absent-multiple-jwks', () => {
  const key = signingKey('ES256', 'a');
  const olderKeys = [signingKey('ES256', 'b'), signingKey('EdDSA', 'c'), signingKey('RS256', 'd')];

  test('ID-20 tries every key that fits, until one has signed', () => {
    const run = logIn({ key, olderKeys, deviation: 'id_token_without_kid' });
    expect(endOf(run)).toBe('logged_in');
    expect(run.effects.filter((type) => type === 'verify_signature')).toHaveLength(2);
  });

  test('ID-20 refuses when none of them has', () => {
    const run = logIn({ key, keys: olderKeys.map(({ jwk }) => jwk), deviation: 'id_token_without_kid' });
    expect(endOf(run)).toBe('id_token_signature_invalid');
  });

  test('ID-20 with a kid tries that key alone', () => {
    const run = logIn({ key, olderKeys, header: { kid: 'b' } });
    expect(endOf(run)).toBe('id_token_signature_invalid');
    expect(run.effects.filter((type) => type === 'verify_signature')).toHaveLength(1);
  });
});
