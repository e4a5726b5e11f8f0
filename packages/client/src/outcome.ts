/** End of a login -> what the application sees of it. Nothing in here is or holds a token. */
import {
  type Answer,
  type Failure,
  type IdTokenClaims,
  type LoginState,
  refusalOf,
  type Session,
} from '@proofkey/core';
import { ProofkeyError } from './error.ts';

export type LoginOutcome =
  | LoggedIn
  /** This page is going away; the callback will arrive at a new one. */
  | { readonly type: 'departed' }
  /** The person seems to have given up. A late callback still completes the login. */
  | { readonly type: 'dismissed' };

export type LoggedIn = {
  readonly type: 'logged_in';
  /** The claims of the ID Token; absent when `openid` was not asked for. */
  readonly user?: IdTokenClaims;
  /** Whether its signature was checked, or the server publishes no keys and its TLS alone vouches for it. */
  readonly signature?: 'verified' | 'tls_only';
  /** What the application gave to `login`. */
  readonly appState?: unknown;
  /** Why the session will be gone when this process is. The person is logged in all the same. */
  readonly notSaved?: Failure;
};

type Beside = { readonly appState?: unknown; readonly notSaved?: Failure };

/** The session itself is not kept here, so that changing what an application got changes nothing. */
export const loggedIn = ({ idToken }: Session, { appState, notSaved }: Beside): LoggedIn => ({
  type: 'logged_in',
  ...(idToken && { user: idToken.claims, signature: idToken.signature }),
  ...(appState !== undefined && { appState }),
  ...(notSaved && { notSaved }),
});

/**
 * @param last the answer that the machine got last; tells the two ways apart in which a login can stay open
 * @param cause what a port threw, if one did
 */
export function outcomeOf(state: LoginState, last: Answer | undefined, cause: unknown): LoginOutcome {
  switch (state.status) {
    case 'logged_in':
      return loggedIn(state.session, state);
    case 'failed':
      throw new ProofkeyError(state.failure, cause);
    case 'awaiting_callback':
      if (state.refused) throw new ProofkeyError(state.refused);
      return { type: last?.type === 'departed' ? 'departed' : 'dismissed' };
    default:
      throw new ProofkeyError(refusalOf('misuse', 'answer_not_expected', 'report').failure);
  }
}
