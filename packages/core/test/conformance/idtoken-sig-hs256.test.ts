/** An ID Token under a MAC, made with what everybody knows. OpenID Connect Core, section 3.1.3.7 (8); RFC 8725. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { signingKey } from '../support/signing.ts';

describe('idtoken-sig-hs256', () => {
  const key = signingKey('RS256');

  test.each([
    ['the public key', 'id_token_hmac_with_public_key'],
    ['the client id', 'id_token_hmac_with_client_id'],
    ['nothing', 'id_token_hmac_with_nothing'],
  ] as const)('ID-08 refuses HS256 keyed with %s', (_what, deviation) => {
    expect(endOf(logIn({ key, deviation }))).toBe('id_token_alg_invalid');
    // Likewise when it names the key of the server.
    expect(endOf(logIn({ key, deviation, header: { kid: key.kid } }))).toBe('id_token_alg_invalid');
  });
});
