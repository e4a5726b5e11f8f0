/** ASCII text -> its digest, by the WebCrypto that is there. FIPS 180-4. */
import type { Digest } from '@proofkey/client';

/** The part of WebCrypto that is used; this package compiles without DOM types. */
interface WebCryptoLike {
  readonly subtle?: { digest(algorithm: string, octets: Uint8Array): Promise<ArrayBuffer> };
}

/** As the digest of a platform, because a hash is nothing to write for a test. Looked up when something is hashed. */
export const platformDigest: Digest = async (algorithm, ascii) => {
  const { subtle } = (globalThis as { readonly crypto?: WebCryptoLike }).crypto ?? {};
  if (subtle === undefined) throw new Error('There is no WebCrypto here: give the ports in memory a `digest`.');
  const octets = Uint8Array.from(ascii, (character) => character.charCodeAt(0));
  return new Uint8Array(await subtle.digest(algorithm, octets));
};
