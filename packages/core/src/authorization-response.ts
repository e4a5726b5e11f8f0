/** Callback URL -> authorization code. RFC 6749, section 4.1.2; RFC 9207; RFC 9700, section 4. */
import type { ClientSettings } from './client-settings.ts';
import { ok, type Result, untrusted } from './failure.ts';
import { namesOf, rawPairs, readParameters } from './form-urlencoded.ts';
import { CALLBACK_LIMIT, MOST_PARAMETERS } from './limits.ts';
import { refusedByServer } from './oauth-error.ts';
import type { Transaction } from './transaction.ts';
import { splitUrl } from './url.ts';
import type { AuthorizationCode, NumericDate, State } from './values.ts';
import { readAuthorizationResponseParameters, readErrorResponse } from './wire.ts';

/** Which transaction a callback URL may belong to, so that it can be looked up before anything is checked. */
export function stateOfCallback(callbackUrl: string): State | undefined {
  if (callbackUrl.length > CALLBACK_LIMIT) return undefined;
  const { query, fragment } = splitUrl(callbackUrl);
  const states = [query, fragment].map((text) => {
    const values = readParameters(text, ['state']);
    return typeof values === 'string' ? undefined : values.state;
  });
  // Only what one of ours can look like may become part of a storage key.
  return states.find((state) => /^[\w-]{43}$/.test(state ?? '')) as State | undefined;
}

/** Where a callback may arrive, and under which name. A receipt still says it. */
type Destination = Pick<Transaction, 'redirectUri' | 'responseMode' | 'state'>;

/** Does this callback URL answer this login? A URL that does not must neither end it nor use it up. */
export const isOurCallback = (transaction: Destination, callbackUrl: string): boolean =>
  parametersOf(transaction, callbackUrl).ok;

/**
 * Checks a callback URL against the transaction that it answers. An error is believed only when `state` and `iss` are.
 *
 * @param now seconds since 1970-01-01T00:00:00Z
 * @returns the code, or `callback_too_large`, `redirect_uri_mismatch`, `state_missing`, `state_mismatch`,
 *   `unknown_transaction`, `transaction_expired`, `malformed_parameter`, `duplicate_parameter`, `issuer_missing`,
 *   `issuer_mismatch`, `unexpected_parameter`, `code_missing`, `authorization_refused`
 * @see RFC 6749, sections 4.1.2 and 10.12; RFC 9207, section 2.4
 */
export function readAuthorizationResponse(
  settings: ClientSettings,
  transaction: Transaction,
  callbackUrl: string,
  now: NumericDate,
): Result<AuthorizationCode> {
  const parameters = parametersOf(transaction, callbackUrl);
  return parameters.ok ? readOurCallback(settings, transaction, callbackUrl, parameters.value, now) : parameters;
}

/** The same for a callback URL that answers this login, and the parameters that it brought. */
export function readOurCallback(
  settings: ClientSettings,
  transaction: Transaction,
  callbackUrl: string,
  parameters: Parameters,
  now: NumericDate,
): Result<AuthorizationCode> {
  const { iss, error, error_description, error_uri, code } = parameters;
  if (transaction.clientId !== settings.clientId) return untrusted('unknown_transaction');
  if (!(now <= transaction.expiresAt)) return untrusted('transaction_expired', 'log_in_again');
  if (iss === undefined && transaction.server.issParameterSupported) return untrusted('issuer_missing');
  if (iss !== undefined && iss !== transaction.server.issuer) return untrusted('issuer_mismatch');
  const { query, fragment } = splitUrl(callbackUrl);
  // Tokens never arrive through the front channel, and a JWT response was not asked for. RFC 9700, section 2.1.2.
  if (namesOf(`${query}&${fragment}`).some((name) => /^(access_token|id_token|token|response)$/.test(name)))
    return untrusted('unexpected_parameter');
  if (error === undefined) {
    if (!code) return untrusted('code_missing');
    const read = readAuthorizationResponseParameters(parameters);
    if (read.ok) return ok(read.value.code as AuthorizationCode);
  } else {
    const said = readErrorResponse({ error, error_description, error_uri });
    if (said.ok)
      return refusedByServer('authorization_refused', said.value, [
        transaction.state,
        transaction.nonce,
        transaction.codeVerifier,
        code,
      ]);
  }
  return untrusted('malformed_parameter');
}

export type Parameters = Partial<
  Record<'code' | 'state' | 'iss' | 'error' | 'error_description' | 'error_uri', string>
>;

/** The parameters, if they answer this login; every refusal has the recovery `none`, because the login still waits. */
export function parametersOf(transaction: Destination, callbackUrl: string): Result<Parameters> {
  const expected = splitUrl(transaction.redirectUri);
  const arrived = splitUrl(callbackUrl);
  if (callbackUrl.length > CALLBACK_LIMIT || rawPairs(`${arrived.query}&${arrived.fragment}`).length > MOST_PARAMETERS)
    return untrusted('callback_too_large', 'none');
  const pairs = rawPairs(arrived.query);
  if (
    withPath(arrived.base) !== withPath(expected.base) ||
    !rawPairs(expected.query).every((pair) => pairs.includes(pair))
  ) {
    return untrusted('redirect_uri_mismatch', 'none');
  }
  const values = readParameters(arrived[transaction.responseMode], [
    'code',
    'state',
    'iss',
    'error',
    'error_description',
    'error_uri',
  ]);
  if (typeof values === 'string') return untrusted(values, 'none');
  if (!values.state) return untrusted('state_missing', 'none');
  if (values.state !== transaction.state) return untrusted('state_mismatch', 'none');
  return ok(values);
}

/** User agents report `http://127.0.0.1:51004` with the slash that an empty path stands for. RFC 3986, 6.2.3. */
export const withPath = (base: string): string => base.replace(/^(https?:\/\/[^/]+)$/, '$1/');
