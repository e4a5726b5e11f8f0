/** Every mistake of a client is named, with the steps that it was made in, and without a secret. */
import { describe, expect, test } from 'vitest';
import { MISUSE_CODES, type MisuseCode } from '../src/authorization-server.ts';
import { cookieIn, exchange, logIn, refresh, requestFor, tokensOf, verifierOf } from './support/script.ts';
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
  unknown_endpoint: [(server) => server.send('GET', '/login'), 1, 'nothing at /login.'],
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
      expect(server.state.misuses).toEqual([{ code, step, sentence: expect.stringContaining(says) }]);
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
  namesNothing('a login without openid, which needs no nonce', (server) =>
    logIn(server, { scope: 'profile', nonce: undefined }),
  );
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
    { number: 4, step: 'authorize', method: 'GET', path: '/authorize', status: 400 },
  ]);
});
