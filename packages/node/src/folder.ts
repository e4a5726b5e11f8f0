/** Application name -> the folder for what it keeps -> made, and for this user only. XDG Base Directories. */
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { ProofkeyError } from '@proofkey/client';
import { invalidSetting } from '@proofkey/core';
import envPaths from 'env-paths';

/** Plain on every system: Windows takes no dot or space at the end, and Unix hides what begins with a dot. */
const APP = /^[A-Za-z0-9_](?:[A-Za-z0-9._ -]{0,98}[A-Za-z0-9_-])?$/;
/** Windows opens a device under these names, whatever comes after the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The folder in which an application of this name keeps its sessions and logins, by the custom of the platform:
 * `~/.local/share/<app>/proofkey` (or below `XDG_DATA_HOME`), `~/Library/Application Support/<app>/proofkey`,
 * `%LOCALAPPDATA%\<app>\Data\proofkey`. On Windows that is the local place, because a roaming one is copied to servers.
 *
 * @param app letters, digits, `.`, `_`, `-` and spaces, 100 characters at most, as a plain file name
 * @throws ProofkeyError `invalid_settings`, also when the environment names no absolute place
 * @see XDG Base Directory Specification
 */
export function folderFor(app: string): string {
  // Checked as plain JavaScript has it, too: `undefined` is no name.
  if (typeof app !== 'string' || !APP.test(app) || DEVICE.test(app)) throw refused();
  const { data: place } = envPaths(app, { suffix: '' });
  // Below the current folder tokens could end in somebody's repository.
  if (!isAbsolute(place)) throw refused();
  return join(place, 'proofkey');
}

const refused = (): ProofkeyError => new ProofkeyError(invalidSetting('app').failure);

/** Names of the folders that are locks. */
export const LOCK: RegExp = /^[0-9a-f]{64}\.lock$/;

/** An error with the name that the platform would have given it. */
export const fault = (code: string): Error => Object.assign(new Error(code), { code });

export const codeOf = (error: unknown): unknown => (Object(error) as { readonly code?: unknown }).code;

/** Owned by the user of this process. Windows has no such owner; there the folder's own rights must do. */
export const isOurs = ({ uid }: Stats): boolean => process.getuid === undefined || uid === process.getuid();

/**
 * Looks at the folder itself, not at where a link leads: whoever could put a link there chooses where tokens go.
 *
 * @returns undefined when there is none
 * @throws `ENOTDIR` for anything else under that name, `EPERM` for a folder of another user
 */
export async function findFolder(folder: string): Promise<Stats | undefined> {
  try {
    const stats = await lstat(folder);
    if (!stats.isDirectory()) throw fault('ENOTDIR');
    if (!isOurs(stats)) throw fault('EPERM');
    return stats;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Makes the folder, or takes from others the rights that they have to it.
 *
 * @param isKnown is this a file of ours? A folder that holds other files too was not made for us, and is left as it is
 * @throws `ENOTEMPTY` then, and what {@link findFolder} throws
 */
export async function makeFolder(folder: string, isKnown: (name: string) => boolean): Promise<void> {
  // Those above it, too: whoever may rename it can bring a session back that was logged out.
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  try {
    await mkdir(folder, { mode: 0o700 });
    // A strict umask can take rights from the owner, too.
    await chmod(folder, 0o700);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const stats = await findFolder(folder);
  const openToOthers = process.getuid !== undefined && ((stats?.mode ?? 0) & 0o077) !== 0;
  if (!openToOthers) return;
  if (!(await readdir(folder)).every(isKnown)) throw fault('ENOTEMPTY');
  await chmod(folder, 0o700);
}
