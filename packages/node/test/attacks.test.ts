/** What others on this machine and on the web may try while a login waits; the real callback completes it all the same. */
import { spawn, spawnSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isOfDesktop } from '../../../scripts/demo/desktop.ts';
import { openSystemBrowser } from '../src/browser.ts';
import { createNodeClient, type NodeSettings } from '../src/index.ts';
import { paper, refused, type Visit, visit } from './listener.ts';
import {
  ACCESS_TOKEN,
  CODE,
  complete,
  type LocalServer,
  sendRaw,
  serve,
  settingsFor,
  startTokenEndpoint,
  visibleStore,
  type WaitingLogin,
  waitingLogin,
} from './waiting-login.ts';

vi.setConfig({ testTimeout: 60_000 });

let tokens: Awaited<ReturnType<typeof startTokenEndpoint>>;
beforeEach(async () => {
  tokens = await startTokenEndpoint();
});
const atTheEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const task of atTheEnd.splice(0).reverse()) await task();
  await tokens.close();
});

const waiting = (more: Partial<NodeSettings> = {}): Promise<WaitingLogin> => waitingLogin(settingsFor(tokens, more));

/** What matters in the end: the login completes by its own callback, its code is sent once, and its port is closed. */
async function completes(login: WaitingLogin, before: readonly string[] = []): Promise<void> {
  expect(tokens.codes).toEqual(before);
  expect(await complete(login)).toMatchObject({ status: 'logged_in' });
  expect(tokens.codes).toEqual([...before, CODE]);
  expect(await login.client.accessToken()).toBe(ACCESS_TOKEN);
  await refused(login.redirectUri);
}

/** Somebody else's program, with the port of its choice. */
async function otherProgram(host: string, port = 0): Promise<number> {
  const program = `require('net').createServer().listen(${port}, '${host}', function () { console.log(this.address().port) })`;
  const child = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  atTheEnd.push(async () => {
    child.kill();
    await gone;
  });
  const [line] = await once(child.stdout, 'data');
  return Number(line);
}

describe('AT-67: a port that another program holds', () => {
  test.each(['127.0.0.1', '0.0.0.0'])(
    'on %s is an error, no other one is tried, and later it is used',
    async (host) => {
      const port = await otherProgram(host);
      const redirectUri = `http://127.0.0.1:${port}/callback`;
      const opened: string[] = [];
      const settings = settingsFor(tokens, { redirectUri, openBrowser: (url) => void opened.push(url) });
      const failure = { code: 'loopback_port_unavailable' };
      await expect(createNodeClient(settings).login()).rejects.toMatchObject({ failure });
      expect(opened).toEqual([]);
      for (const task of atTheEnd.splice(0)) await task();
      const login = await waiting({ redirectUri });
      expect(login.redirectUri).toBe(redirectUri);
      await completes(login);
    },
  );

  test('is never in the way of a login with a port of its own, which is on loopback alone', async () => {
    const login = await waiting();
    const addresses = Object.values(networkInterfaces()).flatMap((list = []) => list);
    const others = addresses.filter(({ address }) => address !== '127.0.0.1' && !address.startsWith('fe80'));
    for (const { address, family } of others) {
      await refused(`http://${family === 'IPv6' ? `[${address}]` : address}:${login.port}/callback`);
    }
    await completes(login);
  });

  test('cannot be taken over while the login waits', async () => {
    const login = await waiting();
    const thief = createServer().listen(login.port, '127.0.0.1');
    const [error] = await once(thief, 'error');
    expect(error).toMatchObject({ code: 'EADDRINUSE' });
    await completes(login);
  });
});

describe('AT-68 NA-07: a local program or a web page that hits the listener', () => {
  type Attack = (login: WaitingLogin) => Visit;
  const at = (path: string, more: Partial<Visit> = {}): Attack => {
    return ({ redirectUri }) => ({ url: new URL(path, redirectUri).href, ...more });
  };
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' };
  const ATTACKS: readonly (readonly [name: string, status: number, attack: Attack])[] = [
    ['another path', 404, at('/other?code=evil&state=wrong')],
    ['the path with more behind it', 404, at('/callback/?code=evil')],
    ['a code without a state', 400, at('/callback?code=evil')],
    ['a code with a wrong state', 400, at('/callback?code=evil&state=wrong')],
    ['an error with a wrong state', 400, at('/callback?error=access_denied&state=wrong')],
    ['an error without a state', 400, at('/callback?error=access_denied')],
    ['a favicon', 404, at('/favicon.ico')],
    ['the address alone', 404, at('/')],
    ['the last page, too early', 404, at('/')],
    ['two states', 400, ({ callbackUrl }) => ({ url: `${callbackUrl}&state=wrong` })],
    ['HEAD with the right state', 405, ({ callbackUrl }) => ({ url: callbackUrl, method: 'HEAD' })],
    ['POST with the right state', 405, ({ callbackUrl }) => ({ url: callbackUrl, method: 'POST' })],
    ['POST of a form', 405, at('/callback', { method: 'POST', body: 'code=evil&state=wrong' })],
    ['a preflight', 405, ({ callbackUrl }) => ({ url: callbackUrl, method: 'OPTIONS', headers })],
    ['fetch by a page', 400, at('/callback?code=evil&state=wrong', { headers: { origin: 'https://evil.example' } })],
  ];

  test.each(ATTACKS)(
    '%s gets %i, no page may read the answer, and the login completes',
    async (_name, status, attack) => {
      const login = await waiting();
      const answer = await visit(attack(login));
      expect(answer.status).toBe(status);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.body).not.toMatch(/evil|wrong|denied/);
      expect(answer.body).not.toContain(login.state);
      await completes(login);
    },
  );

  test('all of them at once, many times over, do not end the login', async () => {
    const login = await waiting();
    const attacks = Array.from({ length: 10 }, () => ATTACKS.map(([, , attack]) => visit(attack(login)))).flat();
    const statuses = (await Promise.all(attacks)).map(({ status }) => status);
    expect(statuses.filter((status) => status < 400)).toEqual([]);
    await completes(login);
  });

  test('one that has the callback of another login does not complete this one', async () => {
    const [mine, other] = [await waiting(), await waiting()];
    const { search } = new URL(other.callbackUrl);
    expect((await visit({ url: mine.redirectUri + search })).status).toBe(400);
    await completes(mine);
    await completes(other, [CODE]);
  });

  test('two logins at once are not confused by what is sent to both, and each completes', async () => {
    const logins = await Promise.all([waiting(), waiting()]);
    const attacks = logins.flatMap((login) => ATTACKS.map(([, , attack]) => visit(attack(login))));
    await Promise.all(attacks);
    const outcomes = await Promise.all(logins.map(complete));
    expect(outcomes).toMatchObject([{ status: 'logged_in' }, { status: 'logged_in' }]);
    expect(tokens.codes).toEqual([CODE, CODE]);
    for (const { redirectUri } of logins) await refused(redirectUri);
  });
});

describe('AT-69 NA-07: DNS rebinding', () => {
  test.each([
    ['another site', 421, (port: number) => `attacker.example:${port}`],
    ['another site with the port of the web', 421, () => 'attacker.example'],
    ['localhost', 421, (port: number) => `localhost:${port}`],
    ['the other literal', 421, (port: number) => `[::1]:${port}`],
    ['another spelling of the address', 421, (port: number) => `127.1:${port}`],
    ['a final dot', 421, (port: number) => `127.0.0.1.:${port}`],
    ['a wrong port', 421, () => '127.0.0.1:80'],
    ['no port', 421, () => '127.0.0.1'],
    ['a name before the address', 421, (port: number) => `attacker@127.0.0.1:${port}`],
  ])('with %s as Host is answered %i, even for the right callback', async (_name, status, host) => {
    const login = await waiting();
    const answer = await visit({ url: login.callbackUrl, headers: { host: host(login.port) } });
    expect(answer.status).toBe(status);
    await completes(login);
  });

  test.each([
    ['without Host', 'HTTP/1.1', () => ''],
    ['without Host, as HTTP/1.0', 'HTTP/1.0', () => ''],
    ['with an empty Host', 'HTTP/1.1', () => 'host:\r\n'],
    ['with two of them', 'HTTP/1.1', (host: string) => `host: ${host}\r\nhost: attacker.example\r\n`],
  ])('%s is answered 400 or 421', async (_name, version, header) => {
    const login = await waiting();
    const { host, pathname, search } = new URL(login.callbackUrl);
    const { answer } = sendRaw(login, `GET ${pathname}${search} ${version}\r\n${header(host)}\r\n`);
    expect(await answer).toMatch(/^HTTP\/1\.1 (400|421) /);
    await completes(login);
  });
});

describe('AT-70: a slow or huge request', () => {
  test.each([
    [
      'a request line of 20 KB',
      431,
      ({ redirectUri }: WaitingLogin) => ({ url: `${redirectUri}?code=${'a'.repeat(20_000)}` }),
    ],
    [
      'a header of 100 KB',
      431,
      ({ callbackUrl }: WaitingLogin) => ({ url: callbackUrl, headers: { cookie: 'a'.repeat(100_000) } }),
    ],
  ])('%s is answered %i', async (_name, status, attack) => {
    const login = await waiting();
    // A client that is still writing may see only that the connection is gone.
    const answer = await visit(attack(login)).catch(({ code }: NodeJS.ErrnoException) => code);
    expect(['EPIPE', 'ECONNRESET', status]).toContain(typeof answer === 'object' ? answer.status : answer);
    await completes(login);
  });

  test('of which a hundred are never finished keeps neither the login nor the port', async () => {
    const login = await waiting();
    const { pathname, search, host } = new URL(login.callbackUrl);
    const begun = [
      '',
      'GET ',
      `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n`,
      `POST ${pathname} HTTP/1.1\r\n`,
    ];
    const slow = Array.from({ length: 100 }, (_, index) => sendRaw(login, begun[index % begun.length] ?? ''));
    await Promise.all(slow.map(({ socket }) => socket.connecting && once(socket, 'connect')));
    await completes(login);
    for (const { answer } of slow) expect(await answer).toBe('');
  });

  test('whose headers are never finished is closed with 408, and the login waits on', async () => {
    const login = await waiting();
    const { answer } = sendRaw(login, 'GET /callback HTTP/1.1\r\nhost: ');
    expect(await answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
    await completes(login);
  });
});

describe('AT-73: localhost, 127.0.0.1 and [::1]', () => {
  test.each([
    'http://localhost/callback',
    'http://localhost:8080/callback',
    'http://0.0.0.0/callback',
    'http://[::]/callback',
  ])('%s is refused before anything is bound', (redirectUri) => {
    const failure = expect.objectContaining({ code: 'invalid_redirect_uri' });
    expect(() => createNodeClient(settingsFor(tokens, { redirectUri }))).toThrow(expect.objectContaining({ failure }));
  });

  test('NA-04: the redirect URI is an IP literal, whatever localhost means here', async () => {
    const login = await waiting({ redirectUri: 'http://127.0.0.1/callback' });
    expect(login.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    await completes(login);
  });

  test('NA-06: where IPv4 is not there IPv6 is used, its Host must be its literal, and nothing else is tried', async () => {
    const asked = withoutIPv4('EADDRNOTAVAIL');
    const begun = waiting();
    if (!hasIPv6()) {
      await expect(begun).rejects.toMatchObject({ failure: { code: 'loopback_port_unavailable' } });
      expect(asked).toEqual(['127.0.0.1', '::1']);
      return;
    }
    const login = await begun;
    expect(asked).toEqual(['127.0.0.1', '::1']);
    expect(login.redirectUri).toMatch(/^http:\/\/\[::1\]:\d+\/callback$/);
    for (const host of ['localhost', '127.0.0.1', '[::]', '::1']) {
      const answer = await visit({ url: login.callbackUrl, headers: { host: `${host}:${login.port}` } });
      expect([host, answer.status]).toEqual([host, 421]);
    }
    await completes(login);
  });

  test('NA-06: where IPv4 refuses for another reason, or was asked for by name, IPv6 is not used instead', async () => {
    withoutIPv4('EACCES');
    const failure = { code: 'loopback_port_unavailable' };
    await expect(waiting()).rejects.toMatchObject({ failure });
    vi.restoreAllMocks();
    const asked = withoutIPv4('EADDRNOTAVAIL');
    await expect(waiting({ redirectUri: 'http://127.0.0.1/callback' })).rejects.toMatchObject({ failure });
    expect(asked).toEqual(['127.0.0.1']);
  });

  const hasIPv6 = (): boolean =>
    Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));

  /** @returns the hosts that were tried */
  function withoutIPv4(code: string): readonly string[] {
    const { listen } = Server.prototype;
    const asked: string[] = [];
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
      const { host = '' } = args[0] as { readonly host?: string };
      asked.push(host);
      if (host !== '127.0.0.1') return Reflect.apply(listen, this, args);
      process.nextTick(() => this.emit('error', Object.assign(new Error(`listen ${code}`), { code })));
      return this;
    });
    atTheEnd.push(() => vi.restoreAllMocks());
    return asked;
  }
});

describe('AT-75: a person who closes the browser', () => {
  test('NA-13: and says so ends the login at once; nothing of it is left, and the callback comes too late', async () => {
    const transactionStore = visibleStore();
    const cancel = new AbortController();
    const login = await waitingLogin(settingsFor(tokens, { transactionStore }), { cancel: cancel.signal });
    expect(transactionStore.entries.size).toBe(1);
    cancel.abort();
    await expect(login.outcome).rejects.toMatchObject({ failure: { code: 'user_cancelled' } });
    expect([...transactionStore.entries.values()].join()).not.toContain('codeVerifier');
    await refused(login.callbackUrl);
    await expect(login.client.handleCallback(login.callbackUrl)).rejects.toMatchObject({
      failure: { code: 'unknown_transaction' },
    });
    expect(tokens.codes).toEqual([]);
    await completes(await waiting());
  });

  test('NA-05: and says nothing is waited for until the time is over, then the listener is closed', async () => {
    const transactionStore = visibleStore();
    const login = await waiting({ transactionStore, timeLimit: 0.2 });
    await expect(login.outcome).rejects.toMatchObject({ failure: { code: 'redirect_timeout' } });
    await refused(login.callbackUrl);
    expect([...transactionStore.entries.values()].join()).not.toContain('codeVerifier');
    expect(tokens.codes).toEqual([]);
    await completes(await waiting());
  });
});

describe('AT-35: characters that a shell would act on', () => {
  /** Those that a URL of a server may hold, and all of them. */
  const LEGAL = "$(touch$IFS'pwned')&calc.exe&-e=1;touch$IFS'pwned'&*=!~";
  const HOSTILE = `${LEGAL}\`touch pwned\`|touch pwned;"a b"\\&%22&<c>`;

  /** What the platform opens addresses with: a program that writes down what it was given. */
  function recordingBrowser(): { readonly folder: string; received(): Promise<readonly string[]> } {
    const folder = mkdtempSync(join(tmpdir(), 'proofkey-browser-'));
    atTheEnd.push(() => rmSync(folder, { recursive: true, force: true }));
    const [browser, seen] = [join(folder, 'open'), join(folder, 'seen')];
    const record = `const { renameSync, writeFileSync } = require('node:fs');
writeFileSync('${seen}.part', JSON.stringify(process.argv.slice(2)));
renameSync('${seen}.part', '${seen}');`;
    writeFileSync(join(folder, 'record.cjs'), record);
    writeFileSync(browser, `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'record.cjs')}' "$@"\n`);
    chmodSync(browser, 0o755);
    // No desktop that would know better than BROWSER; and where that is not asked, the program is called `open`.
    for (const name of Object.keys(process.env).filter(isOfDesktop)) vi.stubEnv(name, undefined);
    const env = { CI: '', BROWSER: browser, PATH: `${folder}${delimiter}${process.env['PATH']}` };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    atTheEnd.push(() => vi.unstubAllEnvs());
    return {
      folder,
      async received() {
        await vi.waitUntil(() => existsSync(seen), { timeout: 30_000 });
        return JSON.parse(readFileSync(seen, 'utf8')) as string[];
      },
    };
  }

  test('NA-12: stay in one argument of the browser that a login opens, and nothing else is run', async () => {
    const { folder, received } = recordingBrowser();
    const printed = paper();
    const { server, ...settings } = settingsFor(tokens, { terminal: { output: printed } });
    const authorizationEndpoint = `${server?.authorizationEndpoint}?x=${LEGAL}`;
    const cancel = new AbortController();
    const client = createNodeClient({ ...settings, server: { ...server, authorizationEndpoint } } as NodeSettings);
    const outcome = client.login({ cancel: cancel.signal, loginHint: HOSTILE, extra: { ui: HOSTILE } });
    outcome.catch(() => {});
    const given = await received();
    cancel.abort();
    await expect(outcome).rejects.toMatchObject({ failure: { code: 'user_cancelled' } });
    expect(given).toHaveLength(1);
    const [url = ''] = given;
    expect(printed.text()).toContain(`\n  ${new URL(url).href}\n`);
    expect(url.startsWith(authorizationEndpoint)).toBe(true);
    expect(new URL(url).searchParams.get('login_hint')).toBe(HOSTILE);
    expect([existsSync('pwned'), existsSync(join(folder, 'pwned'))]).toEqual([false, false]);
    // A shell would have acted on it.
    spawnSync('sh', ['-c', `true ${authorizationEndpoint}`], { cwd: folder });
    expect(existsSync(join(folder, 'pwned'))).toBe(true);
  });

  test('NA-12: of an address that no check of ours has seen stay in one argument too', async () => {
    const { received } = recordingBrowser();
    const url = `https://as.example.com/authorize?x=${HOSTILE}`;
    expect(await openSystemBrowser(url)).toBeUndefined();
    const [first, ...others] = await received();
    expect(others).toEqual([]);
    expect([url, new URL(url).href, encodeURI(url)]).toContain(first);
    expect(existsSync('pwned')).toBe(false);
  });

  test('in metadata are refused where a URL may not hold them', () => {
    const { server, ...settings } = settingsFor(tokens);
    for (const one of ['`', '"', '|', '\\', '<', ' ', '\n', '^', '{']) {
      const authorizationEndpoint = `${server?.authorizationEndpoint}?x=${one}`;
      const failure = expect.objectContaining({ code: 'invalid_metadata' });
      const create = () =>
        createNodeClient({ ...settings, server: { ...server, authorizationEndpoint } } as NodeSettings);
      expect(create, one).toThrow(expect.objectContaining({ failure }));
    }
  });

  test.each(['file:///etc/passwd', '--help', '-e calc', 'javascript:alert(1)', 'calc.exe', '/bin/sh', 'C:\\a.exe', ''])(
    'NA-12: %j is no address of the web, and is handed to no launcher',
    async (url) => {
      const launch = vi.fn();
      expect(await openSystemBrowser(url, launch)).toBe('the address is not one of the web');
      expect(launch).not.toHaveBeenCalled();
    },
  );
});

describe('AT-41 UI-03: the access token', () => {
  type Api = LocalServer & { readonly seen: (string | undefined)[] };
  async function startApi(location?: () => string, status = 307): Promise<Api> {
    const seen: (string | undefined)[] = [];
    const server = await serve(({ headers, url }, response) => {
      seen.push(headers.authorization);
      if (location && url === '/moved') response.writeHead(status, { location: location() }).end();
      else response.end('data');
    });
    atTheEnd.push(server.close);
    return { ...server, seen };
  }
  async function clientOf(apis: readonly string[]) {
    const login = await waiting({ apis });
    await complete(login);
    return login.client;
  }
  const BEARER = `Bearer ${ACCESS_TOKEN}`;

  test('goes to an origin that is listed, and to no other one, whatever its name looks like', async () => {
    const [listed, other] = [await startApi(), await startApi()];
    const client = await clientOf([listed.origin, 'https://api.example.com']);
    expect(await (await client.fetch(`${listed.origin}/contacts`)).text()).toBe('data');
    expect(listed.seen).toEqual([BEARER]);
    const elsewhere = [
      `${other.origin}/contacts`,
      listed.origin.replace('127.0.0.1', 'localhost'),
      listed.origin.replace('http:', 'https:'),
      'https://api.example.com.evil.example/',
      'http://api.example.com/',
      'https://api.example.com:8443/',
      'https://evil.example/https://api.example.com/',
      'https://evil.example\\@api.example.com/',
    ];
    for (const url of elsewhere) {
      const failure = { code: 'api_not_listed' };
      await expect(client.fetch(url), url).rejects.toMatchObject({ failure });
    }
    await expect(client.fetch(`http://user:word@${new URL(listed.origin).host}/`)).rejects.toThrow();
    expect(listed.seen).toHaveLength(1);
    expect(other.seen).toEqual([]);
  });

  test.each([301, 302, 303, 307, 308])('does not follow a redirect (%i) to another origin', async (status) => {
    const other = await startApi();
    const listed = await startApi(() => `${other.origin}/stolen`, status);
    const client = await clientOf([listed.origin]);
    await (await client.fetch(`${listed.origin}/moved`)).text();
    expect(listed.seen).toEqual([BEARER]);
    expect(other.seen).toEqual([undefined]);
  });

  test('nor when the other origin sends it back, and it stays on a redirect to the same one', async () => {
    const back = await startApi(() => `${listed.origin}/contacts`);
    const listed: Api = await startApi(() => `${back.origin}/moved`);
    const same: Api = await startApi(() => `${same.origin}/contacts`);
    const client = await clientOf([listed.origin, same.origin]);
    await (await client.fetch(`${listed.origin}/moved`)).text();
    expect([listed.seen, back.seen]).toEqual([[BEARER, undefined], [undefined]]);
    await (await client.fetch(`${same.origin}/moved`)).text();
    expect(same.seen).toEqual([BEARER, BEARER]);
  });
});

test('LG-03: a login and what follows it connect to the server and to the API, and to nobody else', async () => {
  const ports = new Set<number | undefined>();
  const connected = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.once('connect', () => ports.add(socket.remotePort));
    // A name that somebody asks for is an address that nobody configured.
    socket.once('lookup', (_error, address: string) => expect(address).toBe('127.0.0.1'));
  };
  subscribe('net.client.socket', connected);
  atTheEnd.push(() => unsubscribe('net.client.socket', connected));
  const api = await serve((_request, response) => response.end('data'));
  atTheEnd.push(api.close);
  const login = await waiting({ apis: [api.origin] });
  await complete(login);
  expect(await (await login.client.fetch(api.origin)).text()).toBe('data');
  await login.client.start();
  await login.client.logout();
  // The person's own visits to the listener are seen here too.
  expect([...ports].sort()).toEqual([tokens.port, api.port, login.port].sort());
});
