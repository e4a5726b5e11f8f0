/** Snapshots -> those who want to know when one is another. The same reference until user, status or reason changes. */
import { type Snapshot, snapshotOf, type ThawedSession } from '@proofkey/core';
import { attempt, UNREADABLE } from './error.ts';
import type { Clock } from './ports.ts';
import type { Records } from './records.ts';

export type Snapshots = {
  get(): Snapshot;
  /**
   * Reads the session again, and shows it.
   *
   * @param otherwise what is shown and returned when the store cannot be read
   * @throws ProofkeyError `storage_read_failed` without `otherwise`; then what was shown stays
   */
  follow(otherwise?: ThawedSession): Promise<ThawedSession>;
  set(next: Snapshot): void;
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
};

export function snapshots({ readSession }: Pick<Records, 'readSession'>, clock: Clock): Snapshots {
  let current: Snapshot = frozen(JSON.stringify({ status: 'loading' }));
  const listeners = new Map<object, (snapshot: Snapshot) => void>();
  let begun = 0;
  let shown = 0;
  const set = (next: Snapshot): void => {
    // As JSON: claims come from JSON, and a session that was read again has new objects with the same members.
    const text = JSON.stringify(next);
    if (text === JSON.stringify(current)) return;
    current = frozen(text);
    // One that an earlier one has unsubscribed is not called any more.
    for (const [key, listener] of [...listeners]) if (listeners.has(key)) call(() => listener(current));
  };
  return {
    get: () => current,
    set,
    async follow(otherwise) {
      begun += 1;
      const mine = begun;
      const read = attempt(UNREADABLE, readSession);
      const found = await (otherwise === undefined ? read : read.catch(() => otherwise));
      // Of two reads the one that began later shows what is true, whichever of them ends last.
      if (mine > shown) {
        shown = mine;
        set(snapshotOf(found, clock.now()));
      }
      return found;
    },
    subscribe(listener) {
      // A key of its own, so that a listener that subscribes twice is called twice and leaves once.
      const key = {};
      listeners.set(key, listener);
      return () => void listeners.delete(key);
    },
  };
}

/** A copy, so that nobody who was given the claims can change who is shown, down to the last member. */
const frozen = (text: string): Snapshot => JSON.parse(text, (_name, value) => Object.freeze(value));

/** A listener that throws stops no other one. The platform reports it, as any error that nobody caught. */
function call(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    void Promise.reject(error);
  }
}
