/** An ID Token under a MAC, made with what everybody knows. OpenID Connect Core, section 3.1.3.7 (8); RFC 8725. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { base64url, signingKey } from '../support/signing.ts';

describe('idtoken-sig-hs256', () => {
  const key = signingKey('RS256');
  const pem = Buffer.from(JSON.stringify(key.jwk));

  test.each([
    ['the public key', pem],
    ['the client id', Buffer.from('s6BhdRkqt3')],
    ['nothing', Buffer.alloc(0)],
  ])('ID-08 refuses HS256 keyed with %s', (_what, secret) => {
    const idToken = (token: string): string => {
      const input = `${base64url(JSON.stringify({ alg: 'HS256', kid: key.kid }))}.${token.split('.')[1]}`;
      return `${input}.${base64url(createHmac('sha256', secret).update(input).digest())}`;
    };
    expect(endOf(logIn({ key, idToken }))).toBe('id_token_alg_invalid');
  });
});
