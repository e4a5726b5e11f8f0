/** The beginning of a page or a program: a session is restored, or the login that this URL answers is finished. */
import { describe, expect, test } from 'vitest';
import type { KeyValueStore } from '../src/index.ts';
import {
  breakable,
  clientOf,
  deferred,
  departed,
  ISSUER,
  REDIRECT_URI,
  userAgent,
  type World,
  world,
} from './world.ts';

const ADA = { status: 'logged_in', user: { sub: 'ada' } };
const GRACE = { status: 'logged_in', user: { sub: 'grace' } };
const OUT = { status: 'logged_out' };

/** A world in which grace has logged in. */
async function graceIsHere(): Promise<World> {
  const ports = world();
  ports.server.person = 'grace';
  await clientOf(ports).login();
  ports.server.person = 'ada';
  return ports;
}

describe('start', () => {
  test('restores the session that is stored, and shows it', async () => {
    const ports = await graceIsHere();
    const client = clientOf(ports);
    expect(client.getSnapshot()).toEqual({ status: 'loading' });
    expect(await client.start()).toMatchObject(GRACE);
    expect(client.getSnapshot()).toMatchObject(GRACE);
    expect(await client.start()).not.toHaveProperty('failure');
  });

  test('finds nobody where nobody has logged in', async () => {
    const client = clientOf(world());
    expect(await client.start()).toEqual(OUT);
    expect(client.getSnapshot()).toEqual(OUT);
  });

  test('finishes the login that the URL answers, and gives back what the application kept', async () => {
    const ports = world();
    const client = clientOf(ports);
    const started = await client.start(await departed(ports, { appState: { page: 7 } }));
    expect(started).toMatchObject({ ...ADA, appState: { page: 7 } });
    expect(started).not.toHaveProperty('failure');
    expect(started).not.toHaveProperty('notSaved');
    expect(client.getSnapshot()).not.toHaveProperty('appState');
  });

  test('says when the session of that login could not be saved', async () => {
    const ports = world();
    const url = await departed(ports);
    const client = clientOf({ ...ports, sessionStore: breakable(ports.sessionStore, 'set') });
    expect(await client.start(url)).toMatchObject({ ...ADA, notSaved: { code: 'storage_write_failed' } });
  });

  test('reports a callback that nobody waits for, and restores the session', async () => {
    const ports = await graceIsHere();
    const started = await clientOf(ports).start(`${REDIRECT_URI}?code=c&state=${'x'.repeat(43)}`);
    expect(started).toMatchObject({ ...GRACE, failure: { code: 'unknown_transaction' } });
    expect(ports.server.codesSent).toHaveLength(1);
  });

  test('a login that fails leaves whoever is logged in', async () => {
    const ports = await graceIsHere();
    const url = await departed(ports);
    const client = clientOf({ ...ports, signatureVerifier: { verify: async () => false } });
    expect(await client.start(url)).toMatchObject({ ...GRACE, failure: { code: 'id_token_signature_invalid' } });
    expect(client.getSnapshot()).toMatchObject(GRACE);
  });

  test('a refusal by the server is reported in its own words', async () => {
    const ports = world();
    ports.server.failNext('authorize', { type: 'error', error: 'access_denied' });
    const started = await clientOf(ports).start(await departed(ports));
    expect(started).toMatchObject({ ...OUT, failure: { oauth: { error: 'access_denied' } } });
  });

  test.each([
    'https://app.example/shop?state=open',
    'https://app.example/shop?state=',
    'https://app.example/shop?state=a%20b&code=5',
    'https://app.example/#/state',
    'https://app.example/?code=voucher-10',
    '',
  ])('leaves %j alone, which is no callback of ours', async (url) => {
    const ports = await graceIsHere();
    const steps: string[] = [];
    const client = clientOf({ ...ports, onStep: ({ type }) => void steps.push(type) });
    const started = await client.start(url);
    expect(started).toMatchObject(GRACE);
    expect(started).not.toHaveProperty('failure');
    expect(steps).toEqual([]);
  });

  test('a page of another address with the state of a login neither ends it nor uses it up', async () => {
    const ports = world();
    const url = await departed(ports);
    const client = clientOf(ports);
    const foreign = await client.start(url.replace(REDIRECT_URI, 'https://app.example/shop'));
    expect(foreign).toMatchObject({ ...OUT, failure: { code: 'redirect_uri_mismatch' } });
    expect(ports.server.requests).toEqual([]);
    expect(await client.start(url)).toMatchObject(ADA);
  });

  test.each([undefined, null, 5, { href: REDIRECT_URI }])('takes %j for text', async (url) => {
    expect(await clientOf(world()).start(url as unknown as string)).toEqual(OUT);
  });

  test('takes a URL object as well', async () => {
    const ports = world();
    expect(await clientOf(ports).start(new URL(await departed(ports)) as never)).toMatchObject(ADA);
  });

  test('a reload of the callback after the logout logs nobody in', async () => {
    const ports = world();
    const url = await departed(ports);
    await clientOf(ports).start(url);
    await clientOf(ports).logout();
    expect(await clientOf(ports).start(url)).toMatchObject({ ...OUT, failure: { code: 'transaction_consumed' } });
    expect(ports.server.codesSent).toHaveLength(1);
  });
});

describe('a store that cannot be read', () => {
  const unreadable = (store: KeyValueStore): KeyValueStore => ({
    ...store,
    get: () => Promise.reject(new Error('locked')),
  });

  test('is no reason to wait for ever: logged out, and why', async () => {
    const ports = await graceIsHere();
    const client = clientOf({ ...ports, sessionStore: unreadable(ports.sessionStore) });
    const expected = { ...OUT, reason: { code: 'storage_read_failed', recovery: 'retry' } };
    expect(await client.start()).toMatchObject(expected);
    expect(client.getSnapshot()).toMatchObject(expected);
  });

  test('logs nobody out who was seen before', async () => {
    const ports = await graceIsHere();
    const sessionStore = breakable(ports.sessionStore, 'get');
    sessionStore.broken = false;
    const client = clientOf({ ...ports, sessionStore });
    await client.start();
    sessionStore.broken = true;
    expect(await client.start()).toMatchObject(GRACE);
    sessionStore.broken = false;
    expect(await client.start()).toMatchObject(GRACE);
  });

  test('does not hide the login that has just finished', async () => {
    const ports = world();
    const url = await departed(ports);
    const client = clientOf({ ...ports, sessionStore: unreadable(ports.sessionStore) });
    expect(await client.start(url)).toMatchObject({ ...ADA, notSaved: { code: 'storage_read_failed' } });
  });
});

describe('start twice with the same URL, as React does in StrictMode', () => {
  test('is one exchange, and both see the same', async () => {
    const ports = world();
    const client = clientOf(ports);
    const url = await departed(ports, { appState: 'kept' });
    const [one, two] = await Promise.all([client.start(url), client.start(url)]);
    expect(one).toMatchObject({ ...ADA, appState: 'kept' });
    expect(two).toEqual(one);
    expect(ports.server.codesSent).toHaveLength(1);
  });

  test('is one exchange when the second comes after the first, or from another client', async () => {
    const ports = world();
    const url = await departed(ports, { appState: 'kept' });
    const one = await clientOf(ports).start(url);
    expect(await clientOf(ports).start(url)).toEqual(one);
    expect(ports.server.codesSent).toHaveLength(1);
  });

  test('negative control: two clients without a common lock exchange twice', async () => {
    const ports = { ...world(), lock: { runExclusive: <T>(_name: string, task: () => Promise<T>) => task() } };
    const url = await departed(ports);
    await Promise.all([clientOf(ports).start(url), clientOf(ports).start(url)]);
    expect(ports.server.codesSent).toHaveLength(2);
    expect(ports.server.takeMisuses()).toEqual(['code_used_twice']);
  });
});

describe('start beside a login', () => {
  test('does not undo it, whichever of them ends first', async () => {
    for (const held of [false, true]) {
      const ports = world();
      const gate = deferred<void>();
      let reads = 0;
      const sessionStore: KeyValueStore = {
        ...ports.sessionStore,
        // The first read began before the login ended, and finds nothing.
        async get(key) {
          reads += 1;
          const first = reads === 1;
          const found = await ports.sessionStore.get(key);
          if (held && first) await gate.promise;
          return found;
        },
      };
      const client = clientOf({ ...ports, sessionStore });
      const starting = client.start();
      await client.login();
      gate.resolve();
      await starting;
      expect(client.getSnapshot()).toMatchObject(ADA);
    }
  });

  test('a login that fails leaves what start has found', async () => {
    const ports = await graceIsHere();
    const cancels = userAgent(async () => ({ type: 'cancelled' }));
    const client = clientOf({ ...ports, userAgent: cancels });
    await Promise.allSettled([client.login(), client.start()]);
    expect(client.getSnapshot()).toMatchObject(GRACE);
    expect([...ports.sessionStore.entries.keys()]).toEqual([`proofkey/1/app@${encodeURIComponent(ISSUER)}/session`]);
  });
});
