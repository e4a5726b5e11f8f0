// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 15000667e047527a79703ebad86a1a803763e9e2a0814dffcd4819fe9ce07c07) by pnpm generate. Do not edit.
import type { Check, Checks, Read } from './runtime.ts';
import { copyOf, list, read } from './runtime.ts';
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

const isCodeExchangeGrantType: Check = (value) => value === 'authorization_code';
const isNonEmptyString: Check = (value) => typeof value === 'string' && value !== '';
const isCodeExchangeCodeVerifier: Check = (value) => typeof value === 'string' && /^[A-Za-z0-9._~-]{43,128}$/u.test(value);
const isString: Check = (value) => typeof value === 'string';
const copyResourceIndicator: Check = (value) => typeof value === 'string' || list(value, isString);
const isRefreshGrantType: Check = (value) => value === 'refresh_token';
const isDeviceCodePollGrantType: Check = (value) => value === 'urn:ietf:params:oauth:grant-type:device_code';
const isPrintableText: Check = (value) => typeof value === 'string' && /^[ -~]+$/u.test(value);
const isErrorCode: Check = (value) => typeof value === 'string' && /^[ !#-[\]-~]+$/u.test(value);
const isTokenText: Check = (value) => typeof value === 'string' && /^[!-~]+$/u.test(value);
const isTokenResponseExpiresIn: Check = (value) => (typeof value === 'number' && value >= 0 && value <= 3155760000) || (typeof value === 'string' && /^[0-9]{1,10}$/u.test(value));
const isTokenResponseScope: Check = (value) => typeof value === 'string' && /^[ !#-[\]-~]*$/u.test(value);
const isSubject: Check = (value) => typeof value === 'string' && /^[\x00-\x7F]{1,255}$/u.test(value);
const copyIdTokenClaimsAud: Check = (value) => (typeof value === 'string' && value !== '') || (Array.isArray(value) && value.length >= 1 && list(value, isString));
const isNumericDate: Check = (value) => typeof value === 'number' && value >= 0 && value <= 99999999999;
const copyListOfString: Check = (value) => list(value, isString);
const isBoolean: Check = (value) => typeof value === 'boolean';
const copyProfileClaimsAddress: Check = (value) => copyOf(read(value, true));
const isNumberOrString: Check = (value) => typeof value === 'number' || typeof value === 'string';
const lenientProfileClaims: Checks = {
  name: isString,
  given_name: isString,
  family_name: isString,
  middle_name: isString,
  nickname: isString,
  preferred_username: isString,
  profile: isString,
  picture: isString,
  website: isString,
  email: isString,
  email_verified: isBoolean,
  gender: isString,
  birthdate: isString,
  zoneinfo: isString,
  locale: isString,
  phone_number: isString,
  phone_number_verified: isBoolean,
  address: copyProfileClaimsAddress,
  updated_at: isNumberOrString,
};
const isAnything: Check = (value) => value !== undefined;
const copyListOfAnything: Check = (value) => list(value, isAnything);

// Whether unknown members are kept; the required, the optional and the lenient members, each with its check.

/** A JSON value -> `CodeExchange`. */
export const readCodeExchange = (value: unknown): Read<CodeExchange> =>
  read(
    value,
    false,
    {
      grant_type: isCodeExchangeGrantType,
      client_id: isNonEmptyString,
      code: isNonEmptyString,
      code_verifier: isCodeExchangeCodeVerifier,
    },
    {
      redirect_uri: isNonEmptyString,
      resource: copyResourceIndicator,
      client_secret: isString,
      client_assertion_type: isString,
      client_assertion: isString,
    },
  );

/** A JSON value -> `Refresh`. */
export const readRefresh = (value: unknown): Read<Refresh> =>
  read(
    value,
    false,
    { grant_type: isRefreshGrantType, client_id: isNonEmptyString, refresh_token: isNonEmptyString },
    {
      scope: isString,
      resource: copyResourceIndicator,
      client_secret: isString,
      client_assertion_type: isString,
      client_assertion: isString,
      audience: isNonEmptyString,
    },
  );

/** A JSON value -> `DeviceCodePoll`. */
export const readDeviceCodePoll = (value: unknown): Read<DeviceCodePoll> =>
  read(
    value,
    false,
    { grant_type: isDeviceCodePollGrantType, client_id: isNonEmptyString, device_code: isNonEmptyString },
    { client_secret: isString, client_assertion_type: isString, client_assertion: isString },
  );

/** A JSON value -> `Revocation`. */
export const readRevocation = (value: unknown): Read<Revocation> =>
  read(
    value,
    false,
    { client_id: isNonEmptyString, token: isNonEmptyString },
    {
      token_type_hint: isString,
      client_secret: isString,
      client_assertion_type: isString,
      client_assertion: isString,
    },
  );

/** A JSON value -> `LogoutRequest`. */
export const readLogoutRequest = (value: unknown): Read<LogoutRequest> =>
  read(
    value,
    false,
    {},
    {
      id_token_hint: isString,
      logout_hint: isString,
      client_id: isString,
      post_logout_redirect_uri: isString,
      state: isString,
      ui_locales: isString,
      federated: isString,
    },
  );

/** A JSON value -> `AuthorizationResponse`. */
export const readAuthorizationResponse = (value: unknown): Read<AuthorizationResponse> =>
  read(value, false, { code: isPrintableText, state: isString }, { iss: isString });

/** A JSON value -> `AuthorizationErrorResponse`. */
export const readAuthorizationErrorResponse = (value: unknown): Read<AuthorizationErrorResponse> =>
  read(
    value,
    false,
    { error: isErrorCode, state: isString },
    { iss: isString },
    { error_description: isString, error_uri: isString },
  );

/** A JSON value -> `TokenResponse`. */
export const readTokenResponse = (value: unknown): Read<TokenResponse> =>
  read(
    value,
    true,
    { access_token: isTokenText, token_type: isTokenText },
    {
      expires_in: isTokenResponseExpiresIn,
      refresh_token: isPrintableText,
      scope: isTokenResponseScope,
      id_token: isTokenText,
    },
  );

/** A JSON value -> `ErrorResponse`. */
export const readErrorResponse = (value: unknown): Read<ErrorResponse> =>
  read(value, true, { error: isErrorCode }, {}, { error_description: isString, error_uri: isString });

/** A JSON value -> `IdTokenClaims`. */
export const readIdTokenClaims = (value: unknown): Read<IdTokenClaims> =>
  read(
    value,
    true,
    { iss: isString, sub: isSubject, aud: copyIdTokenClaimsAud, exp: isNumericDate, iat: isNumericDate },
    {
      nbf: isNumericDate,
      auth_time: isNumericDate,
      nonce: isString,
      azp: isString,
      acr: isString,
      amr: copyListOfString,
      at_hash: isString,
      sid: isString,
      org_id: isString,
      org_name: isString,
    },
    lenientProfileClaims,
  );

/** A JSON value -> `UserInfo`. */
export const readUserInfo = (value: unknown): Read<UserInfo> =>
  read(value, true, { sub: isSubject }, {}, lenientProfileClaims);

/** A JSON value -> `ProfileClaims`. */
export const readProfileClaims = (value: unknown): Read<ProfileClaims> =>
  read(value, false, {}, {}, lenientProfileClaims);

/** A JSON value -> `ServerMetadata`. */
export const readServerMetadata = (value: unknown): Read<ServerMetadata> =>
  read(
    value,
    false,
    { issuer: isString, authorization_endpoint: isString, token_endpoint: isString },
    {
      userinfo_endpoint: isString,
      jwks_uri: isString,
      revocation_endpoint: isString,
      end_session_endpoint: isString,
      device_authorization_endpoint: isString,
      pushed_authorization_request_endpoint: isString,
      code_challenge_methods_supported: copyListOfString,
      id_token_signing_alg_values_supported: copyListOfString,
      scopes_supported: copyListOfString,
      response_modes_supported: copyListOfString,
      grant_types_supported: copyListOfString,
      authorization_response_iss_parameter_supported: isBoolean,
      require_pushed_authorization_requests: isBoolean,
    },
  );

/** A JSON value -> `JsonWebKeySet`. */
export const readJsonWebKeySet = (value: unknown): Read<JsonWebKeySet> =>
  read(value, false, { keys: copyListOfAnything });

/** A JSON value -> `JsonWebKey`. */
export const readJsonWebKey = (value: unknown): Read<JsonWebKey> =>
  read(
    value,
    false,
    { kty: isString },
    {
      use: isString,
      key_ops: copyListOfString,
      alg: isString,
      kid: isString,
      n: isString,
      e: isString,
      crv: isString,
      x: isString,
      y: isString,
    },
  );
