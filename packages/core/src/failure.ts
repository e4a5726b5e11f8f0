/** Everything that can go wrong, as data. A closed list, one code per check. RFC 6749, sections 4.1.2.1 and 5.2. */

/**
 * What went wrong. Never carries a token, a code, a verifier, a nonce or a state.
 *
 * `kind` says whose doing it is, `recovery` what the application should do next, and `code` is the one stable name to
 * branch on. The long texts are in `@proofkey/core/explain`.
 */
export type Failure = {
  readonly kind: FailureKind;
  readonly code: FailureCode;
  readonly recovery: Recovery;
  /** False when the person has to log in again before anything else works. */
  readonly sessionSurvives: boolean;
  /** One short sentence and a link. */
  readonly message: string;
  /** What the authorization server said, when `kind` is `oauth_error`. Untrusted text: never render it as HTML. */
  readonly oauth?: OAuthError;
  /** How the endpoint answered, when the answer was no success. */
  readonly http?: HttpFailure | undefined;
  /** Where: the setting that is wrong, or the address of the endpoint, without its query. */
  readonly at?: string | undefined;
  /** The platform's own name for the reason, such as `ECONNREFUSED`. */
  readonly system?: string | undefined;
  /** Seconds that the server's clock is ahead of this device's, when a time was refused; negative when it is behind. */
  readonly clockOffset?: number | undefined;
  /** What a login has to ask for, so that an API gives what it refused. `login({ stepUp: failure })` takes it. */
  readonly stepUp?: StepUp | undefined;
};

/** RFC 9470, section 4; RFC 6750, section 3. */
export type StepUp = {
  readonly acrValues?: readonly string[];
  /** Seconds since the person last authenticated, at most. */
  readonly maxAge?: number;
  readonly scope?: readonly string[];
};

type More = Partial<Pick<Failure, 'oauth' | 'http' | 'sessionSurvives' | 'clockOffset' | 'stepUp'>>;

export type OAuthError = {
  readonly error: string;
  readonly error_description?: string | undefined;
  readonly error_uri?: string | undefined;
  /** Further members, such as `mfa_token`. Not enumerable, so that printing a failure does not print them. */
  readonly additional?: Readonly<Record<string, unknown>>;
};

export type HttpFailure = {
  readonly status: number;
  /** What the server says about asking again, unread: see `retryAtOf`. */
  readonly retryAfter?: string | undefined;
  /** The first authentication scheme of `WWW-Authenticate`. */
  readonly challenge?: string | undefined;
};

export type FailureKind =
  /** The authorization server, or the person, said no. */
  | 'oauth_error'
  /** What was received was refused: it is malformed, or a security check failed. */
  | 'untrusted_response'
  /** The platform could not do what was asked: network, storage, user agent. */
  | 'effect_failed'
  /** The application asked for something impossible. Fix the code or the configuration. */
  | 'misuse';

export type Recovery = 'log_in_again' | 'retry' | 'wait_online' | 'fix_configuration' | 'report' | 'none';

/** What an ID Token can be refused for. */
export type IdTokenMember =
  | 'alg'
  | 'typ'
  | 'crit'
  | 'iss'
  | 'sub'
  | 'aud'
  | 'exp'
  | 'iat'
  | 'nbf'
  | 'auth_time'
  | 'nonce'
  | 'azp'
  | 'acr'
  | 'amr'
  | 'at_hash'
  | 'sid'
  | 'org_id'
  | 'org_name'
  | 'events';

/** Every code, by whose doing it is. Types only: `explain.ts` and `docs/failures.md` are checked against it. */
export type FailureCodes = {
  readonly oauth_error:
    | 'authorization_refused'
    | 'token_request_refused'
    | 'revocation_refused'
    | 'invalid_token'
    | 'insufficient_scope'
    | 'insufficient_user_authentication';
  readonly untrusted_response:
    | 'callback_too_large'
    | 'redirect_uri_mismatch'
    | 'malformed_parameter'
    | 'duplicate_parameter'
    | 'unexpected_parameter'
    | 'state_missing'
    | 'state_mismatch'
    | 'issuer_missing'
    | 'issuer_mismatch'
    | 'code_missing'
    | 'unknown_transaction'
    | 'transaction_expired'
    | 'transaction_consumed'
    | 'unexpected_redirect'
    | 'response_too_large'
    | 'malformed_token_response'
    | 'unsupported_token_type'
    | 'http_error'
    | 'id_token_missing'
    | 'id_token_too_large'
    | 'id_token_malformed'
    | 'id_token_encrypted'
    | 'id_token_expired'
    | 'id_token_key_not_found'
    | 'id_token_signature_invalid'
    | `id_token_${IdTokenMember}_invalid`
    | 'malformed_key_set'
    | 'malformed_metadata_response'
    | 'malformed_userinfo_response'
    | 'userinfo_sub_missing'
    | 'userinfo_sub_mismatch'
    | 'userinfo_jwt_unexpected'
    | 'metadata_not_found'
    | 'invalid_metadata'
    | 'insecure_endpoint'
    | 'pkce_not_supported'
    | 'pushed_authorization_request_required'
    | 'claims_refused';
  readonly effect_failed:
    | 'insufficient_entropy'
    | 'storage_read_failed'
    | 'storage_write_failed'
    | 'user_agent_failed'
    | 'user_cancelled'
    | 'redirect_timeout'
    | 'loopback_port_unavailable'
    | 'network_error'
    | 'key_set_unavailable'
    | 'digest_failed'
    | 'signature_check_failed'
    | 'not_logged_in'
    | 'session_expired'
    | 'session_unreadable'
    | 'token_set_missing';
  readonly misuse:
    | 'invalid_settings'
    | 'endpoint_missing'
    | 'api_not_listed'
    | 'invalid_issuer'
    | 'invalid_redirect_uri'
    | 'redirect_uri_shared'
    | 'invalid_scope'
    | 'invalid_resource'
    | 'invalid_parameter'
    | 'reserved_parameter'
    | 'invalid_code_verifier'
    | 'answer_not_expected';
};

export type FailureCode = FailureCodes[FailureKind];
export type EffectFailedCode = FailureCodes['effect_failed'];
export type UntrustedCode = FailureCodes['untrusted_response'];

export type Refusal = { readonly ok: false; readonly failure: Failure };
export type Result<T> = { readonly ok: true; readonly value: T } | Refusal;

const LINK = 'https://github.com/proofkey/proofkey/blob/main/docs/failures.md#';

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** Makes a refusal. Its sentence is made of the code, so that production bundles carry no texts. */
export function refusalOf<K extends FailureKind>(
  kind: K,
  code: FailureCodes[K],
  recovery: Recovery,
  more?: More,
): Refusal {
  const said = more?.oauth;
  const sentence = said ? `The authorization server answered "${said.error}"` : code.replace(/_/g, ' ');
  const message = `${sentence}. See ${LINK}${code}`;
  return { ok: false, failure: { kind, code, recovery, sessionSurvives: true, message, ...more } };
}

/** The same failure, and where it was or what the platform calls it. */
export function locate(failure: Failure, { at, system }: Pick<Failure, 'at' | 'system'>): Failure {
  const more = { ...failure, ...(at !== undefined && { at }), ...(system !== undefined && { system }) };
  const end = `. See ${LINK}${failure.code}`;
  return { ...more, message: failure.message.replace(placeOf(failure) + end, () => placeOf(more) + end) };
}

/** In brackets, after the sentence that says what happened. */
export function placeOf({ at, system }: Pick<Failure, 'at' | 'system'>): string {
  const place = [at, system].filter(Boolean).join(', ');
  return place && ` (${place})`;
}

export const untrusted = (code: UntrustedCode, recovery: Recovery = 'report'): Refusal =>
  refusalOf('untrusted_response', code, recovery);

export const misuse = (code: FailureCodes['misuse'], recovery: Recovery = 'fix_configuration'): Refusal =>
  refusalOf('misuse', code, recovery);
