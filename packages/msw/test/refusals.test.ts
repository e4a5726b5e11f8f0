/** What the server refuses, with the exact answer, the misuse that it names, and what becomes of issued tokens. */
import { describe, expect, test } from 'vitest';
import type { ServerResponse, ServerSettings } from '../src/authorization-server.ts';
import {
  exchange,
  logIn,
  refresh,
  requestFor,
  revoke,
  type Tokens,
  tokensOf,
  userinfo,
  verifierOf,
} from './support/script.ts';
import { claimsOf, type Fields, inShort, jsonOf, TestServer } from './support/server.ts';

type Row = readonly [what: string, act: (server: TestServer) => ServerResponse, answer: string, ...misuses: string[]];

const registered: Partial<ServerSettings> = {
  clients: [
    { clientId: 'app', redirectUris: ['https://app.example.com/callback', 'http://127.0.0.1/callback'] },
    { clientId: 'other' },
  ],
  audiences: ['https://api.example.com'],
};

/** Fails a row for every misuse that is not in it. */
function check(rows: readonly Row[], settings: Partial<ServerSettings> = registered): void {
  for (const [what, act, answer, ...misuses] of rows) {
    test(what, () => {
      const server = new TestServer(settings);
      let response: ServerResponse | undefined;
      const found = server.misusesOf(() => {
        response = act(server);
      });
      expect(response && inShort(response)).toBe(answer);
      expect(found).toEqual(misuses);
    });
  }
}

const authorize =
  (changed: Fields) =>
  (server: TestServer): ServerResponse =>
    logIn(server, changed).response;
const exchanged =
  (changed: Fields, asked: Fields = {}) =>
  (server: TestServer): ServerResponse =>
    exchange(server, logIn(server, asked), changed);
const refreshed =
  (changed: Fields) =>
  (server: TestServer): ServerResponse =>
    refresh(server, tokensOf(server).refresh_token, changed);
const later = (server: TestServer, seconds: number): TestServer => {
  server.now += seconds;
  return server;
};

describe('an authorization request is refused on a page, never by redirect,', () => {
  check([
    ['without a client_id', authorize({ client_id: undefined }), '400 page'],
    ['of an unknown client', authorize({ client_id: 'nobody' }), '400 page', 'client_unknown'],
    ['with two client_ids', authorize({ client_id: ['app', 'other'] }), '400 page', 'parameter_repeated'],
    ['with openid and without a redirect_uri', withoutRedirectUri, '400 page'],
    ['without a redirect_uri, when there are several', authorize({ redirect_uri: undefined }), '400 page'],
    [
      'with two redirect_uris',
      authorize({ redirect_uri: ['https://app.example.com/callback', 'https://evil.example/'] }),
      '400 page',
      'parameter_repeated',
    ],
    ...(
      [
        ['another host', 'https://evil.example/callback'],
        ['a slash more', 'https://app.example.com/callback/'],
        ['a query more', 'https://app.example.com/callback?a=b'],
        ['other letters', 'https://app.example.com/Callback'],
        ['a port', 'https://app.example.com:443/callback'],
        ['user information', 'https://app.example.com@evil.example/callback'],
        ['another path on loopback', 'http://127.0.0.1:4000/other'],
        ['another loopback address', 'http://[::1]:4000/callback'],
      ] as const
    ).map(
      ([what, uri]): Row => [
        `to a redirect_uri with ${what}`,
        authorize({ redirect_uri: uri }),
        '400 page',
        'redirect_uri_not_registered',
      ],
    ),
    ...['https://app.example.com/callback#a', 'http://app.example.com/callback', 'javascript:alert(1)', 'app:/cb'].map(
      (uri): Row => [`to ${uri}`, authorize({ redirect_uri: uri }), '400 page', 'redirect_uri_unsound'],
    ),
  ]);
});

describe('an authorization request is refused by redirect', () => {
  check([
    ['without PKCE', authorize({ code_challenge: undefined }), '302 redirect invalid_request', 'pkce_missing'],
    ['with plain', authorize({ code_challenge_method: 'plain' }), '302 redirect invalid_request', 'pkce_plain'],
    ['without a method', authorize({ code_challenge_method: undefined }), '302 redirect invalid_request', 'pkce_plain'],
    ...[42, 44].map(
      (length): Row => [
        `with a code_challenge of ${length} characters`,
        authorize({ code_challenge: 'a'.repeat(length) }),
        '302 redirect invalid_request',
        'code_challenge_malformed',
      ],
    ),
    [
      'with a padded code_challenge',
      authorize({ code_challenge: `${'a'.repeat(42)}=` }),
      '302 redirect invalid_request',
      'code_challenge_malformed',
    ],
    ['without a response_type', authorize({ response_type: undefined }), '302 redirect invalid_request'],
    ['for a token', authorize({ response_type: 'token' }), '302 redirect unsupported_response_type'],
    ['for code and ID Token', authorize({ response_type: 'code id_token' }), '302 redirect unsupported_response_type'],
    ['with an unknown response_mode', authorize({ response_mode: 'smoke' }), '302 redirect invalid_request'],
    ['with a request object', authorize({ request: 'e30.e30.' }), '302 redirect request_not_supported'],
    [
      'with the address of one',
      authorize({ request_uri: 'https://app.example.com/r' }),
      '302 redirect request_uri_not_supported',
    ],
    ['with prompt=none and more', authorize({ prompt: 'none login' }), '302 redirect invalid_request'],
    ['with an unknown prompt', authorize({ prompt: 'dance' }), '302 redirect invalid_request'],
    ['with prompt=none when nobody is logged in', authorize({ prompt: 'none' }), '302 redirect login_required'],
    ...['soon', '-1', '1.5', '1e3', '0x10', '+5', '99999999999'].map(
      (age): Row => [`with a max_age of ${age}`, authorize({ max_age: age }), '302 redirect invalid_request'],
    ),
    ['for an unknown API', authorize({ audience: 'https://else.example' }), '302 redirect invalid_target'],
    [
      'for two APIs of which one is unknown',
      authorize({ resource: ['https://api.example.com', 'https://else.example'] }),
      '302 redirect invalid_target',
    ],
    [
      'with a hint that is no ID Token',
      authorize({ id_token_hint: 'rubbish' }),
      '302 redirect invalid_request',
      'id_token_hint_wrong',
    ],
    ...[
      ['that is relative', '/api'],
      ['that is a name', 'api'],
      ['with a fragment', 'https://api.example.com#a'],
      ['with a space', 'https://api.example.com/a b'],
    ].map(
      ([what = '', resource]): Row => [
        `for a resource ${what}`,
        authorize({ resource }),
        '302 redirect invalid_target',
      ],
    ),
    ...['openid "email"', 'openid e\\mail', 'openid ë', 'openid\temail'].map(
      (scope): Row => [`with the scope ${scope}`, authorize({ scope }), '302 redirect invalid_scope'],
    ),
    [
      'with an ID Token of another client as a hint',
      (server) => authorize({ id_token_hint: tokensOf(server).id_token, client_id: 'other' })(server),
      '302 redirect invalid_request',
      'id_token_hint_wrong',
    ],
    [
      'with a parameter that is repeated',
      authorize({ scope: ['openid', 'profile'] }),
      '302 redirect invalid_request',
      'parameter_repeated',
    ],
  ]);

  test('tells the error in the form that was asked for, with state and iss', () => {
    const server = new TestServer();
    const { response } = logIn(server, { prompt: 'none', response_mode: 'fragment', state: 'a b&c' });
    expect(response.headers['location']).toBe(
      'https://app.example.com/callback#error=login_required&error_description=Nobody+is+logged+in.' +
        '&state=a+b%26c&iss=https%3A%2F%2Flogin.test',
    );
  });
});

describe('a code exchange is refused', () => {
  check([
    [
      'with another verifier',
      exchanged({ code_verifier: verifierOf('x') }),
      '400 invalid_grant',
      'code_verifier_wrong',
    ],
    [
      'with the verifier of another login',
      (server) => exchange(server, logIn(server), { code_verifier: logIn(server).verifier }),
      '400 invalid_grant',
      'code_verifier_of_another_login',
    ],
    ['without a verifier', exchanged({ code_verifier: undefined }), '400 invalid_grant', 'code_verifier_missing'],
    ...(
      [
        ['of 42 characters', 'a'.repeat(42)],
        ['of 129 characters', 'a'.repeat(129)],
        ['with a space', `${'a'.repeat(43)} `],
        ['with a plus sign', `${'a'.repeat(43)}+`],
        ['with padding', `${'a'.repeat(43)}=`],
        ['with a letter that is not ASCII', `${'a'.repeat(43)}é`],
        ['with a line break at its end', `${'a'.repeat(43)}\n`],
      ] as const
    ).map(
      ([what, verifier]): Row => [
        `with a verifier ${what}`,
        exchanged({ code_verifier: verifier }),
        '400 invalid_request',
        'code_verifier_malformed',
      ],
    ),
    ['without a code', exchanged({ code: undefined }), '400 invalid_request'],
    ['with an unknown code', exchanged({ code: 'unknown' }), '400 invalid_grant'],
    [
      'for the code of another client',
      exchanged({ client_id: 'other' }),
      '400 invalid_grant',
      'code_of_another_client',
    ],
    ['without the redirect_uri', exchanged({ redirect_uri: undefined }), '400 invalid_request', 'redirect_uri_missing'],
    [
      'with the beginning of the redirect_uri',
      exchanged({ redirect_uri: 'https://app.example.com/call' }),
      '400 invalid_grant',
      'redirect_uri_changed',
    ],
    [
      'with another redirect_uri',
      exchanged({ redirect_uri: 'https://app.example.com/callback/' }),
      '400 invalid_grant',
      'redirect_uri_changed',
    ],
    [
      'with another loopback port',
      exchanged({ redirect_uri: 'http://127.0.0.1:2/callback' }, { redirect_uri: 'http://127.0.0.1:1/callback' }),
      '400 invalid_grant',
      'redirect_uri_changed',
    ],
    [
      'after its time',
      (server) => {
        const login = logIn(server);
        return exchange(later(server, 60), login);
      },
      '400 invalid_grant',
    ],
    [
      'for an API that the login was not for',
      exchanged({ resource: 'https://else.example' }, { resource: 'https://api.example.com' }),
      '400 invalid_target',
    ],
    ['with a JSON body', sent({ body: '{"grant_type":"authorization_code"}' }), '400 invalid_request', 'body_not_form'],
    ['with an empty body', sent({}), '400 invalid_request', 'body_not_form'],
    [
      'with parameters in the URL',
      (server) => exchange(server, logIn(server), {}, { query: { code: 'c' } }),
      '400 invalid_request',
      'parameters_in_url',
    ],
    [
      'with a parameter that is repeated',
      exchanged({ client_id: ['app', 'app'] }),
      '400 invalid_request',
      'parameter_repeated',
    ],
    ['with a secret', exchanged({ client_secret: 'hush' }), '401 invalid_client', 'client_secret_sent'],
    ['with an assertion', exchanged({ client_assertion: 'e30.e30.' }), '401 invalid_client', 'client_secret_sent'],
    [
      'with HTTP Basic',
      (server) => {
        const response = exchange(server, logIn(server), {}, { headers: basic });
        expect(response.headers['www-authenticate']).toBe('Basic realm="https://login.test"');
        return response;
      },
      '401 invalid_client',
      'client_secret_sent',
    ],
    ['without a client_id', exchanged({ client_id: undefined }), '400 invalid_request'],
    ['of an unknown client', exchanged({ client_id: 'nobody' }), '401 invalid_client', 'client_unknown'],
    ['with a Bearer token', withAuthorization('Bearer abc'), '401 invalid_client'],
    ['with a DPoP token', withAuthorization('DPoP abc'), '401 invalid_client'],
    ['without a grant_type', exchanged({ grant_type: undefined }), '400 invalid_request'],
    ['of an unknown grant', exchanged({ grant_type: 'password' }), '400 unsupported_grant_type'],
    [
      'with GET',
      (server) => {
        const response = server.send('GET', '/oauth/token', { query: { grant_type: 'authorization_code' } });
        expect(response.headers['allow']).toBe('POST');
        return response;
      },
      '405',
      'wrong_method',
    ],
  ]);
});

/** A server that has one redirect URI for its client would know where to go. */
function withoutRedirectUri(server: TestServer): ServerResponse {
  server.settings({ clients: [{ clientId: 'app', redirectUris: ['https://app.example.com/callback'] }] });
  return logIn(server, { redirect_uri: undefined }).response;
}

function withAuthorization(authorization: string): (server: TestServer) => ServerResponse {
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  return (server) => exchange(server, logIn(server), {}, { headers });
}

const basic = { authorization: 'Basic YXBwOmh1c2g=', 'content-type': 'application/x-www-form-urlencoded' };

function sent(parts: { body?: string }): (server: TestServer) => ServerResponse {
  return (server) => server.send('POST', '/oauth/token', { headers: { 'content-type': 'application/json' }, ...parts });
}

describe('a refresh is refused', () => {
  check([
    ['without a refresh token', refreshed({ refresh_token: undefined }), '400 invalid_request'],
    ['with an unknown one', refreshed({ refresh_token: 'unknown' }), '400 invalid_grant'],
    ['of another client', refreshed({ client_id: 'other' }), '400 invalid_grant', 'refresh_token_of_another_client'],
    ['with a scope more', refreshed({ scope: 'openid address' }), '400 invalid_scope', 'scope_widened'],
    ['with an odd character in its scope', refreshed({ scope: 'openid "email"' }), '400 invalid_scope'],
    ['for an unknown API', refreshed({ audience: 'https://else.example' }), '400 invalid_target'],
    [
      'for a resource that the login was not for',
      refreshed({ resource: 'https://api.example.com' }),
      '400 invalid_target',
    ],
    ['for a resource that is no address', refreshed({ resource: 'api' }), '400 invalid_target'],
    [
      'for two APIs at once',
      refreshed({ resource: ['https://api.example.com', 'https://api.example.com/'] }),
      '400 invalid_target',
    ],
    [
      'after its time',
      (server) => {
        const { refresh_token } = tokensOf(server);
        return refresh(later(server, 3600), refresh_token);
      },
      '400 invalid_grant',
    ],
    [
      'when its refresh token was revoked',
      (server) => {
        const { refresh_token } = tokensOf(server);
        revoke(server, refresh_token);
        return refresh(server, refresh_token);
      },
      '400 invalid_grant',
    ],
  ]);
});

/** The JWT with other claims, signed as before. */
const claiming =
  (changed: object) =>
  (jwt: string): string => {
    const [header, , signature] = jwt.split('.');
    const claims = Buffer.from(JSON.stringify({ ...claimsOf(jwt), ...changed })).toString('base64url');
    return `${header}.${claims}.${signature}`;
  };
const none = Buffer.from('{"alg":"None","typ":"at+jwt"}').toString('base64url');

const FORGERIES: Readonly<Record<string, (jwt: string) => string>> = {
  'of another issuer': claiming({ iss: 'https://evil.example' }),
  'about another person': claiming({ sub: 'bob' }),
  'for another client': claiming({ client_id: 'other' }),
  'that lives longer': claiming({ exp: 9_999_999_999 }),
  'of another name': claiming({ jti: 'x' }),
  'without a signature': (jwt) => jwt.replace(/[^.]*$/, ''),
  'with two parts': (jwt) => jwt.replace(/\.[^.]*$/, ''),
  'with four parts': (jwt) => `${jwt}.x`,
  'that says that it is not signed': (jwt) => jwt.replace(/^[^.]*/, none),
  'whose name is sent instead': (jwt) => String(claimsOf(jwt)['jti']),
};

test('negative control: the same JWT, taken apart and put together again, is good', () => {
  const server = new TestServer(registered);
  const { access_token } = tokensOf(server, { audience: 'https://api.example.com' });
  expect(inShort(userinfo(server, claiming({})(access_token)))).toBe('200');
});

describe('a request for user information is refused', () => {
  const withHeaders =
    (headers: Readonly<Record<string, string>>, query: Fields = {}) =>
    (server: TestServer): ServerResponse =>
      server.send('GET', '/userinfo', { headers, query });
  check([
    ['without a token', withHeaders({}), '401 invalid_token'],
    ['with rubbish', withHeaders({ authorization: 'Bearer rubbish' }), '401 invalid_token'],
    ['with rubbish that looks like a JWT', withHeaders({ authorization: 'Bearer a.b.c' }), '401 invalid_token'],
    ['with another scheme', withHeaders({ authorization: 'Basic YXBwOmh1c2g=' }), '401 invalid_token'],
    [
      'with the token in the URL',
      (server) => withHeaders({}, { access_token: tokensOf(server).access_token })(server),
      '400 invalid_request',
      'access_token_in_url',
    ],
    [
      'with a good token in the header and another in the URL',
      (server) =>
        withHeaders({ authorization: `Bearer ${tokensOf(server).access_token}` }, { access_token: 'x' })(server),
      '400 invalid_request',
      'access_token_in_url',
    ],
    [
      'with a token in the header and in the form',
      (server) => {
        const { access_token } = tokensOf(server);
        const headers = { authorization: `Bearer ${access_token}` };
        return server.send('POST', '/userinfo', { form: { access_token }, headers });
      },
      '400 invalid_request',
    ],
    ...Object.entries(FORGERIES).map(
      ([what, forge]): Row => [
        `with a JWT ${what}`,
        (server) => userinfo(server, forge(tokensOf(server, { audience: 'https://api.example.com' }).access_token)),
        '401 invalid_token',
      ],
    ),
    [
      'with an ID Token',
      (server) => withHeaders({ authorization: `Bearer ${tokensOf(server).id_token}` })(server),
      '401 invalid_token',
    ],
    [
      'with a refresh token',
      (server) => withHeaders({ authorization: `Bearer ${tokensOf(server).refresh_token}` })(server),
      '401 invalid_token',
    ],
    [
      'after its time',
      (server) => {
        const { access_token } = tokensOf(server);
        return userinfo(later(server, 600), access_token);
      },
      '401 invalid_token',
    ],
    [
      'without openid',
      (server) => userinfo(server, tokensOf(server, { scope: 'profile' }).access_token),
      '403 insufficient_scope',
    ],
  ]);

  test.each([
    ['no token', {}, 'Bearer realm="https://login.test"'],
    [
      'a bad one',
      { authorization: 'Bearer rubbish' },
      'Bearer realm="https://login.test", error="invalid_token", error_description="it is unknown, expired or revoked"',
    ],
  ])('and says in WWW-Authenticate what it wants: %s', (_, headers, challenge) => {
    const response = new TestServer().send('GET', '/userinfo', { headers });
    expect(response.headers['www-authenticate']).toBe(challenge);
  });

  test('and names the scope that is missing', () => {
    const server = new TestServer();
    const response = userinfo(server, tokensOf(server, { scope: 'profile' }).access_token);
    expect(response.headers['www-authenticate']).toContain('error="insufficient_scope"');
    expect(response.headers['www-authenticate']).toContain('scope="openid"');
  });
});

describe('a revocation is refused', () => {
  const revoked =
    (changed: Fields) =>
    (server: TestServer): ServerResponse =>
      revoke(server, tokensOf(server).refresh_token, changed);
  check([
    ['without a token', revoked({ token: undefined }), '400 invalid_request'],
    ['of another client', revoked({ client_id: 'other' }), '400 invalid_request', 'refresh_token_of_another_client'],
    ['of an unknown client', revoked({ client_id: 'nobody' }), '401 invalid_client', 'client_unknown'],
    ['with a secret', revoked({ client_secret: 'hush' }), '401 invalid_client', 'client_secret_sent'],
  ]);

  test('and then revokes nothing', () => {
    const server = new TestServer(registered);
    const { access_token, refresh_token } = tokensOf(server);
    revoke(server, refresh_token, { client_id: 'other' });
    revoke(server, access_token, { client_id: 'other' });
    expect(inShort(userinfo(server, access_token))).toBe('200');
    expect(inShort(refresh(server, refresh_token))).toBe('200');
  });
});

/** What the tokens of a login are worth. */
const worth = (server: TestServer, { access_token, refresh_token }: Tokens): readonly string[] => [
  inShort(userinfo(server, access_token)),
  inShort(refresh(server, refresh_token)),
];
const DEAD = ['401 invalid_token', '400 invalid_grant'];
const ALIVE = ['200', '200'];

describe('what becomes of tokens', () => {
  test('a code that comes again takes everything with it that it issued, and what was refreshed since', () => {
    const server = new TestServer();
    const login = logIn(server);
    const first = jsonOf(exchange(server, login)) as unknown as Tokens;
    const second = jsonOf(refresh(server, first.refresh_token)) as unknown as Tokens;
    expect(inShort(exchange(server, login))).toBe('400 invalid_grant');
    expect(worth(server, second)).toEqual(DEAD);
    expect(inShort(userinfo(server, first.access_token))).toBe('401 invalid_token');
  });

  test('also when the code has expired, or comes with a wrong verifier', () => {
    const server = new TestServer();
    const login = logIn(server);
    const tokens = jsonOf(exchange(server, login)) as unknown as Tokens;
    server.now += 100;
    exchange(server, login, { code_verifier: verifierOf('x') });
    expect(worth(server, tokens)).toEqual(DEAD);
  });

  test('a code is of no use after a wrong verifier, and after none', () => {
    for (const code_verifier of [verifierOf('x'), undefined]) {
      const server = new TestServer();
      const login = logIn(server);
      exchange(server, login, { code_verifier });
      expect(inShort(exchange(server, login))).toBe('400 invalid_grant');
    }
  });

  test('a code is still good after requests that were not about it: malformed ones, and those of another client', () => {
    const server = new TestServer(registered);
    const login = logIn(server);
    exchange(server, login, { code_verifier: 'short' });
    exchange(server, login, { client_secret: 'hush' });
    exchange(server, login, { client_id: 'other' });
    exchange(server, login, {}, { query: { a: 'b' } });
    expect(server.misusesOf(() => expect(inShort(exchange(server, login))).toBe('200'))).toEqual([]);
  });

  test('another client that replays a code ends nothing', () => {
    const server = new TestServer(registered);
    const login = logIn(server);
    const tokens = jsonOf(exchange(server, login)) as unknown as Tokens;
    exchange(server, login, { client_id: 'other' });
    expect(worth(server, tokens)).toEqual(ALIVE);
  });

  test('a replay ends that login only', () => {
    const server = new TestServer();
    const [one, other] = [logIn(server), logIn(server)];
    const tokens = jsonOf(exchange(server, other)) as unknown as Tokens;
    exchange(server, one);
    exchange(server, one);
    expect(worth(server, tokens)).toEqual(ALIVE);
  });

  test('a refresh token that comes again revokes its family', () => {
    const server = new TestServer();
    const first = tokensOf(server);
    const second = jsonOf(refresh(server, first.refresh_token)) as unknown as Tokens;
    expect(inShort(refresh(server, first.refresh_token))).toBe('400 invalid_grant');
    expect(worth(server, second)).toEqual(DEAD);
  });

  test('another client that has it revokes nothing', () => {
    const server = new TestServer(registered);
    const first = tokensOf(server);
    const second = jsonOf(refresh(server, first.refresh_token)) as unknown as Tokens;
    refresh(server, first.refresh_token, { client_id: 'other' });
    expect(worth(server, second)).toEqual(ALIVE);
  });

  test('a refresh that was refused for its scope has not used the token', () => {
    const server = new TestServer();
    const { refresh_token } = tokensOf(server);
    refresh(server, refresh_token, { scope: 'openid address' });
    expect(inShort(refresh(server, refresh_token))).toBe('200');
  });

  test('a code whose login was revoked before gives nothing', () => {
    const server = new TestServer();
    const login = logIn(server);
    server.state = {
      ...server.state,
      authorizations: server.state.authorizations.map((one) => ({ ...one, revoked: 'revocation' })),
    };
    expect(inShort(exchange(server, login))).toBe('400 invalid_grant');
  });

  test('a session that has expired is none: prompt=none says login_required', () => {
    const server = new TestServer();
    const { cookie } = logIn(server);
    const silently = (): string => {
      const { request } = requestFor({ prompt: 'none' });
      return inShort(server.send('GET', '/authorize', { query: request, headers: { cookie } }));
    };
    server.now += 1799;
    expect(silently()).toBe('302 redirect');
    server.now += 1;
    expect(silently()).toBe('302 redirect login_required');
  });
});

test('an answer to a token request, good or bad, is not to be stored', () => {
  const server = new TestServer();
  const login = logIn(server);
  for (const response of [exchange(server, login), exchange(server, login)])
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'application/json' });
});
