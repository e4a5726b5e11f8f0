/** Snapshots -> those who want to know when one is another. The same reference until user, status or reason changes. */
import type { Snapshot } from '@proofkey/core';

export type Snapshots = {
  get(): Snapshot;
  set(next: Snapshot): void;
  subscribe(listener: () => void): () => void;
};

export function snapshots(): Snapshots {
  let current: Snapshot = Object.freeze({ status: 'loading' });
  const listeners = new Map<object, () => void>();
  return {
    get: () => current,
    set(next) {
      if (same(current, next)) return;
      current = Object.freeze(next);
      for (const listener of [...listeners.values()]) call(listener);
    },
    subscribe(listener) {
      // A key of its own, so that a listener that subscribes twice is called twice and leaves once.
      const key = {};
      listeners.set(key, listener);
      return () => void listeners.delete(key);
    },
  };
}

/** As JSON: claims come from JSON, and a session that was read again has new objects with the same members. */
const same = (one: Snapshot, other: Snapshot): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A listener that throws stops no other one. The platform reports it, as any error that nobody caught. */
function call(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    void Promise.reject(error);
  }
}
