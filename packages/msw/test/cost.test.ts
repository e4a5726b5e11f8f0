/** What a login through the pure server costs: CPU, printed; and memory, which ten thousand logins do not fill. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { answer, createState, ENTROPY_LENGTH, LIMITS, type ServerState } from '../src/authorization-server.ts';
import { challengeOf, exchange, logIn, refresh, tokensOf, userinfo, verifierOf } from './support/script.ts';
import { callbackOf, defaults, encoded, ISSUER, jsonOf, NOW, TestServer } from './support/server.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const REDIRECT_URI = 'https://app.example.com/callback';

/** What a client sends, made beforehand: only the server is measured. */
interface Prepared {
  readonly url: string;
  readonly verifier: string;
  readonly entropy: readonly Uint8Array[];
}

const prepared = (n: number): Prepared => {
  const verifier = verifierOf(`cost ${n}`);
  const query = encoded({
    response_type: 'code',
    client_id: 'app',
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email offline_access',
    state: `state-${n}`,
    nonce: `nonce-${n}`,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
  });
  const entropy = [1, 2, 3].map((step) =>
    new Uint8Array(ENTROPY_LENGTH).map((_, at) => n * 7 + (n >> 8) * 3 + step + at),
  );
  return { url: `${ISSUER}/authorize?${query}`, verifier, entropy };
};

function round(state: ServerState, { url, verifier, entropy }: Prepared): ServerState {
  const [one, two, three] = entropy as [Uint8Array, Uint8Array, Uint8Array];
  const asked = answer(state, { method: 'GET', url, headers: {}, body: '' }, NOW, one);
  const [, code = ''] = /[?&]code=([^&]+)/.exec(asked.response.headers['location'] ?? '') ?? [];
  const body =
    `grant_type=authorization_code&client_id=app&code=${code}&code_verifier=${verifier}` +
    `&redirect_uri=${encodeURIComponent(REDIRECT_URI)}`;
  const token = answer(asked.state, { method: 'POST', url: `${ISSUER}/oauth/token`, headers: FORM, body }, NOW, two);
  const [, access = ''] = /"access_token":"([^"]+)"/.exec(token.response.body) ?? [];
  const headers = { authorization: `Bearer ${access}` };
  const last = answer(token.state, { method: 'GET', url: `${ISSUER}/userinfo`, headers, body: '' }, NOW, three);
  if (last.response.status !== 200) throw new Error(`the round ended with ${last.response.status}`);
  return last.state;
}

const started = (): ServerState => createState(defaults, [{ kid: 'k1', alg: 'RS256', jwk: { kty: 'RSA' } }]);

test('a round of authorization, code exchange and userinfo costs CPU, which is printed', () => {
  const ROUNDS = 2000;
  const all = Array.from({ length: ROUNDS + 500 }, (_, n) => prepared(n));
  let state = started();
  for (const one of all.slice(0, 500)) state = round(state, one);
  const before = process.cpuUsage();
  for (const one of all.slice(500)) state = round(state, one);
  const { user, system } = process.cpuUsage(before);
  console.info(`a login round without signing: ${((user + system) / 1000 / ROUNDS).toFixed(3)} ms of CPU`);
  expect(state.logins).toBe(ROUNDS + 500);
  expect(state.misuses).toEqual([]);
});

/** Octets in use once everything that can go is gone. */
function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test('ten thousand logins, each with a refresh, keep memory as it is after one thousand', () => {
  const server = new TestServer();
  const play = (logins: number): number => {
    for (let n = 0; n < logins; n++) {
      const { refresh_token } = tokensOf(server);
      userinfo(server, String(jsonOf(refresh(server, refresh_token))['access_token']));
    }
    return heap();
  };
  const sizes = (): number => JSON.stringify(server.state).length;
  const early = { heap: play(1000), state: sizes() };
  const late = { heap: play(9000), state: sizes() };
  const mib = (octets: number): string => (octets / 2 ** 20).toFixed(1);
  console.info(
    `state as JSON: ${early.state} characters after 1,000 logins, ${late.state} after 10,000; ` +
      `heap: ${mib(early.heap)} and ${mib(late.heap)} MiB`,
  );
  const { authorizations, requests, sessions, interactions, consents, log, misuses } = server.state;
  expect(requests).toHaveLength(LIMITS.requests);
  expect(authorizations).toHaveLength(LIMITS.authorizations);
  expect(log).toHaveLength(LIMITS.log);
  expect(sessions).toHaveLength(LIMITS.sessions);
  expect([interactions, consents, misuses].map(({ length }) => length)).toEqual([0, 0, 0]);
  // Numbers of steps have one digit more.
  expect(late.state).toBeLessThan(early.state * 1.05);
  expect(late.heap).toBeLessThan(early.heap + 8 * 2 ** 20);
});

test('negative control: who keeps what the server forgets sees the heap grow beyond that', () => {
  const server = new TestServer();
  const kept: unknown[] = [];
  const before = heap();
  for (let n = 0; n < 10_000; n++) {
    logIn(server);
    kept.push(server.state.log);
  }
  expect(heap()).toBeGreaterThan(before + 8 * 2 ** 20);
  expect(kept).toHaveLength(10_000);
});

test('the oldest go first, and what is left works', () => {
  const server = new TestServer();
  const logins = Array.from({ length: LIMITS.authorizations + 1 }, () => logIn(server));
  expect(exchange(server, logins[0] as (typeof logins)[number]).status).toBe(400);
  for (const login of logins.slice(1)) expect(exchange(server, login).status).toBe(200);
});

test('a login that is refreshed for ever keeps its newest tokens only', () => {
  const server = new TestServer();
  let { refresh_token } = tokensOf(server);
  for (let n = 0; n < LIMITS.refreshTokens * 2; n++)
    refresh_token = String(jsonOf(refresh(server, refresh_token))['refresh_token']);
  const [authorization] = server.state.authorizations;
  expect(authorization?.refreshTokens).toHaveLength(LIMITS.refreshTokens);
  expect(authorization?.accessTokens).toHaveLength(LIMITS.accessTokens);
});

test('an old refresh token is known again after four hundred refreshes: its reuse ends the login', () => {
  const server = new TestServer();
  const first = tokensOf(server);
  let { refresh_token } = first;
  for (let n = 0; n < 400; n++) refresh_token = String(jsonOf(refresh(server, refresh_token))['refresh_token']);
  expect(server.misusesOf(() => refresh(server, first.refresh_token))).toEqual(['refresh_token_used_twice']);
  expect(refresh(server, refresh_token).status).toBe(400);
});

test('an access token that is still good outlives those that have expired, however many', () => {
  const server = new TestServer();
  server.settings({ rotation: false });
  const { refresh_token } = tokensOf(server);
  const renewed = (): string => String(jsonOf(refresh(server, refresh_token))['access_token']);
  server.settings({ lifetimes: { ...defaults.lifetimes, accessToken: 3000 } });
  const good = renewed();
  server.settings({ lifetimes: { ...defaults.lifetimes, accessToken: 1 } });
  for (let n = 0; n < LIMITS.accessTokens * 2; n++) {
    renewed();
    server.now += 1;
  }
  expect(userinfo(server, good).status).toBe(200);
});

test('pages that nobody answers, and mistakes that nobody reads, are forgotten too', () => {
  const server = new TestServer({ person: 'pages' });
  for (let n = 0; n < LIMITS.interactions * 3; n++)
    expect(callbackOf(logIn(server, { state: undefined }).response).to).toMatch('/');
  expect(server.state.interactions).toHaveLength(LIMITS.interactions);
  expect(server.state.misuses).toHaveLength(LIMITS.misuses);
});
