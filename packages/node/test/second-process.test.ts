/** A login that one real process begins and another one finishes, by files of this user only. RFC 6749, 4.1; NA-14. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../../scripts/demo/authorization-server.ts';
import { actAsPerson } from '../../../scripts/demo/person.ts';
import { inTerminal } from './program.ts';
import { openToOthers } from './whole-values.ts';

const CHILD = fileURLToPath(new URL('./second-process-child.ts', import.meta.url));
const USER = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' };
const LOGGED_IN = { status: 'logged_in', user: USER, appState: { begun: 'by the first process' } };

let server: AuthorizationServer;
let home: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  server = await startAuthorizationServer();
});
afterAll(() => server.close());

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'proofkey-home-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const settings = () => ({
  server: server.metadata,
  clientId: server.clientId,
  scope: ['openid', 'profile', 'email', 'offline_access'],
  app: 'second process',
  timeLimit: 60,
});

/** A process whose user has this home; where its files go is its own doing. */
function start(what: string, callbackUrl = '', at = home): ChildProcess {
  const { XDG_DATA_HOME: _, ...env } = process.env;
  const child = spawn(process.execPath, [CHILD, what, JSON.stringify(settings()), callbackUrl], {
    env: { ...env, HOME: at, LOCALAPPDATA: at },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  children.push(child);
  return child;
}

const endOf = async (child: ChildProcess): Promise<unknown> =>
  child.exitCode ?? child.signalCode ?? (await once(child, 'exit').then(([code, signal]) => code ?? signal));

async function run(what: string, callbackUrl = '', at = home): Promise<unknown> {
  const child = start(what, callbackUrl, at);
  let shown = '';
  let wrong = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    shown += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    wrong += text;
  });
  await once(child, 'close');
  expect(wrong).toBe('');
  return JSON.parse(shown);
}

/** Begins a login in a process of its own. @returns that process, and the URL that it printed */
async function begin(): Promise<{ readonly first: ChildProcess; readonly url: string }> {
  const first = start('begin');
  // Read until it ends: a process whose output nobody reads any more would die of that.
  const url = await new Promise<string>((found, failed) => {
    let printed = '';
    first.stderr?.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const [, shown] = /^ {2}(http:\S+)\n/m.exec(printed) ?? [];
      if (shown !== undefined) found(shown);
    });
    first.once('close', () => failed(new Error(`no URL in: ${printed}`)));
  });
  return { first, url };
}

/** What stands in the address bar when nobody listens at the redirect URI any more. */
async function addressBarAfter(url: string): Promise<string> {
  const { accountId: login, password } = server.account;
  const seen = await actAsPerson(url, { login, password }, { stopAt: ({ pathname }) => pathname === '/callback' });
  return seen.url.href;
}

const folder = (): string => {
  const found = (readdirSync(home, { recursive: true }) as string[]).filter((path) => /[\\/]proofkey$/.test(path));
  expect(found).toHaveLength(1);
  return join(home, found[0] ?? '');
};

const content = (): string =>
  readdirSync(folder())
    .map((name) => readFileSync(join(folder(), name), 'utf8'))
    .join('\n');

const codesSent = (): number => server.requests.filter((line) => line === 'POST /oauth/token').length;

describe('NA-14 AT-61 sc-009: a process that is killed while it waits for the callback', () => {
  test('leaves a login that another one finishes, once, and a third one finds', async () => {
    const before = codesSent();
    const { first, url } = await begin();
    expect(openToOthers(folder())).toEqual([]);
    expect(content()).toContain('codeVerifier');
    const callbackUrl = await addressBarAfter(url);
    first.kill('SIGKILL');
    expect(await endOf(first)).toBe('SIGKILL');
    await expect(fetch(new URL('/', callbackUrl))).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });

    expect(await run('look')).toEqual({ status: 'logged_out' });
    expect(await run('finish', callbackUrl)).toMatchObject(LOGGED_IN);
    expect(openToOthers(folder())).toEqual([]);
    expect(content()).not.toContain('codeVerifier');
    expect(codesSent() - before).toBe(1);

    expect(await run('look')).toMatchObject({ status: 'logged_in', user: USER });
    // The same callback again finds the login that it finished; the code does not leave a second time.
    expect(await run('finish', callbackUrl)).toMatchObject(LOGGED_IN);
    expect(codesSent() - before).toBe(1);

    expect(await run('log out')).toEqual({ revoked: true, departed: false });
    expect(await run('look')).toEqual({ status: 'logged_out' });
    expect(content()).not.toContain('accessToken');
    expect(await run('finish', callbackUrl)).toEqual({ failed: 'transaction_consumed' });
    expect(codesSent() - before).toBe(1);
  }, 60_000);

  test('is finished by a person who begins again at a terminal and pastes the address that is left', async () => {
    const before = codesSent();
    const { first, url } = await begin();
    const callbackUrl = await addressBarAfter(url);
    first.kill('SIGKILL');
    await endOf(first);
    const command = [process.execPath, CHILD, 'begin', JSON.stringify(settings())] as const;
    const second = inTerminal({ HOME: home, LOCALAPPDATA: home }, command);
    await second.until(/Waiting on /);
    second.terminal.write(`${callbackUrl.replace(/state=[^&]+/, `state=${'x'.repeat(43)}`)}\r`);
    await second.until(/That is not where this login ends/);
    second.terminal.write(`${callbackUrl}\r`);
    const shown = await second.until(/(\{"status":"logged_in".*\})/);
    expect(JSON.parse(shown)).toMatchObject(LOGGED_IN);
    expect((await second.ended).code).toBe(0);
    // Neither what was pasted nor any part of it was shown, and of the second login nothing is left.
    for (const secret of new URL(callbackUrl).searchParams.values())
      if (secret !== server.issuer) expect(second.text()).not.toContain(secret);
    expect(content()).not.toContain('codeVerifier');
    expect(codesSent() - before).toBe(1);
  }, 60_000);

  test('negative control: leaves nothing to a process of another home, which sends no code', async () => {
    const before = codesSent();
    const { first, url } = await begin();
    const callbackUrl = await addressBarAfter(url);
    first.kill('SIGKILL');
    const elsewhere = join(home, 'elsewhere');
    expect(await run('finish', callbackUrl, elsewhere)).toEqual({ failed: 'unknown_transaction' });
    expect(codesSent()).toBe(before);
    expect(existsSync(elsewhere)).toBe(false);
  }, 60_000);

  test('negative control: a file that others may read is seen by this test', async () => {
    await begin();
    const [name = ''] = readdirSync(folder());
    chmodSync(join(folder(), name), 0o604);
    expect(openToOthers(folder())).toEqual([name]);
  }, 60_000);
});
