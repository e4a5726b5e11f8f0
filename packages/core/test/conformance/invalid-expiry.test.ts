/** exp six minutes ago; iat seven days ago is not the same. OpenID Connect Core, section 3.1.3.7 (9, 10). */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('invalid-expiry', () => {
  test('ID-09 refuses an ID Token that expired six minutes ago', () => {
    expect(endOf(logIn({ deviation: 'id_token_expired' }))).toBe('id_token_expired');
  });

  test('ID-09 accepts one that was made seven days ago and is still good', () => {
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, iat: Number(claims['iat']) - 604_800 }) }))).toBe(
      'logged_in',
    );
  });

  test('ID-09 refuses one without exp', () => {
    expect(endOf(logIn({ deviation: 'id_token_exp_missing' }))).toBe('id_token_exp_invalid');
  });
});
