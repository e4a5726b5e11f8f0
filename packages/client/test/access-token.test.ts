/** The access token: fresh, of the right API, and never of somebody who has logged out. RFC 6749, section 1.4. */
import type { NumericDate } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { createClient, type KeyValueStore, PortError } from '../src/index.ts';
import { breakable, clientOf, codeOf, NOW, SETTINGS, type World, world } from './world.ts';

/** The token that the server gave last. */
const lastToken = ({ server }: World): string => server.lastToken;

const atTime = (ports: World, now: number): World => ({ ...ports, clock: { now: () => now as NumericDate } });

describe('accessToken', () => {
  test('is the one that the server gave, in this process and in another one', async () => {
    const ports = world();
    const client = clientOf(ports);
    await client.login();
    expect(await client.accessToken()).toBe(lastToken(ports));
    expect(await clientOf(ports).accessToken()).toBe(lastToken(ports));
  });

  test.each([
    [569, 'no failure'],
    [570, 'session_expired'],
    [600, 'session_expired'],
    [9999, 'session_expired'],
  ])('%i seconds after it was given for 600 it is: %s', async (seconds, code) => {
    const ports = world();
    await clientOf(ports).login();
    expect(await codeOf(clientOf(atTime(ports, NOW + seconds)).accessToken())).toBe(code);
  });

  test('without an expiry it is good until an API refuses it', async () => {
    const ports = world();
    ports.server.deviate('expires_in_missing');
    await clientOf(ports).login();
    expect(await clientOf(atTime(ports, NOW + 1e8)).accessToken()).toBe(lastToken(ports));
  });

  test('nobody is logged in: there is none', async () => {
    const ports = world();
    const client = clientOf(ports);
    expect(await codeOf(client.accessToken())).toBe('not_logged_in');
    expect(client.getSnapshot()).toEqual({ status: 'logged_out' });
    await client.login();
    await client.logout();
    expect(await codeOf(client.accessToken())).toBe('not_logged_in');
  });

  test.each(['{', '{"version":99}', '7'])('a session that is %s gives none, and says so', async (text) => {
    const ports = world();
    await clientOf(ports).login();
    for (const key of ports.sessionStore.entries.keys()) ports.sessionStore.entries.set(key, text);
    const client = clientOf(ports);
    expect(await codeOf(client.accessToken())).toBe('session_unreadable');
    expect(client.getSnapshot()).toMatchObject({ reason: { code: 'session_unreadable' } });
  });

  test('a store that cannot be read is an error of its own, and shows nobody as logged out', async () => {
    const ports = world();
    const sessionStore = breakable(ports.sessionStore, 'get');
    sessionStore.broken = false;
    const client = clientOf({ ...ports, sessionStore });
    await client.login();
    sessionStore.broken = true;
    await expect(client.accessToken()).rejects.toMatchObject({
      failure: { code: 'storage_read_failed', recovery: 'retry' },
    });
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_in' });
  });

  test('a reason that the platform has for that is kept', async () => {
    const locked = new PortError('storage_read_failed', { system: 'EACCES' });
    const sessionStore: KeyValueStore = { ...world().sessionStore, get: () => Promise.reject(locked) };
    await expect(clientOf({ ...world(), sessionStore }).accessToken()).rejects.toMatchObject({
      cause: { system: 'EACCES' },
    });
  });

  test.each([{ resource: ['https://other.example/'] }, { audience: 'other' }])(
    'a login for %j, and not for the API of the settings, gives a token for it and for no other',
    async (other) => {
      const ports = world();
      const own = { audience: 'own', resource: ['https://own.example/'] };
      const client = createClient({ ...SETTINGS, ...own }, ports);
      await client.login(other);
      expect(await client.accessToken(other)).toBe(lastToken(ports));
      expect(await codeOf(client.accessToken())).toBe('token_set_missing');
      await client.login();
      expect(await client.accessToken()).toBe(lastToken(ports));
      expect(await codeOf(client.accessToken(other))).toBe('token_set_missing');
    },
  );

  test('1000 callers at once all get it', async () => {
    const ports = world();
    const client = clientOf(ports);
    await client.login();
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => client.accessToken()));
    expect(new Set(tokens)).toEqual(new Set([lastToken(ports)]));
    expect(ports.server.codesSent).toHaveLength(1);
  });
});

describe('the API that a token is for', () => {
  const AUDIENCE = 'https://contacts.example/';
  const settings = { ...SETTINGS, audience: AUDIENCE };

  test('is the one of the settings when none is asked for, whatever nothing looks like', async () => {
    const ports = world();
    const client = createClient(settings, ports);
    await client.login();
    const nothing = [undefined, {}, { audience: undefined }, { audience: '' }, { resource: [] }, { resource: '' }];
    for (const request of nothing) expect(await client.accessToken(request)).toBe(lastToken(ports));
    expect(await client.accessToken({ audience: AUDIENCE })).toBe(lastToken(ports));
  });

  test('is not another one, however alike', async () => {
    const client = createClient(settings, world());
    await client.login();
    for (const audience of ['https://contacts.example', 'https://CONTACTS.example/', ' ', '__proto__']) {
      expect(await codeOf(client.accessToken({ audience }))).toBe('token_set_missing');
    }
    expect(await codeOf(client.accessToken({ resource: 'https://other.example/' }))).toBe('token_set_missing');
  });

  test('is the one of the login, if that asked for another', async () => {
    const ports = world();
    const client = createClient(settings, ports);
    await client.login({ audience: 'urn:other' });
    expect(await client.accessToken({ audience: 'urn:other' })).toBe(lastToken(ports));
    expect(await codeOf(client.accessToken())).toBe('token_set_missing');
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_in' });
  });

  test('may be a list of resources', async () => {
    const ports = world();
    const resource = ['https://a.example/', 'https://b.example/'];
    const client = createClient({ ...SETTINGS, resource }, ports);
    await client.login();
    expect(await client.accessToken()).toBe(lastToken(ports));
    expect(await client.accessToken({ audience: '', resource })).toBe(lastToken(ports));
    expect(await codeOf(client.accessToken({ resource: 'https://a.example/' }))).toBe('token_set_missing');
  });
});

test('what an API says about the token changes nothing here: the session is read, not judged', async () => {
  const ports = world();
  ports.server.failNext('userinfo', { type: 'error', error: 'invalid_token' });
  const client = clientOf(ports);
  await client.login();
  expect(await codeOf(client.userinfo())).toBe('invalid_token');
  expect(await client.accessToken()).toBe(lastToken(ports));
});
