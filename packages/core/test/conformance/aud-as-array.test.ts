/** oidcc-client-test-valid-aud-as-array. OpenID Connect Core, section 2. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('aud-as-array', () => {
  test('ID-02 accepts an array of this client', () => {
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, aud: [claims['aud']] }) }))).toBe('logged_in');
  });

  test('ID-02 refuses an array with somebody else beside it', () => {
    expect(endOf(logIn({ deviation: 'id_token_with_further_audience' }))).toBe('id_token_aud_invalid');
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, aud: [claims['aud'], 'other'] }) }))).toBe(
      'id_token_aud_invalid',
    );
  });
});
