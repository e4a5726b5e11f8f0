/** Faults that were found in other command-line logins, each named after itself, against the real listener. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, Server as SocketServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createNodeClient, type KeyValueStore, type LoginOutcome } from '../src/index.ts';
import { CALLBACK, finish, paper, refused, started, visit } from './listener.ts';
import { callbackOf, withPipes } from './program.ts';
import { settingsFor } from './waiting-login.ts';

const TOKENS = { access_token: 'S3CRET-access', refresh_token: 'S3CRET-refresh', token_type: 'Bearer', expires_in: 60 };
let server: Server;
let origin: string;
let verifiers: (string | null)[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    verifiers.push(new URLSearchParams(body).get('code_verifier'));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(TOKENS));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const pending: AbortController[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  verifiers = [];
  for (const login of pending.splice(0)) login.abort();
});

/** A login of a real client, as far as the person's browser. What is ours is decided by the core. */
async function login(more: { readonly transactionStore?: KeyValueStore; readonly timeLimit?: number } = {}) {
  const output = paper();
  const controller = new AbortController();
  pending.push(controller);
  let outcome: Promise<LoginOutcome> | undefined;
  let over = false;
  const url = await new Promise<string>((openBrowser) => {
    const client = createNodeClient(settingsFor({ origin }, { openBrowser, terminal: { output }, ...more }));
    outcome = client.login({ cancel: controller.signal });
    const ended = (): void => {
      over = true;
    };
    outcome.then(ended, ended);
  });
  const callback = callbackOf(url, 'S3CRET-code');
  return {
    url: new URL(url),
    callback,
    redirectUri: callback.split('?', 1)[0] ?? '',
    state: new URL(url).searchParams.get('state') ?? '',
    output,
    over: () => over,
    /** The person's browser comes back, and shows the last page. */
    async comesBack(): Promise<LoginOutcome | undefined> {
      const { headers } = await visit({ url: callback });
      await visit({ url: new URL(headers.location ?? '', callback).href });
      return outcome;
    },
  };
}

type Login = Awaited<ReturnType<typeof login>>;

/** The wait goes on, and the login of the person who really comes back succeeds. */
async function stillWaits(waiting: Login): Promise<void> {
  expect(waiting.over()).toBe(false);
  expect(await waiting.comesBack()).toMatchObject({ status: 'logged_in' });
}

describe('MSAL LoopbackClient', () => {
  test.each(['/favicon.ico', '/apple-touch-icon.png', '/robots.txt', '/', '/callback/', '/Callback', '/other'])(
    'any path ended the login: %s does not, though it brings the whole callback',
    async (path) => {
      const waiting = await login();
      const { search } = new URL(waiting.callback);
      for (const query of ['', search]) {
        expect(await visit({ url: new URL(path + query, waiting.callback).href })).toMatchObject({ status: 404 });
      }
      await stillWaits(waiting);
    },
  );

  test('it listened on 127.0.0.1 and sent localhost: the redirect URI names the address of the socket', async () => {
    const listen = vi.spyOn(SocketServer.prototype, 'listen');
    const waiting = await login();
    const { address, port } = (listen.mock.contexts[0] as SocketServer).address() as AddressInfo;
    expect(address).toBe('127.0.0.1');
    expect(waiting.url.searchParams.get('redirect_uri')).toBe(`http://${address}:${port}/callback`);
    expect(await visit({ url: waiting.callback, headers: { host: `localhost:${port}` } })).toMatchObject({
      status: 421,
    });
    await stillWaits(waiting);
  });
});

describe('oauth2cli', () => {
  test.each([
    ['a wrong state', '?code=x&state=wrong'],
    ['an error with a wrong state', '?error=access_denied&state=wrong'],
    ['an error without a state', '?error=access_denied&error_description=Sorry'],
    ['no state', '?code=x'],
    ['nothing', ''],
  ])('any local page could end the login: %s does not, and the answer tells no state', async (_, query) => {
    const waiting = await login();
    const { status, body, headers } = await visit({ url: waiting.redirectUri + query });
    expect(status).toBe(400);
    expect(body + JSON.stringify(headers)).not.toMatch(/wrong|access_denied|Sorry|code=/);
    expect(body + JSON.stringify(headers)).not.toContain(waiting.state);
    await stillWaits(waiting);
  });

  test('an error with the right state does end it, so that the test above can fail', async () => {
    const waiting = await login();
    await visit({ url: `${waiting.redirectUri}?error=access_denied&state=${waiting.state}` });
    await vi.waitUntil(waiting.over, 10_000);
  });
});

describe('cli/oauth', () => {
  test('it closed after the first hit on its path: ours is still open after many', async () => {
    const waiting = await login();
    for (let hit = 0; hit < 20; hit++) await visit({ url: `${waiting.redirectUri}?code=guess&state=${hit}` });
    await stillWaits(waiting);
  });

  test('and it is closed when the login is over', async () => {
    const waiting = await login();
    await stillWaits(waiting);
    await refused(waiting.redirectUri);
  });
});

describe('MCP example client', () => {
  test('its SDK never checked the state: ours takes no code with a state that it did not make', async () => {
    const waiting = await login();
    for (const state of ['', 'wrong', waiting.state.slice(1), `${waiting.state}x`, waiting.state.toUpperCase()]) {
      expect(await visit({ url: `${waiting.redirectUri}?code=x&state=${state}` })).toMatchObject({ status: 400 });
    }
    await stillWaits(waiting);
  });

  test('it chose a port, closed it and listened again: ours is bound once, before the URL exists', async () => {
    const listen = vi.spyOn(SocketServer.prototype, 'listen');
    const close = vi.spyOn(SocketServer.prototype, 'close');
    const { departure, redirectUri } = await started();
    expect(listen).toHaveBeenCalledTimes(1);
    expect(listen.mock.calls[0]).toMatchObject([{ port: 0, host: '127.0.0.1' }, expect.any(Function)]);
    expect(close).not.toHaveBeenCalled();
    expect((listen.mock.contexts[0] as SocketServer).address()).toMatchObject({
      port: Number(new URL(redirectUri).port),
    });
    await departure.close(false);
    expect(close).toHaveBeenCalledTimes(1);
    expect(listen).toHaveBeenCalledTimes(1);
  });

  test('it had no time limit: ours ends by itself', async () => {
    const waiting = await login({ timeLimit: 0.05 });
    await vi.waitUntil(waiting.over, 10_000);
    await refused(waiting.redirectUri);
  });

  test('NA-04: nobody but this machine can reach the listener', async () => {
    const { redirectUri } = await started();
    const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const hosts = ['127.0.0.2', '::1', ...others.filter(({ internal }) => !internal).map(({ address }) => address)];
    for (const host of hosts) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connect({ host, port: Number(new URL(redirectUri).port) }, () => resolve(true));
        socket.on('error', () => resolve(false)).on('close', () => socket.destroy());
      });
      expect([host, reached]).toEqual([host, false]);
    }
  });
});

describe('oauth2c', () => {
  test('it printed the verifier and the tokens: nothing secret is printed', async () => {
    const entries: string[] = [];
    const transactionStore: KeyValueStore = {
      get: () => entries.at(-1) ?? null,
      set: (_, value) => void entries.push(value),
      remove: () => {},
    };
    const waiting = await login({ transactionStore });
    await stillWaits(waiting);
    const [verifier = ''] = verifiers;
    expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
    expect(entries.join()).toContain(verifier);
    expect(waiting.output.text()).toContain(waiting.url.href);
    expect(waiting.output.text()).not.toContain(verifier);
    expect(waiting.output.text()).not.toContain('S3CRET');
  });
});

describe('turborepo', () => {
  test.each([
    ['a favicon', { path: '/favicon.ico', status: 404 }],
    ['a preflight', { method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' }, status: 405 }],
    [
      'a preflight for a private network',
      { method: 'OPTIONS', headers: { 'access-control-request-private-network': 'true' }, status: 405 },
    ],
    ['a HEAD request', { method: 'HEAD', status: 405 }],
    ['a form', { method: 'POST', body: 'code=x', status: 405 }],
    ['a browser that only guesses', { headers: { 'sec-purpose': 'prefetch;prerender' }, status: 503 }],
  ])('it took one request, whichever: %s does not use up the login', async (_, request) => {
    const waiting = await login();
    const { path, status, headers, ...rest }: { path?: string; status: number; headers?: object } = request;
    const url = path === undefined ? waiting.callback : new URL(path, waiting.callback).href;
    const answer = await visit({ url, headers: { origin: 'https://page.example', ...headers }, ...rest });
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    await stillWaits(waiting);
  });
});

describe('what people asked other programs for', () => {
  test('the URL is there even when the launcher ends well with nothing on the screen', async () => {
    const program = withPipes({ BROWSER: 'true' });
    await program.until(/http:\S+\/authorize\?\S+[\s\S]*Opening it in your browser[\s\S]*Waiting on/);
    expect(program.text()).not.toContain('No browser');
  }, 30_000);

  test('CB-13: the time limit is said, and is five minutes where nobody chose another', async () => {
    const { output } = await login();
    expect(output.text()).toMatch(/^Waiting on 127\.0\.0\.1:\d+, 5:00 left\.$/m);
  });

  test('standard output belongs to the program', async () => {
    const program = withPipes({ TIME_LIMIT: '1' });
    let output = '';
    program.child.stdout?.on('data', (part: string) => {
      output += part;
    });
    await program.ended;
    expect(program.text()).toContain('Open this address');
    expect(output.split('\n')).toEqual([
      'kept: 1 logins',
      'ended: redirect_timeout',
      'left: 0 logins, 0 listeners, raw false',
      '',
    ]);
  }, 30_000);

  test('CB-17: the code stays neither in the address bar nor in the history', async () => {
    const { callback, page } = await finish(await started());
    expect(callback).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(page.status).toBe(200);
    expect(page.body).not.toContain(CALLBACK.slice(1));
  });

  test.each([
    [true, 'You are logged in'],
    [false, 'You are not logged in'],
  ])('the last page says how it ended: %s', async (succeeded, text) => {
    const { page } = await finish(await started(), succeeded);
    expect(page.body).toContain(text);
    expect(page.body).not.toContain('window.close');
  });
});
