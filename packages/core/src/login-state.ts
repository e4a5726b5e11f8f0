/** Where a login can be. States are named for what they wait for. */
import type { Failure } from './failure.ts';
import type { SessionIdToken } from './id-token.ts';
import type { LoginOptions } from './login-options.ts';
import type { Session } from './session.ts';
import type { Tokens } from './token-response.ts';
import type { Transaction, TransactionReceipt } from './transaction.ts';
import type { AuthorizationCode } from './values.ts';
import type { JsonWebKey } from './wire.ts';

export type LoginState =
  | AwaitingChallenge
  | AwaitingCallback
  | AwaitingReceipt
  | AwaitingTokens
  | { readonly status: 'awaiting_keys'; readonly transaction: Transaction; readonly tokens: Tokens }
  | AwaitingSignature
  | AwaitingHash
  | LoggedIn
  | LoginFailed;

/** The code challenge is being made. Nothing was saved or opened yet. */
export type AwaitingChallenge = {
  readonly status: 'awaiting_challenge';
  readonly transaction: Transaction;
  readonly options: LoginOptions;
};
export type AwaitingCallback = {
  readonly status: 'awaiting_callback';
  readonly transaction: Transaction;
  /** Why the last URL that arrived was not taken for the callback of this login. The login still waits. */
  readonly refused?: Failure;
};
/** The callback is checked; the code is sent only when this caller alone has spent the transaction. */
export type AwaitingReceipt = {
  readonly status: 'awaiting_receipt';
  readonly transaction: Transaction;
  readonly code: AuthorizationCode;
};
/** The code was sent; it is kept only to keep it out of failures. */
export type AwaitingTokens = {
  readonly status: 'awaiting_tokens';
  readonly transaction: Transaction;
  readonly code: AuthorizationCode;
};
export type AwaitingSignature = {
  readonly status: 'awaiting_signature';
  readonly transaction: Transaction;
  readonly tokens: Tokens;
  /** Keys that may have signed and were not tried yet. */
  readonly keys: readonly JsonWebKey[];
};
/** The signature is decided; `at_hash` is still to be compared with the access token. */
export type AwaitingHash = {
  readonly status: 'awaiting_hash';
  readonly transaction: Transaction;
  readonly tokens: Tokens;
  readonly signature: SessionIdToken['signature'];
};
export type LoggedIn = {
  readonly status: 'logged_in';
  readonly session: Session;
  readonly appState: unknown;
  /** Members of the token response that no standard names. */
  readonly additional: Tokens['additional'];
  /** The session is good, but only in memory. */
  readonly notSaved?: Failure;
};
export type LoginFailed = {
  readonly status: 'failed';
  readonly failure: Failure;
  /** The login was finished before: by another tab, a reload, or a second delivery of the same URL. */
  readonly receipt?: TransactionReceipt | undefined;
};
