/** The closed list of what can go wrong: one code per check, by whose doing it is. */

export type FailureKind =
  /** The authorization server, or the person, said no. */
  | 'oauth_error'
  /** What was received was refused: it is malformed, or a security check failed. */
  | 'untrusted_response'
  /** The platform could not do what was asked: network, storage, user agent. */
  | 'effect_failed'
  /** The application asked for something impossible. Fix the code or the configuration. */
  | 'misuse';

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
