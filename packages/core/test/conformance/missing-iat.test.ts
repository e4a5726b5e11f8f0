/** oidcc-client-test-missing-iat. OpenID Connect Core, section 2. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('missing-iat', () => {
  test('ID-10 refuses an ID Token without iat', () => {
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, iat: undefined }) }))).toBe('id_token_iat_invalid');
  });
});
