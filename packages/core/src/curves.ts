/** ECDSA or Ed25519 signature -> valid or not, without WebCrypto. RFC 7518, section 3.4; RFC 8037; RFC 8032. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { decodeBase64url } from './base64url.ts';
import type { SignatureAlgorithm } from './pure-verifier.ts';

/** `ES256`, for `pureVerifier`. */
export const es256: SignatureAlgorithm = /* @__PURE__ */ ecdsa('ES256', 'P-256', () => p256);
/** `ES384`, for `pureVerifier`. */
export const es384: SignatureAlgorithm = /* @__PURE__ */ ecdsa('ES384', 'P-384', () => p384);

/**
 * `EdDSA` with Ed25519, under both of its names, for `pureVerifier`.
 *
 * Strict, as RFC 8032 has it: canonical encodings only, and no key of small order, under which one signature is valid
 * for many texts. ZIP 215, the other choice, takes all of them, so that the nodes of a chain agree; nobody has to agree
 * with us.
 *
 * @see RFC 8032, section 5.1.7; RFC 9864, section 2.2
 */
export const edDsa: SignatureAlgorithm = {
  names: ['EdDSA', 'Ed25519'],
  verify: (key, signed, signature) =>
    isValid(key.crv === 'Ed25519', () => ed25519.verify(signature, signed, octetsOf(key.x), { zip215: false })),
};

/** Takes both values of S that are valid, as WebCrypto does: signatures of JOSE need not have the lower one. */
function ecdsa(name: string, crv: string, curve: () => typeof p256): SignatureAlgorithm {
  const options = { prehash: true, lowS: false, format: 'compact' } as const;
  return {
    names: [name],
    verify: (key, signed, signature) =>
      isValid(key.crv === crv, () => {
        const point = Uint8Array.of(4, ...octetsOf(key.x), ...octetsOf(key.y));
        return curve().verify(signature, signed, point, options);
      }),
  };
}

/** The curves throw for what is no point or no signature of theirs. */
function isValid(fits: boolean, verify: () => boolean): boolean {
  try {
    return fits && verify();
  } catch {
    return false;
  }
}

const octetsOf = (text = ''): Uint8Array => decodeBase64url(text) ?? new Uint8Array();
