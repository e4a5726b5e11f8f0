/** The same requests to our server and to oidc-provider: the same kind of answer, or a difference that is argued. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, gist, OidcProvider, Ours, type Subject } from './support/both-servers.ts';
import { verifierOf } from './support/script.ts';
import type { Fields } from './support/server.ts';

type Script = (subject: Subject) => Promise<Answer>;

const authorized =
  (changed: Fields): Script =>
  (subject) =>
    subject.authorize(changed);
const loggedIn =
  (changed: Fields = {}): Script =>
  async (subject) =>
    (await subject.logIn(changed)).answer;
const exchanged =
  (changed: Fields = {}, asked: Fields = {}): Script =>
  async (subject) =>
    subject.exchange(await subject.logIn(asked), changed);
const refreshed =
  (changed: Fields = {}): Script =>
  async (subject) =>
    subject.refresh((await subject.tokens()).refresh_token, changed);

const SCRIPTS: Readonly<Record<string, Script>> = {
  // Authorization
  'a sound login': loggedIn(),
  'a sound login, in the fragment': loggedIn({ response_mode: 'fragment' }),
  'a sound login, on another loopback address': (subject) =>
    subject.authorize({ redirect_uri: 'http://localhost:49152/callback' }),
  'a login without state': loggedIn({ state: undefined }),
  'a login without nonce': loggedIn({ nonce: undefined }),
  'a login with max_age=0': loggedIn({ max_age: '0' }),
  'a login with a parameter that nobody knows': loggedIn({ 'ext-theme': 'dark' }),
  'no client_id': authorized({ client_id: undefined }),
  'an unknown client': authorized({ client_id: 'nobody' }),
  'two client_ids': authorized({ client_id: ['demo-app', 'demo-app'] }),
  'no redirect_uri': authorized({ redirect_uri: undefined }),
  'another redirect_uri': authorized({ redirect_uri: 'https://evil.example/callback' }),
  'a redirect_uri with a slash more': authorized({ redirect_uri: 'http://127.0.0.1:49152/callback/' }),
  'a redirect_uri with a fragment': authorized({ redirect_uri: 'http://127.0.0.1:49152/callback#a' }),
  'two redirect_uris': authorized({ redirect_uri: ['http://127.0.0.1/callback', 'http://127.0.0.1/callback'] }),
  'no response_type': authorized({ response_type: undefined }),
  'response_type=token': authorized({ response_type: 'token' }),
  'response_type=code id_token': authorized({ response_type: 'code id_token' }),
  'an unknown response_mode': authorized({ response_mode: 'smoke' }),
  'no PKCE': authorized({ code_challenge: undefined, code_challenge_method: undefined }),
  'PKCE with plain': authorized({ code_challenge_method: 'plain' }),
  'PKCE without a method': authorized({ code_challenge_method: undefined }),
  'a method without a challenge': authorized({ code_challenge: undefined }),
  'a challenge of 42 characters': authorized({ code_challenge: 'a'.repeat(42) }),
  'a challenge of 44 characters': authorized({ code_challenge: 'a'.repeat(44) }),
  'prompt=none when nobody is logged in': authorized({ prompt: 'none' }),
  'prompt=none login': authorized({ prompt: 'none login' }),
  'an unknown prompt': authorized({ prompt: 'dance' }),
  'prompt=select_account': authorized({ prompt: 'select_account' }),
  'max_age=soon': authorized({ prompt: undefined, max_age: 'soon' }),
  'max_age=-1': authorized({ prompt: undefined, max_age: '-1' }),
  'a request object': authorized({ request: 'e30.e30.' }),
  'the address of a request object': authorized({ request_uri: 'https://app.example.com/r' }),
  'id_token_hint=rubbish': authorized({ id_token_hint: 'rubbish' }),
  'a scope that nobody knows': loggedIn({ scope: 'openid rubbish' }),
  'a state that is repeated': authorized({ state: ['a', 'b'] }),
  'an authorization request by POST that is wrong': (subject) => subject.authorize({ response_type: 'token' }, 'POST'),
  // Code exchange
  'a code exchange': exchanged(),
  'another verifier': exchanged({ code_verifier: verifierOf('x') }),
  'a verifier of 42 characters': exchanged({ code_verifier: 'a'.repeat(42) }),
  'a verifier of 129 characters': exchanged({ code_verifier: 'a'.repeat(129) }),
  'a verifier with a space': exchanged({ code_verifier: `${'a'.repeat(43)} ` }),
  'no verifier': exchanged({ code_verifier: undefined }),
  'no code': exchanged({ code: undefined }),
  'an unknown code': exchanged({ code: 'unknown' }),
  'no redirect_uri in the token request': exchanged({ redirect_uri: undefined }),
  'another redirect_uri in the token request': exchanged({ redirect_uri: 'http://127.0.0.1:49153/callback' }),
  'a code after a wrong verifier': async (subject) => {
    const login = await subject.logIn();
    await subject.exchange(login, { code_verifier: verifierOf('x') });
    return subject.exchange(login);
  },
  'a code after a wrong redirect_uri': async (subject) => {
    const login = await subject.logIn();
    await subject.exchange(login, { redirect_uri: 'http://127.0.0.1:1/callback' });
    return subject.exchange(login);
  },
  'a code twice': async (subject) => {
    const login = await subject.logIn();
    await subject.exchange(login);
    return subject.exchange(login);
  },
  'an access token after its code came twice': async (subject) => {
    const login = await subject.logIn();
    const { access_token } = JSON.parse((await subject.exchange(login)).body);
    await subject.exchange(login);
    return subject.userinfo(access_token);
  },
  'a refresh token after its code came twice': async (subject) => {
    const login = await subject.logIn();
    const { refresh_token } = JSON.parse((await subject.exchange(login)).body);
    await subject.exchange(login);
    return subject.refresh(refresh_token);
  },
  'a token request as JSON': (subject) =>
    subject.send('POST', '/oauth/token', { body: '{}', headers: { 'content-type': 'application/json' } }),
  'a token request with a parameter in the URL': async (subject) =>
    subject.exchange(await subject.logIn(), {}, { query: { a: 'b' } }),
  'a token request with a code that is repeated': exchanged({ code: ['a', 'b'] }),
  'a token request with a secret': exchanged({ client_secret: 'hush' }),
  'a token request with HTTP Basic': async (subject) =>
    subject.exchange(
      await subject.logIn(),
      {},
      {
        headers: {
          authorization: `Basic ${btoa('demo-app:hush')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
      },
    ),
  'a token request without client_id': exchanged({ client_id: undefined }),
  'a token request of an unknown client': exchanged({ client_id: 'nobody' }),
  'a token request without grant_type': exchanged({ grant_type: undefined }),
  'a token request of an unknown grant': exchanged({ grant_type: 'password' }),
  'a token request with GET': (subject) => subject.send('GET', '/oauth/token'),
  // Refresh
  'a refresh': refreshed(),
  'a refresh with less scope': refreshed({ scope: 'openid' }),
  'a refresh with more scope': refreshed({ scope: 'openid email' }),
  'a refresh with no token': refreshed({ refresh_token: undefined }),
  'a refresh with an unknown token': refreshed({ refresh_token: 'unknown' }),
  'a refresh token twice': async (subject) => {
    const { refresh_token } = await subject.tokens();
    await subject.refresh(refresh_token);
    return subject.refresh(refresh_token);
  },
  'the newer refresh token after the older came twice': async (subject) => {
    const { refresh_token } = await subject.tokens();
    const newer = JSON.parse((await subject.refresh(refresh_token)).body);
    await subject.refresh(refresh_token);
    return subject.refresh(newer.refresh_token);
  },
  'the access token after the refresh token came twice': async (subject) => {
    const { refresh_token } = await subject.tokens();
    const newer = JSON.parse((await subject.refresh(refresh_token)).body);
    await subject.refresh(refresh_token);
    return subject.userinfo(newer.access_token);
  },
  'the whole scope after a refresh with less': async (subject) => {
    const { refresh_token } = await subject.tokens();
    const newer = JSON.parse((await subject.refresh(refresh_token, { scope: 'openid' })).body);
    return subject.refresh(newer.refresh_token, { scope: 'openid profile offline_access' });
  },
  // User information
  userinfo: async (subject) => subject.userinfo((await subject.tokens()).access_token),
  'userinfo by POST': async (subject) => subject.userinfo((await subject.tokens()).access_token, 'POST'),
  'userinfo without openid': async (subject) =>
    subject.userinfo((await subject.tokens({ scope: 'profile', prompt: undefined, nonce: undefined })).access_token),
  'userinfo without a token': (subject) => subject.send('GET', '/userinfo'),
  'userinfo with rubbish': (subject) => subject.userinfo('rubbish'),
  'userinfo with the token in the URL': async (subject) =>
    subject.send('GET', '/userinfo', { query: { access_token: (await subject.tokens()).access_token } }),
  'userinfo with a refresh token': async (subject) => subject.userinfo((await subject.tokens()).refresh_token),
  // Revocation
  'a revocation': async (subject) => subject.revoke((await subject.tokens()).refresh_token),
  'an access token after its refresh token was revoked': async (subject) => {
    const { access_token, refresh_token } = await subject.tokens();
    await subject.revoke(refresh_token);
    return subject.userinfo(access_token);
  },
  'a refresh token after its access token was revoked': async (subject) => {
    const { access_token, refresh_token } = await subject.tokens();
    await subject.revoke(access_token);
    return subject.refresh(refresh_token);
  },
  'a revocation of an unknown token': (subject) => subject.revoke('unknown'),
  'a revocation without a token': (subject) => subject.revoke('', { token: undefined }),
  'a revocation of an unknown client': (subject) => subject.revoke('unknown', { client_id: 'nobody' }),
  'a revocation with a wrong hint': (subject) => subject.revoke('unknown', { token_type_hint: 'rubbish' }),
  // The server itself
  'OpenID discovery': (subject) => subject.send('GET', '/.well-known/openid-configuration'),
  'OAuth discovery': (subject) => subject.send('GET', '/.well-known/oauth-authorization-server'),
  keys: (subject) => subject.send('GET', '/.well-known/jwks.json'),
  'an unknown path': (subject) => subject.send('GET', '/nothing'),
  'a logout to somewhere else': (subject) =>
    subject.send('GET', '/oidc/logout', {
      query: { client_id: 'demo-app', post_logout_redirect_uri: 'https://evil.example/' },
    }),
  'a logout with id_token_hint=rubbish': (subject) =>
    subject.send('GET', '/oidc/logout', { query: { id_token_hint: 'rubbish' } }),
  // What a reviewer tried besides
  'prompt=create': authorized({ prompt: 'create' }),
  'a registration': authorized({ registration: '{}' }),
  'no scope': authorized({ scope: undefined }),
  'offline_access without openid': authorized({ scope: 'offline_access' }),
  'a parameter that nobody knows, twice': authorized({ 'ext-theme': ['dark', 'light'] }),
  'an error by form_post': authorized({ response_mode: 'form_post', response_type: 'token' }),
  'userinfo with another scheme': async (subject) =>
    subject.send('GET', '/userinfo', { headers: { authorization: `Basic ${(await subject.tokens()).access_token}` } }),
  'a logout': (subject) => subject.send('GET', '/oidc/logout'),
  'a logout by POST, to somewhere, of nobody': (subject) =>
    subject.send('POST', '/oidc/logout', { form: { post_logout_redirect_uri: 'https://app.example/' } }),
  'a logout of an unknown client': (subject) => subject.send('GET', '/oidc/logout', { query: { client_id: 'nobody' } }),
};

/** What we answer, what oidc-provider answers, and why ours stays so. */
const DIFFERENCES: Readonly<Record<string, readonly [ours: string, theirs: string, because: string]>> = {
  'response_type=code id_token': [
    'redirect: unsupported_response_type',
    'redirect: invalid_request',
    'A response type that a server does not have is unsupported_response_type. RFC 6749, section 4.1.2.1.',
  ],
  'an unknown response_mode': [
    'redirect: invalid_request',
    'redirect: unsupported_response_mode',
    'Their code is registered nowhere; an unsupported value of a parameter is invalid_request. RFC 6749, 4.1.2.1.',
  ],
  'a challenge of 44 characters': [
    'redirect: invalid_request',
    'a page of the server',
    'SHA-256 gives 43 characters, so that no verifier can ever fit. RFC 7636, section 4.2.',
  ],
  'prompt=select_account': [
    'redirect: code',
    'redirect: invalid_request',
    'They know it only when they are told to; it is one of the four of OIDC Core, section 3.1.2.1.',
  ],
  'an authorization request by POST that is wrong': [
    'redirect: unsupported_response_type',
    '4xx',
    'They take POST only when they are told to; a server has to take both. OIDC Core, section 3.1.2.1.',
  ],
  'a code after a wrong verifier': [
    '4xx invalid_grant',
    '2xx',
    'Of 13 servers that were tried, five burn the code and eight keep it. A test double is the stricter one.',
  ],
  'a token request with a parameter in the URL': [
    '4xx invalid_request',
    '2xx',
    'They do not look there. A client must not put any there: the URL ends up in logs. RFC 6749, section 3.2.',
  ],
  'a refresh token after its access token was revoked': [
    '2xx',
    '4xx invalid_grant',
    'A server may revoke the refresh token as well, and need not. RFC 7009, section 2.1.',
  ],
  'prompt=create': [
    'redirect: code',
    'redirect: invalid_request',
    'They do not know it; ours does. Initiating User Registration via OpenID Connect 1.0.',
  ],
  'no scope': [
    'redirect: code',
    'redirect: invalid_request',
    'It is optional; a server grants its default then, or refuses. RFC 6749, section 3.3.',
  ],
  'offline_access without openid': [
    'redirect: code',
    'redirect: invalid_request',
    'Servers without OpenID Connect give refresh tokens under that name too.',
  ],
  'a parameter that nobody knows, twice': [
    'redirect: invalid_request',
    'a page of the server',
    'No parameter may come twice, and the redirect URI is sound, so that the client is told. RFC 6749, section 3.1.',
  ],
  'an error by form_post': [
    '2xx',
    '4xx',
    'The same page with the same form, under the status of a page. OAuth 2.0 Form Post Response Mode, section 2.',
  ],
  'userinfo with another scheme': [
    '4xx invalid_token',
    '4xx invalid_request',
    'The request is well formed and has no access token that is good. RFC 6750, section 3.1.',
  ],
  'a logout': [
    'a page of the server',
    '2xx',
    'A redirect to the page that says so: the description of the wire has no 200.',
  ],
  'a logout by POST, to somewhere, of nobody': [
    'a page of the server',
    '4xx',
    'It leads nowhere there either: without a client no address is registered. RP-Initiated Logout 1.0, section 3.',
  ],
};

describe('the same request has the same answer, or the difference is listed', () => {
  const ours = new Ours();
  let theirs: OidcProvider;

  beforeAll(async () => {
    theirs = await OidcProvider.start();
  });
  afterAll(() => theirs.close());

  for (const [what, script] of Object.entries(SCRIPTS)) {
    test(what, async () => {
      const found = [gist(await script(ours)), gist(await script(theirs))];
      const [one, other, because] = DIFFERENCES[what] ?? [found[0], found[0]];
      expect(found).toEqual([one, other]);
      if (because !== undefined) expect(one).not.toBe(other);
    });
  }
});

test('no difference is listed that belongs to no request', () => {
  expect(Object.keys(DIFFERENCES).filter((what) => !(what in SCRIPTS))).toEqual([]);
});
