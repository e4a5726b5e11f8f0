/** oidcc-client-test-missing-athash: in the code flow at_hash is optional. OpenID Connect Core, section 3.1.3.6. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('missing-athash', () => {
  test('ID-15 accepts an ID Token without at_hash', () => {
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, at_hash: undefined }) }))).toBe('logged_in');
  });
});
