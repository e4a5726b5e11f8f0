/** Stored session -> what an application shows of it: who is logged in, or why nobody is. OpenID Connect Core, 2. */
import { type Failure, refusalOf } from './failure.ts';
import type { SessionIdToken } from './id-token.ts';
import { isFresh, type ThawedSession } from './session.ts';
import type { NumericDate } from './values.ts';
import type { IdTokenClaims } from './wire.ts';

/** @typeParam User the claims of a person, or what a schema makes of them */
export type Snapshot<User = IdTokenClaims> =
  /** Nobody has looked yet. */
  | { readonly status: 'loading' }
  /**
   * `reason` says why a session that was there is no longer (`session_expired`, `session_unreadable`), or could not be
   * looked for (`storage_read_failed`). Without one nobody was logged in, or somebody logged out.
   */
  | { readonly status: 'logged_out'; readonly reason?: Failure }
  /** `user` holds the claims of the last ID Token that was checked; absent when `openid` was not asked for. */
  | {
      readonly status: 'logged_in';
      readonly user?: User;
      /** Whether its signature was checked, or the server publishes no keys and its TLS alone vouches for it. */
      readonly signature?: SessionIdToken['signature'];
    };

/**
 * A session whose access tokens have expired is still one when it can be refreshed.
 *
 * @returns `logged_in`, or `logged_out` with the reason `session_expired` or `session_unreadable`
 */
export function snapshotOf(found: ThawedSession, now: NumericDate): Snapshot {
  if (found.status === 'absent') return { status: 'logged_out' };
  if (found.status !== 'present') return loggedOutBy('session_unreadable');
  const { grant, tokenSets, idToken } = found.session;
  const usable = grant.refreshToken !== null || Object.values(tokenSets).some((tokenSet) => isFresh(tokenSet, now));
  if (!usable) return loggedOutBy('session_expired');
  return { status: 'logged_in', ...(idToken && { user: idToken.claims, signature: idToken.signature }) };
}

const loggedOutBy = (code: 'session_expired' | 'session_unreadable'): Snapshot => ({
  status: 'logged_out',
  reason: refusalOf('effect_failed', code, 'log_in_again', { sessionSurvives: false }).failure,
});
