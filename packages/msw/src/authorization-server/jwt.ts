/** The readable part of a JWT -> its claims, nothing checked. RFC 7519. */
import { decodeBase64url } from '@proofkey/core';

/** The payload; undefined for anything that is not a JWT. */
export function claimsIn(token: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const octets = decodeBase64url(token?.split('.')[1] ?? '');
  if (octets === undefined || octets.length === 0) return undefined;
  let text = '';
  for (const octet of octets)
    text += octet > 127 || octet === 37 ? `%${octet.toString(16)}` : String.fromCharCode(octet);
  try {
    const value: unknown = JSON.parse(decodeURIComponent(text));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** The claim `jti`. RFC 7519, section 4.1.7. */
export function jwtIdOf(token: string): string | undefined {
  const { jti } = (claimsIn(token) ?? {}) as { jti?: unknown };
  return typeof jti === 'string' ? jti : undefined;
}
