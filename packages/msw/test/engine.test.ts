/** Requests in their order, answers that are late, lost or never begun, and what a reset leaves of them. */
import { afterEach, expect, test, vi } from 'vitest';
import type { ServerRequest } from '../src/authorization-server.ts';
import { createEngine, type Engine } from '../src/engine.ts';
import { createMockLogin } from '../src/index.ts';
import { nodePlatform } from '../src/node-platform.ts';
import { authorizationOf } from './support/code-login.ts';

afterEach(() => {
  vi.useRealTimers();
});

const engine = (): Engine => createEngine({ algorithm: 'ES256' }, nodePlatform());
const at = (path: string, method = 'GET', body = ''): ServerRequest => ({
  method,
  url: `https://login.test${path}`,
  headers: body === '' ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
  body,
});
const METADATA = at('/.well-known/openid-configuration');
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const AUTHORIZE = at(
  `/authorize?client_id=a&response_type=code&redirect_uri=https://app.test/&state=s&code_challenge=${CHALLENGE}&code_challenge_method=S256`,
);

test('takes requests in the order in which they arrive, also while the first key is being made', async () => {
  const one = engine();
  await Promise.all([one.respond(METADATA), one.respond(AUTHORIZE), one.respond(METADATA)]);
  expect(one.state.log.map(({ number, step }) => [number, step])).toEqual([
    [1, 'metadata'],
    [2, 'authorize'],
    [3, 'metadata'],
  ]);
  const { body } = await one.respond(METADATA);
  expect(JSON.parse(body)).toMatchObject({ id_token_signing_alg_values_supported: ['ES256'] });
});

test('each answer is made of fresh randomness', async () => {
  const one = engine();
  const answers = [await one.respond(AUTHORIZE), await one.respond(AUTHORIZE)];
  expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(2);
});

test('says what time it is on its clock, which can be wrong, and which follows fake timers', async () => {
  vi.useFakeTimers({ now: new Date('2030-01-01T00:00:00.900Z') });
  const one = engine();
  expect((await one.respond(METADATA)).headers['date']).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  one.skewClock(-3600);
  expect((await one.respond(METADATA)).headers['date']).toBe('Mon, 31 Dec 2029 23:00:00 GMT');
  vi.setSystemTime(new Date('2031-01-01T00:00:00Z'));
  expect((await one.respond(METADATA)).headers['date']).toBe('Tue, 31 Dec 2030 23:00:00 GMT');
});

test('a slow step keeps its own answers waiting, and no others', async () => {
  vi.useFakeTimers();
  const one = engine();
  await one.respond(METADATA);
  one.slow(5000, 'authorize');
  let answered = false;
  const slow = one.respond(AUTHORIZE).then(() => {
    answered = true;
  });
  await one.respond(METADATA);
  await vi.advanceTimersByTimeAsync(4999);
  expect(answered).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await slow;
  expect(answered).toBe(true);
  expect(one.state.log.map(({ step }) => step)).toEqual(['metadata', 'authorize', 'metadata']);
});

test('offline nothing arrives; afterwards everything does', async () => {
  const one = engine();
  one.offline(true);
  expect(await one.respond(METADATA)).toMatchObject({ lost: true });
  expect(one.state.log).toEqual([]);
  one.offline(false);
  expect(await one.respond(METADATA)).toMatchObject({ status: 200 });
});

test('an answer that is late when everything is reset leaves no trace', async () => {
  vi.useFakeTimers();
  const one = engine();
  await one.respond(METADATA);
  one.slow(1000);
  const late = one.respond(AUTHORIZE);
  one.reset();
  const { state, generation } = one;
  await vi.advanceTimersByTimeAsync(1000);
  expect(await late).toMatchObject({ status: 302 });
  expect(one.state).toBe(state);
  expect(one.generation).toBe(generation);
  expect([state.log, state.authorizations, state.sessions]).toEqual([[], [], []]);
});

test('a request that waits for the first key when everything is reset never arrives', async () => {
  const one = engine();
  const early = one.respond(AUTHORIZE);
  one.reset();
  expect(await early).toMatchObject({ lost: true });
  expect(one.state.log).toEqual([]);
  // Without a reset it does arrive, so that the wait itself is no reason.
  expect(await one.respond(AUTHORIZE)).toMatchObject({ status: 302 });
});

test('a reset makes everything new but the keys', async () => {
  const one = engine();
  const before = JSON.parse((await one.respond(at('/.well-known/jwks.json'))).body);
  one.skewClock(60);
  one.refuse('GET https://other.test/');
  one.change((state) => ({ ...state, deviations: ['wrong_issuer'] }));
  one.reset();
  expect([one.refused, one.state.log, one.state.deviations]).toEqual([[], [], []]);
  expect(JSON.parse((await one.respond(at('/.well-known/jwks.json'))).body)).toEqual(before);
});

test('remembers a bounded number of refused requests', () => {
  const one = engine();
  for (let count = 0; count < 500; count += 1) one.refuse(`GET https://other.test/${count}`);
  expect(one.refused.length).toBe(100);
  expect(one.refused.at(-1)).toBe('GET https://other.test/499');
});

test('what somebody has agreed to before is not asked again, also after a reset', async () => {
  const consents = [{ sub: 'ada', clientId: 'app', scope: ['openid', 'profile'] }];
  const as = createMockLogin({ person: 'pages', consents });
  const steps = async (scope: string): Promise<readonly string[]> => {
    as.reset();
    const { url } = await authorizationOf(as, { client_id: 'app', scope });
    await as.browser(url);
    return as.log.map(({ step }) => step);
  };
  expect(await steps('openid profile')).not.toContain('consent_page');
  expect(await steps('openid email')).toContain('consent_page');
  expect(await steps('openid')).not.toContain('consent_page');
  expect(() => createMockLogin({ consents: [{ sub: 'nobody', clientId: 'app', scope: [] }] })).toThrow('consents');
});
