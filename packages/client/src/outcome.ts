/** End of a login -> what the application sees of it. Nothing in here is or holds a token. */
import {
  type Answer,
  type ClientSettings,
  type Failure,
  type IdTokenClaims,
  type LoginState,
  locate,
  refusalOf,
  type Session,
  withClockOffset,
} from '@proofkey/core';
import { ProofkeyError } from './error.ts';
import type { Performer } from './perform.ts';

/** @typeParam User the claims of a person, or what the schema of the settings makes of them */
export type LoginOutcome<User = IdTokenClaims> =
  | LoggedIn<User>
  /** This page is going away; the callback will arrive at a new one. */
  | { readonly status: 'departed' }
  /** The person seems to have given up. A late callback still completes the login. */
  | { readonly status: 'dismissed' };

export type LoggedIn<User = IdTokenClaims> = {
  readonly status: 'logged_in';
  /** The claims of the ID Token; absent when `openid` was not asked for. */
  readonly user?: User;
  /** Whether its signature was checked, or the server publishes no keys and its TLS alone vouches for it. */
  readonly signature?: 'verified' | 'tls_only';
  /** What was granted, which may be less than what was asked for. */
  readonly scope: readonly string[];
  /** What the application gave to `login`. */
  readonly appState?: unknown;
  /** Why the session will be gone when this process is. The person is logged in all the same. */
  readonly notSaved?: Failure;
};

export type Beside = { readonly appState?: unknown; readonly notSaved?: Failure };

/** The session itself is not kept here, so that changing what an application got changes nothing. */
export const loggedIn = (
  { idToken, grant }: Session,
  { appState, notSaved }: Beside,
  user: unknown,
): LoggedIn<unknown> => ({
  status: 'logged_in',
  scope: [...grant.scope],
  ...(idToken && { user, signature: idToken.signature }),
  ...(appState !== undefined && { appState }),
  ...(notSaved && { notSaved }),
});

/**
 * @param last the answer that the machine got last; tells the two ways apart in which a login can stay open
 * @param performer knows what a port threw, and where the last request went
 */
export function outcomeOf(
  settings: ClientSettings,
  state: LoginState,
  last: Answer | undefined,
  performer: Pick<Performer, 'cause' | 'at' | 'clockOffset'>,
): Exclude<LoginOutcome, LoggedIn> {
  switch (state.status) {
    case 'failed': {
      const failure = withClockOffset(state.failure, performer.clockOffset(), settings);
      throw new ProofkeyError(locate(failure, { at: performer.at() }), performer.cause());
    }
    case 'awaiting_callback':
      if (state.refused) throw new ProofkeyError(state.refused);
      return { status: last?.type === 'departed' ? 'departed' : 'dismissed' };
    default:
      throw new ProofkeyError(refusalOf('misuse', 'answer_not_expected', 'report').failure);
  }
}
