/** What a code is exchanged for. RFC 6749, section 5.1; OIDC Core, section 2; RFC 9068. */
import { describe, expect, test } from 'vitest';
import type { DeviationName } from '../src/authorization-server.ts';
import { exchange, logIn, requestFor, tokensOf, userinfo } from './support/script.ts';
import { claimsOf, ISSUER, inShort, jsonOf, NOW, TestServer } from './support/server.ts';

const API = 'https://api.example.com';

describe('the token response', () => {
  test('has an access token, a refresh token and an ID Token, and says for how long and for what', () => {
    expect(tokensOf(new TestServer())).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'openid profile email offline_access',
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    });
  });

  test.each([
    ['openid', ['access_token', 'expires_in', 'id_token', 'scope', 'token_type']],
    ['offline_access', ['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type']],
    ['profile', ['access_token', 'expires_in', 'scope', 'token_type']],
    [undefined, ['access_token', 'expires_in', 'scope', 'token_type']],
  ])('for the scope %s', (scope, members) => {
    expect(Object.keys(tokensOf(new TestServer(), { scope })).sort()).toEqual(members);
  });

  test('asks whoever signs for at_hash of the access token, also when that is a JWT which is signed first', () => {
    const server = new TestServer();
    const { jwts } = exchange(server, logIn(server, { audience: API }));
    expect(jwts.map(({ placeholder, atHashOf }) => [placeholder, atHashOf])).toEqual([
      ['%jwt:access_token%', undefined],
      ['%jwt:id_token%', '%jwt:access_token%'],
    ]);
    expect(jwts.every(({ signWith }) => signWith.type === 'own_key' && signWith.kid === 'k1')).toBe(true);
  });
});

describe('the ID Token', () => {
  test('has the claims of the protocol, and those of the person that the scope allows', () => {
    const server = new TestServer();
    const login = logIn(server);
    server.now += 5;
    const { id_token } = jsonOf(exchange(server, login));
    expect(claimsOf(id_token)).toEqual({
      iss: ISSUER,
      sub: 'ada',
      aud: 'app',
      iat: NOW + 5,
      exp: NOW + 605,
      auth_time: NOW,
      sid: expect.stringMatching(/^[\w-]{22}$/),
      nonce: login.request['nonce'],
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      email_verified: true,
      'https://example.com/role': 'x',
    });
  });

  test('keeps claims back whose scope was not granted, but not custom ones', () => {
    const claims = claimsOf(tokensOf(new TestServer(), { scope: 'openid' }).id_token);
    expect(claims).not.toHaveProperty('name');
    expect(claims).not.toHaveProperty('email');
    expect(claims).toMatchObject({ 'https://example.com/role': 'x' });
  });

  test('is not for whom the claims of a person say', () => {
    const users = [
      { sub: 'ada', claims: { iss: 'https://evil.example', aud: 'other', sub: 'bob', exp: 1, role: 'x' } },
    ];
    const { id_token, access_token } = tokensOf(new TestServer({ users }));
    expect(claimsOf(id_token)).toMatchObject({ iss: ISSUER, aud: 'app', sub: 'ada', exp: NOW + 600, role: 'x' });
    expect(access_token).toBeDefined();
  });

  test('has no nonce when none was sent', () => {
    expect(claimsOf(tokensOf(new TestServer(), { nonce: undefined }).id_token)).not.toHaveProperty('nonce');
  });
});

describe('the access token for an API', () => {
  test('is a JWT of RFC 9068, that is also good for userinfo when openid was granted', () => {
    const server = new TestServer();
    const { access_token } = tokensOf(server, { audience: API });
    const [header = ''] = access_token.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'k1' });
    expect(claimsOf(access_token)).toEqual({
      iss: ISSUER,
      sub: 'ada',
      aud: [API, `${ISSUER}/userinfo`],
      client_id: 'app',
      iat: NOW,
      exp: NOW + 600,
      jti: expect.any(String),
      scope: 'openid profile email offline_access',
      'https://example.com/role': 'x',
    });
    expect(inShort(userinfo(server, access_token))).toBe('200');
  });

  test('has the custom claims of the person, by which an API decides, and none that would be one of its own', () => {
    const claims = { roles: ['admin'], name: 'Ada', email: 'a@b.c', scope: 'all', aud: 'evil', exp: 1, client_id: 'x' };
    const server = new TestServer({ users: [{ sub: 'ada', claims }] });
    const told = claimsOf(tokensOf(server, { scope: 'read', audience: API }).access_token);
    expect(told).toMatchObject({ roles: ['admin'], scope: 'read', aud: API, exp: NOW + 600, client_id: 'app' });
    expect(Object.keys(told).sort()).toEqual(
      ['iss', 'sub', 'aud', 'client_id', 'iat', 'exp', 'jti', 'scope', 'roles'].sort(),
    );
  });

  test('is for the API alone without openid', () => {
    expect(claimsOf(tokensOf(new TestServer(), { scope: 'read', audience: API }).access_token)).toMatchObject({
      aud: API,
    });
  });

  test('may be asked for with resource too; of several, the token request chooses one, else it is the first', () => {
    const server = new TestServer();
    const other = 'https://other.example.com';
    const asked = { scope: 'read', resource: [API, other] };
    const audienceOf = (resource?: string): unknown =>
      claimsOf(jsonOf(exchange(server, logIn(server, asked), { resource }))['access_token'])['aud'];
    expect([audienceOf(), audienceOf(API), audienceOf(other)]).toEqual([API, API, other]);
  });

  test('may be asked for with audience and resource: the token request chooses', () => {
    const server = new TestServer();
    const asked = { scope: 'read', audience: 'my-api', resource: API };
    const answerTo = (resource?: string) => exchange(server, logIn(server, asked), { resource });
    const audienceOf = (resource?: string): unknown => claimsOf(jsonOf(answerTo(resource))['access_token'])['aud'];
    expect([audienceOf(), audienceOf(API)]).toEqual(['my-api', API]);
    expect([inShort(answerTo('my-api')), inShort(answerTo(`${API}/other`))]).toEqual([
      '400 invalid_target',
      '400 invalid_target',
    ]);
  });
});

test('two logins at once do not disturb each other', () => {
  const server = new TestServer();
  const [one, other] = [logIn(server), logIn(server)];
  expect([inShort(exchange(server, other)), inShort(exchange(server, one))]).toEqual(['200', '200']);
  expect(server.state.misuses).toEqual([]);
});

describe('where PKCE is optional', () => {
  const without = { code_challenge: undefined, code_challenge_method: undefined };
  const started = (...more: DeviationName[]): TestServer => {
    const server = new TestServer();
    server.state = { ...server.state, deviations: ['pkce_optional', ...more] };
    return server;
  };

  test('a login without it works', () => {
    const server = started();
    expect(inShort(exchange(server, logIn(server, without), { code_verifier: undefined }))).toBe('200');
  });

  test('a verifier whose challenge got lost on its way is refused', () => {
    const server = started();
    expect(inShort(exchange(server, logIn(server, without)))).toBe('400 invalid_grant');
  });

  test('unless the server does not look at verifiers', () => {
    const server = started('verifier_not_checked');
    expect(inShort(exchange(server, logIn(server, without)))).toBe('200');
  });
});

test('a code is good for as long as it was said to be', () => {
  const server = new TestServer();
  const login = logIn(server);
  server.now += 59;
  expect(inShort(exchange(server, login))).toBe('200');
});

test('a media type may have parameters, and capital letters', () => {
  const server = new TestServer();
  const login = logIn(server);
  const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=UTF-8' };
  expect(inShort(exchange(server, login, {}, { headers }))).toBe('200');
});

test('another issuer with a path has its endpoints below it', () => {
  const issuer = 'https://login.test/tenant/';
  const server = new TestServer({ issuer });
  const { request } = requestFor();
  expect(inShort(server.send('GET', '/tenant/authorize', { query: request }))).toBe('302 redirect');
  expect(server.misusesOf(() => server.send('GET', '/authorize', { query: request }))).toEqual(['unknown_endpoint']);
});
