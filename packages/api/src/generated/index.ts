// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 15000667e047527a79703ebad86a1a803763e9e2a0814dffcd4819fe9ce07c07) by pnpm generate. Do not edit.
export * from './client.ts';
export { operations } from './operations.ts';
export * from './readers.ts';
export * from './requests.ts';
export type { FormParameters, HttpRequest, HttpResponse, Input, Read } from './runtime.ts';
export { appendQuery, encodeForm } from './runtime.ts';
export type { AuthorizationErrorResponse, AuthorizationResponse, CodeExchange, DeviceCodePoll, ErrorCode, ErrorResponse, IdTokenClaims, JsonWebKey, JsonWebKeySet, LogoutRequest, NumericDate, PrintableText, ProfileClaims, Refresh, ResourceIndicator, Revocation, ServerMetadata, Subject, TokenResponse, TokenText, UserInfo, components, paths } from './schema.ts';
