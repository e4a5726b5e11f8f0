/** Signature of an ID Token -> valid or not, where an engine has no WebCrypto. RFC 7515, section 5.2; RFC 7518. */
import { _SHA256, _SHA384, _SHA512 } from '@noble/hashes/sha2.js';
import type { VerifySignature } from './effect.ts';
import { isKeyFor, isWhole } from './json-web-key.ts';
import type { JsonWebKey } from './wire.ts';

export { rs256, rs384, rs512 } from './rsa.ts';

/** What one kind of signature takes. The key is for it and whole, and the signature as long as it has to be. */
export type SignatureAlgorithm = {
  /** Each `alg` that means it. RFC 7518, section 3.1. */
  readonly names: readonly string[];
  readonly verify: (key: JsonWebKey, signed: Uint8Array, signature: Uint8Array) => boolean;
};

export type PureVerifier = {
  /** True only when the signature of `input` by `key` is valid; undefined for an `alg` that was not given. */
  verify(request: Pick<VerifySignature, 'alg' | 'key' | 'input' | 'signature'>): boolean | undefined;
};

/**
 * Checks signatures with these algorithms and no others, at once: a port for `signatureVerifier`. It needs the language
 * only, and is slower than WebCrypto. It need not run in constant time, because nothing in it is secret.
 *
 * A key that does not fit, or is malformed, and a malformed signature are the same answer: false. It never throws.
 *
 * @see RFC 7518, section 3
 */
export const pureVerifier = (...algorithms: readonly SignatureAlgorithm[]): PureVerifier => ({
  verify({ alg, key, input, signature }) {
    const algorithm = algorithms.find(({ names }) => names.includes(alg));
    if (!algorithm) return undefined;
    return isKeyFor(alg, key) && isWhole(key, signature) && algorithm.verify(key, octetsOf(input), signature);
  },
});

/** ASCII text -> its digest: 32, 48 or 64 octets. A port for `digest`. */
export const pureDigest = (algorithm: 'SHA-256' | 'SHA-384' | 'SHA-512', ascii: string): Uint8Array => {
  const Hash = { 'SHA-256': _SHA256, 'SHA-384': _SHA384, 'SHA-512': _SHA512 }[algorithm];
  return new Hash().update(octetsOf(ascii)).digest();
};

const octetsOf = (ascii: string): Uint8Array => Uint8Array.from(ascii, (character) => character.charCodeAt(0));
