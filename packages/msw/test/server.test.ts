/** The login server on loopback: what it answers to whom, and a whole login of a person in a real Chromium. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Page } from 'playwright';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createNodeClient, type LoginOutcome, type NodeClient } from '../../node/src/index.ts';
import { paper, visit } from '../../node/test/listener.ts';
import { MisuseError as MisuseErrorOfIndex } from '../src/index.ts';
import { isOwnHost, originAt, pathAt } from '../src/loopback-address.ts';
import {
  type DeviationName,
  type LogEntry,
  type LoginServerOptions,
  type Misuse,
  type MisuseCode,
  MisuseError,
  type MockBrowser,
  OptionError,
  type RunningLoginServer,
  type Step,
  startLoginServer,
} from '../src/server.ts';
import { authorizePath } from './support/pages-server.ts';
import { headingOf, INSTALL_LIMIT, logIn, useBrowser } from './support/real-browser.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: INSTALL_LIMIT });

const WELL_KNOWN = '/.well-known/openid-configuration';

test('at port 80, which nobody writes, it has the issuer and the names without it', () => {
  expect([originAt(80), originAt(8080)]).toEqual(['http://127.0.0.1', 'http://127.0.0.1:8080']);
  const hosts = ['127.0.0.1', 'LocalHost', '127.0.0.1:80', 'localhost:80', '127.0.0.1:8080', 'evil.example', ''];
  expect(hosts.map((host) => isOwnHost(80, host))).toEqual([true, true, true, true, false, false, false]);
  expect(hosts.map((host) => isOwnHost(8080, host))).toEqual([false, false, false, false, true, false, false]);
});

test('it listens on 127.0.0.1 alone, and on no other address of this machine', async () => {
  const server = await startLoginServer();
  try {
    const { port } = new URL(server.issuer);
    const socket = connect(Number(port), '127.0.0.2');
    await expect(once(socket, 'connect')).rejects.toThrow();
  } finally {
    await server.close();
  }
});

test('a request target is a path, or the whole address of this server', () => {
  const paths = [
    ...['/a?b=c', '//evil.example/', 'http://127.0.0.1:8080/a?b=c', 'HTTP://localhost:8080', 'http://localhost:8080?b'],
    ...['http://evil.example/', 'http://127.0.0.1/', 'https://127.0.0.1:8080/', 'http://a@127.0.0.1:8080/', '*', ''],
  ].map((target) => pathAt(8080, target));
  const nobody = undefined;
  expect(paths).toEqual([
    ...['/a?b=c', '//evil.example/', '/a?b=c', '/', '/?b'],
    ...[nobody, nobody, nobody, nobody, nobody, nobody],
  ]);
});

describe('a server on a port', () => {
  const running: RunningLoginServer[] = [];
  async function start(options: LoginServerOptions = {}): Promise<RunningLoginServer> {
    const server = await startLoginServer({ algorithm: 'ES256', ...options });
    running.push(server);
    return server;
  }
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.close()));
  });
  const portOf = ({ issuer }: RunningLoginServer): number => Number(new URL(issuer).port);

  /** Text on a connection of its own, and all that comes back until it ends. */
  async function raw(server: RunningLoginServer, text: string): Promise<string> {
    const socket = connect(portOf(server), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.on('error', () => {});
    socket.write(text);
    await once(socket, 'close');
    return answer;
  }

  test('says in its metadata where it is, and keeps to it', async () => {
    const server = await start();
    expect(server.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const answer = await fetch(server.issuer + WELL_KNOWN);
    expect(await answer.json()).toMatchObject({
      issuer: server.issuer,
      token_endpoint: `${server.issuer}/oauth/token`,
      end_session_endpoint: `${server.issuer}/oidc/logout`,
    });
    expect(server.server).toMatchObject({ issuer: server.issuer });
    expect(server.log.map(({ step, status }) => [step, status])).toEqual([['metadata', 200]]);
    server.reset();
    expect(server.log).toEqual([]);
  });

  test('refuses an issuer, which it has already, and every other option that makes no sense', async () => {
    const wrong = { issuer: 'https://login.test' } as LoginServerOptions;
    await expect(startLoginServer(wrong)).rejects.toThrow('it is where this server listens');
    const unknown = { passThrough: [] } as LoginServerOptions;
    await expect(startLoginServer(unknown)).rejects.toThrow(OptionError);
  });

  test('fails its check with the error of the other entries', async () => {
    const server = await start();
    await fetch(`${server.issuer}/nowhere`, { method: 'POST' });
    expect(() => server.check()).toThrow(MisuseError);
    // Their types can be named by this entry alone.
    const person: MockBrowser = server.browser;
    const [misuse]: readonly Misuse[] = server.misuses;
    const [entry]: readonly LogEntry[] = server.log;
    const named: { code?: MisuseCode | undefined; step?: Step | undefined } = { code: misuse?.code, step: entry?.step };
    const name: DeviationName = 'wrong_issuer';
    server.deviate(name);
    expect([named, typeof person]).toEqual([{ code: 'unknown_endpoint', step: 'unknown' }, 'function']);
    expect(MisuseError).toBe(MisuseErrorOfIndex);
  });

  test('is answered on localhost too, and names its issuer as ever', async () => {
    const server = await start();
    const { body } = await visit({ url: server.issuer + WELL_KNOWN, headers: { host: `LocalHost:${portOf(server)}` } });
    expect(JSON.parse(body)).toMatchObject({ issuer: server.issuer });
  });

  test('answers nobody who reaches it by another name: a page of another site can not pretend to be one of its own', async () => {
    const server = await start();
    const port = portOf(server);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1:${port}.evil`]) {
      const { status, body } = await visit({ url: server.issuer + WELL_KNOWN, headers: { host } });
      expect([host, status, body]).toEqual([host, 421, '']);
    }
    expect(server.log).toEqual([]);
  });

  test('answers HEAD as GET, without the body and without a wrong length', async () => {
    const { issuer } = await start();
    const [head, get] = [
      await visit({ url: issuer + WELL_KNOWN, method: 'HEAD' }),
      await visit({ url: issuer + WELL_KNOWN }),
    ];
    expect([head.status, head.body]).toEqual([200, '']);
    expect(get.body.length).toBeGreaterThan(100);
    expect(get.headers['content-length']).toBe(`${Buffer.byteLength(get.body)}`);
    expect([undefined, get.headers['content-length']]).toContain(head.headers['content-length']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
  });

  test('refuses a body of more than 64 KiB, whether or not its length is announced, and takes one of just that', async () => {
    const server = await start();
    const url = `${server.issuer}/oauth/token`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const tooLong = 'x'.repeat(65_537);
    expect((await visit({ url, method: 'POST', headers, body: tooLong })).status).toBe(413);
    const chunked = { ...headers, 'transfer-encoding': 'chunked' };
    expect((await visit({ url, method: 'POST', headers: chunked, body: tooLong.repeat(20) })).status).toBe(413);
    expect(server.log).toEqual([]);
    expect((await visit({ url, method: 'POST', headers, body: tooLong.slice(1) })).status).toBe(400);
    expect(server.log.map(({ step }) => step)).toEqual(['token']);
  });

  test('reads a body that is not ASCII, in pieces that cut its characters', async () => {
    const server = await start({ user: { sub: 'é☃', username: 'é☃', password: 'é☃' }, person: 'pages' });
    const begun = await visit({ url: server.issuer + authorizePath() });
    const body = `username=é☃&password=${encodeURIComponent('é☃')}`;
    const [cookie = ''] = begun.headers['set-cookie'] ?? [];
    const socket = connect(portOf(server), '127.0.0.1');
    socket.write(
      `POST ${begun.headers['location']} HTTP/1.1\r\nHost: 127.0.0.1:${portOf(server)}\r\nConnection: close\r\n` +
        `Cookie: ${cookie.split(';')[0]}\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
    );
    let answer = '';
    socket.on('data', (part) => {
      answer += part;
    });
    for (const octet of Buffer.from(body)) socket.write(Buffer.of(octet));
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 303 /);
  });

  test.each([
    ['two hosts', 'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil.example\r\n', 400],
    [
      'two tokens',
      'GET /userinfo HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n',
      400,
    ],
    ['what a proxy should fetch', 'GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n', 400],
    ['what a proxy at another port should fetch', 'GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n', 400],
    ['its whole address', 'GET http://127.0.0.1:PORT/userinfo HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n', 401],
    ['no path', 'GET userinfo HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\n', 400],
    ['no HTTP', 'hello\r\n', 400],
    ['another path in the place of a host', 'GET //evil.example/authorize HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n', 404],
    ['an escape that can not be read', 'GET /%zz?%=% HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n', 404],
  ])('stays calm when it is sent %s', async (_what, request, status) => {
    const server = await start();
    const answer = await raw(server, `${request.replaceAll('PORT', `${portOf(server)}`)}Connection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await fetch(server.issuer + WELL_KNOWN)).status).toBe(200);
  });

  test('stays calm when a client goes away in the middle of its request', async () => {
    const server = await start();
    const socket = connect(portOf(server), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(`POST /oauth/token HTTP/1.1\r\nHost: 127.0.0.1:${portOf(server)}\r\nContent-Length: 100\r\n\r\ngrant`);
    await new Promise((written) => socket.write('_type', written));
    socket.destroy();
    expect((await fetch(server.issuer + WELL_KNOWN)).status).toBe(200);
    expect(server.log.map(({ step }) => step)).toEqual(['metadata']);
  });

  test('puts cookies that came in two headers together', async () => {
    const server = await start({ person: 'automatic' });
    const begun = await visit({ url: server.issuer + authorizePath() });
    const [cookie = ''] = begun.headers['set-cookie'] ?? [];
    const path = authorizePath({ prompt: 'none' });
    const answer = await raw(
      server,
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${portOf(server)}\r\nCookie: a=b\r\nCookie: ${cookie.split(';')[0]}\r\n` +
        'Connection: close\r\n\r\n',
    );
    expect(answer).toMatch(/\r\nlocation: https:\/\/[^\r]*[?&]code=/i);
  });

  test('breaks the connection for an answer that is lost, though it was worked on, and when it is offline', async () => {
    const server = await start();
    const url = server.issuer + WELL_KNOWN;
    server.dropAnswer('metadata');
    await expect(visit({ url })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server.log).toMatchObject([{ step: 'metadata', lost: true }]);
    server.offline();
    await expect(visit({ url })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server.log).toHaveLength(1);
    server.offline(false);
    expect((await visit({ url })).status).toBe(200);
  });

  test('fails as it was told to, by its knobs', async () => {
    const server = await start();
    server.failNext('metadata', 503);
    server.skewClock(3600);
    const [failed, fine] = [await fetch(server.issuer + WELL_KNOWN), await fetch(server.issuer + WELL_KNOWN)];
    expect([failed.status, fine.status]).toEqual([503, 200]);
    expect(Date.parse(fine.headers.get('date') ?? '') - Date.now()).toBeGreaterThan(3_000_000);
  });

  test('says that it failed, and goes on, when something in it throws', async () => {
    const server = await start({ subtle: {} as NonNullable<LoginServerOptions['subtle']> });
    const answer = await fetch(server.issuer + WELL_KNOWN);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toMatch(/^The login server failed: /);
    expect((await fetch(server.issuer + WELL_KNOWN)).status).toBe(500);
  });

  test('answers the preflight request of another origin', async () => {
    const { issuer } = await start();
    const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' };
    const answer = await visit({ url: `${issuer}/oauth/token`, method: 'OPTIONS', headers });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, 'http://localhost:3000']);
    expect(answer.headers['content-length']).toBeUndefined();
  });

  test('two of them have ports, people and logs of their own', async () => {
    const [one, two] = [await start(), await start()];
    expect(one.issuer).not.toBe(two.issuer);
    await fetch(one.issuer + WELL_KNOWN);
    expect([one.log.length, two.log.length]).toEqual([1, 0]);
  });

  test('takes the port that it is given, and says so when it is taken', async () => {
    const first = await start();
    const port = portOf(first);
    await expect(startLoginServer({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    expect((await start({ port })).issuer).toBe(first.issuer);
  });

  test('lets its port go when an option makes no sense', async () => {
    const first = await start();
    const port = portOf(first);
    await first.close();
    await expect(startLoginServer({ port, grace: -1 })).rejects.toThrow('grace');
    await expect(visit({ url: first.issuer })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('closing it, once or twice, ends connections that are open, with and without a request', async () => {
    const server = await start();
    const idle = connect(portOf(server), '127.0.0.1');
    idle.on('error', () => {});
    await once(idle, 'connect');
    const ended = once(idle, 'close');
    server.slow(2_000_000);
    const waiting = visit({ url: server.issuer + WELL_KNOWN });
    waiting.catch(() => {});
    await vi.waitFor(() => expect(server.log).toHaveLength(1), { timeout: 30_000 });
    await Promise.all([server.close(), server.close()]);
    await ended;
    await expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' });
    await expect(visit({ url: server.issuer })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a person in a real browser', () => {
  const { server, newPage } = useBrowser({
    user: { sub: 'ada', username: 'ada', password: 'engine', name: 'Ada Lovelace' },
    clients: [{ clientId: 'app', name: 'The App' }],
  });
  const noScript = { javaScriptEnabled: false };

  type Ended = { readonly client: NodeClient; readonly outcome: LoginOutcome | Error };

  /** A login of `@proofkey/node`, whose person does what is said. */
  async function login(
    page: Page,
    person: (page: Page) => Promise<unknown>,
    at = (url: string) => url,
  ): Promise<Ended> {
    let visited: Promise<unknown> = Promise.resolve();
    const client = createNodeClient({
      server: server().server,
      clientId: 'app',
      scope: ['openid', 'profile', 'offline_access'],
      terminal: { output: paper() },
      openBrowser(url) {
        visited = page.goto(at(url)).then(() => person(page));
        return visited.then(() => {});
      },
    });
    const outcome = await client.login().catch((error: Error) => error);
    await visited;
    return { client, outcome };
  }
  const answer = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();

  test('without JavaScript, with a wrong password first, logs in and agrees; the application knows who it is', async () => {
    const page = await newPage(noScript);
    const { client, outcome } = await login(page, async () => {
      expect(await headingOf(page)).toBe('Log in');
      expect(await page.getByRole('main').textContent()).toContain('The App asks who you are.');
      await logIn(page, 'ada', 'wrong');
      expect(await page.getByRole('alert').textContent()).toBe('User name or password is wrong.');
      await page.getByLabel('Password').fill('engine');
      await answer(page, 'Log in');
      expect(await page.getByRole('main').textContent()).toContain('You are Ada Lovelace.');
      expect(await page.getByRole('listitem').allTextContents()).toEqual([
        'know who you are',
        'see your name and your profile',
        'keep its access after you have left',
      ]);
      await page.reload();
      await answer(page, 'I agree');
    });
    expect(outcome).toMatchObject({ status: 'logged_in', user: { sub: 'ada', name: 'Ada Lovelace' } });
    expect(await client.userinfo()).toMatchObject({ sub: 'ada', name: 'Ada Lovelace' });
    await page.getByRole('heading', { name: 'You are logged in' }).waitFor();
    server().check();
    const steps = server().log.map(({ step, status }) => `${step} ${status}`);
    expect(steps.slice(0, 7)).toEqual([
      'authorize 302',
      'login_page 200',
      'login_page 403',
      'login_page 303',
      'consent_page 200',
      'consent_page 200',
      'consent_page 303',
    ]);
    expect(steps.slice(7).toSorted()).toEqual(['keys 200', 'token 200', 'userinfo 200']);
  });

  test('refuses, and the application is told so', async () => {
    const page = await newPage(noScript);
    const { outcome } = await login(page, async () => {
      await logIn(page, 'ada', 'engine');
      await answer(page, 'No');
    });
    expect(outcome).toMatchObject({ failure: { code: 'authorization_refused', oauth: { error: 'access_denied' } } });
    await page.getByRole('heading', { name: 'You are not logged in' }).waitFor();
    server().check();
  });

  test('can do all of it with the keyboard alone', async () => {
    const page = await newPage(noScript);
    const { keyboard } = page;
    const { outcome } = await login(page, async () => {
      await keyboard.press('Tab');
      await keyboard.type('ada');
      await keyboard.press('Tab');
      await keyboard.type('wrong');
      await keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      // The focus is in the password already.
      await keyboard.type('engine');
      await keyboard.press('Tab');
      await keyboard.press('Space');
      await page.getByRole('heading', { name: 'Do you agree?' }).waitFor();
      await keyboard.press('Tab');
      await keyboard.press('Enter');
    });
    expect(outcome).toMatchObject({ status: 'logged_in' });
  });

  test('is not asked again for what was agreed to, in the same browser', async () => {
    const page = await newPage();
    await login(page, async () => {
      await logIn(page, 'ada', 'engine');
      await answer(page, 'I agree');
    });
    const { outcome } = await login(page, async () => {});
    expect(outcome).toMatchObject({ status: 'logged_in' });
    const { outcome: other } = await login(await newPage(), async (window) => {
      expect(await headingOf(window)).toBe('Log in');
      await logIn(window, 'ada', 'engine');
    });
    expect(other).toMatchObject({ status: 'logged_in' });
  });

  test('may have come by the name localhost, and stays there until the login is over', async () => {
    const page = await newPage();
    const { outcome } = await login(
      page,
      async () => {
        expect(new URL(page.url()).hostname).toBe('localhost');
        await logIn(page, 'ada', 'engine');
        expect(new URL(page.url()).hostname).toBe('localhost');
        await answer(page, 'I agree');
      },
      (url) => url.replace('//127.0.0.1:', '//localhost:'),
    );
    expect(outcome).toMatchObject({ status: 'logged_in', user: { sub: 'ada' } });
  });

  test('two logins in two tabs of one browser both end', async () => {
    const first = await newPage();
    const second = await first.context().newPage();
    const person = async (page: Page): Promise<void> => {
      await logIn(page, 'ada', 'engine');
      // Who agreed in the other tab meanwhile is not asked here.
      if ((await headingOf(page)) === 'Do you agree?') await answer(page, 'I agree');
    };
    const ends = await Promise.all([login(first, person), login(second, person)]);
    expect(ends.map(({ outcome }) => outcome)).toMatchObject([{ status: 'logged_in' }, { status: 'logged_in' }]);
    server().check();
  });

  test('sends a form_post answer on by a button, to an application at another port', async () => {
    const bodies: string[] = [];
    const application = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      bodies.push(`${request.method} ${body}`);
      response.setHeader('content-type', 'text/html').end('<h1>Thank you</h1>');
    });
    application.listen(0, '127.0.0.1');
    await once(application, 'listening');
    try {
      const page = await newPage(noScript);
      const redirect_uri = `http://127.0.0.1:${(application.address() as AddressInfo).port}/callback`;
      await page.goto(server().issuer + authorizePath({ redirect_uri, response_mode: 'form_post', state: '"<&>' }));
      await logIn(page, 'ada', 'engine');
      await answer(page, 'I agree');
      expect(bodies).toEqual([]);
      await answer(page, 'Continue');
      expect(await headingOf(page)).toBe('Thank you');
      const [, body = ''] = bodies[0]?.split(' ') ?? [];
      expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
        code: expect.stringMatching(/^[\w-]{43}$/),
        state: '"<&>',
        iss: server().issuer,
      });
    } finally {
      application.closeAllConnections();
      application.close();
    }
  });

  test('logs out after being asked, and is asked for the password at the next login', async () => {
    const page = await newPage(noScript);
    await page.goto(server().issuer + authorizePath());
    await logIn(page, 'ada', 'engine');
    expect(await headingOf(page)).toBe('Do you agree?');
    await page.goto(`${server().issuer}/oidc/logout`);
    expect(await headingOf(page)).toBe('Do you want to log out?');
    await answer(page, 'Stay logged in');
    await page.goto(server().issuer + authorizePath());
    expect(await headingOf(page)).toBe('Do you agree?');
    await page.goto(`${server().issuer}/oidc/logout`);
    await answer(page, 'Log out');
    expect(await headingOf(page)).toBe('You are logged out');
    expect(await page.context().cookies()).toEqual([
      expect.objectContaining({ path: expect.stringMatching(/^\/interaction/) }),
    ]);
    await page.goto(server().issuer + authorizePath());
    expect(await headingOf(page)).toBe('Log in');
  });

  test('is told on a page that is over that it is, when going back to it', async () => {
    const page = await newPage(noScript);
    await page.goto(server().issuer + authorizePath());
    const address = page.url();
    await logIn(page, 'ada', 'engine');
    expect((await page.goto(address))?.status()).toBe(404);
    expect(await page.getByRole('main').textContent()).toContain('Go back to the application and log in again.');
  });
});
