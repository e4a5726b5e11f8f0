/** What a test wants to go wrong -> it goes wrong, once or until it is taken back; and what check() says of clients. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { DeviationName, MisuseCode } from '../src/authorization-server.ts';
import { createMockLogin, type LoginServer, MisuseError, OptionError } from '../src/index.ts';
import { authorizationOf, REDIRECT_URI } from './support/code-login.ts';

let as: LoginServer;
beforeEach(() => {
  as = createMockLogin({ algorithm: 'ES256' });
});

type Json = Readonly<Record<string, unknown>>;

async function post(path: string, form: Record<string, string>): Promise<{ status: number; body: Json }> {
  const response = await as.fetch(`${as.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

const callbackOf = async (more: Record<string, string> = {}): Promise<{ code: string; verifier: string; url: URL }> => {
  const { url, verifier } = await authorizationOf(as, more);
  const callback = new URL((await as.browser(url)) ?? 'about:blank');
  return { code: callback.searchParams.get('code') ?? '', verifier, url: callback };
};

const exchange = (code: string, verifier: string): ReturnType<typeof post> =>
  post('/oauth/token', {
    grant_type: 'authorization_code',
    client_id: as.clientId,
    code,
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
  });

const refresh = (token: unknown): ReturnType<typeof post> =>
  post('/oauth/token', { grant_type: 'refresh_token', client_id: as.clientId, refresh_token: String(token) });

const tokens = async (): Promise<Json> => {
  const { code, verifier } = await callbackOf();
  return (await exchange(code, verifier)).body;
};

const userinfo = async (token: unknown): Promise<number> =>
  (await as.fetch(`${as.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status;

test('deny: the next login is refused, and the one after that is not', async () => {
  as.deny();
  expect((await callbackOf()).url.searchParams.get('error')).toBe('access_denied');
  as.deny('login_required');
  expect((await callbackOf()).url.searchParams.get('error')).toBe('login_required');
  expect((await callbackOf()).code).not.toBe('');
  as.check();
});

test('failNext: an error, a status or both, once each', async () => {
  as.failNext('token', 'invalid_grant');
  as.failNext('token', 503);
  as.failNext('token', { type: 'error', error: 'slow_down', status: 429 });
  const { code, verifier } = await callbackOf();
  expect(await exchange(code, verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  expect(await exchange(code, verifier)).toMatchObject({ status: 503 });
  expect(await exchange(code, verifier)).toMatchObject({ status: 429, body: { error: 'slow_down' } });
  expect(await exchange(code, verifier)).toMatchObject({ status: 200 });
});

test('dropAnswer: the request is worked on, its answer never comes, and that is told in the log', async () => {
  const { refresh_token: first } = await tokens();
  as.dropAnswer('refresh');
  await expect(refresh(first)).rejects.toThrow(TypeError);
  expect(as.log.at(-1)).toMatchObject({ step: 'refresh', lost: true });
  expect(await refresh(first)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  // To ask once more is all that a client can do whose answer was lost.
  as.check();
});

test.each([
  ['access_tokens', [401, 200]],
  ['refresh_tokens', [200, 400]],
  ['sessions', [200, 200]],
  [undefined, [401, 400]],
] as const)('expireNow(%s) ends that and nothing else', async (what, [access, refreshed]) => {
  const { access_token, refresh_token } = await tokens();
  as.expireNow(what);
  expect(await userinfo(access_token)).toBe(access);
  expect((await refresh(refresh_token)).status).toBe(refreshed);
});

test('expireNow: a code is refused, a session has to log in again', async () => {
  const { code, verifier } = await callbackOf();
  as.expireNow('codes');
  expect((await exchange(code, verifier)).body).toMatchObject({ error: 'invalid_grant' });
  expect((await callbackOf({ prompt: 'none' })).code).not.toBe('');
  as.expireNow('sessions');
  expect((await callbackOf({ prompt: 'none' })).url.searchParams.get('error')).toBe('login_required');
});

test('rotate(false): the refresh token stays; rotate(true): a new one comes, and grace keeps the old for a while', async () => {
  const { refresh_token: first } = await tokens();
  as.rotate(false);
  expect((await refresh(first)).body['refresh_token'] ?? first).toBe(first);
  as.rotate(true);
  as.grace(60);
  const { refresh_token: second } = (await refresh(first)).body;
  expect(second).not.toBe(first);
  expect((await refresh(first)).status).toBe(200);
  as.check();
});

test('revoke: nothing that was issued is good any more', async () => {
  const { access_token, refresh_token } = await tokens();
  as.revoke();
  expect(await userinfo(access_token)).toBe(401);
  expect((await refresh(refresh_token)).body).toMatchObject({ error: 'invalid_grant' });
});

test('offline: nothing arrives', async () => {
  as.offline();
  await expect(as.fetch(`${as.issuer}/userinfo`)).rejects.toThrow(TypeError);
  as.offline(false);
  expect(await userinfo('x')).toBe(401);
  expect(as.log.length).toBe(1);
});

test('rotateKeys: the new key is published beside the old one, or alone', async () => {
  const kids = async (): Promise<readonly string[]> =>
    (await (await as.fetch(`${as.issuer}/.well-known/jwks.json`)).json()).keys.map(({ kid }: { kid: string }) => kid);
  const [first] = await kids();
  await as.rotateKeys();
  const both = await kids();
  expect([both.length, both[0]]).toEqual([2, first]);
  await as.rotateKeys({ keepOld: false });
  const last = await kids();
  expect(last.length).toBe(1);
  expect(both).not.toContain(last[0]);
});

test('deviations stay until they are taken back, one by one or all', async () => {
  const issuers = async (): Promise<string | null> => (await callbackOf()).url.searchParams.get('iss');
  as.wrongIssuer();
  expect(await issuers()).not.toBe(as.issuer);
  expect(await issuers()).not.toBe(as.issuer);
  expect(as.log.at(-1)?.deviations).toEqual(['wrong_issuer']);
  as.honest('wrong_issuer');
  expect(await issuers()).toBe(as.issuer);
  as.deviate('wrong_issuer');
  as.honest();
  expect(await issuers()).toBe(as.issuer);
  expect(() => as.deviate('wrong_isuer' as DeviationName)).toThrow(
    /^No deviation is called wrong_isuer\. There are wrong_issuer, /,
  );
});

/** What only JavaScript can say. */
const wrong = <T>(value: unknown): T => value as T;

const NONSENSE: readonly [string, (server: LoginServer) => unknown, string][] = [
  [
    'failNext of no step',
    (one) => one.failNext(wrong('tokens'), 503),
    'No step is called tokens. There are metadata, ',
  ],
  ['failNext with a status of nobody', (one) => one.failNext('token', 5000), 'a whole number from 200 to 599'],
  ['failNext with half a status', (one) => one.failNext('token', 400.5), 'a whole number from 200 to 599'],
  ['failNext in no way', (one) => one.failNext('token', wrong({ type: 'eror' })), 'No type of failing is called eror.'],
  [
    'failNext without a type',
    (one) => one.failNext('token', wrong({ error: 'x' })),
    'No type of failing is called undefined. There are error, status, drop.',
  ],
  ['failNext with nothing', (one) => one.failNext('token', wrong(undefined)), 'No type of failing'],
  [
    'failNext with an error and a wrong status',
    (one) => one.failNext('token', { type: 'error', error: 'x', status: 1 }),
    'a whole number from 200 to 599',
  ],
  ['failNext with what is no error', (one) => one.failNext('token', 'x"\r\nset-cookie: a=b'), 'as invalid_grant is'],
  ['failNext with an empty error', (one) => one.failNext('token', ''), 'as invalid_grant is'],
  ['deny with a number', (one) => one.deny(wrong(5)), 'as invalid_grant is'],
  ['browser.deny with a line break', (one) => one.browser.deny('a\nb'), 'as invalid_grant is'],
  ['dropAnswer of no step', (one) => one.dropAnswer(wrong('logn')), 'No step is called logn'],
  ['slow of no step', (one) => one.slow(5, wrong('tokens')), 'No step is called tokens'],
  ['slow for ever', (one) => one.slow(3e9), 'No timer takes more than 2147483647'],
  ['slow by nothing', (one) => one.slow(Number.NaN), 'A duration is a number, 0 or more'],
  ['browser.wait for ever', (one) => one.browser.wait(3e9), 'No timer takes more than'],
  ['browser.wait for nothing', (one) => one.browser.wait(wrong(undefined)), 'a number, or a promise'],
  ['grace below nothing', (one) => one.grace(-1), 'A duration is a number, 0 or more'],
  ['skewClock by words', (one) => one.skewClock(wrong('1h')), 'a finite number of seconds'],
  ['skewClock by nothing', (one) => one.skewClock(Number.NaN), 'a finite number of seconds'],
  [
    'expireNow of nothing',
    (one) => one.expireNow(wrong('access_token')),
    'There are access_tokens, codes, refresh_tokens, sessions.',
  ],
  ['deviate by no name', (one) => one.deviate(wrong('badSignature')), 'badSignature. There are bad_signature.'],
  ['honest by no name', (one) => one.honest(wrong('wrong_isuer')), 'No deviation is called wrong_isuer'],
  ['expectMisuse of no code', (one) => one.expectMisuse(wrong('code_reused')), 'No misuse is called code_reused'],
  ['rotate by words', (one) => one.rotate(wrong('yes')), 'true or false'],
  ['offline by words', (one) => one.offline(wrong('no')), 'true or false'],
];

test.each(NONSENSE)('%s is refused, and changes nothing', async (_name, turn, sentence) => {
  expect(() => turn(as)).toThrow(sentence);
  as.check();
  expect((await callbackOf()).code).not.toBe('');
  expect(as.log.map(({ status }) => status)).toEqual([302]);
});

test('names every error that RFC 6749 allows', async () => {
  as.failNext('token', "Mein Fehler! #1 [x]^'`~");
  const { code, verifier } = await callbackOf();
  expect((await exchange(code, verifier)).body['error']).toBe("Mein Fehler! #1 [x]^'`~");
});

test('check: what was asked for and never happened proves nothing', async () => {
  as.failNext('userinfo', 503);
  as.failNext('token', 'invalid_grant');
  as.dropAnswer('refresh');
  as.deny();
  as.deny('login_required');
  const error = catchError(() => as.check());
  expect(error.message).toBe(
    [
      'What the test asked for did not happen, so that it proves nothing:',
      "  failNext('userinfo', 503) was never used: no such request came.",
      "  failNext('token', 'invalid_grant') was never used: no such request came.",
      "  dropAnswer('refresh') was never used: no such request came.",
      '  deny() was never used: no such request came.',
      "  deny('login_required') was never used: no such request came.",
    ].join('\n'),
  );
  await userinfo('x');
  await callbackOf();
  await callbackOf();
  expect(catchError(() => as.check()).message.match(/was never used/g)?.length).toBe(2);
  as.reset();
  as.check();
});

test('wrongNonce and badSignature spoil the ID Token', async () => {
  const idToken = async (): Promise<string> => String((await tokens())['id_token']);
  as.wrongNonce();
  await idToken();
  expect(as.log.at(-1)?.deviations).toEqual(['wrong_nonce']);
  as.honest();
  as.badSignature();
  await idToken();
  expect(as.log.at(-1)?.deviations).toEqual(['bad_signature']);
});

test('a client that goes on with a spoiled answer fails the check', async () => {
  as.wrongIssuer();
  await tokens();
  expect(() => as.check()).toThrow(/step 2 \(token\): The client went on with the answer of step 1.*wrong_issuer/);
});

test('check: lists each misuse with its step, and no secret', async () => {
  as.check();
  const { url, verifier } = await authorizationOf(as);
  const callback = new URL((await as.browser(url)) ?? '');
  const code = callback.searchParams.get('code') ?? '';
  const other = `${verifier.slice(0, -3)}xyz`;
  await exchange(code, other);
  const { misuses } = as;
  expect(misuses.map((one) => one.code)).toEqual(['code_verifier_wrong']);
  const error = catchError(() => as.check());
  expect(error).toBeInstanceOf(MisuseError);
  expect((error as MisuseError).misuses).toEqual(misuses);
  expect(error.message).toMatch(/^The login protocol was misused:\n {2}step 2 \(token\): The code_verifier of this/);
  expect(error.message.split('\n')[1]).toMatch(/ \[code_verifier_wrong\]$/);
  for (const secret of [code, verifier, other, ...new URL(url).searchParams.values()].filter((one) => one.length > 20))
    expect(error.message).not.toContain(secret);
});

function catchError(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

test('expectMisuse: what is expected is no failure, that it does not happen is one, and so is any other', async () => {
  const misuse = (code: MisuseCode): unknown => as.expectMisuse(code);
  misuse('unknown_endpoint');
  expect(() => as.check()).toThrow('Expected misuse did not happen:\n  unknown_endpoint');
  await as.fetch(`${as.issuer}/nowhere`, { method: 'POST' });
  as.check();
  await as.fetch(`${as.issuer}/oauth/token`);
  expect(() => as.check()).toThrow('step 2 (token)');
  expect(() => as.check()).not.toThrow('step 1');
  as.reset();
  as.check();
  await as.fetch(`${as.issuer}/nowhere`, { method: 'POST' });
  expect(() => as.check()).toThrow('step 1 (unknown): This server has nothing at /nowhere.');
});

test('advice fails no test, and is told beside a misuse', async () => {
  const { url } = await authorizationOf(as);
  const careless = new URL(url);
  careless.searchParams.delete('state');
  await as.browser(careless);
  expect(as.misuses.map(({ code }) => code)).toEqual(['state_missing']);
  as.check();
  await as.fetch('https://other.test/').catch(() => undefined);
  expect(() => as.check()).not.toThrow('state_missing');
  await as.fetch(`${as.issuer}/nowhere`, { method: 'POST' });
  const error = catchError(() => as.check()) as MisuseError;
  expect(error.message).toMatch(
    /unknown_endpoint\]\nAdvice:\n {2}step 1 \(authorize\): .* \[state_missing\]\nRequests/,
  );
  expect(error.misuses.map(({ code }) => code)).toEqual(['unknown_endpoint']);
  as.expectMisuse('state_missing');
  expect(() => as.check()).not.toThrow('Advice');
});

test('allow: faults that are known do not fail', async () => {
  as = createMockLogin({ allow: ['unknown_endpoint'] });
  await as.fetch(`${as.issuer}/nowhere`, { method: 'POST' });
  expect(as.misuses.length).toBe(1);
  as.check();
});

test('fetch: who gives up is told at once, though the server works on', async () => {
  as.slow(2 ** 31 - 1);
  const { signal, abort } = abortable();
  const answered = as.fetch(`${as.issuer}/userinfo`, { signal });
  await vi.waitFor(() => expect(as.log.length).toBe(1));
  abort();
  await expect(answered).rejects.toBe(signal.reason);
  expect(signal.reason).toMatchObject({ name: 'AbortError' });
});

test('fetch: what was given up before never arrives, nor what is given up while it is read', async () => {
  const { signal, abort } = abortable();
  const late = as.fetch(`${as.issuer}/userinfo`, { method: 'POST', body: 'a=b', signal });
  abort();
  await expect(late).rejects.toBe(signal.reason);
  await expect(as.fetch(`${as.issuer}/userinfo`, { signal })).rejects.toBe(signal.reason);
  await expect(as.fetch(new Request(`${as.issuer}/userinfo`, { signal }))).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(as.log).toEqual([]);
  expect(await userinfo('x')).toBe(401);
});

function abortable(): { readonly signal: AbortSignal; abort(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

test('fetch: no secret of a path that is refused is told', async () => {
  const secret = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ';
  await expect(as.fetch(`https://other.test/reset/${secret}/done`)).rejects.toThrow(TypeError);
  expect(() => as.check()).toThrow('GET https://other.test/reset/.../done\n');
  expect(() => as.check()).not.toThrow(secret);
});

test('fetch: what is for another server is refused and told', async () => {
  await expect(as.fetch('https://other.test/path?code=secret')).rejects.toThrow(TypeError);
  expect(() => as.check()).toThrow('GET https://other.test/path\n');
  expect(() => as.check()).toThrow('The login server of this test is https://login.test.');
  expect(() => as.check()).not.toThrow('secret');
});

test('knobs need no this, refuse nonsense, and are back where they were after a reset', async () => {
  const { deny, grace, slow, reset, offline } = as;
  expect(() => grace(-1)).toThrow(RangeError);
  expect(() => slow(3e9)).toThrow(RangeError);
  deny();
  offline();
  as.rotate(false);
  as.wrongIssuer();
  reset();
  const { url } = await callbackOf();
  expect([url.searchParams.has('code'), url.searchParams.get('iss')]).toEqual([true, as.issuer]);
  expect(as.log.map(({ number, step }) => [number, step])).toEqual([[1, 'authorize']]);
  expect(() => createMockLogin({ issuer: 'x' })).toThrow(OptionError);
});

test('static metadata is what the server says about itself', async () => {
  const said = await (await as.fetch(`${as.issuer}/.well-known/openid-configuration`)).json();
  expect(as.server).toEqual({
    issuer: said.issuer,
    authorizationEndpoint: said.authorization_endpoint,
    tokenEndpoint: said.token_endpoint,
    userinfoEndpoint: said.userinfo_endpoint,
    revocationEndpoint: said.revocation_endpoint,
    endSessionEndpoint: said.end_session_endpoint,
    jwksUri: said.jwks_uri,
    issParameterSupported: said.authorization_response_iss_parameter_supported,
    signingAlgorithms: said.id_token_signing_alg_values_supported,
    codeChallengeMethods: said.code_challenge_methods_supported,
  });
});

test('each lifetime is that of its own token', async () => {
  const lifetimes = { code: 10, accessToken: 20, idToken: 30, refreshToken: 40, session: 50 };
  as = createMockLogin({ algorithm: 'ES256', lifetimes });
  const body = await tokens();
  const { iat, exp } = JSON.parse(Buffer.from(String(body['id_token']).split('.')[1] ?? '', 'base64url').toString());
  expect([body['expires_in'], exp - iat]).toEqual([20, 30]);
});

test('too many requests are told so, with their status', async () => {
  as.failNext('keys', 'too_many_requests');
  expect((await as.fetch(`${as.issuer}/.well-known/jwks.json`)).status).toBe(429);
});

test('a reset takes back what the clock, the browser and its person were told', async () => {
  const fetched = async (): Promise<number> =>
    Date.parse((await as.fetch(`${as.issuer}/userinfo`)).headers.get('date') ?? '') - Date.now();
  as = createMockLogin({ algorithm: 'ES256', users: [{ sub: 'ada' }, { sub: 'bob' }] });
  as.skewClock(86_400);
  as.browser.logInAs('bob');
  as.browser.close();
  expect(await fetched()).toBeGreaterThan(80_000_000);
  as.reset();
  expect(Math.abs(await fetched())).toBeLessThan(10_000_000);
  const { code, verifier } = await callbackOf();
  const { access_token } = (await exchange(code, verifier)).body;
  const headers = { authorization: `Bearer ${access_token}` };
  expect(await (await as.fetch(`${as.issuer}/userinfo`, { headers })).json()).toMatchObject({ sub: 'ada' });
});

test('sessions that have expired take open pages with them', async () => {
  as = createMockLogin({ algorithm: 'ES256', person: 'pages' });
  const { url } = await authorizationOf(as);
  const { headers } = await as.fetch(url, { redirect: 'manual' });
  const page = `${as.issuer}${headers.get('location')?.replace(as.issuer, '')}`;
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect((await as.fetch(page, { headers: { cookie } })).status).toBe(200);
  as.expireNow('sessions');
  expect((await as.fetch(page, { headers: { cookie } })).status).toBe(404);
});
