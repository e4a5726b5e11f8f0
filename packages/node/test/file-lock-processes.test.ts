/** Several real processes and one lock: one at a time, whoever fails, dies, stops or is slow. POSIX `mkdir`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryStore } from '@proofkey/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../../client/src/records.ts';
import { fileLock } from '../src/file-lock.ts';
import { fileStore } from '../src/file-store.ts';
import { nodePorts } from '../src/node-client.ts';
import { type Child, leaveDeadLock, lockPath, locksIn, SESSION, startChild } from './file-lock-world.ts';
import { openToOthers } from './whole-values.ts';

const PROCESSES = 8;
const TIMES = 25;
const ROUNDS = 10;

let parent: string;
let folder: string;
let counter: string;
const children: Child[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'proofkey-lock-'));
  folder = join(parent, 'proofkey');
  counter = join(parent, 'counter');
  writeFileSync(counter, '0');
});
afterEach(async () => {
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map(({ ended }) => ended));
  rmSync(parent, { recursive: true, force: true });
});

function start(...[what, kind, argument]: [what: string, kind?: 'lock' | 'no lock', argument?: string]): Child {
  const child = startChild(folder, what, kind, argument);
  children.push(child);
  return child;
}

const endsOf = (all: readonly Child[]): Promise<unknown[]> => Promise.all(all.map(({ ended }) => ended));

describe('ST-06: processes that read a number and write the next one', () => {
  test('lose none: eight of them, twenty-five times each', async () => {
    const all = Array.from({ length: PROCESSES }, () => start('count', 'lock', `${TIMES}`));
    expect(await endsOf(all)).toEqual(Array(PROCESSES).fill(0));
    expect(readFileSync(counter, 'utf8')).toBe(`${PROCESSES * TIMES}`);
    expect(readdirSync(folder)).toEqual([]);
  }, 90_000);

  test('wait for one that has read and not written', async () => {
    const first = start('increase');
    expect([await first.told(), await first.told()]).toEqual(['asks', 'has read']);
    const second = start('increase');
    expect(await second.told()).toBe('asks');
    first.child.send('write');
    expect([await first.told(), await second.told()]).toEqual(['has written', 'has read']);
    second.child.send('write');
    expect(await endsOf([first, second])).toEqual([0, 0]);
    expect(readFileSync(counter, 'utf8')).toBe('2');
  }, 60_000);

  test('negative control: lose one without the lock', async () => {
    const [first, second] = [start('increase', 'no lock'), start('increase', 'no lock')];
    for (const child of [first, second]) {
      expect([await child.told(), await child.told()]).toEqual(['asks', 'has read']);
    }
    for (const { child } of [first, second]) child.send('write');
    expect(await endsOf([first, second])).toEqual([0, 0]);
    expect(readFileSync(counter, 'utf8')).toBe('1');
  }, 60_000);
});

describe('AT-56: a lock whose holder is dead', () => {
  test('goes to the next one when it is stale, and not before', async () => {
    const holder = start('hold');
    expect(await holder.told()).toBe('holds');
    holder.child.kill('SIGKILL');
    expect(await holder.ended).toBe('SIGKILL');
    expect(locksIn(folder)).toHaveLength(1);
    const hasty = fileLock({ folder, patience: 0 }).runExclusive('count', async () => 'mine');
    await expect(hasty).rejects.toMatchObject({ code: 'storage_write_failed', system: 'ELOCKED' });
    expect(await fileLock({ folder }).runExclusive('count', async () => 'mine')).toBe('mine');
    expect(locksIn(folder)).toEqual([]);
  }, 60_000);

  test('goes to one at a time, though eight find it at the same moment', async () => {
    const all = Array.from({ length: PROCESSES }, () => start('rounds'));
    for (const child of all) expect(await child.told()).toBe('ready');
    for (let round = 0; round < ROUNDS; round++) {
      leaveDeadLock(folder, `${round}`);
      for (const { child } of all) child.send(`${round}`);
      expect(await Promise.all(all.map((child) => child.told()))).toEqual(Array(PROCESSES).fill('alone'));
      expect(locksIn(folder)).toEqual([]);
    }
    for (const { child } of all) child.send('end');
    expect(await endsOf(all)).toEqual(Array(PROCESSES).fill(0));
  }, 90_000);

  test('a holder that was stopped and lost it so is told, and takes nothing from the next one', async () => {
    const holder = start('hold');
    expect(await holder.told()).toBe('holds');
    holder.child.kill('SIGSTOP');
    await fileLock({ folder }).runExclusive('count', async () => {
      holder.child.kill('SIGCONT');
      holder.child.send('go on');
      expect(await holder.told()).toBe('PortError: storage_write_failed (ECOMPROMISED)');
      expect(await holder.ended).toBe(0);
      expect(locksIn(folder)).toHaveLength(1);
    });
    expect(locksIn(folder)).toEqual([]);
  }, 60_000);
});

describe('no lock is left behind', () => {
  test('by a task that fails', async () => {
    const child = start('fail');
    expect(await child.told()).toBe('Error: of the task');
    expect(await child.ended).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  }, 30_000);

  test.each([
    ['process.exit, with its code', 'exit', 5],
    ['an error that nobody catches', 'crash', 1],
  ])(
    'by %s',
    async (_, what, code) => {
      expect(await start(what).ended).toBe(code);
      expect(readdirSync(folder)).toEqual([]);
    },
    30_000,
  );

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s, which ends the program as it does without a lock',
    async (signal) => {
      const child = start('hold');
      expect(await child.told()).toBe('holds');
      child.child.kill(signal);
      expect(await child.ended).toBe(signal);
      expect(readdirSync(folder)).toEqual([]);
    },
    30_000,
  );

  test('by a program that listens to SIGINT itself: it goes on, and so does its task', async () => {
    const child = start('listen');
    expect(await child.told()).toBe('holds');
    child.child.kill('SIGINT');
    expect(await child.told()).toBe('own listener');
    expect(locksIn(folder)).toHaveLength(1);
    child.child.send('go on');
    expect(await child.told()).toBe('done');
    expect(await child.ended).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  }, 30_000);
});

test.each(['0', '22', '777'])(
  'with a umask of %s only this user sees whose a lock is',
  async (umask) => {
    const child = start('umask', 'lock', umask);
    expect(await child.told()).toBe('holds');
    expect(openToOthers(folder)).toEqual([]);
    expect(statSync(lockPath(folder, 'count')).mode & 0o777).toBe(0o700);
    child.child.send('go on');
    expect(await child.told()).toBe('done');
    expect(await child.ended).toBe(0);
  },
  30_000,
);

describe('RF-14 AT-62: a refresh that is about to be written while another process logs out', () => {
  const readStored = async (): Promise<string> => {
    const store = fileStore({ folder });
    const ports = nodePorts({ clientId: 'app', scope: ['contacts'], openBrowser: false, issuer: SESSION.issuer });
    const lock = fileLock({ folder });
    return (await recordsOf(SESSION, { ...ports, sessionStore: store, lock }).readSession()).status;
  };
  beforeEach(async () => {
    const ports = nodePorts({ clientId: 'app', scope: ['contacts'], openBrowser: false, issuer: SESSION.issuer });
    const stores = { transactionStore: memoryStore(ports.clock), sessionStore: fileStore({ folder }) };
    await recordsOf(SESSION, { ...ports, ...stores, lock: fileLock({ folder }) }).saveSession(SESSION, null);
  });

  test('does not bring the session back', async () => {
    const refresh = start('refresh');
    expect(await refresh.told()).toBe('writes');
    const logout = start('log out');
    expect(await logout.told()).toBe('asks');
    refresh.child.send('write');
    expect(await logout.told()).toBe('logged out');
    expect(await endsOf([refresh, logout])).toEqual([0, 0]);
    expect(await readStored()).toBe('absent');
  }, 60_000);

  test('negative control: brings it back without the lock', async () => {
    const refresh = start('refresh', 'no lock');
    expect(await refresh.told()).toBe('writes');
    const logout = start('log out', 'no lock');
    expect([await logout.told(), await logout.told()]).toEqual(['asks', 'logged out']);
    expect(await readStored()).toBe('absent');
    refresh.child.send('write');
    expect(await refresh.ended).toBe(0);
    expect(await readStored()).toBe('present');
  }, 60_000);
});
