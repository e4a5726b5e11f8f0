/** Authorization header -> the access token that the server issued, if it is still good. RFC 6750, section 2. */
import { claimsIn, headerIn } from './jwt.ts';
import type { AccessToken, Authorization, ServerState } from './state.ts';

/** The text of a bearer token; undefined when there is none. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^bearer ([!-~]+)$/i.exec(header ?? '')?.[1];

/** What the server can know again of a JWT that it has signed: it keeps no private key. RFC 9068, section 2.2. */
type Known = Readonly<Record<'iss' | 'sub' | 'client_id' | 'exp' | 'jti', unknown>>;

/** The access token of that text, and the login that it came of. One for an API is a JWT, any other means nothing. */
export function findAccessToken(
  { authorizations, settings }: ServerState,
  text: string,
): { readonly authorization: Authorization; readonly token: AccessToken } | undefined {
  const jwt = text.includes('.') ? signedClaimsIn(text) : undefined;
  const id = text.includes('.') ? jwt?.jti : text;
  for (const authorization of authorizations) {
    const token = authorization.accessTokens.find((one) => one.id === id);
    if (token === undefined) continue;
    if ((jwt === undefined) !== (token.audience === undefined)) return undefined;
    const { request, session } = authorization;
    const issued = { iss: settings.issuer, sub: session.sub, client_id: request.clientId, exp: token.expiresAt };
    const isIssued = Object.entries(issued).every(([name, value]) => jwt?.[name as keyof Known] === value);
    return jwt === undefined || isIssued ? { authorization, token } : undefined;
  }
  return undefined;
}

/** Nothing, when it has no signature or says that it needs none. RFC 8725, section 3.1. */
function signedClaimsIn(text: string): Known | undefined {
  const [, , signature = '', ...more] = text.split('.');
  const { alg } = (headerIn(text) ?? {}) as { alg?: unknown };
  const isSigned = signature !== '' && more.length === 0 && typeof alg === 'string' && alg.toLowerCase() !== 'none';
  return isSigned ? (claimsIn(text) as Known | undefined) : undefined;
}
