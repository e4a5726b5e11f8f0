/** Authorization requests that are granted, and when the person is asked. OIDC Core, sections 3.1.2.1 to 3.1.2.6. */
import { describe, expect, test } from 'vitest';
import { exchange, logIn, REDIRECT_URI, requestFor, tokensOf } from './support/script.ts';
import { callbackOf, claimsOf, type Fields, ISSUER, inShort, jsonOf, NOW, TestServer } from './support/server.ts';

describe('the callback', () => {
  test('carries code, state and iss in the query when nothing else is asked for', () => {
    const { response, request, code } = logIn(new TestServer());
    expect(response.status).toBe(302);
    expect(code).toMatch(/^[\w-]{43}$/);
    expect(callbackOf(response)).toEqual({
      to: REDIRECT_URI,
      parameters: { code, state: request['state'], iss: ISSUER },
    });
  });

  test('carries the same in the fragment', () => {
    const { response, request, code } = logIn(new TestServer(), { response_mode: 'fragment' });
    const { hash, search } = new URL(response.headers['location'] ?? '');
    expect(search).toBe('');
    expect(Object.fromEntries(new URLSearchParams(hash.slice(1)))).toEqual({
      code,
      state: request['state'],
      iss: ISSUER,
    });
  });

  test('is a page with a form when it is to be posted, and the person stays logged in', () => {
    const server = new TestServer();
    const { response, request, cookie } = logIn(server, { response_mode: 'form_post' });
    expect(inShort(response)).toBe('200 page');
    expect(response.headers['location']).toBeUndefined();
    for (const part of [REDIRECT_URI, String(request['state']), ISSUER]) expect(response.body).toContain(part);
    expect(server.state.authorizations[0]?.code.value).toBeDefined();
    expect(response.body).toContain(server.state.authorizations[0]?.code.value);
    expect(inShort(logIn(server, { prompt: 'none' }, { headers: { cookie } }).response)).toBe('302 redirect');
  });

  test('keeps the query that the redirect URI has', () => {
    const { response, code } = logIn(new TestServer(), { redirect_uri: `${REDIRECT_URI}?tenant=1` });
    expect(response.headers['location']).toContain(`${REDIRECT_URI}?tenant=1&code=${code}&state=`);
  });

  test.each(['a b+c&d=e#f%20', '{"json":["é","😀"]}', '\'"<>\\', 'x'.repeat(4000)])(
    'brings the state %j back',
    (state) => {
      expect(callbackOf(logIn(new TestServer(), { state }).response).parameters['state']).toBe(state);
    },
  );

  test.each(['', undefined])('has no state when the request had %j', (state) => {
    expect(callbackOf(logIn(new TestServer(), { state }).response).parameters).not.toHaveProperty('state');
  });

  test.each(['com.example.app:/callback', 'http://127.0.0.1:49152/cb', 'http://[::1]:1/cb', 'http://localhost:3000/'])(
    'arrives at %s',
    (redirect_uri) => {
      expect(logIn(new TestServer(), { redirect_uri }).response.headers['location']).toMatch(`${redirect_uri}?code=`);
    },
  );

  test('arrives at any port of a loopback address that is registered without one', () => {
    const server = new TestServer({ clients: [{ clientId: 'app', redirectUris: ['http://127.0.0.1/callback'] }] });
    const redirect_uri = 'http://127.0.0.1:49152/callback';
    const login = logIn(server, { redirect_uri });
    expect(inShort(exchange(server, login, { redirect_uri }))).toBe('200');
  });

  test('arrives at the one redirect URI of a client that sent none; then the token request needs none', () => {
    const server = new TestServer({ clients: [{ clientId: 'app', redirectUris: [REDIRECT_URI] }] });
    const login = logIn(server, { redirect_uri: undefined, scope: 'profile' });
    expect(callbackOf(login.response).to).toBe(REDIRECT_URI);
    expect(inShort(exchange(server, login, { redirect_uri: undefined }))).toBe('200');
  });
});

describe('an authorization request', () => {
  test('may be posted as a form', () => {
    const server = new TestServer();
    const { request } = requestFor();
    expect(inShort(server.send('POST', '/authorize', { form: request }))).toBe('302 redirect');
  });

  test('with HEAD has the answer of GET without its body', () => {
    const server = new TestServer();
    const { request } = requestFor({ response_mode: 'form_post' });
    const response = server.send('HEAD', '/authorize', { query: request });
    expect([response.status, response.body]).toEqual([200, '']);
  });

  test('with HEAD spends nothing: of it there is the log entry, and no code, trap, misuse or login', () => {
    const server = new TestServer();
    const { request } = requestFor({ state: undefined });
    server.state = {
      ...server.state,
      deviations: ['metadata_of_another_issuer'],
      failing: { authorize: [{ type: 'error', error: 'access_denied' }] },
    };
    const before = server.state;
    server.send('HEAD', '/.well-known/openid-configuration');
    server.send('HEAD', '/authorize', { query: request });
    const { log, steps, ...others } = server.state;
    expect(log.map(({ number, method, step, status }) => [number, method, step, status])).toEqual([
      [1, 'HEAD', 'metadata', 200],
      [2, 'HEAD', 'authorize', 302],
    ]);
    expect({ ...others, log: [], steps: 0 }).toEqual(before);
    expect(steps).toBe(2);
    expect(inShort(server.send('GET', '/authorize', { query: request }))).toBe('302 redirect access_denied');
  });

  test('may have parameters that nobody knows', () => {
    expect(inShort(logIn(new TestServer(), { 'ext-theme': 'dark', display: 'popup' }).response)).toBe('302 redirect');
  });

  test('loses scopes that the server does not grant, and says so in the token response', () => {
    const server = new TestServer({ scopes: ['openid', 'profile'] });
    expect(tokensOf(server).scope).toBe('openid profile');
  });
});

describe('a resource', () => {
  // Every API is known here: only the form counts.
  const answerTo = (resource: string | readonly string[]): string =>
    inShort(logIn(new TestServer(), { resource }).response);
  test.each(['https://api.example.com', 'https://api.example.com/a?b=c', 'urn:example:api', 'com.example:api'])(
    '%s is an absolute URI',
    (resource) => expect(answerTo(resource)).toBe('302 redirect'),
  );
  test.each([
    '/api',
    'api',
    '//api.example.com',
    'https://api.example.com#a',
    'https://api.example.com#',
    'a b:c',
    'a:',
  ])('%s is none, or has a fragment', (resource) => expect(answerTo(resource)).toBe('302 redirect invalid_target'));
  test('among several has to be one too', () => {
    expect(answerTo(['https://api.example.com', 'api'])).toBe('302 redirect invalid_target');
  });
});

describe('who is logged in already', () => {
  /** Somebody logs in, waits, and asks again with the cookie. */
  function again(changed: Fields, seconds = 0, settings: ConstructorParameters<typeof TestServer>[0] = {}) {
    const server = new TestServer(settings);
    const { cookie } = logIn(server);
    server.now += seconds;
    const login = logIn(server, changed, { headers: { cookie } });
    return { server, login, authTime: (): unknown => authTimeOf(server, login) };
  }
  const authTimeOf = (server: TestServer, login: ReturnType<typeof logIn>): unknown =>
    claimsOf(jsonOf(exchange(server, login))['id_token'])['auth_time'];

  test('is not asked again', () => {
    expect(again({}, 100).authTime()).toBe(NOW);
  });

  test('is not asked again with prompt=none', () => {
    expect(again({ prompt: 'none' }, 100).authTime()).toBe(NOW);
  });

  test.each(['login', 'select_account', 'login consent'])('logs in again with prompt=%s', (prompt) => {
    expect(again({ prompt }, 100).authTime()).toBe(NOW + 100);
  });

  test.each([
    ['99', NOW + 100],
    ['100', NOW],
    ['0', NOW + 100],
  ])('has logged in 100 seconds ago, and max_age is %s', (max_age, authTime) => {
    expect(again({ max_age }, 100).authTime()).toBe(authTime);
  });

  test('logs in again with max_age=0 even in the same second, as with prompt=login', () => {
    expect(again({}).login.cookie).toBe('');
    expect(again({ max_age: '0' }).login.cookie).toMatch(/^login_session=[\w-]{43}$/);
    expect(inShort(again({ max_age: '0', prompt: 'none' }).login.response)).toBe('302 redirect login_required');
  });

  test('has to be who the hint names', () => {
    const server = new TestServer();
    const { id_token } = tokensOf(server);
    const bob = logIn(server, { login_hint: 'bob' });
    const silently = (changed: Fields, cookie = bob.cookie): string =>
      inShort(logIn(server, { prompt: 'none', ...changed }, { headers: { cookie } }).response);
    expect(silently({})).toBe('302 redirect');
    expect(silently({ id_token_hint: id_token })).toBe('302 redirect login_required');
    server.now += 10_000;
    const ada = logIn(server);
    // An ID Token that has expired is still a hint.
    expect(silently({ id_token_hint: id_token }, ada.cookie)).toBe('302 redirect');
  });

  test('has to be who the hint names after the login page too', () => {
    const server = new TestServer();
    const { id_token } = tokensOf(server);
    server.settings({ person: 'pages' });
    const { response } = logIn(server, { id_token_hint: id_token });
    const page = new URL(response.headers['location'] ?? '', ISSUER).pathname;
    const cookie = response.headers['set-cookie']?.split(';', 1)[0] ?? '';
    const answered = server.send('POST', page, {
      form: { username: 'bob', password: 'swordfish' },
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(inShort(answered)).toBe('303 redirect login_required');
  });

  test('is asked for consent on pages, but not with prompt=none', () => {
    const { login } = again({ prompt: 'none' });
    expect(inShort(login.response)).toBe('302 redirect');
    const server = new TestServer();
    const { cookie } = logIn(server);
    server.settings({ person: 'pages' });
    expect(inShort(logIn(server, { prompt: 'none' }, { headers: { cookie } }).response)).toBe(
      '302 redirect consent_required',
    );
  });

  test('is known by a cookie that scripts and other sites do not get', () => {
    const [, ...attributes] = logIn(new TestServer()).response.headers['set-cookie']?.split('; ') ?? [];
    expect(attributes).toEqual(['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure']);
  });

  test('is not known by the cookie of somebody else, or by rubbish', () => {
    const server = new TestServer();
    logIn(server);
    for (const cookie of ['login_session=', 'login_session=x', 'login_session', '=', ';;', 'other=1'])
      expect(inShort(logIn(server, { prompt: 'none' }, { headers: { cookie } }).response)).toBe(
        '302 redirect login_required',
      );
  });
});

describe('who logs in by itself', () => {
  const subjectFor = (changed: Fields): unknown => claimsOf(tokensOf(new TestServer(), changed).id_token)['sub'];

  test('is the first person', () => expect(subjectFor({})).toBe('ada'));
  test('is the person of the login_hint, by e-mail address, user name or sub', () => {
    expect(subjectFor({ login_hint: 'bob' })).toBe('bob');
    expect(subjectFor({ login_hint: 'ada@example.com' })).toBe('ada');
  });
  test('is the first person when the hint names nobody', () => expect(subjectFor({ login_hint: 'eve' })).toBe('ada'));
  test('is nobody when there is nobody', () => {
    expect(inShort(logIn(new TestServer({ users: [] })).response)).toBe('302 redirect login_required');
  });
});

test('the ID Token says which of the acr_values was met', () => {
  const { id_token } = tokensOf(new TestServer(), { acr_values: 'urn:phr urn:pwd' });
  expect(claimsOf(id_token)).toMatchObject({ acr: 'urn:phr' });
});
