/** Two real processes that are given the same callback URL at the same moment: one code is sent. RFC 6749, 4.1.2. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@proofkey/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../../scripts/demo/authorization-server.ts';
import { actAsPerson } from '../../../scripts/demo/person.ts';
import { fileStore } from '../src/file-store.ts';
import { nodePorts } from '../src/node-client.ts';
import { type Child, forked, locksIn } from './file-lock-world.ts';
import { paper } from './listener.ts';

const CHILD = fileURLToPath(new URL('./file-lock-login-child.ts', import.meta.url));
const USER = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' };
const LOGGED_IN = expect.objectContaining({ status: 'logged_in', user: expect.objectContaining(USER) });
const CONSUMED = { failed: 'transaction_consumed' };
const APP = 'two-processes';
/** Real processes and a real login. This is a limit, not a measurement. */
const LIMIT = 60_000;

let server: AuthorizationServer;
let home: string;
const children: Child[] = [];

beforeAll(async () => {
  server = await startAuthorizationServer();
});
afterAll(() => server.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'proofkey-home-'));
});
afterEach(async () => {
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map(({ ended }) => ended));
  rmSync(home, { recursive: true, force: true });
});

const settings = () => ({
  server: server.metadata,
  clientId: server.clientId,
  scope: ['openid', 'profile', 'email', 'offline_access'],
});

/** Where the processes keep what belongs to `app`, by the custom of each platform. */
const PLACES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['Library', 'Application Support', APP],
  win32: [APP, 'Data'],
};
const folder = (): string => join(home, ...(PLACES[process.platform] ?? [APP]), 'proofkey');
const codesSent = (): number => server.requests.filter((line) => line === 'POST /oauth/token').length;

/** Begins a login that nobody waits for any more. @returns the callback URL that the browser would have gone to */
async function begin(): Promise<string> {
  const store = fileStore({ folder: folder() });
  const closed = new AbortController();
  let open = (_url: string): void => {};
  const opened = new Promise<string>((resolve) => {
    open = resolve;
  });
  const ports = nodePorts({ ...settings(), openBrowser: (url) => open(url), terminal: { output: paper() } });
  // What a killed process cannot do either: forget its login.
  const transactionStore = { ...store, remove: () => {} };
  const client = createClient(settings(), { ...ports, transactionStore, sessionStore: store });
  const login = client.login({ cancel: closed.signal }).catch(() => {});
  const { accountId, password } = server.account;
  const person = { login: accountId, password };
  const seen = await actAsPerson(await opened, person, { stopAt: ({ pathname }) => pathname === '/callback' });
  closed.abort();
  await login;
  return seen.url.href;
}

async function start(callbackUrl: string, stops = ''): Promise<Child> {
  const env = { ...process.env, XDG_DATA_HOME: home, HOME: home, LOCALAPPDATA: home };
  const child = forked(CHILD, [JSON.stringify({ ...settings(), app: APP }), callbackUrl, stops], { env });
  children.push(child);
  expect(await child.told()).toBe('ready');
  return child;
}

const goOn = (...all: readonly Child[]): void => {
  for (const { child } of all) child.send('go on');
};
const outcomeOf = async (child: Child): Promise<unknown> => {
  const outcome = JSON.parse(await child.told()) as unknown;
  expect(await child.ended).toBe(0);
  return outcome;
};

/** As a person does who loads the page once more. */
async function again(callbackUrl: string): Promise<unknown> {
  const child = await start(callbackUrl);
  goOn(child);
  return outcomeOf(child);
}

describe('two processes with one callback', () => {
  test(
    'at the same moment send one code; one is logged in, and the other one as soon as that is',
    async () => {
      const before = codesSent();
      const callbackUrl = await begin();
      const both = await Promise.all([start(callbackUrl), start(callbackUrl)]);
      goOn(...both);
      const outcomes = await Promise.all(both.map(outcomeOf));
      expect(codesSent() - before).toBe(1);
      expect(outcomes).toContainEqual(LOGGED_IN);
      for (const outcome of outcomes) {
        expect([LOGGED_IN, CONSUMED]).toContainEqual(outcome);
      }
      expect(await again(callbackUrl)).toEqual(LOGGED_IN);
      expect(codesSent() - before).toBe(1);
      expect(locksIn(folder())).toEqual([]);
    },
    LIMIT,
  );

  test(
    'in the middle of each other send one code, too',
    async () => {
      const before = codesSent();
      const callbackUrl = await begin();
      const [first, second] = await Promise.all([start(callbackUrl, 'spend'), start(callbackUrl, 'ask')]);
      goOn(first, second);
      expect([await first.told(), await second.told()]).toEqual(['spends', 'asks']);
      expect(locksIn(folder())).toHaveLength(1);
      goOn(second, first);
      expect(await outcomeOf(first)).toEqual(LOGGED_IN);
      expect([LOGGED_IN, CONSUMED]).toContainEqual(await outcomeOf(second));
      expect(codesSent() - before).toBe(1);
    },
    LIMIT,
  );

  test(
    'the slower one finds what the other one has finished',
    async () => {
      const before = codesSent();
      const callbackUrl = await begin();
      const [first, second] = await Promise.all([start(callbackUrl), start(callbackUrl, 'ask')]);
      goOn(second);
      expect(await second.told()).toBe('asks');
      goOn(first);
      expect(await outcomeOf(first)).toEqual(LOGGED_IN);
      goOn(second);
      expect(await outcomeOf(second)).toEqual(LOGGED_IN);
      expect(codesSent() - before).toBe(1);
    },
    LIMIT,
  );

  test(
    'the slower one is told so while the code of the other one is on its way',
    async () => {
      const before = codesSent();
      const callbackUrl = await begin();
      const [first, second] = await Promise.all([start(callbackUrl, 'send'), start(callbackUrl)]);
      goOn(first);
      expect(await first.told()).toBe('sends');
      goOn(second);
      expect(await outcomeOf(second)).toEqual(CONSUMED);
      goOn(first);
      expect(await outcomeOf(first)).toEqual(LOGGED_IN);
      expect(await again(callbackUrl)).toEqual(LOGGED_IN);
      expect(codesSent() - before).toBe(1);
    },
    LIMIT,
  );

  test(
    'negative control: without the lock both send the code',
    async () => {
      const before = codesSent();
      const callbackUrl = await begin();
      const stops = 'spend, no lock';
      const both = await Promise.all([start(callbackUrl, stops), start(callbackUrl, stops)]);
      goOn(...both);
      for (const child of both) expect(await child.told()).toBe('spends');
      goOn(...both);
      await Promise.all(both.map(outcomeOf));
      expect(codesSent() - before).toBe(2);
    },
    LIMIT,
  );
});
