/** A lock in a folder: what every lock promises, and what this one says when it cannot be taken. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@proofkey/client';
import { describePorts, type Subject } from '@proofkey/port-contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileLock } from '../src/file-lock.ts';
import { fileStore } from '../src/file-store.ts';
import { nodePorts } from '../src/node-client.ts';
import { age, leaveDeadLock, lockPath, locksIn } from './file-lock-world.ts';
import { paper, visit } from './listener.ts';
import { CODE, settingsFor, startTokenEndpoint } from './waiting-login.ts';

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'proofkey-lock-'));
  folder = join(parent, 'proofkey');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const makePorts = (): Subject => {
  const place = mkdtempSync(join(tmpdir(), 'proofkey-lock-'));
  const open = () => ({ lock: fileLock({ folder: join(place, 'proofkey') }) });
  return { ports: open(), reopen: open, dispose: () => rmSync(place, { recursive: true }) };
};
describePorts(makePorts, { describe, test, only: ['lock'] });

const ran = async (): Promise<string> => 'ran';
const refusal = (system: string) => ({ name: 'PortError', code: 'storage_write_failed', system });

describe('a lock that cannot be taken', () => {
  test('is not waited for longer than patience lasts, and its task does not run', async () => {
    let tasks = 0;
    await fileLock({ folder }).runExclusive('name', async () => {
      const other = fileLock({ folder, patience: 60 }).runExclusive('name', async () => {
        tasks += 1;
      });
      await expect(other).rejects.toMatchObject(refusal('ELOCKED'));
    });
    expect(tasks).toBe(0);
    expect(await fileLock({ folder }).runExclusive('name', ran)).toBe('ran');
  });

  test.each([
    ['a file where the folder would be', () => writeFileSync(folder, ''), 'ENOTDIR'],
    [
      'a link where the folder would be',
      () => {
        mkdirSync(join(parent, 'elsewhere'));
        symlinkSync(join(parent, 'elsewhere'), folder);
      },
      'ENOTDIR',
    ],
    [
      'a file where the lock would be',
      () => {
        mkdirSync(folder, { mode: 0o700 });
        writeFileSync(lockPath(folder, 'name'), '');
        age(lockPath(folder, 'name'));
      },
      'ENOTDIR',
    ],
  ])('because of %s says so', async (_, prepare, system) => {
    prepare();
    await expect(fileLock({ folder }).runExclusive('name', ran)).rejects.toMatchObject(refusal(system));
  });

  test('because of a link in its place says so, and nothing is removed where the link leads', async () => {
    const elsewhere = join(parent, 'elsewhere');
    leaveDeadLock(elsewhere, 'name');
    mkdirSync(folder, { mode: 0o700 });
    symlinkSync(lockPath(elsewhere, 'name'), lockPath(folder, 'name'));
    const hourAgo = Date.now() / 1000 - 3600;
    lutimesSync(lockPath(folder, 'name'), hourAgo, hourAgo);
    await expect(fileLock({ folder }).runExclusive('name', ran)).rejects.toMatchObject(refusal('ENOTDIR'));
    expect(readdirSync(lockPath(elsewhere, 'name'))).toEqual(['a'.repeat(24)]);
  });

  test('does not let a login send its code; as soon as it can be taken, the same callback does', async () => {
    const server = await startTokenEndpoint();
    try {
      const settings = settingsFor(server);
      const store = fileStore({ folder });
      const stores = { transactionStore: store, sessionStore: store, lock: fileLock({ folder }) };
      let open = (_url: string): void => {};
      const opened = new Promise<string>((resolve) => {
        open = resolve;
      });
      const ports = nodePorts({ ...settings, openBrowser: (url) => open(url), terminal: { output: paper() } });
      let inTheWay = '';
      const blocked = {
        runExclusive: <T>(name: string, task: () => Promise<T>): Promise<T> => {
          inTheWay = lockPath(folder, name);
          if (!existsSync(inTheWay)) writeFileSync(inTheWay, '');
          age(inTheWay);
          return stores.lock.runExclusive(name, task);
        },
      };
      const login = createClient(settings, { ...ports, ...stores, lock: blocked }).login();
      login.catch(() => {});
      const { searchParams } = new URL(await opened);
      const callback = new URL(searchParams.get('redirect_uri') ?? '');
      callback.search = `${new URLSearchParams({ code: CODE, state: searchParams.get('state') ?? '' })}`;
      await visit({ url: callback.href });
      await expect(login).rejects.toMatchObject({
        failure: { code: 'storage_write_failed' },
        cause: refusal('ENOTDIR'),
      });
      expect(server.codes).toEqual([]);
      rmSync(inTheWay);
      const outcome = await createClient(settings, { ...ports, ...stores }).handleCallback(callback.href);
      expect(outcome).toMatchObject({ status: 'logged_in' });
      expect(server.codes).toEqual([CODE]);
    } finally {
      await server.close();
    }
  });
});

/** The time of a lock, as a clock wrote it that is wrong by so many seconds. */
const stamp = (name: string, seconds: number): void => {
  const time = Date.now() / 1000 + seconds;
  utimesSync(lockPath(folder, name), time, time);
};

describe('a lock whose time is to come', () => {
  test.each([
    ['an hour', 3600],
    ['a year', 31_536_000],
  ])('by %s is watched, and taken when nobody renews it', async (_, seconds) => {
    leaveDeadLock(folder, 'name');
    stamp('name', seconds);
    // A clock that was set back makes a live one look like this, too.
    const atOnce = fileLock({ folder, patience: 60 }).runExclusive('name', ran);
    await expect(atOnce).rejects.toMatchObject(refusal('ELOCKED'));
    expect(await fileLock({ folder }).runExclusive('name', ran)).toBe('ran');
    expect(locksIn(folder)).toEqual([]);
  });

  test.each([
    ['a little ahead of ours', 3],
    ['ours', 0],
  ])('is not dead when the clock that wrote it is %s', async (_, seconds) => {
    let tasks = 0;
    await fileLock({ folder }).runExclusive('name', async () => {
      stamp('name', seconds);
      const before = readdirSync(lockPath(folder, 'name'));
      const other = fileLock({ folder, patience: 60 }).runExclusive('name', async () => {
        tasks += 1;
      });
      await expect(other).rejects.toMatchObject(refusal('ELOCKED'));
      expect(before).toHaveLength(1);
      expect(readdirSync(lockPath(folder, 'name'))).toEqual(before);
    });
    expect(tasks).toBe(0);
  });
});

describe('a task that lost the lock before its end', () => {
  const lose = async (): Promise<string> => {
    // What another process does that finds it stale.
    rmSync(lockPath(folder, 'name'), { recursive: true });
    leaveDeadLock(folder, 'name');
    return 'ran';
  };

  test('rejects, and does not take away what is there now', async () => {
    const lost = fileLock({ folder }).runExclusive('name', lose);
    await expect(lost).rejects.toMatchObject(refusal('ECOMPROMISED'));
    expect(locksIn(folder)).toHaveLength(1);
  });

  test('rejects with its own error when it has one', async () => {
    const lost = fileLock({ folder }).runExclusive('name', async () => {
      await lose();
      throw new Error('of the task');
    });
    await expect(lost).rejects.toThrow('of the task');
  });
});

test('nothing listens to signals, and nothing is made, before a lock is taken', () => {
  const index = new URL('../src/index.ts', import.meta.url).href;
  const program = `
    const { createNodeClient } = await import(${JSON.stringify(index)});
    createNodeClient({ clientId: 'app', scope: ['contacts'], issuer: 'https://as.example', app: 'app' });
    process.stdout.write(JSON.stringify([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]));`;
  const env = { ...process.env, HOME: parent, XDG_DATA_HOME: parent, LOCALAPPDATA: parent };
  const shown = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { env, encoding: 'utf8' });
  expect(JSON.parse(shown)).toEqual([0, 0]);
  expect(readdirSync(parent)).toEqual([]);
}, 30_000);

test('two stores and two locks in one folder do not mind each other', async () => {
  const store = fileStore({ folder });
  await fileLock({ folder }).runExclusive('name', () => Promise.resolve(store.set('key', 'value')));
  expect(await store.get('key')).toBe('value');
  expect(await fileLock({ folder }).runExclusive('other', ran)).toBe('ran');
});

test('a lock that a dead process left long ago is swept by a write; one of an hour or less is not', async () => {
  const store = fileStore({ folder });
  await store.set('key', 'value');
  leaveDeadLock(folder, 'young');
  leaveDeadLock(folder, 'old');
  const hoursAgo = Date.now() / 1000 - 7200;
  lutimesSync(lockPath(folder, 'old'), hoursAgo, hoursAgo);
  const now = Date.now() / 1000;
  lutimesSync(lockPath(folder, 'young'), now, now);
  await store.set('key', 'value');
  expect(existsSync(lockPath(folder, 'old'))).toBe(false);
  expect(existsSync(lockPath(folder, 'young'))).toBe(true);
});
