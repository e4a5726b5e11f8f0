/** A login whose session cannot be stored: this process is logged in all the same, and nobody else's session is lost. */
import { describe, expect, test } from 'vitest';
import type { Lock } from '../src/index.ts';
import { breakable, clientOf, codeOf, deferred, departed, settled, userOf, type World, world } from './world.ts';

const ADA = { status: 'logged_in', user: { sub: 'ada' } };
const GRACE = { status: 'logged_in', user: { sub: 'grace' } };
const OUT = { status: 'logged_out' };

type Operation = 'get' | 'set' | 'remove';

/** Ada logs in through a store that fails at these operations, after `before` has logged in through a good one. */
async function unsavedAda(operations: readonly Operation[], before?: string) {
  const ports = world();
  if (before) {
    ports.server.person = before;
    await clientOf(ports).login();
    ports.server.person = 'ada';
  }
  const sessionStore = breakable(ports.sessionStore, ...operations);
  const client = clientOf({ ...ports, sessionStore });
  const outcome = await client.login();
  const logIn = async (person: string): Promise<void> => {
    ports.server.person = person;
    await clientOf(ports).login();
  };
  return { ports, client, outcome, sessionStore, logIn };
}

/** A store that says when it is asked to keep a session, waits at a gate, and then cannot. */
function stuckStore({ sessionStore: store }: World) {
  const storing = deferred<void>();
  const gate = deferred<void>();
  const set = async (): Promise<void> => {
    storing.resolve();
    await gate.promise;
    throw new Error('quota');
  };
  return { storing, gate, sessionStore: { ...store, set } };
}

describe('a session that could not be stored', () => {
  test.each([[['set']], [['get']], [['set', 'remove']], [['get', 'set', 'remove']]] as const)(
    'for %j failed: gives tokens in this process',
    async (operations) => {
      const { client, outcome, ports } = await unsavedAda(operations, 'grace');
      expect(outcome).toMatchObject({ status: 'logged_in', notSaved: { kind: 'effect_failed' } });
      expect(await client.accessToken()).toBe(ports.server.lastToken);
      expect(client.getSnapshot()).toMatchObject(ADA);
      expect(await client.start()).toMatchObject(ADA);
      expect(await client.userinfo()).toMatchObject({ sub: 'ada' });
      // Where the store still takes that, the next process finds nobody rather than somebody else.
      const removed = !(operations as readonly Operation[]).some((name) => name !== 'set');
      expect(await userOf(ports)).toEqual(removed ? undefined : expect.objectContaining({ sub: 'grace' }));
    },
  );

  test.each([[['set']], [['set', 'remove']]] as const)(
    'for %j failed: stays when the store works again, until it is ended',
    async (operations) => {
      const { client, ports, sessionStore } = await unsavedAda(operations, 'grace');
      sessionStore.broken = false;
      expect(await client.start()).toMatchObject(ADA);
      expect(await client.accessToken()).toBe(ports.server.lastToken);
      await client.logout();
      expect(await client.start()).toEqual(OUT);
      expect(await userOf(ports)).toBeUndefined();
    },
  );

  test('removes nothing that a later version has written', async () => {
    const ports = world();
    await clientOf(ports).login();
    const [[key = ''] = []] = ports.sessionStore.entries;
    ports.sessionStore.entries.set(key, '{"version":99}');
    const client = clientOf({ ...ports, sessionStore: breakable(ports.sessionStore, 'set') });
    expect(await client.login()).toMatchObject({ notSaved: { code: 'storage_write_failed' } });
    expect([...ports.sessionStore.entries.values()]).toEqual(['{"version":99}']);
  });

  test('leaves the session of the same person, which is good until it expires', async () => {
    const { client, ports } = await unsavedAda(['set'], 'ada');
    expect(client.getSnapshot()).toMatchObject(ADA);
    expect(await userOf(ports)).toMatchObject({ sub: 'ada' });
  });

  test('gives tokens as well where the lock is what fails', async () => {
    const ports = world();
    let broken = false;
    const lock: Lock = {
      runExclusive: (name, task) => (broken ? Promise.reject(new Error('no')) : ports.lock.runExclusive(name, task)),
    };
    const verifier = { verify: async () => (broken = true) };
    const client = clientOf({ ...ports, lock, signatureVerifier: verifier });
    expect(await client.login()).toMatchObject({ notSaved: { code: 'storage_write_failed' } });
    expect(await client.accessToken()).toBe(ports.server.lastToken);
    expect(await codeOf(client.logout())).toBe('storage_write_failed');
    expect(client.getSnapshot()).toEqual(OUT);
    expect(await codeOf(client.accessToken())).toBe('not_logged_in');
  });

  test('gives way to a login that another process could store', async () => {
    const { client, logIn } = await unsavedAda(['set']);
    await logIn('grace');
    await client.accessToken();
    expect(client.getSnapshot()).toMatchObject(GRACE);
  });

  test('gives way to such a login although another session lay there before', async () => {
    const { client, logIn } = await unsavedAda(['set'], 'eve');
    expect(client.getSnapshot()).toMatchObject(ADA);
    await logIn('grace');
    expect(await client.start()).toMatchObject(GRACE);
  });

  test('gives way to such a login although nobody could read what lay there before', async () => {
    const { client, logIn, sessionStore } = await unsavedAda(['get'], 'eve');
    sessionStore.broken = false;
    expect(await client.start()).toMatchObject(ADA);
    await logIn('grace');
    expect(await client.start()).toMatchObject(GRACE);
  });

  test('does not give way to a refresh of the session that it replaced', async () => {
    const { client, ports } = await unsavedAda(['set'], 'eve');
    const [[key = '', text = ''] = []] = ports.sessionStore.entries;
    ports.sessionStore.entries.set(key, text.replace('"revision":1', '"revision":2'));
    expect(await client.start()).toMatchObject(ADA);
  });

  test('does not give way to what nobody can read', async () => {
    const { client, ports } = await unsavedAda(['set'], 'eve');
    for (const text of ['{', '{"version":99}']) {
      for (const key of ports.sessionStore.entries.keys()) ports.sessionStore.entries.set(key, text);
      expect(await client.start()).toMatchObject(ADA);
    }
  });

  test('ends when another process logs out', async () => {
    const { client, ports } = await unsavedAda(['set'], 'ada');
    await clientOf(ports).logout();
    expect(await client.start()).toEqual(OUT);
  });

  test('is replaced by the next login here, stored or not', async () => {
    const { client, ports, sessionStore } = await unsavedAda(['set']);
    ports.server.person = 'grace';
    await client.login();
    expect(client.getSnapshot()).toMatchObject(GRACE);
    ports.server.person = 'ada';
    sessionStore.broken = false;
    await client.login();
    expect(client.getSnapshot()).toMatchObject(ADA);
    expect(await userOf(ports)).toMatchObject({ sub: 'ada' });
  });

  test('is forgotten when it is replaced or ended, although nobody could read what lay there before', async () => {
    const one = await unsavedAda(['get'], 'eve');
    one.sessionStore.broken = false;
    one.ports.server.person = 'grace';
    await one.client.login();
    expect(one.client.getSnapshot()).toMatchObject(GRACE);
    const other = await unsavedAda(['get'], 'eve');
    other.sessionStore.broken = false;
    await other.client.logout();
    await other.logIn('grace');
    expect(await other.client.start()).toMatchObject(GRACE);
  });

  test('is the one that counts when the store did write it, and only said that it did not', async () => {
    const ports = world();
    const sessionStore = {
      ...ports.sessionStore,
      async set(key: string, value: string) {
        await ports.sessionStore.set(key, value);
        throw new Error('no answer');
      },
    };
    const client = clientOf({ ...ports, sessionStore });
    await client.login();
    expect(await client.start()).toMatchObject(ADA);
    // From now on the store is asked, so that a refresh by another process is seen.
    const [[key = '', text = ''] = []] = ports.sessionStore.entries;
    ports.sessionStore.entries.set(key, text.replace(ports.server.lastToken, 'at-refreshed'));
    expect(await client.accessToken()).toBe('at-refreshed');
    await client.logout();
    expect(await client.start()).toEqual(OUT);
    expect(ports.sessionStore.entries.size).toBe(0);
  });
});

describe('a logout of a session that could not be stored', () => {
  test('works where there is nothing to remove', async () => {
    const { client } = await unsavedAda(['set', 'remove']);
    await client.logout();
    expect(client.getSnapshot()).toEqual(OUT);
    expect(await codeOf(client.accessToken())).toBe('not_logged_in');
  });

  test.each([
    [['set', 'remove'], 'storage_write_failed'],
    [['get', 'set'], 'storage_read_failed'],
  ] as const)('with %j still failing: ends it, reports what stays, and shows nobody else', async (operations, code) => {
    const { client, ports, sessionStore } = await unsavedAda(operations, 'eve');
    expect(await codeOf(client.logout())).toBe(code);
    expect(client.getSnapshot()).toEqual(OUT);
    expect(await codeOf(client.accessToken())).toBe('not_logged_in');
    // Eve, whom ada had replaced, does not come back here; another process never knew of ada.
    sessionStore.broken = false;
    expect(await client.start()).toEqual(OUT);
    expect(await userOf(ports)).toMatchObject({ sub: 'eve' });
    await client.logout();
    expect(await userOf(ports)).toBeUndefined();
  });

  test('over a record of a later version ends it, and leaves the record', async () => {
    const ports = world();
    await clientOf(ports).login();
    for (const key of ports.sessionStore.entries.keys()) ports.sessionStore.entries.set(key, '{"version":99}');
    const client = clientOf(ports);
    await client.login();
    expect(client.getSnapshot()).toMatchObject(ADA);
    expect(await codeOf(client.logout())).toBe('storage_write_failed');
    expect(client.getSnapshot()).toEqual(OUT);
    expect([...ports.sessionStore.entries.values()]).toEqual(['{"version":99}']);
  });

  test('does not bring back what the store wrote after all', async () => {
    const ports = world();
    const sessionStore = breakable(ports.sessionStore, 'get');
    sessionStore.broken = false;
    sessionStore.set = async (key, value) => {
      await ports.sessionStore.set(key, value);
      sessionStore.broken = true;
      throw new Error('no answer');
    };
    const client = clientOf({ ...ports, sessionStore });
    await client.login();
    expect(client.getSnapshot()).toMatchObject(ADA);
    expect(await codeOf(client.logout())).toBe('storage_read_failed');
    sessionStore.broken = false;
    expect(await client.start()).toEqual(OUT);
    await client.logout();
    expect(ports.sessionStore.entries.size).toBe(0);
  });
});

describe('logins and logouts at once over a store that fails', () => {
  test.each(['ada', 'grace'])('of two logins the later one counts, when %s cannot be stored', async (person) => {
    const ports = world();
    const first = await departed(ports);
    ports.server.person = 'grace';
    const second = await departed(ports);
    const storing = deferred<void>();
    const gate = deferred<void>();
    const set = async (key: string, value: string): Promise<void> => {
      storing.resolve();
      await gate.promise;
      if (value.includes(`"${person}"`)) throw new Error('quota');
      await ports.sessionStore.set(key, value);
    };
    const graces = deferred<void>();
    const asked = deferred<void>();
    const send: World['transport']['send'] = async (request) => {
      if (request.body?.includes(new URL(second).searchParams.get('code') ?? '')) {
        asked.resolve();
        await graces.promise;
      }
      return ports.server.send(request);
    };
    const client = clientOf({ ...ports, transport: { send }, sessionStore: { ...ports.sessionStore, set } });
    const two = client.handleCallback(second);
    await asked.promise;
    const one = client.handleCallback(first);
    await storing.promise;
    // The later one waits for the lock while the earlier one is still being stored.
    graces.resolve();
    await settled();
    expect(ports.server.codesSent).toHaveLength(2);
    gate.resolve();
    const [{ notSaved: early }, { notSaved: late }] = await Promise.all([one, two]);
    expect([early?.code, late?.code]).toEqual(
      person === 'ada' ? ['storage_write_failed', undefined] : [undefined, 'storage_write_failed'],
    );
    expect(await client.start()).toMatchObject(GRACE);
  });

  test('a logout that was asked for while the session was being stored, in vain, ends it', async () => {
    const ports = world();
    const { storing, gate, sessionStore } = stuckStore(ports);
    const client = clientOf({ ...ports, sessionStore });
    const login = client.login();
    await storing.promise;
    const logout = client.logout();
    gate.resolve();
    await Promise.all([login, logout]);
    expect(client.getSnapshot()).toEqual(OUT);
    expect(await codeOf(client.accessToken())).toBe('not_logged_in');
  });

  test('the same logout ends it although nothing can be removed either', async () => {
    const { ports } = await unsavedAda([], 'eve');
    const storing = deferred<void>();
    const gate = deferred<void>();
    const failing = async (): Promise<void> => {
      storing.resolve();
      await gate.promise;
      throw new Error('no');
    };
    ports.server.person = 'ada';
    const client = clientOf({ ...ports, sessionStore: { ...ports.sessionStore, set: failing, remove: failing } });
    const login = client.login();
    await storing.promise;
    const logout = codeOf(client.logout());
    gate.resolve();
    expect([(await login).status, await logout]).toEqual(['logged_in', 'storage_write_failed']);
    expect(client.getSnapshot()).toEqual(OUT);
    expect(await client.start()).toEqual(OUT);
  });

  test('a read that was under way when the session ended does not bring it back', async () => {
    const { client, sessionStore } = await unsavedAda(['get']);
    sessionStore.broken = false;
    const gate = deferred<void>();
    const { get } = sessionStore;
    sessionStore.get = async (key) => {
      sessionStore.get = get;
      await gate.promise;
      return get(key);
    };
    const reading = client.accessToken();
    await client.logout();
    gate.resolve();
    expect(await codeOf(reading)).toBe('not_logged_in');
    expect(await codeOf(client.accessToken())).toBe('not_logged_in');
    expect(client.getSnapshot()).toEqual(OUT);
  });

  test('negative control: without a lock the session comes back after that logout', async () => {
    const ports = world();
    const { storing, gate, sessionStore } = stuckStore(ports);
    const lock: Lock = { runExclusive: (_name, task) => task() };
    const client = clientOf({ ...ports, lock, sessionStore });
    const login = client.login();
    await storing.promise;
    await client.logout();
    gate.resolve();
    await login;
    expect(client.getSnapshot()).toMatchObject(ADA);
  });
});
