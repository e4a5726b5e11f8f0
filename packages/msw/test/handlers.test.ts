/** The server behind msw: every method, preflight requests, redirects, broken connections, tables of other paths. */
import { operations } from '@proofkey/api';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterEach, expect, test } from 'vitest';
import { createMockLogin as createHandlers } from '../src/index.ts';
import { createMockLogin, type ListeningLogin } from '../src/node.ts';
import { authorizationOf, logIn } from './support/code-login.ts';
import { startListener } from './support/listener.ts';

let listening: ListeningLogin | undefined;
afterEach(() => listening?.close());

function listen(options: Parameters<typeof createMockLogin>[0] = {}): ListeningLogin {
  listening = createMockLogin({ algorithm: 'ES256', ...options });
  listening.listen();
  return listening;
}

test.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('a whole login with %s', async (algorithm) => {
  const as = listen({ algorithm, user: { sub: 'ada', name: 'Ada' } });
  const { claims, userinfo } = await logIn(as);
  expect([claims?.['name'], userinfo.sub]).toEqual(['Ada', 'ada']);
  as.check();
});

test('answers a preflight request, which is no step', async () => {
  const as = listen();
  const headers = { origin: 'https://app.test', 'access-control-request-method': 'POST' };
  const response = await fetch(`${as.issuer}/oauth/token`, { method: 'OPTIONS', headers });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, 'https://app.test']);
  expect(as.log).toEqual([]);
});

test('answers HEAD without a body, and other methods with the ones that it takes', async () => {
  const as = listen();
  const head = await fetch(`${as.issuer}/.well-known/openid-configuration`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const put = await fetch(`${as.issuer}/oauth/token`, { method: 'PUT', body: 'x' });
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST']);
});

test('a redirect arrives as one for who does not follow it; who follows it leaves for the redirect URI', async () => {
  const as = listen();
  const { url } = await authorizationOf(as);
  const response = await fetch(url, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')?.startsWith('https://app.test/callback?')]).toEqual([
    302,
    true,
  ]);
  await expect(fetch((await authorizationOf(as)).url)).rejects.toThrow(TypeError);
  expect(() => as.check()).toThrow('GET https://app.test/callback\n');
  as.use(http.get('https://app.test/callback', ({ request }) => HttpResponse.text(new URL(request.url).search)));
  expect(await (await fetch((await authorizationOf(as)).url)).text()).toMatch(/^\?code=/);
});

test('keeps somebody logged in who sends the cookie back', async () => {
  const as = listen();
  const { url } = await authorizationOf(as);
  const cookie = (await fetch(url, { redirect: 'manual' })).headers.get('set-cookie')?.split(';')[0] ?? '';
  const { url: silent } = await authorizationOf(as, { prompt: 'none' });
  const known = await fetch(silent, { redirect: 'manual', headers: { cookie } });
  expect(new URL(known.headers.get('location') ?? '').searchParams.has('code')).toBe(true);
});

test('a lost answer breaks the connection', async () => {
  const as = listen();
  as.dropAnswer('metadata');
  await expect(fetch(`${as.issuer}/.well-known/openid-configuration`)).rejects.toThrow(TypeError);
  expect((await fetch(`${as.issuer}/.well-known/openid-configuration`)).status).toBe(200);
});

test('answers at the paths of another table, and at no old ones', async () => {
  const moved = { ...operations, requestTokens: { ...operations.requestTokens, path: '/v2/token' } };
  const as = listen({ operations: moved });
  expect(as.server.tokenEndpoint).toBe('https://login.test/v2/token');
  await logIn(as);
  expect(as.log.find(({ step }) => step === 'token')?.path).toBe('/v2/token');
  as.check();
  expect((await fetch('https://login.test/oauth/token', { method: 'POST' })).status).toBe(404);
});

test('an issuer with a path leaves the rest of its origin to others', async () => {
  const api = http.get('https://example.test/api', () => HttpResponse.text('api'));
  const as = listen({ issuer: 'https://example.test/tenant', handlers: [api] });
  await logIn(as);
  as.check();
  expect((await fetch('https://example.test/.well-known/oauth-authorization-server/tenant')).status).toBe(200);
  expect(await (await fetch('https://example.test/api')).text()).toBe('api');
  await expect(fetch('https://example.test/tenants')).rejects.toThrow(TypeError);
});

test('in a setupServer of the test’s own, which refuses everything else, the callback still reaches its listener', async () => {
  const as = createHandlers({ algorithm: 'ES256' });
  const listener = await startListener();
  const network = setupServer(...as.handlers);
  // As msw 3 calls it, and as msw 2 does.
  const refuse = { onUnhandledFrame: () => Promise.reject(HttpResponse.error()), onUnhandledRequest: 'error' } as const;
  network.listen(refuse);
  try {
    await logIn(as);
    const { url } = await authorizationOf(as, { redirect_uri: `${listener.origin}/callback` });
    expect(await as.browser(url)).toBe(`${listener.origin}${listener.heard[0]?.slice('GET '.length)}`);
    await expect(fetch(`${listener.origin}/other`)).rejects.toThrow();
    expect(listener.paths).toEqual(['GET /callback']);
  } finally {
    network.close();
    await listener.close();
  }
  as.check();
});
