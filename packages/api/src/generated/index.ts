// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 643775fc27407ce831cccaa2447eb4cce26a7ecaf41daf944bc7a563602738c8) by pnpm generate. Do not edit.
export * from './client.ts';
export { operations } from './operations.ts';
export * from './readers.ts';
export * from './requests.ts';
export type { AuthorizationErrorResponse, AuthorizationResponse, CodeExchange, DeviceCodePoll, ErrorCode, ErrorResponse, IdTokenClaims, JsonWebKey, JsonWebKeySet, LogoutRequest, NumericDate, PrintableText, ProfileClaims, Refresh, ResourceIndicator, Revocation, ServerMetadata, Subject, TokenResponse, TokenText, UserInfo, components, paths } from './schema.ts';
