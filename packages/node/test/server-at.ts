/** Origin -> metadata of a server there that identifies nobody, so that one request completes a login. RFC 8414. */
import type { ServerMetadata } from '../src/index.ts';

export const serverAt = (origin: string): ServerMetadata => ({
  issuer: origin,
  authorizationEndpoint: `${origin}/authorize`,
  tokenEndpoint: `${origin}/token`,
  jwksUri: null,
});
