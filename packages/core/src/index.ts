/** The pure core: what arrived -> what to do next. No I/O, no clock, no randomness, no platform. */
export { type AccessTokenRequest, apiOf, tokenSetFor } from './access-token.ts';
export { authorizationUrl, createTransaction } from './authorization-request.ts';
export { isOurCallback, readAuthorizationResponse, stateOfCallback } from './authorization-response.ts';
export { decodeBase64url, encodeBase64url } from './base64url.ts';
export { type Challenge, readChallenges, resourceFailureOf } from './challenge.ts';
export {
  type ClientSettings,
  checkLoginSettings,
  invalidSetting,
  type LoginSettings,
  wrongSettingOf,
} from './client-settings.ts';
export { clockOffsetOf, withClockOffset } from './clock-offset.ts';
export type {
  Answer,
  DigestAlgorithm,
  Effect,
  EffectFailed,
  GetKeys,
  Purpose,
  Spent,
  Step,
  UserAgentAnswer,
  VerifySignature,
} from './effect.ts';
export { ENTROPY_LENGTH } from './entropy.ts';
export {
  type EffectFailedCode,
  type Failure,
  type FailureCode,
  type FailureCodes,
  type FailureKind,
  type HttpFailure,
  locate,
  type OAuthError,
  type Recovery,
  type Refusal,
  type Result,
  refusalOf,
  type StepUp,
} from './failure.ts';
export type { HttpRequest, HttpResponse } from './http.ts';
export {
  acceptIdToken,
  type ExpectedIdToken,
  type SessionIdToken,
  type ValidatedIdToken,
  validateIdToken,
} from './id-token.ts';
export { isKeyFor, isWhole } from './json-web-key.ts';
export { type Jwt, SIGNING_ALGORITHMS, type SigningAlgorithm } from './jwt.ts';
export { keySetRequest, readKeySet, selectKeys } from './key-set.ts';
export { beginFetch, findKeys, type KnownKeys, receiveKeys } from './key-set-flow.ts';
export { BODY_LIMIT, KEY_SET_COOL_DOWN, KEY_SET_LIFETIME, METADATA_LIFETIME, TRANSACTION_LIFETIME } from './limits.ts';
export { resumeLogin, startLogin, stepLogin } from './login-flow.ts';
export type { ClaimRequest, ClaimsRequest, LoginOptions, Prompt } from './login-options.ts';
export type { AwaitingCallback, LoggedIn, LoginFailed, LoginState } from './login-state.ts';
export { type LogoutOptions, type LogoutReturn, logoutUrl, readLogoutReturn, thawLogout } from './logout.ts';
export { codeChallengeFor, codeVerifierFrom, isCodeVerifier } from './pkce.ts';
export { redact } from './redact.ts';
export { checkRedirectUri } from './redirect-uri.ts';
export { checkApis, resourceAuthorization } from './resource-request.ts';
export { retryAtOf } from './retry-after.ts';
export { readRevocationResponse, revocationRequest } from './revocation.ts';
export { isCurrent, type ServerState, startServer, stepServer } from './server-flow.ts';
export {
  checkServerMetadata,
  readServerMetadata,
  type ServerMetadata,
  wellKnownUrls,
} from './server-metadata.ts';
export {
  createSession,
  EXPIRY_MARGIN,
  freezeSession,
  type Grant,
  isFresh,
  type JournalEntry,
  type Session,
  type SessionGuard,
  type ThawedSession,
  type TokenSet,
  thawSession,
} from './session.ts';
export { type Snapshot, snapshotOf } from './snapshot.ts';
export { withStepUp } from './step-up.ts';
export { codeExchangeRequest, deviceCodeRequest, type RefreshOptions, refreshRequest } from './token-request.ts';
export {
  readCodeExchangeResponse,
  readRefreshResponse,
  readTokenResponse,
  type TokenAnswer,
  type Tokens,
} from './token-response.ts';
export {
  type Expectations,
  freezeTransaction,
  receiptOf,
  standsIn,
  type ThawedTransaction,
  type Transaction,
  type TransactionReceipt,
  thawTransaction,
} from './transaction.ts';
export { readUserinfoResponse, userinfoRequest } from './userinfo.ts';
export type * from './values.ts';
export type { IdTokenClaims, JsonWebKey, UserInfo } from './wire.ts';
