/** Text <-> one file that is either whole or not there, for this user only. POSIX `rename`, `fsync`. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, fault, isOurs } from './folder.ts';

/** Octets. What is longer was not written here, and is read only as far as {@link HEAD}. */
export const FILE_LIMIT = 1_048_576;
const HEAD = 256;

/** Names of files that are being written. One that is left over belonged to a process that was killed. */
export const TEMPORARY: RegExp = /^[\w.-]+\.[0-9a-f]{24}\.tmp$/;

/** Milliseconds before each further try. On Windows a file that somebody reads or scans can not be replaced. */
const PAUSES = [10, 30, 100, 300, 600];

/** Tries again, a few times, while the file is locked by somebody else. */
export async function patiently<T>(task: () => Promise<T>, pauses: readonly number[] = PAUSES): Promise<T> {
  for (const pause of pauses) {
    try {
      return await task();
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'EBUSY' && code !== 'EPERM') throw error;
    }
    await sleep(pause);
  }
  return task();
}

/**
 * Reads a file; no more than its beginning when it is longer than {@link FILE_LIMIT}.
 *
 * @returns undefined when there is none
 * @throws `EPERM` when it is no plain file or belongs to another user, `ELOOP` when it is a link
 */
export async function readWhole(path: string): Promise<{ text: string; isWhole: boolean } | undefined> {
  let file: FileHandle;
  try {
    // Without waiting: a pipe under this name would never answer. Windows knows neither flag.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    file = await patiently(() => open(path, flags));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile() || !isOurs(stats)) throw fault('EPERM');
    if (stats.size <= FILE_LIMIT) return { text: await file.readFile('utf8'), isWhole: true };
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return { text: buffer.toString('utf8', 0, bytesRead), isWhole: false };
  } finally {
    await file.close();
  }
}

/**
 * Replaces a file in one move: whoever reads at the same time gets the old text or the new one. When this fails, the
 * old text is still there, and nothing else is.
 *
 * @returns when it was written, in milliseconds, by the clock of the file system
 * @throws `EFBIG` when the text is longer than {@link FILE_LIMIT}
 */
export async function writeWhole(folder: string, name: string, text: string): Promise<number> {
  if (Buffer.byteLength(text) > FILE_LIMIT) throw fault('EFBIG');
  // In the same folder, because a file can only be moved in one step within its file system.
  const temporary = join(folder, `${name}.${randomBytes(12).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    const writtenAt = await fill(file, text);
    await patiently(() => rename(temporary, join(folder, name)));
    await keepNames(folder);
    return writtenAt;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

async function fill(file: FileHandle, text: string): Promise<number> {
  try {
    // The umask may have taken rights away; it can not add any.
    await file.chmod(0o600);
    await file.writeFile(text);
    // Before the move: after a power cut there must not be a name without a text.
    await file.sync();
    return (await file.stat()).mtimeMs;
  } finally {
    await file.close();
  }
}

/** Makes a move or a removal outlive a power cut, where folders can be opened: not on Windows. */
export async function keepNames(folder: string): Promise<void> {
  try {
    const file = await open(folder, constants.O_RDONLY);
    await file.sync().finally(() => file.close());
  } catch {}
}
