/** Login request -> transaction and authorization URL. RFC 6749, section 4.1.1; RFC 7636, section 4.3. */
import { tokenSetName } from './access-token.ts';
import { encodeBase64url } from './base64url.ts';
import { checkLoginSettings, type LoginSettings } from './client-settings.ts';
import { isSoundEntropy } from './entropy.ts';
import { misuse, ok, type Result, refusalOf } from './failure.ts';
import { TRANSACTION_LIFETIME } from './limits.ts';
import { expectationsOf, type LoginOptions, queryOf } from './login-options.ts';
import { checkRedirectUri } from './redirect-uri.ts';
import type { Transaction } from './transaction.ts';
import type { CodeChallenge, CodeVerifier, LoginId, Nonce, NumericDate, State } from './values.ts';
import { type AuthorizeQuery, buildAuthorize } from './wire.ts';

/**
 * Begins one login: fresh verifier, state and nonce, and all that its end will need.
 *
 * @param entropy `ENTROPY_LENGTH` octets straight from a cryptographic random source, used once
 * @param now seconds since 1970-01-01T00:00:00Z
 * @returns the transaction, or `insufficient_entropy`, `invalid_redirect_uri`, `invalid_parameter`, and what is
 *   wrong with the settings
 * @see RFC 6749, section 10.12; RFC 7636, section 4.1; OpenID Connect Core, section 15.5.2
 */
export function createTransaction(
  settings: LoginSettings,
  options: LoginOptions,
  entropy: Uint8Array,
  now: NumericDate,
): Result<Transaction> {
  const wrong = checkLoginSettings(settings);
  if (wrong) return wrong;
  const redirectUri = checkRedirectUri(options.redirectUri);
  if (!redirectUri.ok) return redirectUri;
  // Whether signatures are checked is never decided by leaving something out.
  const openid = [options.scope].flat().includes('openid');
  if (openid && settings.server.jwksUri === undefined) return misuse('invalid_settings');
  if (!isSoundEntropy(entropy)) return refusalOf('effect_failed', 'insufficient_entropy', 'report');
  // Milliseconds, text and NaN would make a login that never expires.
  if (!(Number.isSafeInteger(now) && now < 1e11)) return misuse('invalid_parameter');
  const text = (start: number, end: number): string => encodeBase64url(entropy.subarray(start, end));
  return ok({
    version: 1,
    clientId: settings.clientId,
    server: settings.server,
    loginId: text(96, 112) as LoginId,
    state: text(32, 64) as State,
    nonce: openid ? (text(64, 96) as Nonce) : undefined,
    codeVerifier: text(0, 32) as CodeVerifier,
    redirectUri: redirectUri.value,
    responseMode: options.responseMode ?? 'query',
    scope: options.scope,
    tokenSet: tokenSetName({ ...options, audience: options.audience ?? options.extra?.['audience'] }),
    expects: expectationsOf(options),
    appState: options.appState,
    startedAt: now,
    expiresAt: (now + TRANSACTION_LIFETIME) as NumericDate,
  });
}

/**
 * Where to send the person. The options are those that the transaction was created with; they are not stored, so that
 * no hint about the person stays behind.
 *
 * @param codeChallenge of the transaction's code verifier, as `codeChallengeFor` makes it
 * @returns the URL, or `invalid_scope`, `invalid_resource`, `invalid_parameter`, `reserved_parameter`
 * @see RFC 6749, section 4.1.1; RFC 7636, section 4.3; OpenID Connect Core, section 3.1.2.1
 */
export function authorizationUrl(
  options: LoginOptions,
  transaction: Transaction,
  codeChallenge: CodeChallenge,
): Result<string> {
  const { authorizationEndpoint } = transaction.server;
  const query = queryOf(authorizationEndpoint, options);
  if (!query.ok) return query;
  const parameters: AuthorizeQuery = {
    ...query.value,
    response_type: 'code',
    client_id: transaction.clientId,
    redirect_uri: transaction.redirectUri,
    state: transaction.state,
    nonce: transaction.nonce,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  };
  const extra = Object.entries({ ...options.extra }).filter(([, value]) => value);
  return ok(buildAuthorize(authorizationEndpoint, { ...parameters, ...Object.fromEntries(extra) }).url);
}
