/** Server metadata. RFC 8414; OpenID Connect Discovery 1.0. */
import { describe, expect, test } from 'vitest';
import { BODY_LIMIT, readServerMetadata, wellKnownUrls } from '../src/index.ts';
import { ISSUER, jsonResponse } from './support/login.ts';
import { outcomeOf, valueIn } from './support/result.ts';

const DOCUMENT = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}authorize`,
  token_endpoint: `${ISSUER}oauth/token`,
};
const read = (more: object = {}, issuer = ISSUER) => readServerMetadata(jsonResponse({ ...DOCUMENT, ...more }), issuer);
const outcome = (more: object, issuer?: string): string => outcomeOf(read(more, issuer));

describe('readServerMetadata', () => {
  test('DI-04 takes over what it knows, under names of ours, and nothing else (disc-002)', () => {
    const document = {
      userinfo_endpoint: `${ISSUER}userinfo`,
      revocation_endpoint: `${ISSUER}oauth/revoke`,
      end_session_endpoint: `${ISSUER}oidc/logout`,
      jwks_uri: `${ISSUER}.well-known/jwks.json`,
      authorization_response_iss_parameter_supported: true,
      id_token_signing_alg_values_supported: ['HS256', 'RS256'],
      code_challenge_methods_supported: ['S256', 'plain'],
      registration_endpoint: 'javascript:alert(1)',
      service_documentation: 1,
    };
    expect(valueIn(read(document))).toEqual({
      issuer: ISSUER,
      authorizationEndpoint: `${ISSUER}authorize`,
      tokenEndpoint: `${ISSUER}oauth/token`,
      userinfoEndpoint: `${ISSUER}userinfo`,
      revocationEndpoint: `${ISSUER}oauth/revoke`,
      endSessionEndpoint: `${ISSUER}oidc/logout`,
      jwksUri: `${ISSUER}.well-known/jwks.json`,
      issParameterSupported: true,
      signingAlgorithms: ['HS256', 'RS256'],
      codeChallengeMethods: ['S256', 'plain'],
    });
    expect(Object.keys(valueIn(read()))).toEqual(['issuer', 'authorizationEndpoint', 'tokenEndpoint', 'jwksUri']);
    // Said, not left out: a server without keys is a decision.
    expect(valueIn(read()).jwksUri).toBeNull();
  });

  test.each([
    `${ISSUER}INVALID`,
    `${ISSUER}1`,
    ISSUER.slice(0, -1),
    ISSUER.replace('https', 'http'),
    ISSUER.replace('as', 'AS'),
    'https://attacker.example/',
    `${ISSUER}?`,
    '',
  ])('DI-01 refuses the issuer %j (disc-006, 007, AT-76)', (issuer) => {
    expect(outcome({ issuer })).toBe('issuer_mismatch');
    expect(outcome({}, issuer)).toBe('issuer_mismatch');
  });

  test.each([[undefined], [null], [1], [[ISSUER]]])('DI-01 refuses %j for an issuer', (issuer) => {
    expect(outcome({ issuer })).toBe('invalid_metadata');
  });

  const ENDPOINTS = [
    'authorization_endpoint',
    'token_endpoint',
    'userinfo_endpoint',
    'revocation_endpoint',
    'end_session_endpoint',
    'jwks_uri',
  ];
  describe.each(ENDPOINTS)('%s', (name) => {
    test.each([
      ['http://as.example.com/x', 'insecure_endpoint'],
      ['http://127.0.0.1/x', 'insecure_endpoint'],
      ['http://169.254.169.254/latest/meta-data', 'insecure_endpoint'],
      ['javascript:alert(document.domain)//', 'invalid_metadata'],
      ['data:text/html,x', 'invalid_metadata'],
      ['https://u:p@as.example.com/x', 'invalid_metadata'],
      ['https://as.example.com/x#y', 'invalid_metadata'],
      ['/x', 'invalid_metadata'],
      ['', 'invalid_metadata'],
      [1, 'invalid_metadata'],
      [['https://as.example.com/x'], 'invalid_metadata'],
      [{}, 'invalid_metadata'],
    ])('DI-04 TR-01 %j is %s (disc-009, 011, 013, AT-27, AT-28, AT-77)', (url, code) => {
      expect(outcome({ [name]: url })).toBe(code);
    });

    test('DI-04 AR-03 TR-01 may have a port and a query (disc-003)', () => {
      expect(outcome({ [name]: 'https://as.example.com:8443/x?tenant=1' })).toBe('accepted');
    });
  });

  test.each(['authorization_endpoint', 'token_endpoint'])('DI-04 refuses a document without %s', (name) => {
    expect(outcome({ [name]: undefined })).toBe('invalid_metadata');
  });

  test('DI-04 an http issuer on loopback may have http endpoints on loopback, and https ones', () => {
    const local = 'http://localhost:3000';
    const more = { issuer: local, authorization_endpoint: `${local}/a`, token_endpoint: 'https://as.example.com/t' };
    expect(outcome(more, local)).toBe('accepted');
    expect(outcome({ ...more, token_endpoint: 'http://as.example.com/t' }, local)).toBe('insecure_endpoint');
    expect(outcome({ ...more, token_endpoint: 'http://127.0.0.1:9/t' }, local)).toBe('accepted');
  });

  test('PK-10 DI-08 believes the methods that are listed, and asks for none when none are (pkm-005, AT-23)', () => {
    expect(outcome({})).toBe('accepted');
    expect(outcome({ code_challenge_methods_supported: ['plain'] })).toBe('pkce_not_supported');
    expect(outcome({ code_challenge_methods_supported: ['S256'] })).toBe('accepted');
    expect(outcome({ code_challenge_methods_supported: [1] })).toBe('invalid_metadata');
    expect(outcome({ code_challenge_methods_supported: null })).toBe('invalid_metadata');
  });

  test.each(['true', 1, null])('DI-06 CB-05 refuses %j where a boolean switches a check on', (value) => {
    expect(outcome({ authorization_response_iss_parameter_supported: value })).toBe('invalid_metadata');
  });

  test('RS-13 a "__proto__" member supplies nothing', () => {
    const body = `{"issuer":"${ISSUER}","authorization_endpoint":"${ISSUER}a","__proto__":{"token_endpoint":"${ISSUER}t"}}`;
    expect(outcomeOf(readServerMetadata(jsonResponse(body), ISSUER))).toBe('invalid_metadata');
  });

  test.each([['[]'], ['null'], ['"x"'], ['{'], [''], ['<html>']])('DI-06 refuses the body %j (disc-020)', (body) => {
    expect(outcomeOf(readServerMetadata(jsonResponse(body), ISSUER))).toBe('malformed_metadata_response');
  });

  test.each([
    [200, 'text/html', 'malformed_metadata_response'],
    [200, '', 'malformed_metadata_response'],
    [301, 'application/json', 'unexpected_redirect'],
    [404, 'application/json', 'http_error'],
    [204, 'application/json', 'malformed_metadata_response'],
  ])('DI-06 status %i with %j is %s', (status, type, code) => {
    expect(outcomeOf(readServerMetadata(jsonResponse(DOCUMENT, status, { 'content-type': type }), ISSUER))).toBe(code);
  });

  test('DI-06 reads no more than 1 MiB (AT-34)', () => {
    const body = (length: number) => jsonResponse(JSON.stringify(DOCUMENT).padEnd(length));
    expect(outcomeOf(readServerMetadata(body(BODY_LIMIT), ISSUER))).toBe('accepted');
    expect(outcomeOf(readServerMetadata(body(BODY_LIMIT + 1), ISSUER))).toBe('response_too_large');
  });

  test.each(['userinfo_endpoint', 'revocation_endpoint', 'end_session_endpoint', 'jwks_uri'])(
    'DI-06 %s: null is a value of the wrong type',
    (name) => {
      expect(outcome({ [name]: null })).toBe('invalid_metadata');
    },
  );
});

describe('wellKnownUrls', () => {
  test.each([
    ['https://example.com', 'https://example.com', ''],
    ['https://example.com/', 'https://example.com', ''],
    ['https://example.com/issuer1', 'https://example.com', '/issuer1'],
    ['https://example.com/a/b/', 'https://example.com', '/a/b'],
    ['https://example.com:8443/a', 'https://example.com:8443', '/a'],
    ['https://example.com/a//', 'https://example.com', '/a/'],
    ['http://localhost:3000', 'http://localhost:3000', ''],
    ['https://[2001:db8::1]:8443/a', 'https://[2001:db8::1]:8443', '/a'],
  ])('DI-02 appends for OpenID Connect and inserts for OAuth: %s (wk-001 to 005)', (issuer, origin, path) => {
    expect(valueIn(wellKnownUrls(issuer))).toEqual({
      openidConfiguration: `${origin}${path}/.well-known/openid-configuration`,
      oauthAuthorizationServer: `${origin}/.well-known/oauth-authorization-server${path}`,
    });
  });

  test.each([
    'https://example.com?x=1',
    'https://example.com/?',
    'https://example.com/#',
    'http://example.com',
    'https://',
    'x',
  ])('DI-03 refuses %s (wk-007)', (issuer) => {
    expect(outcomeOf(wellKnownUrls(issuer))).toBe('invalid_issuer');
  });
});
