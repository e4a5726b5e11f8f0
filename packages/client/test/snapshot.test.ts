/** Who is logged in, for those who show it: the same reference until it changes, and listeners that can do no harm. */
import type { NumericDate } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import type { Client, KeyValueStore } from '../src/index.ts';
import { clientOf, codeOf, deferred, NOW, settled, type World, world } from './world.ts';

const ADA = { status: 'logged_in', user: { sub: 'ada', name: 'Ada Lovelace' } };

/** What a listener sees, one after the other. */
function watched(client: Client): string[] {
  const seen: string[] = [];
  client.subscribe(() => {
    const snapshot = client.getSnapshot();
    seen.push(snapshot.status === 'logged_in' ? `${snapshot.user?.sub}` : snapshot.status);
  });
  return seen;
}

/** A world whose clock the test moves. */
function aging(): World & { age(seconds: number): void } {
  let now = NOW;
  return {
    ...world(),
    clock: { now: () => now as NumericDate },
    age(seconds) {
      now += seconds;
    },
  };
}

describe('getSnapshot', () => {
  test('goes from loading to logged out, to logged in, and back', async () => {
    const client = clientOf(world());
    const seen = watched(client);
    expect(client.getSnapshot()).toEqual({ status: 'loading' });
    await client.start();
    await client.login();
    expect(client.getSnapshot()).toMatchObject(ADA);
    await client.logout();
    expect(client.getSnapshot()).toEqual({ status: 'logged_out' });
    expect(seen).toEqual(['logged_out', 'ada', 'logged_out']);
  });

  test('is the same object until it changes, however often the store is read', async () => {
    const ports = world();
    const client = clientOf(ports);
    expect(client.getSnapshot()).toBe(client.getSnapshot());
    await client.login();
    const seen = watched(client);
    const snapshot = client.getSnapshot();
    for (const read of [client.accessToken, client.start, client.userinfo]) await read();
    expect(client.getSnapshot()).toBe(snapshot);
    expect(seen).toEqual([]);
  });

  test('does not change by a refresh, which brings other tokens and the same claims', async () => {
    const ports = world();
    const client = clientOf(ports);
    await client.login();
    const snapshot = client.getSnapshot();
    const [[key = '', text = ''] = []] = ports.sessionStore.entries;
    const refreshed = text.replace(ports.server.lastToken, 'at-refreshed').replace('"revision":1', '"revision":2');
    ports.sessionStore.entries.set(key, refreshed);
    expect(await client.accessToken()).toBe('at-refreshed');
    expect(client.getSnapshot()).toBe(snapshot);
  });

  test('changes when another process has logged somebody else in, or out', async () => {
    const ports = world();
    const client = clientOf(ports);
    await client.login();
    const seen = watched(client);
    ports.server.person = 'grace';
    await clientOf(ports).login();
    await client.accessToken();
    await clientOf(ports).logout();
    expect(await codeOf(client.accessToken())).toBe('not_logged_in');
    expect(seen).toEqual(['grace', 'logged_out']);
  });

  test('an expired session that can be refreshed is still one', async () => {
    const ports = aging();
    const client = clientOf(ports);
    await client.login();
    ports.age(99_999);
    expect(await client.start()).toMatchObject(ADA);
  });

  test('an expired session that cannot be refreshed is none, and says why', async () => {
    const ports = aging();
    ports.server.settings({ scopes: ['openid', 'profile'] });
    const client = clientOf(ports);
    await client.login();
    ports.age(569);
    expect(await client.start()).toMatchObject(ADA);
    ports.age(1);
    expect(await client.start()).toMatchObject({ status: 'logged_out', reason: { code: 'session_expired' } });
    expect(client.getSnapshot()).not.toHaveProperty('user');
  });

  test('cannot be changed by those who look at it, down to the last member', async () => {
    const ports = world();
    const client = clientOf(ports);
    const outcome = await client.login();
    const snapshot = client.getSnapshot();
    expect(() => Object.assign(snapshot, { status: 'logged_out' })).toThrow(TypeError);
    expect(() => snapshot.status === 'logged_in' && Object.assign(snapshot.user ?? {}, { sub: 'eve' })).toThrow();
    if (outcome.status === 'logged_in') Object.assign(outcome.user ?? {}, { sub: 'eve' });
    expect(client.getSnapshot()).toMatchObject(ADA);
  });
});

describe('a listener', () => {
  test('is called when everything is settled: it may use the client, and wait for it', async () => {
    const ports = world();
    const client = clientOf(ports);
    const seen: string[] = [];
    const done = deferred<void>();
    const useClient = async (): Promise<void> => {
      seen.push(client.getSnapshot().status, await client.accessToken());
      await client.logout();
      seen.push(client.getSnapshot().status);
      done.resolve();
    };
    const unsubscribe = client.subscribe(() => {
      unsubscribe();
      void useClient();
    });
    await client.login();
    await done.promise;
    expect(seen).toEqual(['logged_in', ports.server.lastToken, 'logged_out']);
    expect(ports.sessionStore.entries.size).toBe(0);
  });

  test('runs outside the lock', async () => {
    const ports = world();
    let inside = 0;
    const lock: World['lock'] = {
      runExclusive: (name, task) =>
        ports.lock.runExclusive(name, async () => {
          inside += 1;
          try {
            return await task();
          } finally {
            inside -= 1;
          }
        }),
    };
    const client = clientOf({ ...ports, lock });
    const held: number[] = [];
    client.subscribe(() => void held.push(inside));
    await client.login();
    await client.logout();
    expect(held).toEqual([0, 0]);
  });

  test('that is unsubscribed by an earlier one in the same round is not called', async () => {
    const client = clientOf(world());
    const calls: string[] = [];
    let leave = (): void => {};
    const first = client.subscribe(() => {
      calls.push('first');
      first();
      leave();
    });
    leave = client.subscribe(() => void calls.push('second'));
    client.subscribe(() => void calls.push('third'));
    await client.login();
    await client.logout();
    expect(calls).toEqual(['first', 'third', 'third']);
  });

  test('that is subscribed twice is called twice, and each subscription ends alone', async () => {
    const client = clientOf(world());
    let calls = 0;
    const listener = (): void => {
      calls += 1;
    };
    const [leave] = [client.subscribe(listener), client.subscribe(listener)];
    await client.login();
    expect(calls).toBe(2);
    leave();
    leave();
    await client.logout();
    expect(calls).toBe(3);
  });

  test('that throws stops no other one and breaks no login; the platform reports it', async () => {
    const reported = deferred<unknown>();
    // The runner itself would take the report for a failure of this test.
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.once('unhandledRejection', reported.resolve);
    const client = clientOf(world());
    const bug = new Error('a bug of the application');
    client.subscribe(() => {
      throw bug;
    });
    const seen = watched(client);
    expect(await client.login()).toMatchObject({ status: 'logged_in' });
    expect(seen).toEqual(['ada']);
    expect(await reported.promise).toBe(bug);
    for (const other of others) process.on('unhandledRejection', other);
  });
});

describe('an answer of the store that comes late, after a logout', () => {
  /** A store that holds back what it answers to this read, and then says that ada is logged in. */
  async function shownAfter(heldBack: number): Promise<string> {
    const ports = world();
    await clientOf(ports).login();
    const [text = ''] = ports.sessionStore.entries.values();
    const gate = deferred<void>();
    let reads = 0;
    const sessionStore: KeyValueStore = {
      ...ports.sessionStore,
      get: async (key) => {
        reads += 1;
        if (reads !== heldBack) return ports.sessionStore.get(key);
        await gate.promise;
        return text;
      },
    };
    const client = clientOf({ ...ports, sessionStore });
    const reading = client.accessToken();
    const leaving = client.logout();
    await settled();
    gate.resolve();
    await Promise.all([reading, leaving]);
    expect(reads).toBe(3);
    return client.getSnapshot().status;
  }

  test('does not bring the session back when its read began before', async () => {
    expect(await shownAfter(1)).toBe('logged_out');
  });

  test('negative control: it does when its read began last, and the store says so', async () => {
    expect(await shownAfter(3)).toBe('logged_in');
  });
});
