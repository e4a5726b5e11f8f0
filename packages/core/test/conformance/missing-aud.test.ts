/** oidcc-client-test-missing-aud. OpenID Connect Core, section 3.1.3.7 (3). */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('missing-aud', () => {
  test('ID-02 refuses an ID Token without aud', () => {
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, aud: undefined }) }))).toBe('id_token_aud_invalid');
  });
});
