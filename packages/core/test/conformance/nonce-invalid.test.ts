/** oidcc-client-test-nonce-invalid: the nonce has a "1" at its end. OpenID Connect Core, section 3.1.3.7 (11). */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('nonce-invalid', () => {
  test('ID-11 refuses a nonce with a "1" at its end', () => {
    expect(endOf(logIn({ deviation: 'wrong_nonce' }))).toBe('id_token_nonce_invalid');
  });

  test('ID-11 refuses an ID Token without the nonce that was sent', () => {
    expect(endOf(logIn({ deviation: 'nonce_missing' }))).toBe('id_token_nonce_invalid');
  });
});
