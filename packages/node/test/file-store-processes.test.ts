/** Several real processes on one folder: every value is read as one of them wrote it, whoever dies. POSIX `rename`. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileStore } from '../src/file-store.ts';
import { isWhole, KEY, naiveStore, openToOthers, valueBy, WRITES } from './whole-values.ts';

const CHILD = fileURLToPath(new URL('./file-store-child.ts', import.meta.url));
const WRITERS = 8;

let parent: string;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'proofkey-processes-'));
  folder = join(parent, 'proofkey');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(parent, { recursive: true, force: true });
});

function start(what: string, argument: string): ChildProcess {
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
  const child = fork(CHILD, [what, folder, argument], { stdio: [...stdio], timeout: 90_000 });
  children.push(child);
  return child;
}

/** Rejects when the process ends instead of telling something. */
async function toldBy(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(([message]) => message),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => Promise.reject(new Error(`ended with ${code}`))),
    ]);
  } finally {
    ended.abort();
  }
}

async function end(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return code ?? signal;
}

test('ST-06: eight processes that write one key fifty times each: whoever reads finds a whole value', async () => {
  const store = fileStore({ folder });
  await store.set(KEY, valueBy('first'));
  let writing = WRITERS;
  const ends = Array.from({ length: WRITERS }, async (_, writer) => {
    const code = await end(start('write', `${writer}`));
    writing -= 1;
    return code;
  });
  while (writing > 0) {
    const value = (await store.get(KEY)) ?? 'absent';
    if (!isWhole(value)) throw new Error(`torn: ${value.length} characters`);
  }
  expect(await Promise.all(ends)).toEqual(Array(WRITERS).fill(0));
  expect((await store.get(KEY))?.slice(65)).toMatch(new RegExp(`^writer \\d, ${WRITES - 1};`));
  expect(readdirSync(folder)).toHaveLength(1);
  expect(openToOthers(folder)).toEqual([]);
}, 120_000);

describe('somebody who reads in the middle of a write', () => {
  test('finds the old value, also when the writer is killed there; what it left over goes with time', async () => {
    const store = fileStore({ folder });
    await store.set(KEY, valueBy('old'));
    const writer = start('stop', 'new');
    expect(await toldBy(writer)).toBe('half');
    const half = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
    expect(half).toHaveLength(1);
    expect(openToOthers(folder)).toEqual([]);
    expect(await store.get(KEY)).toBe(valueBy('old'));
    writer.kill('SIGKILL');
    expect(await end(writer)).toBe('SIGKILL');
    expect(await store.get(KEY)).toBe(valueBy('old'));
    const hoursAgo = Date.now() / 1000 - 7200;
    for (const name of half) utimesSync(join(folder, name), hoursAgo, hoursAgo);
    await store.set(KEY, valueBy('newer'));
    expect(readdirSync(folder)).toHaveLength(1);
  }, 30_000);

  test('negative control: finds half a value of a store that writes into its file', async () => {
    const naive = naiveStore(folder, async () => {});
    mkdirSync(folder);
    await naive.set(KEY, valueBy('old'));
    expect(isWhole(naive.get())).toBe(true);
    const writer = start('naive', 'new');
    expect(await toldBy(writer)).toBe('half');
    expect(isWhole(naive.get())).toBe(false);
    writer.send('go on');
    expect(await end(writer)).toBe(0);
    expect(isWhole(naive.get())).toBe(true);
  }, 30_000);
});

test.each(['0', '22', '777'])(
  'ST-06: with a umask of %s the modes are 0600 and 0700',
  async (umask) => {
    expect(await end(start('umask', umask))).toBe(0);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const [name = ''] = readdirSync(folder);
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(await fileStore({ folder }).get(KEY)).toBe(umask);
  },
  30_000,
);
