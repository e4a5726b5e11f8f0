/** Stored session -> the access token for one API, while it is fresh. RFC 6749, section 1.4; RFC 8707, section 2. */
import { ok, type Result, refusalOf } from './failure.ts';
import { isFresh, type ThawedSession, type TokenSet } from './session.ts';
import type { NumericDate } from './values.ts';

const OVER = { sessionSurvives: false };

/** Which API an access token is for. Without either, the one that logins ask for by themselves. */
export type AccessTokenRequest = {
  readonly audience?: string | undefined;
  /** RFC 8707. */
  readonly resource?: string | readonly string[] | undefined;
};

/** The name of the token set for one API, made of both; `''` when neither was asked for. */
export const tokenSetName = ({ audience, resource }: AccessTokenRequest): string =>
  [audience || [], resource ?? []].flat().join(' ');

/** The API that a call names, else the application's own: naming one part of it means that API and no other. */
export function apiOf(named: AccessTokenRequest, own: AccessTokenRequest): AccessTokenRequest {
  const { audience, resource } = tokenSetName(named) === '' ? own : named;
  return { audience: audience || undefined, resource };
}

/**
 * The token set of one API.
 *
 * @returns the token set, or `not_logged_in`, `session_unreadable`, `token_set_missing`, `session_expired`
 */
export function tokenSetFor(found: ThawedSession, wanted: AccessTokenRequest, now: NumericDate): Result<TokenSet> {
  if (found.status === 'absent') return refusalOf('effect_failed', 'not_logged_in', 'log_in_again', OVER);
  if (found.status !== 'present') return refusalOf('effect_failed', 'session_unreadable', 'log_in_again', OVER);
  const { tokenSets } = found.session;
  const name = tokenSetName(wanted);
  const tokenSet = Object.hasOwn(tokenSets, name) ? tokenSets[name] : undefined;
  if (!tokenSet) return refusalOf('effect_failed', 'token_set_missing', 'log_in_again');
  return isFresh(tokenSet, now) ? ok(tokenSet) : refusalOf('effect_failed', 'session_expired', 'log_in_again', OVER);
}
