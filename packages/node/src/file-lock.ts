/** Name -> a folder that only one process at a time can make -> its task, alone. POSIX `mkdir`; `proper-lockfile`. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lock, PortError, promiseLock } from '@proofkey/client';
import { isKnown } from './file-store.ts';
import { codeOf, makeFolder } from './folder.ts';
import { claimOf, type Watch } from './lock-claim.ts';
import { patiently } from './whole-file.ts';

export type FileLockOptions = {
  /** That of the store, which knows the locks in it. Made when a lock is first taken. */
  readonly folder: string;
  /** Orders the tasks of this process before they ask other processes; one of its own when absent. */
  readonly queue?: Lock;
  /** Milliseconds that a task waits for other processes, once it is its turn in this one: 30 000 when absent. */
  readonly patience?: number;
};

/**
 * Milliseconds after which a lock that its holder does not renew is taken from it. It is renewed every 2500, also while
 * a slow disk keeps the task waiting: only who is dead, or does nothing at all for so long, loses it. A task that waits
 * for the network needs more, because whatever else its process computes meanwhile comes on top.
 */
const STALE = 5000;
const PATIENCE = 30_000;
/** Milliseconds between two tries; doubled each time, and then varied, so that those who wait do not keep in step. */
const SHORTEST = 5;
const LONGEST = 100;

/** Somebody holds it, or is just taking away what a dead process has left. */
const TAKEN: ReadonlySet<unknown> = new Set(['ELOCKED', 'EEXIST', 'ENOTEMPTY']);

/**
 * A lock among all processes of this user that are given the same folder, for tasks without network.
 *
 * A process that is killed in its task keeps others out for 5 to 6 seconds. One that is stopped there for longer, by a
 * signal or because the machine sleeps, can lose the lock and not know it, and nothing keeps it from writing when it
 * wakes up. That is why it is asked for the lock again at the end: a task that did not hold it all the time rejects
 * (`ECOMPROMISED`), whatever it has done. So of two that spent the same login, one at most believes it.
 *
 * Nothing is left behind when a task fails, by `process.exit` or by a signal that ends the process.
 *
 * @returns a lock that rejects with a `PortError` `storage_write_failed`: `ELOCKED` when others held it for 30 seconds
 * @see docs/decisions/0016-what-node-borrows.md
 */
export function fileLock({ folder: place, queue = promiseLock(), patience = PATIENCE }: FileLockOptions): Lock {
  const folder = resolve(place);
  return {
    runExclusive: (name, task) =>
      queue.runExclusive(name, async () => {
        const release = await take(folder, name, patience).catch((error: unknown) => {
          throw new PortError('storage_write_failed', { system: codeOf(error) });
        });
        let result: Awaited<ReturnType<typeof task>>;
        try {
          result = await task();
        } catch (error) {
          await release();
          throw error;
        }
        if (!(await release())) throw new PortError('storage_write_failed', { system: 'ECOMPROMISED' });
        return result;
      }),
  };
}

/** Gives the lock back. @returns whether it was held until then */
type Release = () => Promise<boolean>;

async function take(folder: string, name: string, patience: number): Promise<Release> {
  await makeFolder(folder, isKnown);
  // A name holds what file systems do not take.
  const path = join(folder, `${createHash('sha256').update(name).digest('hex')}.lock`);
  const end = performance.now() + patience;
  const watch: Watch = { mtimeMs: 0, since: 0 };
  for (let pause = SHORTEST; ; pause = Math.min(2 * pause, LONGEST)) {
    try {
      // On Windows a folder that is just being removed can not be made (`EPERM`, `EBUSY`).
      return await patiently(() => attempt(path, watch));
    } catch (error) {
      if (!TAKEN.has(codeOf(error)) || performance.now() >= end) throw error;
    }
    await sleep(pause * (0.5 + Math.random()));
  }
}

async function attempt(path: string, watch: Watch): Promise<Release> {
  // Loaded late: it listens to signals from then on, and many a program that imports this package never logs in.
  const { lock } = await import('proper-lockfile');
  const claim = claimOf(path, STALE, watch);
  const stop = await lock(path, {
    stale: STALE,
    lockfilePath: path,
    // There is no file beside the folder of the lock.
    realpath: false,
    fs: claim.fs,
    // Thrown in a timer it would end the program; what it says is asked for at the end of the task.
    onCompromised: () => {},
  });
  return async () => {
    const held = claim.giveBack();
    // Only ends the renewal.
    await stop().catch(() => {});
    return held;
  };
}
