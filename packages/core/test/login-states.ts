/** A login in each of its states, driven there by the answers of a platform and a server that do as they should. */
import {
  type Answer,
  type Effect,
  type HttpResponse,
  type JsonWebKey,
  type LoginOptions,
  type LoginState,
  type ServerMetadata,
  startLogin,
  stepLogin,
  type Transaction,
} from '../src/index.ts';
import { CODE, entropyOf, jsonResponse, NOW, optionsOf, REDIRECT_URI, settingsOf } from './support/login.ts';
import { type Claims, claimsOf, unsigned } from './support/signing.ts';

export const ACCESS_TOKEN = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y';
export const REFRESH_TOKEN = 'v1.Mr5uJGvLZKcJBqz0hK5vTQwPkzVdfGhB7yXnE2aSs4';
export const KEY: JsonWebKey = { kty: 'RSA', n: 'bW9kdWx1cw', e: 'AQAB' };

export type At<S extends LoginState['status']> = Extract<LoginState, { readonly status: S }>;
/** What a login differs in from the usual one. */
export type Kind = { readonly options?: Partial<LoginOptions>; readonly server?: Partial<ServerMetadata> };
type Stepped = { readonly state: LoginState; readonly effects: readonly Effect[] };

/** The state, if it is the one that the test needs. */
export function at<S extends LoginState['status']>(status: S, { state }: { readonly state: LoginState }): At<S> {
  if (state.status !== status) throw new Error(`the login is ${JSON.stringify(state)}, not ${status}`);
  return state as At<S>;
}

export const settings = settingsOf();
export const give = (state: LoginState, answer: Answer): Stepped => stepLogin(settings, state, answer);
export const responded = (response: HttpResponse): Answer => ({ type: 'response_received', response, now: NOW });
export const returned = (url: string): Answer => ({ type: 'returned', url, now: NOW });

export const callbackOf = ({ redirectUri, state }: Transaction, more = `code=${CODE}`): string =>
  `${redirectUri}?${more}&state=${state}`;

/** What a token endpoint says to this transaction; `claims` replaces what its ID Token says. */
export const tokensFor = ({ nonce }: Transaction, claims: Claims = {}, more: Claims = {}): HttpResponse =>
  jsonResponse({
    access_token: ACCESS_TOKEN,
    refresh_token: REFRESH_TOKEN,
    token_type: 'Bearer',
    expires_in: 3600,
    ...(nonce && { id_token: unsigned(claimsOf({ nonce, ...claims })) }),
    ...more,
  });

export const keySet = (...keys: readonly JsonWebKey[]): Answer => responded(jsonResponse({ keys }));

export function atCallback({ options, server }: Kind = {}, seed = 0): At<'awaiting_callback'> {
  const started = startLogin(settingsOf({}, server), optionsOf(options), entropyOf(seed), NOW);
  return at('awaiting_callback', started);
}

export function atReceipt(kind: Kind = {}): At<'awaiting_receipt'> {
  const state = atCallback(kind);
  return at('awaiting_receipt', give(state, returned(callbackOf(state.transaction))));
}

export function atTokens(kind: Kind = {}): At<'awaiting_tokens'> {
  const state = atReceipt(kind);
  return at('awaiting_tokens', give(state, { type: 'spent', transaction: state.transaction }));
}

export function atKeys(kind: Kind = {}, claims: Claims = {}): At<'awaiting_keys'> {
  const state = atTokens(kind);
  return at('awaiting_keys', give(state, responded(tokensFor(state.transaction, claims))));
}

export const atSignature = (...keys: readonly JsonWebKey[]): At<'awaiting_signature'> =>
  at('awaiting_signature', give(atKeys(), keySet(...keys)));

export const atEnd = (): At<'logged_in'> =>
  at('logged_in', give(atSignature(KEY), { type: 'signature_checked', valid: true }));

export const atFailed = (): At<'failed'> => at('failed', give(atCallback(), { type: 'cancelled' }));

/** One login of every kind that takes a way of its own, by the state that it is in. */
export const STATES: { readonly [S in LoginState['status']]: readonly At<S>[] } = {
  awaiting_callback: [
    atCallback(),
    atCallback({ server: { issParameterSupported: true } }),
    atCallback({ options: { responseMode: 'fragment' } }),
    at('awaiting_callback', give(atCallback(), returned(`${REDIRECT_URI}?state=of-somebody-else`))),
  ],
  awaiting_receipt: [atReceipt()],
  awaiting_tokens: [
    atTokens(),
    atTokens({ server: { jwksUri: null } }),
    atTokens({ options: { scope: ['contacts'] } }),
  ],
  awaiting_keys: [atKeys()],
  awaiting_signature: [atSignature(KEY), atSignature(KEY, { ...KEY, n: 'b3RoZXI' })],
  logged_in: [atEnd()],
  failed: [atFailed()],
};

/** Every effect that a login may ask for. */
export const EFFECTS: readonly Effect['type'][] = [
  'save_transaction',
  'spend_transaction',
  'forget_transaction',
  'open_user_agent',
  'send_request',
  'verify_signature',
  'save_session',
];
