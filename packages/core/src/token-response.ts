/** Token response -> tokens. RFC 6749, sections 5.1, 5.2 and 6; OpenID Connect Core, sections 3.1.3.3 and 12.2. */
import type { ClientSettings } from './client-settings.ts';
import { type Failure, ok, type Refusal, type Result, untrusted } from './failure.ts';
import type { HttpResponse } from './http.ts';
import { type ValidatedIdToken, validateIdToken } from './id-token.ts';
import { parseJson, readJsonBody, shallow } from './json.ts';
import { httpFailureOf, recoveryOf, refusedByServer, type Secrets, withoutRetry } from './oauth-error.ts';
import type { Session } from './session.ts';
import type { Transaction } from './transaction.ts';
import type { AccessToken, AuthorizationCode, NumericDate, RefreshToken } from './values.ts';
import { readErrorResponse, readTokenResponseBody } from './wire.ts';

/** What a token endpoint gave, checked. The signature of the ID Token is still to be verified. */
export type Tokens = {
  readonly accessToken: AccessToken;
  readonly tokenType: 'Bearer';
  /** Counted from the receipt; null when the server does not say: good until an API refuses it. */
  readonly expiresAt: NumericDate | null;
  /** What was granted, which may be less than what was asked for. */
  readonly scope: readonly string[];
  readonly refreshToken: RefreshToken | null;
  readonly idToken: ValidatedIdToken | null;
  /** Members that no standard names. */
  readonly additional: Readonly<Record<string, unknown>>;
};

/** One answer of a token endpoint before its ID Token is looked at. */
export type TokenAnswer = Omit<Tokens, 'idToken'> & { readonly idToken: string | undefined };

/**
 * Reads an answer of the token endpoint, of any grant.
 *
 * @param requestedScope what was asked for, which an answer without `scope` grants
 * @param secrets values of this login that must not come back in a failure
 * @param now the moment of receipt, in seconds since 1970-01-01T00:00:00Z
 * @returns the tokens, or `token_request_refused`, `http_error`, `malformed_token_response`, `unsupported_token_type`,
 *   `unexpected_redirect`, `response_too_large`
 * @see RFC 6749, sections 5.1 and 5.2
 */
export function readTokenResponse(
  response: HttpResponse,
  requestedScope: readonly string[],
  secrets: Secrets,
  now: NumericDate,
): Result<TokenAnswer> {
  const body = readJsonBody(response, 'malformed_token_response');
  if (!body.ok) return body.failure.code === 'http_error' ? readErrorBody(response, secrets) : body;
  const read = readTokenResponseBody(body.value);
  if (!read.ok) return untrusted('malformed_token_response');
  const { access_token, token_type, expires_in, refresh_token, scope, id_token, ...additional } = read.value;
  if (token_type.toLowerCase() !== 'bearer') return untrusted('unsupported_token_type', 'fix_configuration');
  return ok({
    accessToken: access_token as AccessToken,
    tokenType: 'Bearer',
    // Digits in a string are seen in the field; a fraction is cut off.
    expiresAt: expires_in === undefined ? null : ((now + Math.floor(Number(expires_in))) as NumericDate),
    scope: scope?.split(' ').filter(Boolean) ?? requestedScope,
    refreshToken: (refresh_token as RefreshToken | undefined) ?? null,
    idToken: id_token,
    additional,
  });
}

/**
 * Reads the answer to `codeExchangeRequest`.
 *
 * @param code that was sent, so that a server cannot bring it back in a failure
 * @returns the tokens, or what {@link readTokenResponse} refuses, `id_token_missing`, or what `validateIdToken` refuses
 * @see OpenID Connect Core, section 3.1.3.3
 */
export function readCodeExchangeResponse(
  settings: ClientSettings,
  transaction: Transaction,
  response: HttpResponse,
  now: NumericDate,
  code?: AuthorizationCode,
): Result<Tokens> {
  const { state, nonce, codeVerifier, scope } = transaction;
  const answer = readTokenResponse(response, scope, [state, nonce, codeVerifier, code], now);
  if (!answer.ok) return spentCode(answer);
  const { idToken, accessToken } = answer.value;
  if (!idToken) return nonce ? untrusted('id_token_missing', 'fix_configuration') : withIdToken(answer.value);
  return withIdToken(
    answer.value,
    validateIdToken(
      settings,
      { ...transaction.expects, ...transaction.server, original: undefined, nonce, accessToken },
      idToken,
      now,
    ),
  );
}

/**
 * Reads the answer to `refreshRequest`. Without a new refresh token the old one stays good; an ID Token must be about
 * the same login.
 *
 * @param requestedScope of this refresh; all that was granted when it asked for nothing narrower
 * @returns the tokens, or what {@link readTokenResponse} or `validateIdToken` refuses; `sessionSurvives` is false when
 *   the refresh token is no longer good
 * @see RFC 6749, section 6; OpenID Connect Core, section 12.2
 */
export function readRefreshResponse(
  settings: ClientSettings,
  session: Session,
  response: HttpResponse,
  now: NumericDate,
  requestedScope: readonly string[] = session.grant.scope,
): Result<Tokens> {
  const { refreshToken } = session.grant;
  const answer = readTokenResponse(response, requestedScope, [refreshToken], now);
  if (!answer.ok) return endsSession(answer.failure) ? ended(answer.failure) : answer;
  const kept = { ...answer.value, refreshToken: answer.value.refreshToken ?? refreshToken };
  // A session without a person gets none by a refresh.
  if (!kept.idToken || !session.idToken) return withIdToken(kept);
  const expected = { original: session.idToken.claims, issuer: session.issuer, accessToken: kept.accessToken };
  const idToken = validateIdToken(settings, expected, kept.idToken, now);
  return !idToken.ok && idToken.failure.code === 'id_token_sub_invalid'
    ? ended(idToken.failure)
    : withIdToken(kept, idToken);
}

const withIdToken = (answer: TokenAnswer, idToken: Result<ValidatedIdToken | null> = ok(null)): Result<Tokens> =>
  idToken.ok ? ok({ ...answer, idToken: idToken.value }) : idToken;

/** The code is good for one request: whatever may be tried again is a new login. */
const spentCode = ({ failure }: Refusal): Refusal => ({
  ok: false,
  failure: { ...failure, recovery: withoutRetry(failure.recovery) },
});

/** A vendor answers 403 `access_denied` for a refresh token that it does not know. */
const endsSession = ({ oauth, http }: Failure): boolean =>
  oauth?.error === 'invalid_grant' || (oauth?.error === 'access_denied' && http?.status === 403);

const ended = (failure: Failure): Refusal => ({
  ok: false,
  failure: { ...failure, sessionSurvives: false, recovery: 'log_in_again' },
});

/** An answer of 400 and above: the server's own words where it has some, whatever their media type. */
function readErrorBody(response: HttpResponse, secrets: Secrets): Refusal {
  const http = httpFailureOf(response, secrets);
  const said = readErrorResponse(parseJson(shallow(response.body)));
  return said.ok
    ? refusedByServer('token_request_refused', said.value, secrets, http)
    : untrusted('http_error', recoveryOf('', response.status), { http });
}
