/** The one file that reads the generated code: change the YAML, regenerate, and follow the compiler from here. */
export type { AuthorizeQuery, HttpRequest, HttpResponse, IdTokenClaims, JsonWebKey } from '@proofkey/api';
export {
  appendQuery,
  buildAuthorize,
  buildCodeExchange,
  buildDeviceCodePoll,
  buildGetKeySet,
  buildRefresh,
  encodeForm,
  readAuthorizationErrorResponse,
  readAuthorizationResponse as readAuthorizationResponseParameters,
  readErrorResponse,
  readIdTokenClaims,
  readJsonWebKey,
  readJsonWebKeySet,
  readServerMetadata as readServerMetadataDocument,
  readTokenResponse as readTokenResponseBody,
} from '@proofkey/api';
