/** What the server says about itself, where it is asked, and its keys. RFC 8414; OIDC Discovery 1.0; RFC 7517. */
import { operations } from '@proofkey/api';
import { expect, test } from 'vitest';
import { createState } from '../src/authorization-server.ts';
import { defaults, ISSUER, inShort, jsonOf, TestServer } from './support/server.ts';

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

test('both documents say the same, and everything in them is true', () => {
  const server = new TestServer();
  const metadata = jsonOf(server.send('GET', OPENID));
  expect(jsonOf(server.send('GET', OAUTH))).toEqual(metadata);
  expect(metadata).toMatchObject({
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/oauth/token`,
    userinfo_endpoint: `${ISSUER}/userinfo`,
    revocation_endpoint: `${ISSUER}/oauth/revoke`,
    end_session_endpoint: `${ISSUER}/oidc/logout`,
    jwks_uri: `${ISSUER}/.well-known/jwks.json`,
    code_challenge_methods_supported: ['S256'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    id_token_signing_alg_values_supported: ['ES256'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
    request_uri_parameter_supported: false,
  });
  for (const [name, address] of Object.entries(metadata)) {
    if (!name.endsWith('_endpoint') && name !== 'jwks_uri') continue;
    expect(inShort(server.send('GET', String(address).slice(ISSUER.length))), name).not.toBe('404');
  }
});

test.each([
  ['https://login.test/', OPENID, OAUTH],
  ['https://login.test/a/b', `/a/b${OPENID}`, `${OAUTH}/a/b`],
  ['https://login.test/a/b/', `/a/b${OPENID}`, `${OAUTH}/a/b`],
])('the issuer %s has them at their places, spelt as it is', (issuer, openid, oauth) => {
  const server = new TestServer({ issuer });
  for (const path of [openid, oauth]) {
    const metadata = jsonOf(server.send('GET', path));
    expect(metadata['issuer']).toBe(issuer);
    expect(metadata['token_endpoint']).toBe(`${issuer.replace(/\/$/, '')}/oauth/token`);
  }
});

test('to look for them elsewhere is no misuse', () => {
  const server = new TestServer({ issuer: 'https://login.test/a' });
  for (const path of [OPENID, OAUTH, `/a${OAUTH}`, '/favicon.ico'])
    expect(inShort(server.send('GET', path))).toBe('404');
  expect(server.state.misuses).toEqual([]);
});

test.each([
  ['https://login.test', '/', ['/authorize', OPENID, OAUTH]],
  ['https://login.test/a', '/a', ['/a/authorize', `/a${OPENID}`, `${OAUTH}/a`]],
  ['https://login.test/a/', '/a/', ['/a/authorize', `/a${OPENID}`, `${OAUTH}/a`]],
])('the issuer %s itself is a page for people, that lists where everything is', (issuer, path, places) => {
  const server = new TestServer({ issuer });
  const { status, body, headers } = server.send('GET', path);
  expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(body).toContain('<h1>Test login server</h1>');
  for (const place of places) expect(body).toContain(`<code>${ISSUER}${place}</code>`);
  expect(server.state.misuses).toEqual([]);
});

test('but not where an endpoint is', () => {
  const server = new TestServer({ endpoints: { ...operations, getUserInfo: { method: 'GET', path: '/' } } });
  expect(inShort(server.send('GET', '/'))).toBe('401 invalid_token');
});

test('endpoints are where the table says, and those that it does not have are not told', () => {
  const endpoints = { ...operations, requestTokens: { method: 'POST', path: '/t' }, revoke: undefined };
  const metadata = jsonOf(new TestServer({ endpoints }).send('GET', OPENID));
  expect(metadata['token_endpoint']).toBe(`${ISSUER}/t`);
  expect(metadata).not.toHaveProperty('revocation_endpoint');
});

test('every key is published, and no private half of one', () => {
  const server = new TestServer();
  const jwk = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', d: 'secret' };
  server.state = createState(defaults, [
    { kid: 'old', alg: 'ES256', jwk },
    { kid: 'new', alg: 'ES256', jwk },
  ]);
  const common = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ', alg: 'ES256', use: 'sig' };
  expect(jsonOf(server.send('GET', '/.well-known/jwks.json'))).toEqual({
    keys: [
      { ...common, kid: 'old' },
      { ...common, kid: 'new' },
    ],
  });
});
