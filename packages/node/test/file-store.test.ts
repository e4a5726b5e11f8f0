/** The store on disk: one file per value, whole or not there, for this user only. RFC 6749, section 10.4. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPortError, type KeyValueStore, type PortError } from '@proofkey/client';
import { type NumericDate, thawSession, thawTransaction } from '@proofkey/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fileStore } from '../src/file-store.ts';
import { FILE_LIMIT, patiently } from '../src/whole-file.ts';
import { forked } from './file-lock-world.ts';
import { KEY, openToOthers } from './whole-values.ts';

const CHILD = fileURLToPath(new URL('./file-store-child.ts', import.meta.url));

const OTHER_KEY = 'proofkey/1/app@https%3A%2F%2Fas.example.com/session';
const OWNER = { clientId: 'app', issuer: 'https://as.example.com' };
const MAKE_PIPE = 'mkfifo';
const READ = 'storage_read_failed';
const WRITE = 'storage_write_failed';

let parent: string;
let folder: string;
let store: KeyValueStore;
let now: number;
const clock = { now: () => now as NumericDate };

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'proofkey-store-'));
  folder = join(parent, 'proofkey');
  now = 1_800_000_000;
  store = fileStore({ folder, clock });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(parent, { recursive: true, force: true });
});

const at = (seconds: number): NumericDate => (now + seconds) as NumericDate;
const files = (): string[] => readdirSync(folder);

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The calls of every open file, so that one of them can be made to wait or to fail. */
async function handlesOf(): Promise<Record<'writeFile' | 'sync' | 'chmod' | 'readFile', () => Promise<void>>> {
  const file = await open(process.execPath);
  await file.close();
  return Object.getPrototypeOf(file);
}

/** The file of a key, found as a user would: by looking which one appears. */
async function fileOf(key: string): Promise<string> {
  const before = existsSync(folder) ? files() : [];
  await store.set(key, 'old');
  const [name = ''] = files().filter((file) => !before.includes(file));
  return join(folder, name);
}

async function failureOf(task: () => unknown): Promise<Pick<PortError, 'code' | 'system'> | undefined> {
  try {
    await task();
    return undefined;
  } catch (error) {
    if (!isPortError(error)) throw error;
    return { code: error.code, ...(error.system !== undefined && { system: error.system }) };
  }
}

describe('a value', () => {
  test('that was never written is absent, and asking makes no folder', async () => {
    expect(await store.get(KEY)).toBeNull();
    await store.remove(KEY);
    expect(existsSync(folder)).toBe(false);
  });

  test('is read back by another store on the same folder, until it is removed', async () => {
    await store.set(KEY, 'one');
    await store.set(KEY, 'two');
    await store.set(OTHER_KEY, 'three');
    const other = fileStore({ folder, clock });
    expect(await other.get(KEY)).toBe('two');
    await other.remove(KEY);
    expect(await store.get(KEY)).toBeNull();
    expect(await store.get(OTHER_KEY)).toBe('three');
  });

  test.each([
    ['empty', ''],
    ['of characters that JSON, UTF-8 or lines are about', '"\\\n\r\u0000\u2028 ü 語 😀 \ud800'],
    ['of 2 KiB', 'a'.repeat(2048)],
    ['of 100 KiB', randomBytes(51_200).toString('hex')],
  ])('%s comes back as it was', async (_name, value) => {
    await store.set(KEY, value);
    expect(await store.get(KEY)).toBe(value);
  });

  test('may have any key, and the key is in no file name', async () => {
    const keys = ['', '..', '../../etc/passwd', 'a/b\\c:*?"<>|', '\u0000', 'CON', 'a'.repeat(5000), 'A', 'a'];
    for (const key of keys) await store.set(key, `value of ${key}`);
    for (const key of keys) expect(await store.get(key)).toBe(`value of ${key}`);
    expect(files()).toHaveLength(keys.length);
    for (const name of files()) expect(name).toMatch(/^[0-9a-f]{64}\.json$/);
    expect(readdirSync(parent)).toEqual(['proofkey']);
  });

  test('too long to be read again is not written, and the old one stays', async () => {
    await store.set(KEY, 'old');
    const failure = await failureOf(() => store.set(KEY, 'a'.repeat(FILE_LIMIT)));
    expect(failure).toEqual({ code: WRITE, system: 'EFBIG' });
    expect(await store.get(KEY)).toBe('old');
    expect(files()).toHaveLength(1);
  });

  test('written twice at once is the one that was asked for last, though the first one takes longer', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const handles = await handlesOf();
    const spy = vi.spyOn(handles, 'sync').mockImplementationOnce(() => held);
    const first = store.set(KEY, 'first');
    await vi.waitFor(() => expect(spy).toHaveBeenCalled());
    const second = fileStore({ folder, clock }).set(KEY, 'second');
    // Time enough for the second one, if it did not wait.
    for (let count = 0; count < 5; count++) await store.set(OTHER_KEY, `${count}`);
    release();
    await Promise.all([first, second]);
    expect(await store.get(KEY)).toBe('second');
    expect(files()).toHaveLength(2);
  });
});

describe('ST-10 CB-13: what expires', () => {
  test('is absent from that second on, and not before', async () => {
    await store.set(KEY, 'value', at(60));
    now += 59;
    expect(await store.get(KEY)).toBe('value');
    now += 1;
    expect(await store.get(KEY)).toBeNull();
  });

  test('is removed when something else is written; what does not expire stays', async () => {
    await store.set('expires', 'value', at(60));
    await store.set('expires later', 'value', at(61));
    await store.set('stays', 'value');
    now += 60;
    await store.set(KEY, 'value');
    expect(files()).toHaveLength(3);
    expect(await store.get('expires later')).toBe('value');
    expect(await store.get('stays')).toBe('value');
  });

  test('is there again when it is written again', async () => {
    await store.set(KEY, 'old', at(1));
    now += 2;
    await Promise.all([store.set(OTHER_KEY, 'sweeps'), store.set(KEY, 'new', at(60)), store.set('third', 'sweeps')]);
    expect(await store.get(KEY)).toBe('new');
  });

  test('goes in bounded steps, and all of it goes in the end', async () => {
    for (let count = 0; count < 40; count++) await store.set(`abandoned ${count}`, 'value', at(60));
    now += 60;
    await store.set('first', 'value');
    expect(files()).toHaveLength(40 - 32 + 1);
    await store.set('second', 'value');
    expect(files()).toHaveLength(2);
  }, 30_000);

  test('is found among many that stay, wherever its name stands', async () => {
    const keys = Array.from({ length: 40 }, (_, count) => `key ${count}`);
    const last = keys.toSorted((a, b) => (hash(a) < hash(b) ? 1 : -1))[0];
    for (const key of keys) await store.set(key, 'value', key === last ? at(60) : undefined);
    now += 60;
    for (let count = 0; count < 10; count++) await store.set(`after ${count}`, 'value');
    expect(files()).toHaveLength(49);
    expect(files()).not.toContain(`${hash(last ?? '')}.json`);
  }, 30_000);
});

describe('ST-01 ST-06 AT-65: only this user', () => {
  test('reads the files, and lists the folder', async () => {
    await store.set(KEY, 'value');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of files()) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(openToOthers(folder)).toEqual([]);
  });

  test('reads a file at any moment, also before its rights were set', async () => {
    const handles = await handlesOf();
    const { chmod } = handles;
    let seen: readonly string[] | undefined;
    vi.spyOn(handles, 'chmod').mockImplementationOnce(function (this: unknown, ...mode: []) {
      seen = openToOthers(folder);
      return Reflect.apply(chmod, this, mode);
    });
    await store.set(KEY, 'value');
    expect(seen).toEqual([]);
  });

  test('is a rule that this test sees broken', async () => {
    const path = await fileOf(KEY);
    chmodSync(path, 0o640);
    expect(openToOthers(folder)).toHaveLength(1);
    await store.set(KEY, 'new');
    expect(openToOthers(folder)).toEqual([]);
  });

  test('keeps a folder that was open to others, from then on', async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    await store.set(KEY, 'value');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await store.get(KEY)).toBe('value');
  });

  test('and no rights are taken from a folder that holds other things', async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'index.html'), '');
    expect(await failureOf(() => store.set(KEY, 'value'))).toEqual({ code: WRITE, system: 'ENOTEMPTY' });
    expect(statSync(folder).mode & 0o777).toBe(0o755);
    expect(files()).toEqual(['index.html']);
  });

  test('and the folders above are left as they are', async () => {
    chmodSync(parent, 0o755);
    mkdirSync(join(parent, 'app'));
    chmodSync(join(parent, 'app'), 0o750);
    await fileStore({ folder: join(parent, 'app', 'proofkey') }).set(KEY, 'value');
    expect(statSync(parent).mode & 0o777).toBe(0o755);
    expect(statSync(join(parent, 'app')).mode & 0o777).toBe(0o750);
  });

  test.each(['0', '22', '77'])(
    'and the folders above are made for this user only, with a umask of %s',
    async (umask) => {
      const above = [join(parent, 'share'), join(parent, 'share', 'app')];
      const inside = join(parent, 'share', 'app', 'proofkey');
      expect(await forked(CHILD, ['umask', inside, umask]).ended).toBe(0);
      const modes = [...above, inside].map((path) => (statSync(path).mode & 0o777).toString(8));
      expect(modes).toEqual(['700', '700', '700']);
    },
    30_000,
  );

  const refuses = async (system: string): Promise<void> => {
    expect(await failureOf(() => store.get(KEY))).toEqual({ code: READ, system });
    expect(await failureOf(() => store.set(KEY, 'value'))).toEqual({ code: WRITE, system });
    expect(await failureOf(() => store.remove(KEY))).toEqual({ code: WRITE, system });
  };

  test('chooses where the folder is: a link is refused, and nothing is written behind it', async () => {
    const elsewhere = join(parent, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, folder);
    await refuses('ENOTDIR');
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('has a folder, not a file of that name', async () => {
    writeFileSync(folder, '');
    await refuses('ENOTDIR');
  });

  /** From here on this process asks as another user would, after so many more checks. */
  const becomeAnother = (after: number): void => {
    const uid = process.getuid?.() ?? 0;
    const asks = vi.spyOn(process as Required<typeof process>, 'getuid').mockReturnValue(uid + 1);
    for (let count = 0; count < after; count++) asks.mockReturnValueOnce(uid);
  };

  test('owns the folder: that of another user is refused and keeps its rights', async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    becomeAnother(0);
    await refuses('EPERM');
    expect(statSync(folder).mode & 0o777).toBe(0o777);
    expect(files()).toEqual([]);
  });

  test('offers sessions: the file of another user is not read', async () => {
    const path = await fileOf(KEY);
    becomeAnother(1);
    expect(await failureOf(() => store.get(KEY))).toEqual({ code: READ, system: 'EPERM' });
    expect(readFileSync(path, 'utf8')).toContain('old');
  });

  test('is waited for: a pipe under the name of a file is refused at once', async () => {
    const path = await fileOf(KEY);
    rmSync(path);
    execFileSync(MAKE_PIPE, [path]);
    await refuses('EPERM');
  });

  test('offers sessions: a link to a file is not read, and not written through', async () => {
    const path = await fileOf(KEY);
    const offered = join(parent, 'offered');
    linkSync(path, offered);
    rmSync(path);
    symlinkSync(offered, path);
    await refuses('ELOOP');
    expect(readFileSync(offered, 'utf8')).toContain('old');
  });
});

describe('ST-08 AT-60 sc-007: a file that is no record', () => {
  const SPOILED: readonly (readonly [name: string, text: (old: string) => string])[] = [
    ['empty', () => ''],
    ['cut off', (old) => old.slice(0, -5)],
    ['other text', () => 'hello'],
    ['other JSON', () => '[1]'],
    ['null', () => 'null'],
    ['without its members', () => '{"version":1}'],
    ['with a value that is no text', (old) => old.replace('"old"', '7')],
    ['with an expiry that is no time', (old) => old.replace('"value"', '"expiresAt":"soon","value"')],
    ['of an earlier version', (old) => old.replace('"version":1', '"version":0')],
    ['of another key', (old) => old.replace('/login/', '/other/')],
    ['a bare record of the core', () => JSON.stringify({ version: 1, ...OWNER })],
    ['longer than anything that was written here', (old) => `${old}${' '.repeat(FILE_LIMIT)}`],
    ['octets that are no text', () => '\ufffd\u0000\u0001'],
  ];

  test.each(SPOILED)('%s: is neither absent nor used nor deleted, until it is replaced', async (_name, text) => {
    const path = await fileOf(KEY);
    const spoiled = text(readFileSync(path, 'utf8'));
    writeFileSync(path, spoiled);
    await store.set(OTHER_KEY, 'other');
    const found = await store.get(KEY);
    expect(thawSession(found, OWNER)).toEqual({ status: 'corrupt' });
    expect(thawTransaction(found, OWNER)).toEqual({ status: 'corrupt' });
    expect(found).not.toContain('old');
    expect(found?.length).toBeLessThan(100);
    expect(readFileSync(path, 'utf8')).toBe(spoiled);
    await store.set(KEY, 'new');
    expect(await store.get(KEY)).toBe('new');
    expect(await store.get(OTHER_KEY)).toBe('other');
  });

  test('can be removed', async () => {
    const path = await fileOf(KEY);
    writeFileSync(path, '{');
    await store.remove(KEY);
    expect(await store.get(KEY)).toBeNull();
    expect(files()).toEqual([]);
  });
});

describe('ST-07 AT-60 sc-008: what a later version has written', () => {
  test.each([
    ['in the same shape', '{"version":2,"expiresAt":1,"value":"new"}'],
    ['in another shape, with spaces', ' { "version" : 17 }'],
    ['and cut off', '{"version":2,"ke'],
    ['longer than this version reads', `{"version":2,"value":"${'a'.repeat(FILE_LIMIT)}"}`],
  ])('%s: is known as such, and neither replaced nor removed nor swept', async (_name, text) => {
    const path = await fileOf(KEY);
    writeFileSync(path, text);
    const found = await store.get(KEY);
    expect(thawSession(found, OWNER)).toEqual({ status: 'newer' });
    expect(thawTransaction(found, OWNER)).toEqual({ status: 'newer' });
    expect(await failureOf(() => store.set(KEY, 'mine'))).toEqual({ code: WRITE, system: 'EEXIST' });
    expect(await failureOf(() => store.remove(KEY))).toEqual({ code: WRITE, system: 'EEXIST' });
    await store.set(OTHER_KEY, 'sweeps');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('a store that can not be read or written says so', () => {
  test('when something that is no file has the name of the file, and leaves nothing behind', async () => {
    const path = await fileOf(KEY);
    rmSync(path);
    mkdirSync(path);
    expect(await failureOf(() => store.get(KEY))).toEqual({ code: READ, system: 'EPERM' });
    expect(await failureOf(() => store.set(KEY, 'value'))).toEqual({ code: WRITE, system: 'EPERM' });
    expect(await failureOf(() => store.remove(KEY))).toEqual({ code: WRITE, system: 'EPERM' });
    expect(files()).toHaveLength(1);
  });

  test('when the folder can not be made', async () => {
    writeFileSync(join(parent, 'file'), '');
    store = fileStore({ folder: join(parent, 'file', 'proofkey'), clock });
    expect(await failureOf(() => store.get(KEY))).toEqual({ code: READ, system: 'ENOTDIR' });
    expect(await failureOf(() => store.set(KEY, 'value'))).toMatchObject({ code: WRITE });
  });

  /** One of the calls on an open file fails, as on a disk that is full or broken. */
  async function broken(call: 'writeFile' | 'sync' | 'chmod' | 'readFile', code: string): Promise<void> {
    const spy = vi.spyOn(await handlesOf(), call);
    spy.mockRejectedValueOnce(Object.assign(new Error('s3cret'), { code }));
  }

  test.each([
    ['chmod', 'EIO'],
    ['writeFile', 'ENOSPC'],
    ['sync', 'EIO'],
  ] as const)('ST-09: %s fails: the old value stays, and no file is left over', async (call, code) => {
    await store.set(KEY, 'old');
    await broken(call, code);
    expect(await failureOf(() => store.set(KEY, 'new'))).toEqual({ code: WRITE, system: code });
    expect(await store.get(KEY)).toBe('old');
    expect(files()).toHaveLength(1);
    await store.set(KEY, 'new');
    expect(await store.get(KEY)).toBe('new');
  });

  test('reading fails: that is not absent, and the message holds nothing of the system', async () => {
    await store.set(KEY, 'old');
    await broken('readFile', 'EIO');
    await expect(store.get(KEY)).rejects.toThrow(/^storage_read_failed \(EIO\)$/);
    expect(await store.get(KEY)).toBe('old');
  });

  test('a folder without a name is refused, because it would be the current one', () => {
    expect(() => fileStore({ folder: '' })).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'invalid_settings' }) }),
    );
  });
});

describe('a file that somebody else has locked', () => {
  const locked = (times: number, code: string) => {
    let tries = 0;
    const task = async (): Promise<number> => {
      tries += 1;
      if (tries <= times) throw Object.assign(new Error(code), { code });
      return tries;
    };
    return { task, tries: () => tries };
  };

  test.each(['EBUSY', 'EPERM'])('is tried again after %s', async (code) => {
    expect(await patiently(locked(2, code).task, [1, 1])).toBe(3);
  });

  test('is not tried for ever', async () => {
    const { task, tries } = locked(99, 'EBUSY');
    await expect(patiently(task, [1, 1, 1])).rejects.toThrow('EBUSY');
    expect(tries()).toBe(4);
  });

  test('is not tried again when it is something else', async () => {
    const { task, tries } = locked(1, 'ENOSPC');
    await expect(patiently(task, [1])).rejects.toThrow('ENOSPC');
    expect(tries()).toBe(1);
  });
});

describe('what a killed writer left over', () => {
  const leftOver = (name: string, ageInSeconds: number): void => {
    writeFileSync(join(folder, name), 'half');
    const time = Date.now() / 1000 - ageInSeconds;
    utimesSync(join(folder, name), time, time);
  };
  const TEMPORARY = `${'0'.repeat(64)}.json.${'a'.repeat(24)}.tmp`;

  test.each([
    ['is removed when it is hours old', TEMPORARY, 7200, false],
    ['stays while its writer may still live', TEMPORARY, 600, true],
    ['is removed when a wrong clock dated it hours ahead', TEMPORARY, -7200, false],
    ['stays when it is dated a little ahead', TEMPORARY, -600, true],
    ['is told from what is not ours', 'letter.tmp', 7200, true],
    ['is told from what is not ours, dated hours ahead', 'letter.tmp', -7200, true],
  ])('%s', async (_name, name, age, stays) => {
    await store.set(KEY, 'value');
    leftOver(name, age);
    // Its age is that of the file system: a clock that is wrong must not take a file from its writer.
    now += 1_000_000;
    await store.set(OTHER_KEY, 'value');
    expect(files().includes(name)).toBe(stays);
  });
});
