// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 4ed65a69f8c091e3a0f6cce42bfcb4e2f5d22990261f6240b4fa70e0cd868ea1) by pnpm generate. Do not edit.
export * from './client.ts';
export { operations } from './operations.ts';
export * from './readers.ts';
export * from './requests.ts';
export type { FormParameters, HttpRequest, HttpResponse, Input, Read } from './runtime.ts';
export { appendQuery, encodeForm } from './runtime.ts';
export type { AuthorizationErrorResponse, AuthorizationResponse, CodeExchange, DeviceCodePoll, ErrorCode, ErrorResponse, IdTokenClaims, JsonWebKey, JsonWebKeySet, LogoutRequest, NumericDate, PrintableText, ProfileClaims, Refresh, ResourceIndicator, Revocation, ServerMetadata, Subject, TokenResponse, TokenText, UserInfo, components, paths } from './schema.ts';
