/** Logout: this device forgets the session, nobody else's record is touched, and a failure is no half logout. */
import { describe, expect, test } from 'vitest';
import type { RedactedStep } from '../src/index.ts';
import {
  breakable,
  clientOf,
  codeOf,
  deferred,
  departed,
  type Shelf,
  settled,
  userAgent,
  userOf,
  world,
} from './world.ts';

const ADA = { status: 'logged_in', user: { sub: 'ada' } };
const OUT = { status: 'logged_out' };

describe('logout', () => {
  test('forgets the session, here and for everybody on the same store, and tells no server', async () => {
    const ports = world();
    const client = clientOf(ports);
    await client.login();
    const { length } = ports.server.requests;
    await client.logout();
    expect(ports.sessionStore.entries.size).toBe(0);
    expect(client.getSnapshot()).toEqual(OUT);
    expect(await userOf(ports)).toBeUndefined();
    expect(ports.server.requests).toHaveLength(length);
  });

  test('of nobody is calm, and so is the second one', async () => {
    const client = clientOf(world());
    await client.logout();
    await client.login();
    await Promise.all([client.logout(), client.logout()]);
    expect(client.getSnapshot()).toEqual(OUT);
  });

  test('leaves a login that is under way', async () => {
    const ports = world();
    const url = await departed(ports);
    const client = clientOf(ports);
    await client.logout();
    expect(await client.handleCallback(url)).toMatchObject({ status: 'logged_in' });
    expect(client.getSnapshot()).toMatchObject(ADA);
  });

  test.each([
    ['of a later version', '{"version":99}'],
    ['of another client', JSON.stringify({ version: 1, clientId: 'other', issuer: 'https://as.example' })],
  ])('does not delete a record %s, and says so', async (_name, text) => {
    const ports = world();
    await clientOf(ports).login();
    for (const key of ports.sessionStore.entries.keys()) ports.sessionStore.entries.set(key, text);
    const steps: string[] = [];
    const client = clientOf({ ...ports, onStep: ({ type }) => void steps.push(type) });
    await expect(client.logout()).rejects.toMatchObject({
      failure: { code: 'storage_write_failed', recovery: 'retry' },
    });
    expect([...ports.sessionStore.entries.values()]).toEqual([text]);
    expect(client.getSnapshot()).toMatchObject({ ...OUT, reason: { code: 'session_unreadable' } });
    expect(steps).toEqual([]);
  });

  test('deletes what nobody can read any more', async () => {
    const ports = world();
    await clientOf(ports).login();
    for (const key of ports.sessionStore.entries.keys()) ports.sessionStore.entries.set(key, '{');
    await clientOf(ports).logout();
    expect(ports.sessionStore.entries.size).toBe(0);
  });

  test.each([
    ['remove', 'storage_write_failed'],
    ['get', 'storage_read_failed'],
  ] as const)('over a store that cannot %s: still logged in, and not told otherwise', async (operation, code) => {
    const ports = world();
    const sessionStore = breakable(ports.sessionStore, operation);
    sessionStore.broken = false;
    const steps: RedactedStep['type'][] = [];
    const client = clientOf({ ...ports, sessionStore, onStep: ({ type }) => void steps.push(type) });
    await client.login();
    const snapshot = client.getSnapshot();
    sessionStore.broken = true;
    expect(await codeOf(client.logout())).toBe(code);
    expect(client.getSnapshot()).toBe(snapshot);
    expect(steps).not.toContain('logged_out');
    sessionStore.broken = false;
    expect(await client.accessToken()).toBe(ports.server.lastToken);
    await client.logout();
    expect(client.getSnapshot()).toEqual(OUT);
    expect(steps.at(-1)).toBe('logged_out');
  });

  test('is one even when what is left cannot be read again', async () => {
    const ports = world();
    const sessionStore = breakable(ports.sessionStore, 'get');
    sessionStore.broken = false;
    const remove = async (key: string): Promise<void> => {
      await ports.sessionStore.remove(key);
      sessionStore.broken = true;
    };
    Object.assign(sessionStore, { remove });
    const client = clientOf({ ...ports, sessionStore });
    await client.login();
    await client.logout();
    expect(client.getSnapshot()).toEqual(OUT);
  });
});

describe('a logout beside a login', () => {
  /** A login that is held at the moment at which its session is written. */
  async function heldLogin() {
    const ports = world();
    const writing = deferred<void>();
    const gate = deferred<void>();
    const sessionStore: Shelf = {
      ...ports.sessionStore,
      async set(key, value) {
        writing.resolve();
        await gate.promise;
        await ports.sessionStore.set(key, value);
      },
    };
    return { ports, sessionStore, writing, gate };
  }

  test('that is asked for while the session is written ends the session', async () => {
    const { ports, sessionStore, writing, gate } = await heldLogin();
    const client = clientOf({ ...ports, sessionStore });
    const login = client.login();
    await writing.promise;
    const logout = client.logout();
    await settled();
    gate.resolve();
    expect(await login).toMatchObject({ status: 'logged_in' });
    await logout;
    expect(ports.sessionStore.entries.size).toBe(0);
    expect(client.getSnapshot()).toEqual(OUT);
  });

  test('negative control: with a lock that locks nothing, the session outlives that logout', async () => {
    const { ports, sessionStore, writing, gate } = await heldLogin();
    const client = clientOf({ ...ports, sessionStore, lock: { runExclusive: (_name, task) => task() } });
    const login = client.login();
    await writing.promise;
    const logout = client.logout();
    await settled();
    gate.resolve();
    await Promise.all([login, logout]);
    expect(ports.sessionStore.entries.size).toBe(1);
  });

  test('ST-12 that is asked for while the person is away gives up the login: nobody is logged in later', async () => {
    const ports = world();
    const away = deferred<void>();
    const opened = deferred<void>();
    const agent = userAgent(async ({ url, cancel }) => {
      opened.resolve();
      cancel?.addEventListener('abort', () => away.resolve());
      await away.promise;
      return cancel?.aborted ? { type: 'cancelled' } : { type: 'returned', url: ports.server.authorize(url) };
    });
    const client = clientOf({ ...ports, userAgent: agent });
    const login = client.login();
    login.catch(() => {});
    await opened.promise;
    await client.logout();
    expect(await codeOf(login)).toBe('user_cancelled');
    expect(client.getSnapshot()).toEqual(OUT);
    expect(ports.transactionStore.entries.size).toBe(0);
  });
});
