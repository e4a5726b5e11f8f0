// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 11ba8c4f7511f800389c2eb12565f3d90658d27325eb1de6ce5f013ca62b734f) by pnpm generate. Do not edit.
import type { Parse, Read, ReadMembers } from '../runtime.ts';
import { either, lenient, list, may, must, nested, read } from '../runtime.ts';
import type {
  AuthorizationErrorResponse,
  AuthorizationResponse,
  CodeExchange,
  DeviceCodePoll,
  ErrorResponse,
  IdTokenClaims,
  JsonWebKey,
  JsonWebKeySet,
  LogoutRequest,
  ProfileClaims,
  Refresh,
  Revocation,
  ServerMetadata,
  TokenResponse,
  UserInfo,
} from './schema.ts';

const parseCodeExchangeGrantType: Parse = (value) => (value === 'authorization_code' ? value : undefined);
const parseNonEmptyString: Parse = (value) => (typeof value === 'string' && value !== '' ? value : undefined);
const codeExchangeCodeVerifierPattern: RegExp = /^[A-Za-z0-9._~-]{43,128}$/u;
const parseCodeExchangeCodeVerifier: Parse = (value) => (typeof value === 'string' && codeExchangeCodeVerifierPattern.test(value) ? value : undefined);
const parseAnyString: Parse = (value) => (typeof value === 'string' ? value : undefined);
const parseListOfAnyString: Parse = (value) => list(value, parseAnyString);
const parseCodeExchangeResource: Parse = (value) => either(value, [parseAnyString, parseListOfAnyString]);
const membersCodeExchange: ReadMembers = (from, to) =>
  must(from, to, 'grant_type', parseCodeExchangeGrantType) ??
  must(from, to, 'client_id', parseNonEmptyString) ??
  must(from, to, 'code', parseNonEmptyString) ??
  must(from, to, 'code_verifier', parseCodeExchangeCodeVerifier) ??
  may(from, to, 'redirect_uri', parseNonEmptyString) ??
  may(from, to, 'resource', parseCodeExchangeResource) ??
  may(from, to, 'client_secret', parseAnyString) ??
  may(from, to, 'client_assertion_type', parseAnyString) ??
  may(from, to, 'client_assertion', parseAnyString);
const parseRefreshGrantType: Parse = (value) => (value === 'refresh_token' ? value : undefined);
const membersRefresh: ReadMembers = (from, to) =>
  must(from, to, 'grant_type', parseRefreshGrantType) ??
  must(from, to, 'client_id', parseNonEmptyString) ??
  must(from, to, 'refresh_token', parseNonEmptyString) ??
  may(from, to, 'scope', parseAnyString) ??
  may(from, to, 'resource', parseCodeExchangeResource) ??
  may(from, to, 'client_secret', parseAnyString) ??
  may(from, to, 'client_assertion_type', parseAnyString) ??
  may(from, to, 'client_assertion', parseAnyString) ??
  may(from, to, 'audience', parseNonEmptyString);
const parseDeviceCodePollGrantType: Parse = (value) => (value === 'urn:ietf:params:oauth:grant-type:device_code' ? value : undefined);
const membersDeviceCodePoll: ReadMembers = (from, to) =>
  must(from, to, 'grant_type', parseDeviceCodePollGrantType) ??
  must(from, to, 'client_id', parseNonEmptyString) ??
  must(from, to, 'device_code', parseNonEmptyString) ??
  may(from, to, 'client_secret', parseAnyString) ??
  may(from, to, 'client_assertion_type', parseAnyString) ??
  may(from, to, 'client_assertion', parseAnyString);
const membersRevocation: ReadMembers = (from, to) =>
  must(from, to, 'client_id', parseNonEmptyString) ??
  must(from, to, 'token', parseNonEmptyString) ??
  may(from, to, 'token_type_hint', parseAnyString) ??
  may(from, to, 'client_secret', parseAnyString) ??
  may(from, to, 'client_assertion_type', parseAnyString) ??
  may(from, to, 'client_assertion', parseAnyString);
const membersLogoutRequest: ReadMembers = (from, to) =>
  may(from, to, 'id_token_hint', parseAnyString) ??
  may(from, to, 'logout_hint', parseAnyString) ??
  may(from, to, 'client_id', parseAnyString) ??
  may(from, to, 'post_logout_redirect_uri', parseAnyString) ??
  may(from, to, 'state', parseAnyString) ??
  may(from, to, 'ui_locales', parseAnyString) ??
  may(from, to, 'federated', parseAnyString);
const authorizationResponseCodePattern: RegExp = /^[\x20-\x7E]+$/u;
const parseAuthorizationResponseCode: Parse = (value) => (typeof value === 'string' && authorizationResponseCodePattern.test(value) ? value : undefined);
const membersAuthorizationResponse: ReadMembers = (from, to) =>
  must(from, to, 'code', parseAuthorizationResponseCode) ??
  must(from, to, 'state', parseAnyString) ??
  may(from, to, 'iss', parseAnyString);
const authorizationErrorResponseErrorPattern: RegExp = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/u;
const parseAuthorizationErrorResponseError: Parse = (value) => (typeof value === 'string' && authorizationErrorResponseErrorPattern.test(value) ? value : undefined);
const membersAuthorizationErrorResponse: ReadMembers = (from, to) =>
  must(from, to, 'error', parseAuthorizationErrorResponseError) ??
  must(from, to, 'state', parseAnyString) ??
  may(from, to, 'iss', parseAnyString) ??
  lenient(from, to, 'error_description', parseAnyString) ??
  lenient(from, to, 'error_uri', parseAnyString);
const tokenResponseAccessTokenPattern: RegExp = /^[\x21-\x7E]+$/u;
const parseTokenResponseAccessToken: Parse = (value) => (typeof value === 'string' && tokenResponseAccessTokenPattern.test(value) ? value : undefined);
const tokenResponseExpiresIn2Pattern: RegExp = /^[0-9]{1,10}$/u;
const parseTokenResponseExpiresIn: Parse = (value) => ((typeof value === 'number' && value >= 0 && value <= 3155760000) || (typeof value === 'string' && tokenResponseExpiresIn2Pattern.test(value)) ? value : undefined);
const tokenResponseScopePattern: RegExp = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/u;
const parseTokenResponseScope: Parse = (value) => (typeof value === 'string' && tokenResponseScopePattern.test(value) ? value : undefined);
const membersTokenResponse: ReadMembers = (from, to) =>
  must(from, to, 'access_token', parseTokenResponseAccessToken) ??
  must(from, to, 'token_type', parseTokenResponseAccessToken) ??
  may(from, to, 'expires_in', parseTokenResponseExpiresIn) ??
  may(from, to, 'refresh_token', parseAuthorizationResponseCode) ??
  may(from, to, 'scope', parseTokenResponseScope) ??
  may(from, to, 'id_token', parseTokenResponseAccessToken);
const membersErrorResponse: ReadMembers = (from, to) =>
  must(from, to, 'error', parseAuthorizationErrorResponseError) ??
  lenient(from, to, 'error_description', parseAnyString) ??
  lenient(from, to, 'error_uri', parseAnyString);
const subjectPattern: RegExp = /^[\x00-\x7F]{1,255}$/u;
const parseIdTokenClaimsSub: Parse = (value) => (typeof value === 'string' && subjectPattern.test(value) ? value : undefined);
const parseIdTokenClaimsAud2: Parse = (value) => list(value, parseAnyString, 1);
const parseIdTokenClaimsAud: Parse = (value) => either(value, [parseNonEmptyString, parseIdTokenClaimsAud2]);
const parseIdTokenClaimsExp: Parse = (value) => (typeof value === 'number' && value >= 0 && value <= 99999999999 ? value : undefined);
const parseAnyBoolean: Parse = (value) => (typeof value === 'boolean' ? value : undefined);
const membersProfileClaimsAddress: ReadMembers = () => undefined;
const parseProfileClaimsAddress: Parse = (value) => nested(value, membersProfileClaimsAddress, true);
const parseProfileClaimsUpdatedAt: Parse = (value) => ((typeof value === 'number') || (typeof value === 'string') ? value : undefined);
const membersProfileClaims: ReadMembers = (from, to) =>
  lenient(from, to, 'name', parseAnyString) ??
  lenient(from, to, 'given_name', parseAnyString) ??
  lenient(from, to, 'family_name', parseAnyString) ??
  lenient(from, to, 'middle_name', parseAnyString) ??
  lenient(from, to, 'nickname', parseAnyString) ??
  lenient(from, to, 'preferred_username', parseAnyString) ??
  lenient(from, to, 'profile', parseAnyString) ??
  lenient(from, to, 'picture', parseAnyString) ??
  lenient(from, to, 'website', parseAnyString) ??
  lenient(from, to, 'email', parseAnyString) ??
  lenient(from, to, 'email_verified', parseAnyBoolean) ??
  lenient(from, to, 'gender', parseAnyString) ??
  lenient(from, to, 'birthdate', parseAnyString) ??
  lenient(from, to, 'zoneinfo', parseAnyString) ??
  lenient(from, to, 'locale', parseAnyString) ??
  lenient(from, to, 'phone_number', parseAnyString) ??
  lenient(from, to, 'phone_number_verified', parseAnyBoolean) ??
  lenient(from, to, 'address', parseProfileClaimsAddress) ??
  lenient(from, to, 'updated_at', parseProfileClaimsUpdatedAt);
const membersIdTokenClaims: ReadMembers = (from, to) =>
  must(from, to, 'iss', parseAnyString) ??
  must(from, to, 'sub', parseIdTokenClaimsSub) ??
  must(from, to, 'aud', parseIdTokenClaimsAud) ??
  must(from, to, 'exp', parseIdTokenClaimsExp) ??
  must(from, to, 'iat', parseIdTokenClaimsExp) ??
  may(from, to, 'nbf', parseIdTokenClaimsExp) ??
  may(from, to, 'auth_time', parseIdTokenClaimsExp) ??
  may(from, to, 'nonce', parseAnyString) ??
  may(from, to, 'azp', parseAnyString) ??
  may(from, to, 'acr', parseAnyString) ??
  may(from, to, 'amr', parseListOfAnyString) ??
  may(from, to, 'at_hash', parseAnyString) ??
  may(from, to, 'sid', parseAnyString) ??
  may(from, to, 'org_id', parseAnyString) ??
  may(from, to, 'org_name', parseAnyString) ??
  membersProfileClaims(from, to);
const membersUserInfo: ReadMembers = (from, to) =>
  must(from, to, 'sub', parseIdTokenClaimsSub) ??
  membersProfileClaims(from, to);
const membersServerMetadata: ReadMembers = (from, to) =>
  must(from, to, 'issuer', parseAnyString) ??
  must(from, to, 'authorization_endpoint', parseAnyString) ??
  must(from, to, 'token_endpoint', parseAnyString) ??
  may(from, to, 'userinfo_endpoint', parseAnyString) ??
  may(from, to, 'jwks_uri', parseAnyString) ??
  may(from, to, 'revocation_endpoint', parseAnyString) ??
  may(from, to, 'end_session_endpoint', parseAnyString) ??
  may(from, to, 'device_authorization_endpoint', parseAnyString) ??
  may(from, to, 'pushed_authorization_request_endpoint', parseAnyString) ??
  may(from, to, 'code_challenge_methods_supported', parseListOfAnyString) ??
  may(from, to, 'id_token_signing_alg_values_supported', parseListOfAnyString) ??
  may(from, to, 'scopes_supported', parseListOfAnyString) ??
  may(from, to, 'response_modes_supported', parseListOfAnyString) ??
  may(from, to, 'grant_types_supported', parseListOfAnyString) ??
  may(from, to, 'authorization_response_iss_parameter_supported', parseAnyBoolean) ??
  may(from, to, 'require_pushed_authorization_requests', parseAnyBoolean);
const parseAnything: Parse = (value) => value;
const parseListOfAnything: Parse = (value) => list(value, parseAnything);
const membersJsonWebKeySet: ReadMembers = (from, to) =>
  must(from, to, 'keys', parseListOfAnything);
const membersJsonWebKey: ReadMembers = (from, to) =>
  must(from, to, 'kty', parseAnyString) ??
  may(from, to, 'use', parseAnyString) ??
  may(from, to, 'key_ops', parseListOfAnyString) ??
  may(from, to, 'alg', parseAnyString) ??
  may(from, to, 'kid', parseAnyString) ??
  may(from, to, 'n', parseAnyString) ??
  may(from, to, 'e', parseAnyString) ??
  may(from, to, 'crv', parseAnyString) ??
  may(from, to, 'x', parseAnyString) ??
  may(from, to, 'y', parseAnyString);

/** A JSON value -> `CodeExchange`. */
export const readCodeExchange = (value: unknown): Read<CodeExchange> =>
  read(value, membersCodeExchange, false);

/** A JSON value -> `Refresh`. */
export const readRefresh = (value: unknown): Read<Refresh> =>
  read(value, membersRefresh, false);

/** A JSON value -> `DeviceCodePoll`. */
export const readDeviceCodePoll = (value: unknown): Read<DeviceCodePoll> =>
  read(value, membersDeviceCodePoll, false);

/** A JSON value -> `Revocation`. */
export const readRevocation = (value: unknown): Read<Revocation> =>
  read(value, membersRevocation, false);

/** A JSON value -> `LogoutRequest`. */
export const readLogoutRequest = (value: unknown): Read<LogoutRequest> =>
  read(value, membersLogoutRequest, false);

/** A JSON value -> `AuthorizationResponse`. */
export const readAuthorizationResponse = (value: unknown): Read<AuthorizationResponse> =>
  read(value, membersAuthorizationResponse, false);

/** A JSON value -> `AuthorizationErrorResponse`. */
export const readAuthorizationErrorResponse = (value: unknown): Read<AuthorizationErrorResponse> =>
  read(value, membersAuthorizationErrorResponse, false);

/** A JSON value -> `TokenResponse`. */
export const readTokenResponse = (value: unknown): Read<TokenResponse> =>
  read(value, membersTokenResponse, true);

/** A JSON value -> `ErrorResponse`. */
export const readErrorResponse = (value: unknown): Read<ErrorResponse> =>
  read(value, membersErrorResponse, true);

/** A JSON value -> `IdTokenClaims`. */
export const readIdTokenClaims = (value: unknown): Read<IdTokenClaims> =>
  read(value, membersIdTokenClaims, true);

/** A JSON value -> `UserInfo`. */
export const readUserInfo = (value: unknown): Read<UserInfo> =>
  read(value, membersUserInfo, true);

/** A JSON value -> `ProfileClaims`. */
export const readProfileClaims = (value: unknown): Read<ProfileClaims> =>
  read(value, membersProfileClaims, false);

/** A JSON value -> `ServerMetadata`. */
export const readServerMetadata = (value: unknown): Read<ServerMetadata> =>
  read(value, membersServerMetadata, false);

/** A JSON value -> `JsonWebKeySet`. */
export const readJsonWebKeySet = (value: unknown): Read<JsonWebKeySet> =>
  read(value, membersJsonWebKeySet, false);

/** A JSON value -> `JsonWebKey`. */
export const readJsonWebKey = (value: unknown): Read<JsonWebKey> =>
  read(value, membersJsonWebKey, false);
