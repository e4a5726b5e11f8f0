/** Snapshots -> those who want to know when one is another. The same reference until user, status or reason changes. */
import { type Snapshot, snapshotOf, type ThawedSession } from '@proofkey/core';
import type { UserOf } from './claims-schema.ts';
import { attempt, isProofkeyError, UNREADABLE } from './error.ts';
import type { Freshness } from './freshness.ts';
import type { Records } from './records.ts';

export type Snapshots = {
  get(): Snapshot<unknown>;
  /**
   * Reads the session again, and shows it.
   *
   * @param otherwise what is shown and returned when the store cannot be read
   * @throws ProofkeyError `storage_read_failed` without `otherwise`; then what was shown stays
   */
  follow(otherwise?: ThawedSession): Promise<ThawedSession>;
  set(next: Snapshot): void;
  subscribe(listener: (snapshot: Snapshot<unknown>) => void): () => void;
};

export function snapshots(
  { readSession }: Pick<Records, 'readSession'>,
  freshness: Freshness,
  userOf: UserOf,
): Snapshots {
  let text = JSON.stringify({ status: 'loading' });
  let current: Snapshot<unknown> = frozen(text);
  const listeners = new Map<object, (snapshot: Snapshot<unknown>) => void>();
  let begun = 0;
  let shown = 0;
  /** @param made by a schema of the claims, where there is one; it may make nothing of them */
  const set = (next: Snapshot, made?: { readonly user: unknown }): void => {
    // As JSON: claims come from JSON, and a session that was read again has new objects with the same members.
    const changed = JSON.stringify(next);
    if (changed === text) return;
    text = changed;
    const copy = frozen(text);
    current = made && copy.status === 'logged_in' ? Object.freeze({ ...copy, ...made }) : copy;
    // One that an earlier one has unsubscribed is not called any more.
    for (const [key, listener] of [...listeners]) if (listeners.has(key)) call(() => listener(current));
  };
  /** Who it is by the schema of the application; whose claims it refuses counts as logged out. */
  async function withUser(snapshot: Snapshot, found: ThawedSession): Promise<Parameters<typeof set>> {
    if (snapshot.status !== 'logged_in' || found.status !== 'present') return [snapshot];
    try {
      const user = await userOf(found.session);
      return user === snapshot.user ? [snapshot] : [snapshot, { user }];
    } catch (error) {
      if (!isProofkeyError(error)) throw error;
      return [{ status: 'logged_out', reason: error.failure }];
    }
  }

  return {
    get: () => current,
    set,
    async follow(otherwise) {
      begun += 1;
      const mine = begun;
      const read = attempt(UNREADABLE, readSession);
      const found = await (otherwise === undefined ? read : read.catch(() => otherwise));
      // Of two reads the one that began later shows what is true, whichever of them ends last.
      const [next, made] = await withUser(snapshotOf(found, freshness.now(found)), found);
      if (mine > shown) {
        shown = mine;
        set(next, made);
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
