/** Transactions and the session <-> the stores. Spent once, and never overwritten by what is older. RFC 6749, 10.12. */
import {
  freezeSession,
  freezeTransaction,
  type LogoutReturn,
  type NumericDate,
  receiptOf,
  type Session,
  type SessionGuard,
  type Spent,
  type State,
  type ThawedSession,
  type ThawedTransaction,
  type Transaction,
  thawLogout,
  thawSession,
  thawTransaction,
} from '@proofkey/core';
import { isPortError, PortError } from './port-error.ts';
import type { KeyValueStore, Ports } from './ports.ts';
import { isOthers, isSamePerson, mayReplace, nameOf, replaces, type Unsaved } from './unsaved.ts';

export type Records = {
  readTransaction(state: State): Promise<ThawedTransaction>;
  saveTransaction(transaction: Transaction, expiresAt: NumericDate): Promise<void>;
  /** Of all who ask, in however many tabs, exactly one gets the transaction. */
  spend(state: State): Promise<Spent>;
  forgetTransaction(state: State): Promise<void>;
  readSession(): Promise<ThawedSession>;
  /** A new login that cannot be stored is kept in memory, so that this process is logged in all the same. */
  saveSession(session: Session, guard: SessionGuard): Promise<void>;
  /**
   * Local only. What a later version or somebody else has written is not deleted, and that is an error. What is only in
   * memory is forgotten even then.
   *
   * @returns what ended: the session in memory first, then the one that was stored
   */
  forgetSession(): Promise<readonly Session[]>;
  /** A person who went to log out at the server, and may come back from there. */
  saveLogout(logout: LogoutReturn, expiresAt: NumericDate): Promise<void>;
  readLogout(): Promise<LogoutReturn | undefined>;
  forgetLogout(): Promise<void>;
};

/** The client and the server whose records these are. */
export type Owner = { readonly clientId: string; readonly issuer: string };

/**
 * Keys: `proofkey/1/<clientId>@<issuer>/login/<state>`, `.../session` and `.../logout`, client id and issuer
 * percent-encoded. One login, one key. The `1` is the version of this scheme; the records have a version of their own.
 */
export function recordsOf(owner: Owner, { transactionStore, sessionStore, lock }: Ports): Records {
  // Encoded, so that no client id can look like another one at another issuer.
  const prefix = `proofkey/1/${encodeURIComponent(owner.clientId)}@${encodeURIComponent(owner.issuer)}`;
  const sessionKey = `${prefix}/session`;
  const logoutKey = `${prefix}/logout`;
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

  const thaw = (text: string | null): ThawedSession => thawSession(text, owner);
  const storedSession = async (): Promise<ThawedSession> => thaw(await read(sessionStore, sessionKey));

  let unsaved: Unsaved | undefined;

  async function readSession(): Promise<ThawedSession> {
    const mine = unsaved;
    if (mine === undefined) return storedSession();
    // What cannot be read has nothing to say about what is in memory.
    const found = await storedSession().catch(() => undefined);
    if (unsaved !== mine) return readSession();
    if (found && replaces(found, mine)) {
      unsaved = undefined;
      return found;
    }
    if (found && mine.over === undefined) unsaved = { ...mine, over: nameOf(found) };
    return thaw(mine.text);
  }

  const endUnsaved = (): void => {
    if (unsaved) unsaved = { ...unsaved, text: null };
  };

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
      const text = freezeSession(session);
      let over: string | undefined;
      // A new login counts even where it cannot be stored; a refresh of a session that is gone does not.
      const keep = (error: unknown): { readonly error: unknown } => {
        if (guard === null) unsaved = { text, loginId: session.loginId, over };
        return { error };
      };
      const store = async (): Promise<void> => {
        const found = await storedSession();
        over = nameOf(found);
        if (!mayReplace(found, guard)) throw new PortError('storage_write_failed');
        try {
          await sessionStore.set(sessionKey, text);
        } catch (error) {
          // Somebody else's session must not be found again by the next one who asks.
          if (found.status === 'present' && !isSamePerson(found.session, session)) {
            await sessionStore.remove(sessionKey);
            over = 'absent';
          }
          throw error;
        }
        unsaved = undefined;
      };
      // Kept before anybody else gets the lock: a logout that comes later ends this session too.
      const failed = await commit(() => store().then(() => undefined, keep)).catch(keep);
      if (failed) throw failed.error;
    },

    async saveLogout(logout, expiresAt) {
      await transactionStore.set(logoutKey, JSON.stringify(logout), expiresAt);
    },

    async readLogout() {
      const text = await read(transactionStore, logoutKey);
      return text === null ? undefined : thawLogout(text);
    },

    async forgetLogout() {
      await transactionStore.remove(logoutKey);
    },

    async forgetSession() {
      const held = unsaved?.text;
      // What is only in memory ends whatever the store and the lock do.
      endUnsaved();
      return commit(async () => {
        endUnsaved();
        const found = await storedSession();
        if (isOthers(found)) throw new PortError('storage_write_failed');
        if (found.status !== 'absent') await sessionStore.remove(sessionKey);
        unsaved = undefined;
        return [thaw(held ?? null), found].flatMap((one) => (one.status === 'present' ? [one.session] : []));
      });
    },
  };
}

/** A store that cannot be read is not one that cannot be written, and neither is one that is empty. */
async function read(store: KeyValueStore, key: string): Promise<string | null> {
  try {
    return await store.get(key);
  } catch (error) {
    throw isPortError(error) ? error : new PortError('storage_read_failed');
  }
}
