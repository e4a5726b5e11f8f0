// Generated from openapi/authorization-server.yaml and openapi/auth0.overlay.yaml (sha256 11ba8c4f7511f800389c2eb12565f3d90658d27325eb1de6ce5f013ca62b734f) by pnpm generate. Do not edit.
export * from './client.ts';
export { operations } from './operations.ts';
export * from './readers.ts';
export * from './requests.ts';
export type { AuthorizationErrorResponse, AuthorizationResponse, CodeExchange, DeviceCodePoll, ErrorResponse, IdTokenClaims, JsonWebKey, JsonWebKeySet, LogoutRequest, NumericDate, ProfileClaims, Refresh, ResourceIndicator, Revocation, ServerMetadata, Subject, TokenResponse, UserInfo, components, paths } from './schema.ts';
