/** Authorization header -> the access token that the server issued, if it is still good. RFC 6750, section 2. */
import { jwtIdOf } from './jwt.ts';
import type { AccessToken, Authorization, ServerState } from './state.ts';

/** The text of a bearer token; undefined when there is none. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^bearer ([!-~]+)$/i.exec(header ?? '')?.[1];

/** The access token of that text, and the login that it came of. A JWT is known by its `jti`. RFC 9068, section 2.2. */
export function findAccessToken(
  { authorizations }: ServerState,
  text: string,
): { readonly authorization: Authorization; readonly token: AccessToken } | undefined {
  const id = text.includes('.') ? jwtIdOf(text) : text;
  for (const authorization of authorizations) {
    const token = authorization.accessTokens.find((one) => one.id === id);
    if (token !== undefined) return { authorization, token };
  }
  return undefined;
}
