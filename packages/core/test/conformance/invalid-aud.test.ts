/** oidcc-client-test-invalid-aud: the audience has a "1" at its end. OpenID Connect Core, section 3.1.3.7 (3). */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('invalid-aud', () => {
  test('ID-02 refuses an audience with a "1" at its end', () => {
    expect(endOf(logIn({ deviation: 'id_token_audience_with_suffix' }))).toBe('id_token_aud_invalid');
  });

  test('ID-02 refuses a list of others', () => {
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, aud: ['a', 'b'] }) }))).toBe('id_token_aud_invalid');
  });
});
