/** The ports that need no platform keep their promises: a store that forgets what expired, and a lock that excludes. */
import type { NumericDate } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { isPortError, memoryStore, PortError, promiseLock } from '../src/index.ts';
import { deferred } from './world.ts';

describe('memoryStore', () => {
  test('gives back what was set, and null for what was not or is no longer', async () => {
    const store = memoryStore({ now: () => 100 as NumericDate });
    expect(await store.get('key')).toBeNull();
    await store.set('key', 'value');
    expect(await store.get('key')).toBe('value');
    await store.remove('key');
    expect(await store.get('key')).toBeNull();
  });

  test('forgets a value when it expires, and not a second sooner', async () => {
    let now = 100;
    const store = memoryStore({ now: () => now as NumericDate });
    await store.set('key', 'value', 200 as NumericDate);
    now = 199;
    expect(await store.get('key')).toBe('value');
    now = 200;
    expect(await store.get('key')).toBeNull();
    await store.set('other', 'value');
    now = 100;
    expect(await store.get('key')).toBeNull();
  });
});

describe('promiseLock', () => {
  test('runs the tasks of one name after each other, in the order of asking, and other names at once', async () => {
    const lock = promiseLock();
    const events: string[] = [];
    const first = deferred<void>();
    const one = lock.runExclusive('a', async () => {
      events.push('one begins');
      await first.promise;
      events.push('one ends');
    });
    const two = lock.runExclusive('a', async () => void events.push('two'));
    await lock.runExclusive('b', async () => void events.push('elsewhere'));
    first.resolve();
    await Promise.all([one, two]);
    expect(events).toEqual(['one begins', 'elsewhere', 'one ends', 'two']);
  });

  test('a task that fails passes its error on and frees the lock', async () => {
    const lock = promiseLock();
    const failing = lock.runExclusive('a', () => Promise.reject(new Error('no')));
    const next = lock.runExclusive('a', async () => 'next');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
    expect(await lock.runExclusive('a', async () => 'and later')).toBe('and later');
  });
});

describe('PortError', () => {
  test('keeps the name that the platform has for the reason, and no other text', () => {
    const error = new PortError('network_error', { sent: 'no', system: 'ECONNREFUSED' });
    expect(error).toMatchObject({ code: 'network_error', sent: 'no', system: 'ECONNREFUSED' });
    expect(isPortError(error)).toBe(true);
    for (const system of ['https://as.example/?code=secret', 'secret', 'E', 7, undefined]) {
      const { message, system: kept } = new PortError('network_error', { system });
      expect([message, kept]).toEqual(['network_error', undefined]);
    }
  });

  test('is not any error that happens to have a code', () => {
    expect(isPortError(Object.assign(new Error('no'), { code: 'network_error' }))).toBe(false);
    expect(isPortError(null)).toBe(false);
  });
});
