/** oidcc-client-test-invalid-iss: the issuer of the ID Token has a "1" at its end. OpenID Connect Core, section 3.1.3.7 (2). */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('invalid-iss', () => {
  test('ID-01 refuses an issuer with a "1" at its end', () => {
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, iss: `${claims['iss']}1` }) }))).toBe(
      'id_token_iss_invalid',
    );
  });

  test('ID-01 refuses an issuer without its slash', () => {
    expect(endOf(logIn({ claims: (claims) => ({ ...claims, iss: String(claims['iss']).slice(0, -1) }) }))).toBe(
      'id_token_iss_invalid',
    );
  });
});
