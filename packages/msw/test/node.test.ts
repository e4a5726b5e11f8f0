/** What is for nobody never leaves the process: not by fetch, node:http, node:https, WebSocket, nor as an image. */
import dns from 'node:dns';
import http, { request } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { createServer, type Server } from 'node:net';
import tls from 'node:tls';
import { HttpResponse, http as msw } from 'msw';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMockLogin as createPlain } from '../src/index.ts';
import { createMockLogin, type ListeningLogin, MisuseError, OptionError } from '../src/node.ts';
import { type Listener, startListener } from './support/listener.ts';

/** What a client kept before any mock listened. */
const early = {
  fetch: globalThis.fetch,
  http: http.request,
  https: https.request,
  connect: net.Socket.prototype.connect,
};

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

test('a handler of the test comes before the login server', async () => {
  as.use(msw.get(`${as.issuer}/userinfo`, () => HttpResponse.json({ sub: 'mine' })));
  expect(await (await fetch(`${as.issuer}/userinfo`)).json()).toEqual({ sub: 'mine' });
  as.close();
  as = createMockLogin({
    handlers: [msw.get('https://login.test/userinfo', () => HttpResponse.json({ sub: 'ours' }))],
  });
  as.listen();
  expect(await (await fetch(`${as.issuer}/userinfo`)).json()).toEqual({ sub: 'ours' });
});

test('every port of a host is let through when that is said', async () => {
  as.close();
  as = createMockLogin({ passThrough: ['http://127.0.0.1:*'] });
  as.listen();
  const second = await startListener();
  for (const { origin } of [listener, second]) expect(await (await fetch(`${origin}/a`)).text()).toBe('heard');
  await second.close();
  await expect(fetch(listener.origin.replace('127.0.0.1', 'localhost'))).rejects.toThrow(TypeError);
  await expect(fetch(listener.origin.replace('http', 'https'))).rejects.toThrow(TypeError);
  expect(listener.heard).toEqual(['GET /a']);
});

test.each([
  ['localhost:3000'],
  ['api.test'],
  ['http://localhost:3000/api'],
  ['http://localhost:3000/'],
  ['https://api.test?a=b'],
  ['https://ada@api.test'],
  ['ftp://api.test'],
  ['http://api.test:99999'],
  [/api/],
])('refuses %s, which is no origin', (one) => {
  const passThrough = [one as string];
  expect(() => createMockLogin({ passThrough })).toThrow(OptionError);
  expect(() => createMockLogin({ passThrough })).toThrow(`${one} is no origin. Write one as https://api.test is`);
});

test('refuses one origin in the place of a list', () => {
  const passThrough = 'https://api.test' as unknown as readonly string[];
  expect(() => createMockLogin({ passThrough })).toThrow('it is a list of origins');
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
  expect(() => other.listen()).toThrow('give it to the first: { others: [second] }');
  as.close();
  other.listen();
  other.close();
});

const misuse = (issuer: string): Promise<Response> => fetch(`${issuer}/nowhere`, { method: 'POST' });

test('two servers in one test: the first listens for both, and is checked and reset with the other', async () => {
  as.close();
  const other = createPlain({ issuer: 'https://other.test', algorithm: 'ES256' });
  as = createMockLogin({ algorithm: 'ES256', others: [other] });
  as.listen();
  await misuse(other.issuer);
  expect(() => as.check()).toThrow(
    /^At https:\/\/other\.test:\nThe login protocol was misused:\n {2}step 1 \(unknown\)/,
  );
  await misuse(as.issuer);
  other.failNext('userinfo', 500);
  expect(() => as.check()).toThrow(
    /^The login protocol was misused:\n.+\nAt https:\/\/other\.test:\nThe login protocol was misused:\n.+\nWhat the test/,
  );
  expect(() => as.check()).toThrow(
    expect.objectContaining({
      name: 'MisuseError',
      misuses: [
        expect.objectContaining({ code: 'unknown_endpoint' }),
        expect.objectContaining({ code: 'unknown_endpoint' }),
      ],
    }),
  );
  as.reset();
  expect(other.log).toEqual([]);
  as.check();
  await expect(fetch('https://third.test/')).rejects.toThrow(TypeError);
  expect(() => as.check()).toThrow('The login servers of this test are https://login.test and https://other.test.');
});

test('others are servers of ours, each with its own issuer', () => {
  const stranger = { issuer: 'https://other.test', handlers: [] } as unknown as ListeningLogin;
  expect(() => createMockLogin({ others: [stranger] })).toThrow('that createMockLogin of @proofkey/msw has made');
  expect(() => createMockLogin({ others: [createPlain()] })).toThrow('two servers have the same issuer');
});

test('a preflight request that nothing answers is said to be one', async () => {
  await expect(fetch('https://api.test/contacts', { method: 'OPTIONS' })).rejects.toThrow(TypeError);
  expect(() => as.check()).toThrow(
    /OPTIONS https:\/\/api\.test\/contacts\n(.+\n)+OPTIONS is what a browser asks .*http\.options/,
  );
  as.reset();
  await expect(fetch('https://api.test/contacts')).rejects.toThrow(TypeError);
  expect(() => as.check()).not.toThrow('OPTIONS');
});

test('a mock that never listened has nothing to check, unless it was asked directly', async () => {
  as.close();
  const other = createMockLogin({ algorithm: 'ES256' });
  expect(() => other.check()).toThrow('call listen() first');
  expect(() => other.use()).toThrow('call listen() first');
  await other.fetch(`${other.issuer}/.well-known/openid-configuration`);
  other.check();
  other.reset();
  other.listen();
  other.use();
  other.close();
  other.check();
  expect(() => other.use()).toThrow('call listen() first');
});

test('two servers in one test: the first can take the handlers of the second', async () => {
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

/** A name that is found nowhere, but by the `dns.lookup` of a test on loopback, where a leak would be heard. */
const NAME = 'login.company.example';

const untilClosed = (stream: NodeJS.EventEmitter): Promise<unknown> =>
  new Promise((resolve, reject) => {
    stream.on('error', reject);
    for (const event of ['end', 'close']) stream.on(event, () => resolve(event));
  });

/** msw 3 connects whomever, and decides with the first octets. */
const talkTo = (socket: net.Socket): Promise<unknown> => {
  socket.write('hello\r\n');
  return untilClosed(socket);
};

const askBy2 = (origin: string): Promise<unknown> => {
  const session = http2.connect(origin);
  session
    .request({ ':path': `/a?${SECRET}` })
    .on('error', () => undefined)
    .end();
  return untilClosed(session);
};

const answerTo = (asked: http.ClientRequest): Promise<unknown> => untilClosed(asked.end());

const PAST_MSW: Readonly<Record<string, (port: number) => Promise<unknown>>> = {
  'net.connect with options': (port) => talkTo(net.connect({ host: NAME, port })),
  'net.connect with a port and a host': (port) => talkTo(net.connect(port, NAME)),
  'net.connect with its port as a text': (port) => talkTo(new net.Socket().connect(`${port}` as never, NAME)),
  'net.connect to several addresses': (port) =>
    talkTo(net.connect({ host: NAME, port, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 5000 })),
  'tls.connect': (port) => talkTo(tls.connect({ host: NAME, port, rejectUnauthorized: false })),
  'the fetch of before': (port) => early.fetch(`http://${NAME}:${port}/a?${SECRET}`),
  'the fetch of before, with TLS': (port) => early.fetch(`https://${NAME}:${port}/a?${SECRET}`),
  'the http.request of before': (port) => answerTo(early.http(`http://${NAME}:${port}/a?${SECRET}`)),
  'the https.request of before': (port) => answerTo(early.https(`https://${NAME}:${port}/a?${SECRET}`)),
  'an agent that keeps connections': (port) =>
    answerTo(early.http(`http://${NAME}:${port}/a`, { agent: new http.Agent({ keepAlive: true }) })),
  'a ClientRequest made by hand': (port) =>
    answerTo(new http.ClientRequest(`http://${NAME}:${port}/a?${SECRET}`, () => undefined)),
};

const HTTP_2: typeof PAST_MSW = {
  'http2 without TLS': (port) => askBy2(`http://${NAME}:${port}`),
  'http2 with TLS': (port) => askBy2(`https://${NAME}:${port}`),
};

describe('what msw does not see', () => {
  let connections = 0;
  let server: Server;
  let port: number;
  beforeEach(async () => {
    connections = 0;
    server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined).destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as net.AddressInfo);
    vi.spyOn(dns, 'lookup').mockImplementation(((
      _name: string,
      options: dns.LookupOptions,
      found: (...all: unknown[]) => void,
    ) =>
      process.nextTick(() =>
        options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4),
      )) as typeof dns.lookup);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each(Object.entries(PAST_MSW))('%s: is refused, told, and heard by nobody', async (_name, go) => {
    await expect(go(port)).rejects.toThrow();
    expect([connections, vi.mocked(dns.lookup).mock.calls]).toEqual([0, []]);
    expect(() => as.check()).toThrow(new RegExp(`\\n {2}(connection to |GET https?://)${NAME}:${port}(/a)?\\n`));
    expect(() => as.check()).not.toThrow('hunter2');
  });

  test.each(Object.entries(HTTP_2))('%s: is heard by nobody', async (_name, go) => {
    // msw 3 lets it wait for ever, on its way to whomever; msw 2 does not see it, so that it is refused.
    const settled = await Promise.race([go(port).catch(String), talkTo(net.connect(port, NAME)).catch(() => 'later')]);
    expect(settled).toMatch(/lets no connection to login\.company\.example|later/);
    expect([connections, vi.mocked(dns.lookup).mock.calls]).toEqual([0, []]);
  });

  test.each(Object.entries({ ...PAST_MSW, ...HTTP_2 }))('%s: is heard once the mock is closed', async (_name, go) => {
    as.close();
    go(port).catch(() => undefined);
    await vi.waitFor(() => expect(connections).toBeGreaterThan(0), { timeout: 30_000 });
  });

  test.each(Object.entries(PAST_MSW))('%s: is heard where the origin is let through', async (_name, go) => {
    as.close();
    as = createMockLogin({ passThrough: [`http://${NAME}:${port}`, `https://${NAME}:*`] });
    as.listen();
    go(port).catch(() => undefined);
    await vi.waitFor(() => expect(connections).toBeGreaterThan(0), { timeout: 30_000 });
    as.check();
  });

  test('an origin that is let through can not send a request on to another', async () => {
    as.close();
    listener = await startListener({ '/away': `http://${NAME}:${port}/stolen?${SECRET}` });
    as = createMockLogin({ passThrough: [listener.origin] });
    as.listen();
    await expect(fetch(`${listener.origin}/away`)).rejects.toThrow(TypeError);
    expect([listener.heard, connections]).toEqual([['GET /away'], 0]);
    as.close();
    await fetch(`${listener.origin}/away`).catch(() => undefined);
    expect(connections).toBeGreaterThan(0);
  });
});
