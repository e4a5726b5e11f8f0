/**
 * The login, from the authorization request to the first session, as a state machine.
 *
 *     startLogin -> awaiting_challenge -> awaiting_callback -> awaiting_receipt -> awaiting_tokens
 *                -> awaiting_keys -> awaiting_signature -> awaiting_hash -> logged_in
 *
 * Any of them may end in `failed`. Only the transaction is ever written down; states that hold unchecked tokens stay in
 * memory. `login-flow.table.ts` lists every step.
 */
import { authorizationUrl, createTransaction } from './authorization-request.ts';
import { isOurCallback, parametersOf, readOurCallback } from './authorization-response.ts';
import { encodeBase64url } from './base64url.ts';
import type { ClientSettings, LoginSettings } from './client-settings.ts';
import type { Answer, Step } from './effect.ts';
import { ok, refusalOf, untrusted } from './failure.ts';
import { acceptIdToken, type SessionIdToken } from './id-token.ts';
import type { LoginOptions } from './login-options.ts';
import type {
  AwaitingCallback,
  AwaitingChallenge,
  AwaitingHash,
  AwaitingReceipt,
  AwaitingSignature,
  AwaitingTokens,
  LoginState,
} from './login-state.ts';
import { endedBy, failed, notSpendable, step } from './login-step.ts';
import { createSession } from './session.ts';
import { codeExchangeRequest } from './token-request.ts';
import { readCodeExchangeResponse } from './token-response.ts';
import type { ThawedTransaction } from './transaction.ts';
import type { CodeChallenge, NumericDate } from './values.ts';

/**
 * Begins one login. Its options are looked at when the challenge is there; nothing is saved or opened before that.
 *
 * @param entropy `ENTROPY_LENGTH` octets straight from a cryptographic random source, used once
 * @param now seconds since 1970-01-01T00:00:00Z
 * @returns `awaiting_challenge`, or `failed` with what `createTransaction` refuses
 * @see RFC 6749, section 4.1.1; RFC 7636, section 4.3; OpenID Connect Core, section 3.1.2.1
 */
export function startLogin(
  settings: LoginSettings,
  options: LoginOptions,
  entropy: Uint8Array,
  now: NumericDate,
): Step<LoginState> {
  const created = createTransaction(settings, options, entropy, now);
  if (!created.ok) return failed(created);
  const transaction = created.value;
  return step(
    { status: 'awaiting_challenge', transaction, options },
    { type: 'digest', algorithm: 'SHA-256', ascii: transaction.codeVerifier },
  );
}

/**
 * Continues the login that was found in the store: after a full-page redirect, or after the app was killed.
 *
 * @returns `awaiting_callback`, or `failed` with `transaction_consumed` (and its receipt) or `unknown_transaction`
 * @see RFC 6749, section 10.12
 */
export function resumeLogin(thawed: ThawedTransaction, callbackUrl: string): LoginState {
  if (thawed.status === 'present') return { status: 'awaiting_callback', transaction: thawed.transaction };
  // The same state at another address is no second delivery of the callback that was answered.
  const again = thawed.status === 'spent' && isOurCallback(thawed.receipt, callbackUrl);
  return notSpendable(again ? thawed.receipt : undefined).state;
}

/**
 * Takes the answer to the last effect and says what to do next. State first, answer second: an answer that a state does
 * not wait for ends the login. It never throws.
 *
 * @returns the next state and its effects; `failed` with any code of the functions that read and validate
 * @see RFC 6749, section 4.1; RFC 9700, section 4.7; OpenID Connect Core, section 3.1.3
 */
export function stepLogin(settings: ClientSettings, state: LoginState, answer: Answer): Step<LoginState> {
  switch (state.status) {
    case 'awaiting_challenge':
      return whileAwaitingChallenge(state, answer);
    case 'awaiting_callback':
      return whileAwaitingCallback(settings, state, answer);
    case 'awaiting_receipt':
      return whileAwaitingReceipt(settings, state, answer);
    case 'awaiting_tokens':
      return whileAwaitingTokens(settings, state, answer);
    case 'awaiting_keys':
      if (answer.type !== 'keys_received') return endedBy(answer);
      return answer.keys.ok
        ? tryNextKey({ ...state, status: 'awaiting_signature', keys: answer.keys.value })
        : failed(answer.keys);
    case 'awaiting_signature':
      if (answer.type !== 'signature_checked') return endedBy(answer);
      return answer.valid === true ? believed(state, 'verified') : tryNextKey(state);
    case 'awaiting_hash':
      return answer.type === 'digested' ? loggedIn(state, answer.octets) : endedBy(answer);
    case 'logged_in':
      return answer.type === 'effect_failed' && answer.effect === 'save_session'
        ? step({ ...state, notSaved: refusalOf('effect_failed', answer.code, 'retry').failure })
        : step(state);
    default:
      return step(state);
  }
}

function whileAwaitingChallenge({ transaction, options }: AwaitingChallenge, answer: Answer): Step<LoginState> {
  // A challenge that is none would be left out of the URL.
  if (answer.type !== 'digested' || answer.octets.length !== 32) return endedBy(answer);
  const url = authorizationUrl(options, transaction, encodeBase64url(answer.octets) as CodeChallenge);
  return url.ok
    ? step(
        { status: 'awaiting_callback', transaction },
        { type: 'save_transaction', transaction, expiresAt: transaction.expiresAt },
        { type: 'open_user_agent', url: url.value },
      )
    : failed(url);
}

function whileAwaitingCallback(settings: ClientSettings, state: AwaitingCallback, answer: Answer): Step<LoginState> {
  const { transaction } = state;
  if (answer.type === 'departed' || answer.type === 'dismissed') return step(state);
  if (answer.type !== 'returned') {
    const cancelled = answer.type === 'cancelled' && failed(refusalOf('effect_failed', 'user_cancelled', 'none'));
    return step((cancelled || endedBy(answer)).state, { type: 'forget_transaction', state: transaction.state });
  }
  const parameters = parametersOf(transaction, answer.url);
  // What is not ours neither ends the login nor uses it up: anybody can send a URL.
  if (!parameters.ok) return step({ ...state, refused: parameters.failure });
  const code = readOurCallback(settings, transaction, answer.url, parameters.value, answer.now);
  return step(code.ok ? { status: 'awaiting_receipt', transaction, code: code.value } : failed(code).state, {
    type: 'spend_transaction',
    state: transaction.state,
  });
}

function whileAwaitingReceipt(
  settings: ClientSettings,
  { transaction, code }: AwaitingReceipt,
  answer: Answer,
): Step<LoginState> {
  if (answer.type === 'already_spent' || answer.type === 'unknown') return notSpendable(answer.receipt);
  if (answer.type !== 'spent' || answer.transaction.state !== transaction.state) return endedBy(answer);
  const request = codeExchangeRequest(settings, transaction, code);
  return step(
    { status: 'awaiting_tokens', transaction, code },
    { type: 'send_request', purpose: 'code_exchange', request },
  );
}

function whileAwaitingTokens(
  settings: ClientSettings,
  { transaction, code }: AwaitingTokens,
  answer: Answer,
): Step<LoginState> {
  if (answer.type !== 'response_received') return endedBy(answer);
  const read = readCodeExchangeResponse(settings, transaction, answer.response, answer.now, code);
  if (!read.ok) return failed(read);
  const tokens = read.value;
  const { jwksUri } = transaction.server;
  const { alg, kid } = tokens.idToken?.jwt ?? {};
  return alg && jwksUri
    ? step({ status: 'awaiting_keys', transaction, tokens }, { type: 'get_keys', jwksUri, alg, kid })
    : believed({ transaction, tokens }, 'tls_only');
}

function tryNextKey(state: AwaitingSignature): Step<LoginState> {
  const [key, ...keys] = state.keys;
  const { idToken } = state.tokens;
  if (!key || !idToken) return failed(untrusted('id_token_signature_invalid'));
  const { alg, input, signature } = idToken.jwt;
  return step({ ...state, keys }, { type: 'verify_signature', alg, key, input, signature });
}

/** Nothing is left to check but whether the access token is the one that the ID Token came with. */
function believed(
  { transaction, tokens }: Pick<AwaitingHash, 'transaction' | 'tokens'>,
  signature: SessionIdToken['signature'],
): Step<LoginState> {
  const state: AwaitingHash = { status: 'awaiting_hash', transaction, tokens, signature };
  const hashed = tokens.idToken?.hashed;
  return hashed ? step(state, { type: 'digest', ...hashed }) : loggedIn(state);
}

function loggedIn({ transaction, tokens, signature }: AwaitingHash, digest?: Uint8Array): Step<LoginState> {
  const { idToken, additional } = tokens;
  // One that nobody asked for says who nobody is: no nonce binds it to this login, and nobody need know a key for it.
  const accepted = idToken && transaction.nonce ? acceptIdToken(idToken, signature, digest) : ok(null);
  if (!accepted.ok) return failed(accepted);
  const session = createSession(transaction, tokens, accepted.value);
  return step(
    { status: 'logged_in', session, appState: transaction.appState, additional },
    { type: 'save_session', session, guard: null },
  );
}
