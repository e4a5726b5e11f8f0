/** JSON Web Key, algorithm, signature -> may the key have made it? RFC 7517, section 4; RFC 7518, sections 3 and 6. */
import { decodeBase64url } from './base64url.ts';
import type { JsonWebKey } from './wire.ts';

/** Is this key for signatures with this algorithm, by its type and by what it says itself? RFC 7517, section 4. */
export function isKeyFor(
  alg: string,
  { kty, use = 'sig', key_ops = ['verify'], alg: only = alg }: JsonWebKey,
): boolean {
  const type = alg.startsWith('Ed') ? 'OKP' : alg.startsWith('E') ? 'EC' : 'RSA';
  if (kty !== type || use !== 'sig' || !key_ops.includes('verify')) return false;
  // RFC 9864 gave `EdDSA` with Ed25519 a name of its own.
  return only === alg || /^Ed.*Ed/.test(only + alg);
}

/**
 * Strict where platforms differ: canonical members, none cut off or filled with zeros; a signature as long as its key
 * has it; an RSA key of 2048 to 8192 bits, with an exponent of 3 at least, because with 1 every signature is valid, and
 * below 2^32, because a longer one costs milliseconds.
 *
 * @see RFC 7518, sections 3.3 to 3.5 and 6; RFC 8017, sections 8.1.2 and 8.2.2
 */
export function isWhole({ kty, n, e, x, y }: JsonWebKey, { length }: Uint8Array): boolean {
  const isRsa = kty === 'RSA';
  const { length: size, 0: top = 0 } = octetsIn(isRsa ? n : x);
  const { length: width, 0: high = 0 } = octetsIn(isRsa ? e : kty === 'OKP' ? x : y);
  if (!isRsa) return length === 2 * size && size === width;
  // The first octet is never zero, and of 256 octets it has the highest of 2048 bits.
  if (size < 256 || size > 1024 || top <= (size > 256 ? 0 : 127)) return false;
  return length === size && width < 5 && high > (width > 1 ? 0 : 2);
}

const octetsIn = (text: string | undefined): Uint8Array => decodeBase64url(text ?? '') ?? new Uint8Array();
