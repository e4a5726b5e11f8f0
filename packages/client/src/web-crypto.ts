/** Signature of an ID Token -> valid or not, by WebCrypto. RFC 7515, section 5.2; RFC 7518, section 3; RFC 8037. */
import { isKeyFor, isWhole, type JsonWebKey, SIGNING_ALGORITHMS } from '@proofkey/core';
import type { Digest, SignatureVerifier } from './ports.ts';

type Parameters = { name: string; hash: string; namedCurve: string; saltLength: number };

/**
 * The part of `SubtleCrypto` that is used; the client compiles without DOM types. Octets are any object here, because
 * the types of platforms differ in the buffers below them.
 */
export interface SubtleLike {
  importKey(
    format: 'jwk',
    jwk: object,
    parameters: Parameters,
    extractable: boolean,
    usages: 'verify'[],
  ): Promise<object>;
  verify(parameters: Parameters, key: object, signature: object, octets: object): Promise<boolean>;
  digest(algorithm: string, octets: object): Promise<ArrayBuffer>;
}

/**
 * Checks signatures with WebCrypto: RS, PS and ES with 256, 384 and 512, and EdDSA with Ed25519. Give it
 * `crypto.subtle`.
 *
 * A key that does not fit the algorithm, an RSA key below 2048 bits or above 8192, and a malformed signature are all
 * the same answer: false. `undefined` says that this platform does not know the algorithm. It never throws. A key is
 * imported once, as long as the object that holds it lives.
 *
 * @see RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2
 */
export function webCryptoVerifier(subtle: SubtleLike): SignatureVerifier {
  const imported = new WeakMap<JsonWebKey, Record<string, Promise<object>>>();
  return {
    async verify({ alg, key, input, signature }) {
      if (!SIGNING_ALGORITHMS.test(alg)) return undefined;
      try {
        if (!isKeyFor(alg, key) || !isWhole(key, signature)) return false;
        const { kty, crv, n, e, x, y } = key;
        const parameters = parametersOf(alg);
        const keys = imported.get(key) ?? {};
        imported.set(key, keys);
        // Without `alg`, `use` and `key_ops`, which were read already, and which platforms read in different ways.
        keys[alg] ??= subtle.importKey('jwk', { kty, crv, n, e, x, y }, parameters, false, ['verify']);
        return await subtle.verify(parameters, await keys[alg], signature, octetsOf(input));
      } catch (error) {
        // WebCrypto throws for keys that are none, such as a point off its curve.
        return (error as Error).name === 'NotSupportedError' ? undefined : false;
      }
    },
  };
}

/** The digest of a platform with WebCrypto. Give it `crypto.subtle`. */
export const webCryptoDigest =
  (subtle: SubtleLike): Digest =>
  async (algorithm, ascii) =>
    new Uint8Array(await subtle.digest(algorithm, octetsOf(ascii)));

const octetsOf = (ascii: string): Uint8Array => Uint8Array.from(ascii, (character) => character.charCodeAt(0));

/** What WebCrypto wants to know, in one object: each algorithm reads its own members. RFC 7518, section 3.1. */
function parametersOf(alg: string): Parameters {
  const bits = alg.slice(2);
  const rsa = alg.startsWith('R') ? 'RSASSA-PKCS1-v1_5' : 'RSA-PSS';
  const name = alg.startsWith('Ed') ? 'Ed25519' : alg.startsWith('E') ? 'ECDSA' : rsa;
  return { name, hash: `SHA-${bits}`, namedCurve: `P-${bits.replace('12', '21')}`, saltLength: +bits / 8 };
}
