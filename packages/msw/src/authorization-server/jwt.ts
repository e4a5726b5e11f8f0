/** The readable part of a JWT -> its claims, nothing checked. RFC 7519. */
import { decodeBase64url } from '@proofkey/core';

type Members = Readonly<Record<string, unknown>>;

/** The payload; undefined for anything that is not a JWT. */
export const claimsIn = (token: string | undefined): Members | undefined => partOf(token, 1);

/** The header; likewise. */
export const headerIn = (token: string | undefined): Members | undefined => partOf(token, 0);

function partOf(token: string | undefined, at: number): Members | undefined {
  const octets = decodeBase64url(token?.split('.')[at] ?? '');
  if (octets === undefined || octets.length === 0) return undefined;
  let text = '';
  for (const octet of octets)
    text += octet > 127 || octet === 37 ? `%${octet.toString(16)}` : String.fromCharCode(octet);
  try {
    const value: unknown = JSON.parse(decodeURIComponent(text));
    return typeof value === 'object' && value !== null ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}
