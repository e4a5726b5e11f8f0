/** Every mistake of a client is named, with the steps that it was made in, and without a secret. */
import { describe, expect, test } from 'vitest';
import {
  type DeviationName,
  type Failing,
  LIMITS,
  MISUSE_CODES,
  type MisuseCode,
} from '../src/authorization-server.ts';
import { cookieIn, exchange, type Login, logIn, refresh, requestFor, tokensOf, verifierOf } from './support/script.ts';
import { type Fields, jsonOf, TestServer } from './support/server.ts';

type Mistake = readonly [act: (server: TestServer) => unknown, step: number, says: string];

const asked =
  (changed: Fields) =>
  (server: TestServer): unknown =>
    logIn(server, changed);
const exchanged =
  (changed: Fields) =>
  (server: TestServer): unknown =>
    exchange(server, logIn(server), changed);
const again =
  (name: 'state' | 'nonce' | 'code_challenge') =>
  (server: TestServer): unknown =>
    logIn(server, { [name]: logIn(server).request[name] });

/** The sentence has to say this; the number is that of the step in which it happened. */
const MISTAKES: Readonly<Record<MisuseCode, Mistake>> = {
  client_unknown: [
    (server) => {
      server.settings({ clients: [{ clientId: 'web-app' }, { clientId: 'cli' }] });
      logIn(server);
    },
    1,
    'The server knows no client of this client_id. It knows: web-app, cli.',
  ],
  pkce_missing: [asked({ code_challenge: undefined }), 1, 'has no code_challenge'],
  pkce_plain: [asked({ code_challenge_method: 'plain' }), 1, 'code_challenge_method=S256'],
  code_challenge_malformed: [asked({ code_challenge: 'x' }), 1, 'is not 43 characters'],
  code_challenge_reused: [again('code_challenge'), 2, 'already sent in step 1.'],
  code_verifier_missing: [exchanged({ code_verifier: undefined }), 2, 'has no code_verifier'],
  code_verifier_malformed: [exchanged({ code_verifier: 'x' }), 2, '43 to 128 characters'],
  code_verifier_of_another_login: [
    (server) => exchange(server, logIn(server), { code_verifier: logIn(server).verifier }),
    3,
    'belongs to another login (made in step 2, sent in step 3)',
  ],
  code_verifier_wrong: [
    exchanged({ code_verifier: verifierOf('x') }),
    2,
    'sent in step 2; the code_challenge of step 1',
  ],
  code_used_twice: [
    (server) => {
      const login = logIn(server);
      exchange(server, login);
      server.send('GET', '/userinfo');
      exchange(server, login);
    },
    4,
    'sent twice (in step 2, again in step 4)',
  ],
  code_of_another_client: [exchanged({ client_id: 'other' }), 2, 'another client_id, in step 1.'],
  redirect_uri_missing: [exchanged({ redirect_uri: undefined }), 2, 'request of step 1 had one'],
  redirect_uri_changed: [exchanged({ redirect_uri: 'https://x.example/' }), 2, 'not the one of step 1.'],
  redirect_uri_unsound: [asked({ redirect_uri: 'http://x.example/' }), 1, 'neither https'],
  redirect_uri_not_registered: [
    (server) => {
      server.settings({ clients: [{ clientId: 'app', redirectUris: [] }] });
      logIn(server);
    },
    1,
    'Add it to redirectUris',
  ],
  refresh_token_used_twice: [
    (server) => {
      const { refresh_token } = tokensOf(server);
      refresh(server, refresh_token);
      refresh(server, refresh_token);
    },
    4,
    'used twice (in step 3, again in step 4)',
  ],
  refresh_token_of_another_client: [
    (server) => refresh(server, tokensOf(server).refresh_token, { client_id: 'other' }),
    3,
    'for the login of step 1.',
  ],
  scope_widened: [
    (server) => refresh(server, tokensOf(server).refresh_token, { scope: 'address' }),
    3,
    'login of step 1 was not granted',
  ],
  state_missing: [asked({ state: undefined }), 1, 'has no state'],
  state_reused: [again('state'), 2, 'login of step 1.'],
  nonce_missing: [asked({ nonce: undefined }), 1, 'without a nonce'],
  nonce_reused: [again('nonce'), 2, 'login of step 1.'],
  parameter_repeated: [exchanged({ code: ['a', 'b'] }), 2, 'parameter code more than once'],
  parameters_in_url: [
    (server) => server.send('POST', '/oauth/token', { query: { a: 'b' } }),
    1,
    'parameters in its URL',
  ],
  body_not_form: [(server) => server.send('POST', '/oauth/token', { body: '{}' }), 1, 'x-www-form-urlencoded'],
  client_secret_sent: [exchanged({ client_secret: 'hush' }), 2, 'sent a secret'],
  wrong_method: [(server) => server.send('GET', '/oauth/token'), 1, 'made with POST'],
  access_token_in_url: [
    (server) => server.send('GET', '/userinfo', { query: { access_token: 'x' } }),
    1,
    'access token in its URL',
  ],
  unknown_endpoint: [(server) => server.send('POST', '/login'), 1, 'nothing at /login.'],
  id_token_hint_wrong: [
    (server) => server.send('GET', '/oidc/logout', { query: { id_token_hint: 'rubbish' } }),
    1,
    'id_token_hint',
  ],
  post_logout_redirect_uri_not_registered: [
    (server) => {
      server.settings({ clients: [{ clientId: 'app', postLogoutRedirectUris: [] }] });
      const query = { client_id: 'app', post_logout_redirect_uri: 'https://x.example/' };
      server.send('GET', '/oidc/logout', { query });
    },
    1,
    'Add it to postLogoutRedirectUris',
  ],
  spoiled_answer_believed: [
    (server) => {
      server.state = { ...server.state, deviations: ['wrong_issuer'] };
      const login = logIn(server);
      server.state = { ...server.state, deviations: [] };
      exchange(server, login);
    },
    2,
    'answer of step 1, which was spoiled on purpose (wrong_issuer)',
  ],
};

test('each has a test', () => {
  expect(Object.keys(MISTAKES).sort()).toEqual([...MISUSE_CODES].sort());
});

describe('a mistake is named, and only that one', () => {
  for (const [code, [act, step, says]] of Object.entries(MISTAKES)) {
    test(code, () => {
      const server = new TestServer();
      act(server);
      const advice = ['state_missing', 'nonce_missing'].includes(code) && { advice: true };
      expect(server.state.misuses).toEqual([{ code, step, sentence: expect.stringContaining(says), ...advice }]);
      expect(server.lastMisuse?.sentence).not.toMatch(/undefined|null|\[object|step 0/);
    });
  }
});

describe('no mistake is', () => {
  const namesNothing = (what: string, act: (server: TestServer) => unknown): void =>
    test(what, () => {
      const server = new TestServer();
      expect(server.misusesOf(() => act(server))).toEqual([]);
    });

  namesNothing('a whole login, with everything after it', (server) => {
    const { access_token, refresh_token } = tokensOf(server);
    server.send('GET', '/userinfo', { headers: { authorization: `Bearer ${access_token}` } });
    const second = jsonOf(refresh(server, refresh_token));
    server.send('POST', '/oauth/revoke', { form: { client_id: 'app', token: String(second['refresh_token']) } });
  });
  namesNothing('a login page that is loaded again', (server) => {
    server.settings({ person: 'pages' });
    const { request } = requestFor();
    for (let count = 0; count < 2; count++) server.send('GET', '/authorize', { query: request });
  });
  namesNothing('an access token that has expired in the meantime', (server) => {
    const { access_token } = tokensOf(server);
    server.now += 601;
    server.send('GET', '/userinfo', { headers: { authorization: `Bearer ${access_token}` } });
  });
  namesNothing('a refresh token that has expired in the meantime', (server) => {
    const { refresh_token } = tokensOf(server);
    server.now += 3601;
    refresh(server, refresh_token);
  });
  namesNothing('prompt=none when nobody is logged in', (server) => logIn(server, { prompt: 'none' }));
  namesNothing('an address that is opened twice, whatever came of it', (server) => {
    const { request, verifier } = requestFor();
    const [first] = [logIn(server, request), logIn(server, request)];
    exchange(server, { ...first, verifier });
    logIn(server, request);
  });
  namesNothing('what browsers and people look for', (server) => {
    const headers = { accept: 'image/*' };
    for (const path of ['/', '/robots.txt', '/favicon.ico', '/apple-touch-icon.png', '/login?theme=dark'])
      for (const method of ['GET', 'HEAD']) server.send(method, path, { headers });
    server.send('GET', '/.well-known/webfinger', { query: { resource: 'acct:ada@login.test', client_id: 'x' } });
  });
  namesNothing('an Authorization header of an application that sends its access token everywhere', (server) =>
    exchange(server, logIn(server), {}, { headers: { ...FORM, authorization: 'Bearer abc' } }),
  );
  namesNothing('spoiled metadata that got lost', (server) => {
    server.state = { ...server.state, deviations: ['metadata_of_another_issuer'], failing: { metadata: [DROP] } };
    server.send('GET', '/.well-known/openid-configuration');
    expect(server.lastEntry).toMatchObject({ lost: true, deviations: ['metadata_of_another_issuer'] });
    logIn(server);
  });
  namesNothing('a spoiled callback that got lost', (server) => {
    server.state = { ...server.state, deviations: ['wrong_issuer'], failing: { authorize: [DROP] } };
    exchange(server, logIn(server));
  });
  namesNothing('a spoiled token response that got lost', (server) => {
    server.state = { ...server.state, deviations: ['wrong_nonce'], failing: { token: [DROP] } };
    refresh(server, tokensOf(server).refresh_token);
  });
  namesNothing('a login without openid, which needs no nonce', (server) =>
    logIn(server, { scope: 'profile', nonce: undefined }),
  );
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const DROP: Failing = { type: 'drop' };

describe('nobody is meant but the server, and told so,', () => {
  test.each([
    ['GET', '/login', { query: { response_type: 'code' } }],
    ['GET', '/', { query: { client_id: 'app' } }],
    ['GET', '/me', { headers: { authorization: 'Bearer abc' } }],
    ['POST', '/', {}],
    ['POST', '/.well-known/openid-configuration/x', {}],
    ['DELETE', '/robots.txt', {}],
  ] as const)('by %s %s %o', (method, path, parts) => {
    const server = new TestServer();
    expect(server.misusesOf(() => server.send(method, path, parts))).toEqual(['unknown_endpoint']);
    expect(server.lastEntry).toMatchObject({ step: 'unknown', status: 404 });
  });
});

describe('an unknown client is told which there are', () => {
  const told = (count: number): string | undefined => {
    const clients = Array.from({ length: count }, (_, n) => ({ clientId: `c${n}` }));
    const server = new TestServer({ clients });
    logIn(server);
    return server.lastMisuse?.sentence;
  };
  test('none', () => expect(told(0)).toContain('It knows none.'));
  test('one', () => expect(told(1)).toContain('It knows: c0.'));
  test('many, of which ten are enough', () => expect(told(11)).toMatch(/: c0, .*, c9, \.\.\.\. /));
  test('at every endpoint that asks who is there', () => {
    const server = new TestServer({ clients: [{ clientId: 'web-app' }] });
    const query = { client_id: 'app' };
    const misuses = server.misusesOf(() => {
      logIn(server);
      refresh(server, 'x');
      server.send('POST', '/oauth/revoke', { form: { ...query, token: 'x' } });
      server.send('GET', '/oidc/logout', { query });
      server.send('GET', '/v2/logout', { query });
    });
    expect(misuses).toEqual(Array.from({ length: 5 }, () => 'client_unknown'));
    expect(server.state.log.map(({ error }) => error)).toEqual([
      ...['invalid_client', 'invalid_client', 'invalid_client', 'invalid_request', 'invalid_request'],
    ]);
  });
});

describe('the codes of one request that was opened twice', () => {
  const opened = (changed: Fields = {}): { server: TestServer; logins: readonly Login[] } => {
    const server = new TestServer();
    const { request, verifier } = requestFor();
    const logins = [logIn(server, request), logIn(server, { ...request, ...changed })];
    return { server, logins: logins.map((one) => ({ ...one, verifier })) };
  };

  test('are a mistake when both are sent, in any order', () => {
    for (const order of [(all: readonly Login[]) => all, (all: readonly Login[]) => [...all].reverse()]) {
      const { server, logins } = opened();
      for (const one of order(logins)) expect(exchange(server, one).status).toBe(200);
      expect(server.state.misuses).toEqual([
        { code: 'code_challenge_reused', step: 4, sentence: expect.stringContaining('of steps 1 and 2 have one') },
      ]);
    }
  });

  test('are no second mistake when the second is sent again: that is another one', () => {
    const { server, logins } = opened();
    for (const one of [...logins, ...logins.slice(1)]) exchange(server, one);
    expect(server.state.misuses.map(({ code }) => code)).toEqual(['code_challenge_reused', 'code_used_twice']);
  });

  test('negative control: with another state the mistake was seen before, and once', () => {
    const { server, logins } = opened({ state: 'another' });
    for (const one of logins) exchange(server, one);
    expect(server.state.misuses.map(({ code, step }) => [code, step])).toEqual([
      ['nonce_reused', 2],
      ['code_challenge_reused', 2],
    ]);
  });
});

describe('a request that ended in an error', () => {
  test('has used its state, nonce and challenge all the same', () => {
    const server = new TestServer();
    const { request } = logIn(server, { prompt: 'none' });
    expect(server.lastEntry).toMatchObject({ error: 'login_required' });
    const { state, nonce, code_challenge } = request;
    expect(server.misusesOf(() => logIn(server, { state, nonce, code_challenge }))).toEqual([
      ...['state_reused', 'nonce_reused', 'code_challenge_reused'],
    ]);
    expect(server.lastMisuse?.sentence).toContain('in step 1.');
  });

  test('is known by its verifier', () => {
    const server = new TestServer();
    const silent = logIn(server, { prompt: 'none' });
    exchange(server, logIn(server), { code_verifier: silent.verifier });
    expect(server.lastMisuse).toMatchObject({
      code: 'code_verifier_of_another_login',
      sentence: expect.stringContaining('made in step 1, sent in step 3'),
    });
  });
});

describe('where plain is taken', () => {
  const started = (): TestServer => {
    const server = new TestServer();
    server.state = { ...server.state, deviations: ['plain_accepted'] };
    return server;
  };
  const plain = (verifier: string): Fields => ({ code_challenge: verifier, code_challenge_method: undefined });
  const [one, other] = [verifierOf('plain 1'), verifierOf('plain 2')];
  const last = ({ lastMisuse }: TestServer): readonly unknown[] => [lastMisuse?.code, lastMisuse?.sentence];

  test('a verifier of another login is known, whichever of the two methods that login has', () => {
    for (const changed of [plain(one), {}]) {
      const server = started();
      const first = logIn(server, changed);
      const verifier = changed['code_challenge'] ?? first.verifier;
      exchange(server, logIn(server, plain(other)), { code_verifier: String(verifier) });
      expect(last(server)).toEqual([
        'code_verifier_of_another_login',
        expect.stringContaining('made in step 1, sent in step 3'),
      ]);
    }
  });

  test('a verifier that fits a challenge of S256 that was not said to be one is told just that', () => {
    const server = started();
    exchange(server, logIn(server, { code_challenge_method: undefined }));
    expect(last(server)).toEqual([
      'pkce_plain',
      expect.stringContaining('The authorization request of step 1 does not say code_challenge_method=S256'),
    ]);
  });
});

describe('what is revoked', () => {
  const sentenceAfter = (act: (server: TestServer) => unknown, ...deviations: DeviationName[]): string => {
    const server = new TestServer();
    server.state = { ...server.state, deviations };
    act(server);
    return server.lastMisuse?.sentence ?? '';
  };
  const replay = (first: Fields) => (server: TestServer) => {
    const login = logIn(server);
    exchange(server, login, first);
    exchange(server, login);
  };
  const reuse = (server: TestServer): void => {
    const { refresh_token } = tokensOf(server);
    refresh(server, refresh_token);
    refresh(server, refresh_token);
  };

  test('is said', () => {
    expect(sentenceAfter(replay({}))).toContain('what it issued is revoked now');
    expect(sentenceAfter(reuse)).toContain('All tokens of this login are revoked now.');
  });

  test('is not said of a server that revokes nothing, or of a code that issued nothing', () => {
    for (const sentence of [
      sentenceAfter(replay({}), 'tokens_survive_code_replay'),
      sentenceAfter(replay({ redirect_uri: 'https://x.example/' })),
      sentenceAfter(replay({ code_verifier: verifierOf('x') })),
      sentenceAfter(reuse, 'tokens_survive_refresh_reuse'),
    ]) {
      expect(sentence).toMatch(/sent twice|used twice/);
      expect(sentence).not.toContain('revoked');
    }
  });
});

test('of each code the first are kept, however many of another follow', () => {
  const server = new TestServer();
  logIn(server, { state: undefined });
  for (let n = 0; n < LIMITS.misuses + 10; n++) server.send('GET', '/oauth/token');
  logIn(server, { nonce: undefined });
  const [first, second] = server.state.misuses;
  expect([first?.code, second?.code, second?.step]).toEqual(['state_missing', 'wrong_method', 2]);
  expect(server.lastMisuse).toMatchObject({ code: 'nonce_missing', step: LIMITS.misuses + 12 });
  expect(server.state.misuses).toHaveLength(LIMITS.misuses + 2);
});

test('negative control: a login page of another login with the same state is a mistake', () => {
  const server = new TestServer({ person: 'pages' });
  const { request } = requestFor();
  server.send('GET', '/authorize', { query: request });
  const other = requestFor({ state: request['state'] });
  expect(server.misusesOf(() => server.send('GET', '/authorize', { query: other.request }))).toEqual(['state_reused']);
});

test('a verifier of a login that is still on its login page is named as such', () => {
  const server = new TestServer();
  const login = logIn(server);
  server.settings({ person: 'pages' });
  const waiting = logIn(server);
  exchange(server, login, { code_verifier: waiting.verifier });
  expect(server.lastMisuse).toMatchObject({
    code: 'code_verifier_of_another_login',
    sentence: expect.stringContaining('made in step 2, sent in step 3'),
  });
});

test('a code that comes a third time is told with the step in which it was sent first', () => {
  const server = new TestServer();
  const login = logIn(server);
  for (let count = 0; count < 3; count++) exchange(server, login);
  expect(server.lastMisuse?.sentence).toContain('in step 2, again in step 4');
});

test('the log names steps, logins and errors', () => {
  const server = new TestServer();
  const login = logIn(server);
  exchange(server, login);
  exchange(server, login);
  server.send('GET', '/authorize', { query: {}, headers: { cookie: cookieIn(login.response) } });
  expect(server.state.log).toEqual([
    { number: 1, step: 'authorize', method: 'GET', path: '/authorize', status: 302, login: 1 },
    { number: 2, step: 'token', method: 'POST', path: '/oauth/token', status: 200, login: 1 },
    { number: 3, step: 'token', method: 'POST', path: '/oauth/token', status: 400, error: 'invalid_grant', login: 1 },
    { number: 4, step: 'authorize', method: 'GET', path: '/authorize', status: 400, error: 'invalid_request' },
  ]);
});
