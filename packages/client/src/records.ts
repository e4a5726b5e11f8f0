/** Transactions and the session <-> the stores. Spent once, and never overwritten by what is older. RFC 6749, 10.12. */
import {
  freezeSession,
  freezeTransaction,
  type NumericDate,
  receiptOf,
  type Session,
  type SessionGuard,
  type Spent,
  type State,
  type ThawedSession,
  type ThawedTransaction,
  type Transaction,
  thawSession,
  thawTransaction,
} from '@proofkey/core';
import { isPortError, PortError } from './port-error.ts';
import type { KeyValueStore, Ports } from './ports.ts';

export type Records = {
  readTransaction(state: State): Promise<ThawedTransaction>;
  saveTransaction(transaction: Transaction, expiresAt: NumericDate): Promise<void>;
  /** Of all who ask, in however many tabs, exactly one gets the transaction. */
  spend(state: State): Promise<Spent>;
  forgetTransaction(state: State): Promise<void>;
  readSession(): Promise<ThawedSession>;
  /** A session that cannot be stored is kept in memory, so that this process is logged in all the same. */
  saveSession(session: Session, guard: SessionGuard): Promise<void>;
  /** Local only. What a later version or somebody else has written is not deleted, and that is an error. */
  forgetSession(): Promise<void>;
};

/** The client and the server whose records these are. */
export type Owner = { readonly clientId: string; readonly issuer: string };

/**
 * Keys: `proofkey/1/<clientId>@<issuer>/login/<state>` and `.../session`, client id and issuer percent-encoded. One
 * login, one key. The `1` is the version of this scheme; the records have a version of their own.
 */
export function recordsOf(owner: Owner, { transactionStore, sessionStore, lock }: Ports): Records {
  // Encoded, so that no client id can look like another one at another issuer.
  const prefix = `proofkey/1/${encodeURIComponent(owner.clientId)}@${encodeURIComponent(owner.issuer)}`;
  const sessionKey = `${prefix}/session`;
  const loginKey = (state: State): string => `${prefix}/login/${state}`;

  /** Reads, compares and writes as one. Short: nothing in it ever waits for the network or a person. */
  const commit = <T>(task: () => Promise<T>): Promise<T> => lock.runExclusive(`${prefix}/commit`, task);

  async function readTransaction(state: State): Promise<ThawedTransaction> {
    const found = thawTransaction(await read(transactionStore, loginKey(state)), owner);
    const record =
      found.status === 'present' ? found.transaction : found.status === 'spent' ? found.receipt : undefined;
    // A record under the key of another login is not what was saved there.
    return record === undefined || record.state === state ? found : { status: 'foreign' };
  }

  const storedSession = async (): Promise<ThawedSession> => thawSession(await read(sessionStore, sessionKey), owner);
  let unsaved: Session | undefined;
  const readSession = async (): Promise<ThawedSession> =>
    unsaved ? { status: 'present', session: unsaved } : storedSession();

  return {
    readTransaction,
    readSession,

    async saveTransaction(transaction, expiresAt) {
      await transactionStore.set(loginKey(transaction.state), freezeTransaction(transaction), expiresAt);
    },

    spend: (state) =>
      commit(async () => {
        const found = await readTransaction(state);
        switch (found.status) {
          case 'present': {
            const receipt = receiptOf(found.transaction);
            await transactionStore.set(loginKey(state), freezeTransaction(receipt), receipt.expiresAt);
            return { type: 'spent', transaction: found.transaction };
          }
          case 'spent':
            return { type: 'already_spent', receipt: found.receipt };
          default:
            return { type: 'unknown' };
        }
      }),

    forgetTransaction: (state) =>
      commit(async () => {
        // What is not a transaction of ours is not ours to delete, and a receipt is still needed.
        if ((await readTransaction(state)).status === 'present') await transactionStore.remove(loginKey(state));
      }),

    async saveSession(session, guard) {
      // A new login counts even where it cannot be stored; a refresh of a session that is gone does not.
      if (guard === null) unsaved = session;
      await commit(async () => {
        if (!mayReplace(await storedSession(), guard)) throw new PortError('storage_write_failed');
        await sessionStore.set(sessionKey, freezeSession(session));
      });
      unsaved = undefined;
    },

    forgetSession: () =>
      commit(async () => {
        if (isOthers(await storedSession())) throw new PortError('storage_write_failed');
        await sessionStore.remove(sessionKey);
        unsaved = undefined;
      }),
  };
}

/** A new login replaces every session of this client, but nothing that a later version or somebody else has written. */
function mayReplace(found: ThawedSession, guard: SessionGuard): boolean {
  if (guard === null) return !isOthers(found);
  if (found.status !== 'present') return false;
  return found.session.loginId === guard.loginId && found.session.revision === guard.revision;
}

const isOthers = ({ status }: ThawedSession): boolean => status === 'newer' || status === 'foreign';

/** A store that cannot be read is not one that cannot be written, and neither is one that is empty. */
async function read(store: KeyValueStore, key: string): Promise<string | null> {
  try {
    return await store.get(key);
  } catch (error) {
    throw isPortError(error) ? error : new PortError('storage_read_failed');
  }
}
