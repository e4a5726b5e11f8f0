/** oidcc-client-test-jwks-uri: where the keys are, and what becomes of a login when they are not there. RFC 7517, section 5. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn, type Twist } from '../support/authorization-server.ts';
import { SERVER, settingsOf } from '../support/login.ts';
import { signingKey } from '../support/signing.ts';

describe('jwks-uri', () => {
  test('ID-05 fetches the keys from the jwks_uri of the issuer, after the tokens', () => {
    const { requests } = logIn();
    expect(requests.map(({ method, url }) => [method, url])).toEqual([
      ['POST', SERVER.tokenEndpoint],
      ['GET', SERVER.jwksUri],
    ]);
    expect(requests[1]?.body).toBeUndefined();
    expect(Object.keys(requests[1]?.headers ?? {})).not.toContain('authorization');
  });

  test.each([
    [503, 'http_error'],
    [404, 'http_error'],
    [302, 'unexpected_redirect'],
    [204, 'malformed_key_set'],
  ])('DI-07 RS-12 with status %i nobody is logged in', (status, end) => {
    const run = logIn({ keySetResponse: (response) => ({ ...response, status }) });
    expect(endOf(run)).toBe(end);
    expect(run.session).toBeUndefined();
    const { access_token: token, id_token: idToken } = JSON.parse(run.responses[0]?.body ?? '');
    for (const secret of [token, idToken]) {
      expect(secret).toMatch(/^[\w.-]{43,}$/);
      expect(JSON.stringify(run.state)).not.toContain(secret);
    }
  });

  test.each<[string, Twist]>([
    ['no key at all', { deviation: 'key_set_empty' }],
    ['a key for encryption', { deviation: 'key_set_for_encryption' }],
    ['a symmetric key', { deviation: 'key_set_symmetric' }],
    ['a key of another type', { keys: [signingKey('RS256', 'ES256-1').jwk] }],
  ])('ID-20 with %s nobody is logged in', (_what, twist) => {
    expect(endOf(logIn(twist))).toBe('id_token_key_not_found');
  });

  test('ID-05 a server without a key set: the session says so', () => {
    const server = { ...SERVER, jwksUri: null };
    const run = logIn({ settings: { ...settingsOf(), server } });
    expect(endOf(run)).toBe('logged_in');
    expect(run.session?.idToken?.signature).toBe('tls_only');
  });
});
