/** What is for nobody never leaves the process: not by fetch, node:http, node:https, WebSocket, nor as an image. */
import http, { request } from 'node:http';
import https from 'node:https';
import { createServer, type Server } from 'node:net';
import { HttpResponse, http as msw } from 'msw';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMockLogin, type ListeningLogin, MisuseError, OptionError } from '../src/node.ts';
import { type Listener, startListener } from './support/listener.ts';

let as: ListeningLogin;
let listener: Listener;
beforeEach(async () => {
  listener = await startListener();
  as = createMockLogin({ algorithm: 'ES256' });
  as.listen();
});
afterEach(async () => {
  as.close();
  await listener.close();
});

const byNode = (url: string, method: string, send: typeof request, body = ''): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const sent = send(url, { method }, (response) => resolve(response.resume().statusCode));
    sent.on('error', reject);
    sent.end(body);
  });

const byWebSocket = (url: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve('open');
    socket.onerror = () => reject(new Error('refused'));
  });

const SECRET = 'code=hunter2';

const WAYS: Readonly<Record<string, (origin: string) => Promise<unknown>>> = {
  fetch: (origin) => fetch(`${origin}/a?${SECRET}`),
  'fetch of an image': (origin) => fetch(`${origin}/logo.png?${SECRET}`),
  'fetch of a style': (origin) => fetch(`${origin}/style.css?${SECRET}`),
  'fetch with a body': (origin) => fetch(`${origin}/a`, { method: 'POST', body: SECRET }),
  'node:http': (origin) => byNode(`${origin}/a?${SECRET}`, 'GET', http.request),
  'node:http with a body': (origin) => byNode(`${origin}/a`, 'POST', http.request, SECRET),
  'node:http by its name': (origin) => byNode(`${origin}/a?${SECRET}`, 'GET', request),
  'node:https': (origin) => byNode(`${origin.replace('http', 'https')}/a?${SECRET}`, 'GET', https.request),
};

test.each(Object.entries(WAYS))('%s: is refused, told, and heard by nobody', async (_name, go) => {
  const printed = ['log', 'warn', 'error'].map((name) => vi.spyOn(console, name as 'log').mockImplementation(() => {}));
  await expect(go(listener.origin)).rejects.toThrow();
  expect(listener.heard).toEqual([]);
  const { host } = new URL(listener.origin);
  expect(() => as.check()).toThrow(MisuseError);
  expect(() => as.check()).toThrow(new RegExp(`\\n {2}(GET|POST) https?://${host}/(a|logo\\.png|style\\.css)\\n`));
  expect(() => as.check()).not.toThrow('hunter2');
  for (const one of printed) {
    expect(one).not.toHaveBeenCalled();
    one.mockRestore();
  }
  as.reset();
  as.check();
});

test.each(Object.entries(WAYS).filter(([name]) => name !== 'node:https'))(
  '%s: is heard once the mock is closed, so that the listener would have heard it before',
  async (_name, go) => {
    as.close();
    await go(listener.origin);
    expect(listener.heard.length).toBe(1);
  },
);

test('a WebSocket is refused, told, and heard by nobody', async () => {
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await expect(byWebSocket(`ws://127.0.0.1:${port}/news?${SECRET}`)).rejects.toThrow('refused');
  expect(connections).toBe(0);
  expect(() => as.check()).toThrow(`WebSocket ws://127.0.0.1:${port}/news\n`);
  as.close();
  await expect(byWebSocket(`ws://127.0.0.1:${port}/news`)).rejects.toThrow('refused');
  expect(connections).toBe(1);
  await new Promise((resolve) => server.close(resolve));
});

test('origins that are named are let through, and no others', async () => {
  as.close();
  as = createMockLogin({ passThrough: [listener.origin] });
  as.listen();
  expect(await (await fetch(`${listener.origin}/a`)).text()).toBe('heard');
  await expect(fetch(listener.origin.replace('127.0.0.1', 'localhost'))).rejects.toThrow(TypeError);
  expect(listener.heard).toEqual(['GET /a']);
});

test('refuses an origin that is none', () => {
  expect(() => createMockLogin({ passThrough: ['localhost:3000'] })).toThrow(OptionError);
  expect(() => createMockLogin({ passThrough: ['api.test'] })).toThrow('api.test is no origin');
});

test('the test’s own handlers answer: those of all tests, and those of one until the reset', async () => {
  as.close();
  const always = msw.get('https://api.test/always', () => HttpResponse.text('always'));
  as = createMockLogin({ handlers: [always] });
  as.listen();
  as.use(msw.get('https://api.test/once', () => HttpResponse.text('once')));
  expect(await (await fetch('https://api.test/once')).text()).toBe('once');
  as.reset();
  expect(await (await fetch('https://api.test/always')).text()).toBe('always');
  await expect(fetch('https://api.test/once')).rejects.toThrow(TypeError);
});

test('refuses to listen beside another one, which would be refused everything', () => {
  const other = createMockLogin({ issuer: 'https://other.test' });
  expect(() => other.listen()).toThrow('give the handlers of the second');
  as.close();
  other.listen();
  other.close();
});

test('two servers in one test: the first listens for both', async () => {
  as.close();
  const other = createMockLogin({ issuer: 'https://other.test' });
  as = createMockLogin({ handlers: other.handlers });
  as.listen();
  const issuers = ['https://login.test', 'https://other.test'].map(async (issuer) => {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`);
    return ((await response.json()) as { issuer: string }).issuer;
  });
  expect(await Promise.all(issuers)).toEqual(['https://login.test', 'https://other.test']);
});
