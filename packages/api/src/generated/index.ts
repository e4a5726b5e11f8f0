// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 571fbca666130ef124ce6f44dffbd4d40f6290184468f2a5380d071b7e9f4973) by pnpm generate. Do not edit.
export * from './client.ts';
export { operations } from './operations.ts';
export * from './readers.ts';
export * from './requests.ts';
export type { FormParameters, HttpRequest, HttpResponse, Input, Read } from './runtime.ts';
export { appendQuery, encodeForm } from './runtime.ts';
export type { AuthorizationErrorResponse, AuthorizationResponse, CodeExchange, DeviceCodePoll, ErrorCode, ErrorResponse, IdTokenClaims, JsonWebKey, JsonWebKeySet, LogoutRequest, NumericDate, PrintableText, ProfileClaims, Refresh, ResourceIndicator, Revocation, ServerMetadata, Subject, TokenResponse, TokenText, UserInfo, components, paths } from './schema.ts';
