/** Values under keys <-> one file each, in a folder of this user. RFC 6749, section 10.4; POSIX modes 0600 and 0700. */
import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Clock, type KeyValueStore, PortError, ProofkeyError, promiseLock } from '@proofkey/client';
import { invalidSetting, type NumericDate } from '@proofkey/core';
import { systemClock } from './clock.ts';
import { codeOf, fault, findFolder, LOCK, makeFolder } from './folder.ts';
import { keepNames, patiently, readWhole, TEMPORARY, writeWhole } from './whole-file.ts';

export type FileStoreOptions = {
  /** Holds nothing else: others lose their rights to it. Made at the first write, with everything above it. */
  readonly folder: string;
  /** Tells what has expired; the system clock when absent. */
  readonly clock?: Clock;
};

/** What a file holds. Every version begins with its number, so that a file too long to read still says whose it is. */
type Envelope = {
  readonly version: 1;
  readonly key: string;
  readonly expiresAt?: NumericDate | undefined;
  readonly value: string;
};

type Found =
  | { readonly status: 'absent' | 'corrupt' }
  | { readonly status: 'newer'; readonly version: number }
  | { readonly status: 'present'; readonly envelope: Envelope };

const VERSION = /^\s*\{\s*"version"\s*:\s*(\d{1,9})\s*[,}]/;
/** Any text that is no JSON: it is read as a record that is corrupt, which is neither absent nor anybody's. */
const CORRUPT = 'not a record';

/** Files that are looked at after each write, for what has expired. */
const SWEEP = 32;
/** Milliseconds. Whoever writes one file or holds a lock needs far less, even when it was asleep for a while. */
const PASSING_AGE = 3_600_000;
const RECORD = /^[0-9a-f]{64}\.json$/;

/** Does a store, or the lock beside it, give such names? */
export const isKnown = (name: string): boolean => RECORD.test(name) || isPassing(name);
const isPassing = (name: string): boolean => TEMPORARY.test(name) || LOCK.test(name);

/** Keeps the writes to one file in the order in which they were asked for, across the stores of this process. */
const order = promiseLock();

/**
 * Keeps values in files that only this user can read, each written whole or not at all, also by several processes.
 *
 * A file that is no record (cut off, edited) is handed out as text that the client reports as corrupt, and stays until
 * something new is written over it. What a later version of this package has written is neither read, replaced nor
 * removed. On Windows files have no modes: there the folder of the user is what keeps others out.
 *
 * Values take 1 MiB at most, with their key. A link, or a file or folder of another user, is refused (`EPERM`,
 * `ENOTDIR`, `ELOOP`), so that nobody can offer a session or choose where tokens go.
 *
 * @returns a store that rejects with a `PortError`: `storage_read_failed`, `storage_write_failed`
 * @throws ProofkeyError `invalid_settings` when the folder has no name
 * @see RFC 6749, section 10.4
 */
export function fileStore({ folder: place, clock = systemClock }: FileStoreOptions): KeyValueStore {
  // An empty name would be the current folder.
  if (place === '') throw new ProofkeyError(invalidSetting('folder').failure);
  const folder = resolve(place);
  return {
    get: (key) => attempt('storage_read_failed', () => readValue(folder, nameOf(key), clock)),

    set: (key, value, expiresAt) =>
      attempt('storage_write_failed', async () => {
        const name = nameOf(key);
        const text = JSON.stringify({ version: 1, key, expiresAt, value } satisfies Envelope);
        const writtenAt = await inOrder(folder, name, async () => {
          await makeFolder(folder, isKnown);
          await refuseNewer(folder, name);
          return writeWhole(folder, name, text);
        });
        await sweep(folder, { name, writtenAt, now: clock.now() });
      }),

    remove: (key) =>
      attempt('storage_write_failed', async () => {
        const name = nameOf(key);
        await inOrder(folder, name, async () => {
          if ((await findFolder(folder)) === undefined) return;
          await refuseNewer(folder, name);
          await forget(folder, name);
          await keepNames(folder);
        });
      }),
  };
}

/** Keys hold what file systems do not take, and the state of a login, which is not for the listing of a folder. */
const nameOf = (key: string): string => `${createHash('sha256').update(key).digest('hex')}.json`;

const inOrder = <T>(folder: string, name: string, task: () => Promise<T>): Promise<T> =>
  order.runExclusive(join(folder, name), task);

async function readValue(folder: string, name: string, clock: Clock): Promise<string | null> {
  if ((await findFolder(folder)) === undefined) return null;
  const found = await find(folder, name);
  switch (found.status) {
    case 'present':
      // Not removed here: whoever reads must not delete what somebody else writes at this moment.
      return isExpired(found.envelope, clock.now()) ? null : found.envelope.value;
    case 'newer':
      return JSON.stringify({ version: found.version });
    case 'corrupt':
      return CORRUPT;
    default:
      return null;
  }
}

async function find(folder: string, name: string): Promise<Found> {
  const read = await readWhole(join(folder, name));
  if (read === undefined) return { status: 'absent' };
  const version = Number(VERSION.exec(read.text)?.[1]);
  if (version > 1) return { status: 'newer', version };
  if (!read.isWhole) return { status: 'corrupt' };
  try {
    const envelope = JSON.parse(read.text) as unknown;
    // A file under the name of another key was put there by hand.
    if (isEnvelope(envelope) && nameOf(envelope.key) === name) return { status: 'present', envelope };
  } catch {}
  return { status: 'corrupt' };
}

function isEnvelope(found: unknown): found is Envelope {
  const { version, key, value, expiresAt } = Object(found) as Partial<Record<keyof Envelope, unknown>>;
  const timed = expiresAt === undefined || Number.isFinite(expiresAt);
  return version === 1 && typeof key === 'string' && typeof value === 'string' && timed;
}

const isExpired = ({ expiresAt = Number.POSITIVE_INFINITY as NumericDate }: Envelope, now: NumericDate): boolean =>
  expiresAt <= now;

async function refuseNewer(folder: string, name: string): Promise<void> {
  if ((await find(folder, name)).status === 'newer') throw fault('EEXIST');
}

const forget = (folder: string, name: string): Promise<void> =>
  patiently(() => rm(join(folder, name), { force: true, recursive: LOCK.test(name) }));

type Written = { readonly name: string; readonly writtenAt: number; readonly now: NumericDate };

/** An abandoned login is never asked for again. What can not be looked at now is left for the next time. */
async function sweep(folder: string, { name: last, writtenAt, now }: Written): Promise<void> {
  const names = await readdir(folder).then(
    (found) => found.filter((name) => name !== last && isKnown(name)).sort(),
    () => [],
  );
  // Begins behind the file that was just written, which is as good as anywhere: no file is always out of reach.
  const behind = names.findIndex((name) => name > last);
  const from = Math.max(behind, 0);
  for (const name of [...names.slice(from), ...names.slice(0, from)].slice(0, SWEEP)) {
    const task = isPassing(name) ? forgetLeftOver(folder, name, writtenAt) : forgetExpired(folder, name, now);
    await task.catch(() => {});
  }
}

/** A key whose record expires holds a random state, so no other process writes it again once it has expired. */
const forgetExpired = (folder: string, name: string, now: NumericDate): Promise<void> =>
  inOrder(folder, name, async () => {
    const found = await find(folder, name);
    if (found.status === 'present' && isExpired(found.envelope, now)) await forget(folder, name);
  });

/** Both times are those of the file system, whatever the clock says. */
async function forgetLeftOver(folder: string, name: string, writtenAt: number): Promise<void> {
  const { mtimeMs } = await stat(join(folder, name));
  if (Math.abs(writtenAt - mtimeMs) > PASSING_AGE) await forget(folder, name);
}

async function attempt<T>(code: 'storage_read_failed' | 'storage_write_failed', task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw new PortError(code, { system: codeOf(error) });
  }
}
