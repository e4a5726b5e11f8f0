/** Stored session, and one that could not be stored -> which of them counts. RFC 6749, section 10.4. */
import type { Session, SessionGuard, ThawedSession } from '@proofkey/core';

/** A session that could not be stored. It counts until somebody who can write to the store logs in or out. */
export type Unsaved = {
  /** As it would be stored, so that nobody holds on to its parts; null when it has ended, and stays so. */
  readonly text: string | null;
  readonly loginId: string;
  /** What lay in the store at that time; undefined as long as nobody could read it. */
  readonly over: string | undefined;
};

/** Has somebody logged in or out since? A refresh of what lay there is no such thing. */
export function replaces(found: ThawedSession, { text, loginId, over }: Unsaved): boolean {
  const name = nameOf(found);
  if (name === loginId) return text !== null;
  return over !== undefined && name !== over && (found.status === 'present' || found.status === 'absent');
}

export const nameOf = (found: ThawedSession): string =>
  found.status === 'present' ? found.session.loginId : found.status;

/** A new login replaces every session of this client, but nothing that a later version or somebody else has written. */
export function mayReplace(found: ThawedSession, guard: SessionGuard): boolean {
  if (guard === null) return !isOthers(found);
  if (found.status !== 'present') return false;
  return found.session.loginId === guard.loginId && found.session.revision === guard.revision;
}

/** Without `openid` nobody can tell, unless it is the same login. */
export const isSamePerson = (one: Session, other: Session): boolean =>
  one.sub === other.sub && (one.sub !== null || one.loginId === other.loginId);

export const isOthers = ({ status }: ThawedSession): boolean => status === 'newer' || status === 'foreign';
