/** JWT text -> header, payload and what was signed. RFC 7515, sections 2 and 5.2; RFC 7519, section 7.2; RFC 8725. */
import { decodeBase64url, decodeUtf8 } from './base64url.ts';
import { ok, type Result, untrusted } from './failure.ts';
import { parseObject, shallow } from './json.ts';
import { JWT_LIMIT } from './limits.ts';

export type Jwt = {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly payload: unknown;
  /** The ASCII text that was signed. */
  readonly input: string;
  readonly signature: Uint8Array;
};

/** The names of the algorithms that we verify. */
export type SigningAlgorithm = `${'RS' | 'PS' | 'ES'}${'256' | '384' | '512'}` | 'EdDSA' | 'Ed25519';

/** Every asymmetric algorithm that we verify. RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2. */
export const SIGNING_ALGORITHMS: RegExp = /^([RPE]S(256|384|512)|EdDSA|Ed25519)$/;

/**
 * Takes an ID Token apart, strictly: three parts, canonical base64url, UTF-8, JSON objects. Keys and addresses of keys
 * in the header (`jwk`, `jku`, `x5u`, `x5c`) are never looked at.
 *
 * @returns the parts, or `id_token_too_large`, `id_token_encrypted`, `id_token_malformed`, `id_token_alg_invalid`,
 *   `id_token_typ_invalid`, `id_token_crit_invalid`
 */
export function readJwt(text: string, isAllowed: (alg: string) => boolean): Result<Jwt> {
  if (text.length > JWT_LIMIT) return untrusted('id_token_too_large');
  const parts = text.split('.');
  if (parts.length === 5) return untrusted('id_token_encrypted', 'fix_configuration');
  const [head = '', body = '', seal = ''] = parts;
  const header = readObject(head);
  const payload = readObject(body);
  const signature = decodeBase64url(seal);
  if (parts.length !== 3 || !header || !payload || !signature) return untrusted('id_token_malformed');
  const { alg, kid, typ = 'JWT', crit } = header;
  if (typeof alg !== 'string' || !SIGNING_ALGORITHMS.test(alg) || !isAllowed(alg)) {
    return untrusted('id_token_alg_invalid');
  }
  if (crit !== undefined) return untrusted('id_token_crit_invalid');
  if (typeof typ !== 'string' || typ.toLowerCase() !== 'jwt') return untrusted('id_token_typ_invalid');
  if (kid !== undefined && typeof kid !== 'string') return untrusted('id_token_malformed');
  return ok({ alg, kid, payload, input: `${head}.${body}`, signature });
}

/** Base64url -> JSON object; undefined for anything else. */
const readObject = (part: string): Record<string, unknown> | undefined =>
  parseObject(shallow(decodeUtf8(decodeBase64url(part))));
