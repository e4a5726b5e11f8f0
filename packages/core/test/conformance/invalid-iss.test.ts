/** oidcc-client-test-invalid-iss: the issuer of the ID Token has a "1" at its end. OpenID Connect Core, section 3.1.3.7 (2). */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('invalid-iss', () => {
  test('ID-01 refuses an issuer with a "1" at its end', () => {
    expect(endOf(logIn({ deviation: 'id_token_issuer_with_suffix' }))).toBe('id_token_iss_invalid');
  });

  test('ID-01 refuses an issuer without its slash', () => {
    expect(endOf(logIn({ deviation: 'id_token_issuer_with_other_slash' }))).toBe('id_token_iss_invalid');
  });
});
