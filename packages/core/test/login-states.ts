/** A login in each of its states, driven there by the answers of a platform and a server that do as they should. */
import {
  type Answer,
  type DigestAlgorithm,
  type Effect,
  type HttpResponse,
  type JsonWebKey,
  type LoginOptions,
  type LoginState,
  readKeySet,
  type ServerMetadata,
  selectKeys,
  startLogin,
  stepLogin,
  type Transaction,
} from '../src/index.ts';
import { digestOf } from './support/digest.ts';
import { CODE, entropyOf, jsonResponse, NOW, optionsOf, REDIRECT_URI, settingsOf } from './support/login.ts';
import { type Claims, claimsOf, halfHash, unsigned } from './support/signing.ts';

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

/** What a platform makes of the answer of a server that was asked for its keys. */
export function keysIn(response: HttpResponse, alg = 'RS256'): Answer {
  const read = readKeySet(response);
  return { type: 'keys_received', keys: read.ok ? selectKeys(read.value, { alg }) : read };
}
export const keySet = (...keys: readonly JsonWebKey[]): Answer => keysIn(jsonResponse({ keys }));
export const keySetFor = (alg: string, ...keys: readonly JsonWebKey[]): Answer => keysIn(jsonResponse({ keys }), alg);
export const digested = (ascii: string, algorithm: DigestAlgorithm = 'SHA-256'): Answer => ({
  type: 'digested',
  octets: digestOf(algorithm, ascii),
});

export function atChallenge({ options, server }: Kind = {}, seed = 0): At<'awaiting_challenge'> {
  const first = startLogin(settingsOf({}, server), optionsOf(options), entropyOf(seed), NOW);
  return at('awaiting_challenge', first);
}

export function atCallback(kind: Kind = {}, seed = 0): At<'awaiting_callback'> {
  const state = atChallenge(kind, seed);
  return at('awaiting_callback', give(state, digested(state.transaction.codeVerifier)));
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

/** The ID Token has an `at_hash`, which is right unless the test says another one. */
const atHashedSignature = (at_hash = halfHash(ACCESS_TOKEN)): At<'awaiting_signature'> =>
  at('awaiting_signature', give(atKeys({}, { at_hash }), keySet(KEY)));

export const atHash = (at_hash?: string): At<'awaiting_hash'> =>
  at('awaiting_hash', give(atHashedSignature(at_hash), { type: 'signature_checked', valid: true }));

export const atEnd = (): At<'logged_in'> =>
  at('logged_in', give(atSignature(KEY), { type: 'signature_checked', valid: true }));

export const atFailed = (): At<'failed'> => at('failed', give(atCallback(), { type: 'cancelled' }));

/** One login of every kind that takes a way of its own, by the state that it is in. */
export const STATES: { readonly [S in LoginState['status']]: readonly At<S>[] } = {
  awaiting_challenge: [atChallenge(), atChallenge({ options: { scope: ['a b'] } })],
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
  awaiting_signature: [atSignature(KEY), atSignature(KEY, { ...KEY, n: 'b3RoZXI' }), atHashedSignature()],
  awaiting_hash: [atHash()],
  logged_in: [atEnd()],
  failed: [atFailed()],
};

/** Every effect that a login may ask for. */
export const EFFECTS: readonly Effect['type'][] = [
  'save_transaction',
  'spend_transaction',
  'forget_transaction',
  'open_user_agent',
  'digest',
  'send_request',
  'get_keys',
  'verify_signature',
  'save_session',
];
