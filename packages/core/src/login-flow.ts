/**
 * The login, from the authorization request to the first session, as a state machine.
 *
 *     startLogin -> awaiting_callback -> awaiting_receipt -> awaiting_tokens
 *                -> awaiting_keys -> awaiting_signature -> logged_in
 *
 * Any of them may end in `failed`. Only the transaction is ever written down; states that hold unchecked tokens stay in
 * memory. `login-flow.table.ts` lists every step.
 */
import { authorizationUrl, createTransaction } from './authorization-request.ts';
import { isOurCallback, readAuthorizationResponse } from './authorization-response.ts';
import type { ClientSettings, LoginSettings } from './client-settings.ts';
import type { Answer, Effect, Step } from './effect.ts';
import { misuse, type Refusal, refusalOf, untrusted } from './failure.ts';
import { readKeySet, selectKeys } from './key-set.ts';
import type { LoginOptions } from './login-options.ts';
import type {
  AwaitingCallback,
  AwaitingReceipt,
  AwaitingSignature,
  AwaitingTokens,
  LoginState,
} from './login-state.ts';
import { createSession, type SessionIdToken } from './session.ts';
import { codeExchangeRequest } from './token-request.ts';
import { readCodeExchangeResponse, type Tokens } from './token-response.ts';
import type { ThawedTransaction, Transaction, TransactionReceipt } from './transaction.ts';
import type { NumericDate } from './values.ts';
import { buildGetKeySet } from './wire.ts';

/**
 * Begins one login. The transaction is saved before the user agent leaves.
 *
 * @param entropy `ENTROPY_LENGTH` octets straight from a cryptographic random source, used once
 * @param now seconds since 1970-01-01T00:00:00Z
 * @returns `awaiting_callback`, or `failed` with what `createTransaction` or `authorizationUrl` refuses
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
  const url = authorizationUrl(settings, options, transaction);
  return url.ok
    ? step(
        { status: 'awaiting_callback', transaction },
        { type: 'save_transaction', transaction, expiresAt: transaction.expiresAt },
        { type: 'open_user_agent', url: url.value },
      )
    : failed(url);
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
    case 'awaiting_callback':
      return whileAwaitingCallback(settings, state, answer);
    case 'awaiting_receipt':
      return whileAwaitingReceipt(settings, state, answer);
    case 'awaiting_tokens':
      return whileAwaitingTokens(settings, state, answer);
    case 'awaiting_keys':
      return whileAwaitingKeys(state.transaction, state.tokens, answer);
    case 'awaiting_signature':
      return answer.type !== 'signature_checked'
        ? endedBy(answer)
        : answer.valid === true
          ? loggedIn(state.transaction, state.tokens, 'verified')
          : tryNextKey(state);
    case 'logged_in': {
      const lost = answer.type === 'effect_failed' && answer.effect === 'save_session';
      return step(lost ? { ...state, notSaved: refusalOf('effect_failed', answer.code, 'retry').failure } : state);
    }
    default:
      return step(state);
  }
}

function whileAwaitingCallback(settings: ClientSettings, state: AwaitingCallback, answer: Answer): Step<LoginState> {
  const { transaction } = state;
  if (answer.type === 'departed' || answer.type === 'dismissed') return step(state);
  if (answer.type !== 'returned') {
    const forget: Effect = { type: 'forget_transaction', state: transaction.state };
    const cancelled = answer.type === 'cancelled' && refusalOf('effect_failed', 'user_cancelled', 'none');
    return step(cancelled ? failed(cancelled).state : endedBy(answer).state, forget);
  }
  const code = readAuthorizationResponse(settings, transaction, answer.url, answer.now);
  // What is not ours neither ends the login nor uses it up: anybody can send a URL.
  if (!isOurCallback(transaction, answer.url)) return step(code.ok ? state : { ...state, refused: code.failure });
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
  if (answer.type === 'already_spent' || answer.type === 'unknown') {
    return notSpendable(answer.type === 'unknown' ? undefined : answer.receipt);
  }
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
  if (tokens.idToken && jwksUri) {
    const request = buildGetKeySet(jwksUri);
    return step(
      { status: 'awaiting_keys', transaction, tokens },
      { type: 'send_request', purpose: 'key_set', request },
    );
  }
  // Without keys nobody checks a hash that is not SHA-256, and nothing unchecked is believed.
  return tokens.idToken?.accessTokenHash
    ? failed(untrusted('id_token_at_hash_invalid', 'fix_configuration'))
    : loggedIn(transaction, tokens, 'tls_only');
}

function whileAwaitingKeys(transaction: Transaction, tokens: Tokens, answer: Answer): Step<LoginState> {
  if (answer.type === 'effect_failed') return failed(refusalOf('effect_failed', 'key_set_unavailable', 'log_in_again'));
  if (answer.type !== 'response_received') return endedBy(answer);
  const keySet = readKeySet(answer.response);
  const keys = keySet.ok && tokens.idToken ? selectKeys(keySet.value, tokens.idToken.jwt) : keySet;
  return keys.ok ? tryNextKey({ status: 'awaiting_signature', transaction, tokens, keys: keys.value }) : failed(keys);
}

function tryNextKey(state: AwaitingSignature): Step<LoginState> {
  const [key, ...keys] = state.keys;
  const { idToken } = state.tokens;
  if (!key || !idToken) return failed(untrusted('id_token_signature_invalid'));
  const { accessTokenHash, jwt } = idToken;
  const { alg, input, signature } = jwt;
  return step({ ...state, keys }, { type: 'verify_signature', alg, key, input, signature, accessTokenHash });
}

function loggedIn(transaction: Transaction, tokens: Tokens, signature: SessionIdToken['signature']): Step<LoginState> {
  const session = createSession(transaction, tokens, signature);
  const { additional } = tokens;
  return step(
    { status: 'logged_in', session, appState: transaction.appState, additional },
    { type: 'save_session', session, guard: null },
  );
}

const step = (state: LoginState, ...effects: Effect[]): Step<LoginState> => ({ state, effects });

const failed = ({ failure }: Refusal, receipt?: TransactionReceipt): Step<LoginState> =>
  step({ status: 'failed', failure, receipt });

const notSpendable = (receipt: TransactionReceipt | undefined): Step<LoginState> =>
  failed(untrusted(receipt ? 'transaction_consumed' : 'unknown_transaction', 'log_in_again'), receipt);

/** The code is good for one request, so that trying again means logging in again. */
const endedBy = (answer: Answer): Step<LoginState> =>
  answer.type === 'effect_failed'
    ? failed(refusalOf('effect_failed', answer.code, 'log_in_again'))
    : failed(misuse('answer_not_expected', 'report'));
