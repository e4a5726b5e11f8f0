/** The folder of a lock <-> whose it is: one file in it with a random name. POSIX `mkdir`, `rmdir`, `unlink`. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstat,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  type Stats,
  unlinkSync,
  utimes,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { codeOf, fault } from './folder.ts';

const OWNER = /^[0-9a-f]{24}$/;

/** The last time to come that was found in a lock, and since when, by the clock that nobody sets. */
export type Watch = { mtimeMs: number; since: number };

type Done = (error: Error | null) => void;

export type Claim = {
  /** The part of `node:fs` that `proper-lockfile` uses. */
  readonly fs: object;
  /** Removes the lock, if it is still this one. @returns whether it was */
  giveBack(): boolean;
};

/**
 * One attempt to hold a lock, in the terms of `proper-lockfile`.
 *
 * By itself that removes by name: of two processes that find the same dead lock, the slower one removes the new lock of
 * the faster one, and both go on. Here a lock is removed by whose it is, and a folder that is not empty stays. An empty
 * one can be taken away while its maker writes into it; so whoever does not find its own file, and no other, gives up.
 */
export function claimOf(path: string, stale: number, watch: Watch): Claim {
  const mine = join(path, randomBytes(12).toString('hex'));
  let status: 'asking' | 'held' | 'over' = 'asking';

  function make(): void {
    mkdirSync(path, { mode: 0o700 });
    try {
      // A strict umask can take rights from the owner, too.
      chmodSync(path, 0o700);
      writeFileSync(mine, '', { flag: 'wx', mode: 0o600 });
      if (readdirSync(path).length > 1) throw fault('EEXIST');
    } catch (error) {
      rmSync(mine, { force: true });
      removeEmpty(path);
      throw codeOf(error) === 'ENOENT' ? fault('EEXIST') : error;
    }
    status = 'held';
  }

  function takeAway(): void {
    const owners = readdirSync(path).filter((name) => OWNER.test(name));
    // Read before this is asked: these are the owners of what is stale, and not of what may come after it.
    const stats = lstatSync(path);
    if (!stats.isDirectory()) throw fault('ENOTDIR');
    if (!isStale(stats, stale, watch)) throw fault('ELOCKED');
    for (const name of owners) rmSync(join(path, name), { force: true });
    rmdirSync(path);
  }

  function giveBack(): boolean {
    if (status !== 'held') return false;
    status = 'over';
    try {
      unlinkSync(mine);
    } catch (error) {
      // Any other error leaves the file where it was, and the lock to those who find it stale.
      return codeOf(error) !== 'ENOENT';
    }
    removeEmpty(path);
    return true;
  }

  const remove = (): void => {
    if (status === 'asking') takeAway();
    else giveBack();
  };
  return {
    fs: {
      mkdir: (_path: string, done: Done) => settle(make, done),
      rmdir: (_path: string, done: Done) => settle(remove, done),
      // When the process ends.
      rmdirSync: remove,
      // Of the folder itself: whoever could put a link there would choose what is removed.
      stat: (name: string, done: (error: Error | null, stats?: object) => void) =>
        lstat(name, (error, stats) => {
          const dead = status === 'asking' && stats !== undefined && isStale(stats, stale, watch);
          done(error, dead ? { mtime: new Date(0) } : stats);
        }),
      utimes,
    },
    giveBack,
  };
}

/**
 * Not renewed, as far as the clock tells. A time that is to come was written by a clock that was wrong, or this one
 * was set back: then it is watched for as long, so that a dead lock keeps nobody out until then, and a live one is not
 * taken.
 */
function isStale({ mtimeMs }: Stats, stale: number, watch: Watch): boolean {
  const age = Date.now() - mtimeMs;
  if (age >= -stale) return age > stale;
  if (watch.mtimeMs !== mtimeMs) Object.assign(watch, { mtimeMs, since: performance.now() });
  return performance.now() - watch.since > stale;
}

/** Somebody else may already be in there, or have done the same. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {}
}

function settle(task: () => void, done: Done): void {
  let failed: Error | null = null;
  try {
    task();
  } catch (error) {
    failed = error as Error;
  }
  done(failed);
}
