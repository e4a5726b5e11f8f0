/** The one file that reads the generated code: change the YAML, regenerate, and follow the compiler from here. */
export type { AuthorizeQuery, HttpRequest, HttpResponse, IdTokenClaims, JsonWebKey, UserInfo } from '@proofkey/api';
export {
  appendQuery,
  buildAuthorize,
  buildCodeExchange,
  buildDeviceCodePoll,
  buildGetAuthorizationServerMetadata,
  buildGetKeySet,
  buildGetUserInfo,
  buildLogout,
  buildLogoutV2,
  buildRefresh,
  buildRevoke,
  encodeForm,
  readAuthorizationResponse as readAuthorizationResponseParameters,
  readErrorResponse,
  readIdTokenClaims,
  readJsonWebKey,
  readJsonWebKeySet,
  readServerMetadata as readServerMetadataDocument,
  readTokenResponse as readTokenResponseBody,
  readUserInfo,
} from '@proofkey/api';
