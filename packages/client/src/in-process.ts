/** Ports that need no platform: a store that lives as long as the program, and a lock for those who share it. */
import type { Clock, KeyValueStore, Lock } from './ports.ts';

/** Keeps values in memory, and forgets them when they expire. */
export function memoryStore(clock: Clock): KeyValueStore {
  const entries = new Map<string, { readonly value: string; readonly expiresAt: number }>();
  /** An abandoned login is never asked for again, so expired entries are swept whenever something is written. */
  const sweep = (): void => {
    const now = clock.now();
    for (const [key, { expiresAt }] of entries) if (expiresAt <= now) entries.delete(key);
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      return entry !== undefined && entry.expiresAt > clock.now() ? entry.value : null;
    },
    set: (key, value, expiresAt = Number.POSITIVE_INFINITY as never) => {
      sweep();
      entries.set(key, { value, expiresAt });
    },
    remove: (key) => void entries.delete(key),
  };
}

/** Runs the tasks of one name after each other, in the order in which they were asked for. */
export function promiseLock(): Lock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    runExclusive(name, task) {
      // A task that fails must not stop the next one.
      const mine = (tails.get(name) ?? Promise.resolve()).then(task, task);
      tails.set(name, mine);
      const leave = (): void => {
        if (tails.get(name) === mine) tails.delete(name);
      };
      mine.then(leave, leave);
      return mine;
    },
  };
}
