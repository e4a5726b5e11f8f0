/** oidcc-client-test-kid-absent-single-jwks. OpenID Connect Core, section 10.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { signingKey } from '../support/signing.ts';

describe('kid-absent-single-jwks', () => {
  const deviation = 'id_token_without_kid';

  test('ID-20 accepts an ID Token without kid when one key is published', () => {
    const run = logIn({ key: signingKey('ES256'), deviation });
    expect(endOf(run)).toBe('logged_in');
    const [header = ''] = run.session?.idToken?.token.split('.') ?? [];
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).not.toHaveProperty('kid');
  });

  test('ID-20 accepts it also when the key has no kid', () => {
    const { kid: _, ...jwk } = signingKey('ES256').jwk;
    expect(endOf(logIn({ keys: [jwk], deviation }))).toBe('id_token_signature_invalid');
    const key = signingKey('ES256');
    const { kid: __, ...plain } = key.jwk;
    expect(endOf(logIn({ key, keys: [plain], deviation }))).toBe('logged_in');
  });
});
