/**
 * What the core asks the platform to do, and what the platform answers. Plain data.
 *
 * Carry out the effects of a step in their order, each finished before the next begins. Only the last effect of a step
 * brings an answer; an effect that cannot be carried out ends the step with `effect_failed` at once. The order is part
 * of the protocol: a transaction is saved before the user agent leaves, and spent before its code is sent.
 */
import type { EffectFailedCode, Result } from './failure.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import type { Session, SessionGuard } from './session.ts';
import type { Transaction, TransactionReceipt } from './transaction.ts';
import type { NumericDate, State } from './values.ts';
import type { JsonWebKey } from './wire.ts';

export type Effect =
  /** Write the transaction under its `state`. Nothing is opened before that has succeeded. */
  | { readonly type: 'save_transaction'; readonly transaction: Transaction; readonly expiresAt: NumericDate }
  /** Replace the transaction by its receipt, atomically, so that only one caller gets it. Answer: {@link Spent}. */
  | { readonly type: 'spend_transaction'; readonly state: State }
  /** Remove the transaction: the login is certainly over. */
  | { readonly type: 'forget_transaction'; readonly state: State }
  /** Show this URL to the person. Answer: {@link UserAgentAnswer}. */
  | { readonly type: 'open_user_agent'; readonly url: string }
  /** Hash this ASCII text. Answer: `digested`. */
  | { readonly type: 'digest'; readonly algorithm: DigestAlgorithm; readonly ascii: string }
  /** Send this, once. Answer: `response_received`. */
  | { readonly type: 'send_request'; readonly purpose: Purpose; readonly request: HttpRequest }
  /** Find the keys that may have signed: `findKeys` says when to fetch them. Answer: `keys_received`. */
  | GetKeys
  /** Check this signature. Answer: `signature_checked`. */
  | VerifySignature
  /** Write the session, unless the guard says that the stored one is newer. */
  | { readonly type: 'save_session'; readonly session: Session; readonly guard: SessionGuard };

export type Purpose = 'code_exchange' | 'metadata';

export type DigestAlgorithm = 'SHA-256' | 'SHA-384' | 'SHA-512';

export type GetKeys = {
  readonly type: 'get_keys';
  readonly jwksUri: string;
  readonly alg: string;
  readonly kid: string | undefined;
};

export type VerifySignature = {
  readonly type: 'verify_signature';
  /** RFC 7518, section 3.1; RFC 8037, section 3.1. Always asymmetric. */
  readonly alg: string;
  readonly key: JsonWebKey;
  /** The ASCII octets that were signed. */
  readonly input: string;
  readonly signature: Uint8Array;
};

export type Answer =
  | UserAgentAnswer
  | Spent
  | { readonly type: 'digested'; readonly octets: Uint8Array }
  | { readonly type: 'response_received'; readonly response: HttpResponse; readonly now: NumericDate }
  | { readonly type: 'keys_received'; readonly keys: Result<readonly JsonWebKey[]> }
  | { readonly type: 'signature_checked'; readonly valid: boolean }
  | EffectFailed;

export type UserAgentAnswer =
  /** The person came back; this is the callback URL. */
  | { readonly type: 'returned'; readonly url: string; readonly now: NumericDate }
  /** This page is going away; the callback will arrive at a new one. */
  | { readonly type: 'departed' }
  /** The platform is certain that the person gave up. */
  | { readonly type: 'cancelled' }
  /** It looks as if the person gave up. A late callback still completes the login. */
  | { readonly type: 'dismissed' };

export type Spent =
  | { readonly type: 'spent'; readonly transaction: Transaction }
  | { readonly type: 'already_spent'; readonly receipt: TransactionReceipt }
  | { readonly type: 'unknown'; readonly receipt?: undefined };

export type EffectFailed = {
  readonly type: 'effect_failed';
  readonly effect: Effect['type'];
  /** For a request: may the server have seen it? */
  readonly sent?: 'no' | 'maybe';
  readonly code: EffectFailedCode;
};

export type Step<S> = { readonly state: S; readonly effects: readonly Effect[] };
