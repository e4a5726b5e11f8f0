/** RSASSA-PKCS1-v1_5 signature -> valid or not, by arithmetic alone. RFC 8017, sections 5.2.2, 8.2.2 and 9.2. */
import { _SHA256, _SHA384, _SHA512 } from '@noble/hashes/sha2.js';
import { decodeBase64url } from './base64url.ts';
import type { SignatureAlgorithm } from './pure-verifier.ts';

/** `RS256`, for `pureVerifier`. */
export const rs256: SignatureAlgorithm = /* @__PURE__ */ pkcs1('RS256', '01', () => new _SHA256());
/** `RS384`, for `pureVerifier`. */
export const rs384: SignatureAlgorithm = /* @__PURE__ */ pkcs1('RS384', '02', () => new _SHA384());
/** `RS512`, for `pureVerifier`. */
export const rs512: SignatureAlgorithm = /* @__PURE__ */ pkcs1('RS512', '03', () => new _SHA512());

type Hash = { update(octets: Uint8Array): Hash; digest(): Uint8Array };

/** @param arc the last one of the object identifier of the hash, in hexadecimal: 2.16.840.1.101.3.4.2.x */
function pkcs1(name: string, arc: string, hash: () => Hash): SignatureAlgorithm {
  return {
    names: [name],
    verify({ n = '', e = '' }, signed, signature) {
      const modulus = numberOf(decodeBase64url(n));
      const number = numberOf(signature);
      if (number >= modulus) return false;
      const encoded = encodedMessage(arc, hash().update(signed).digest(), signature.length);
      return power(number, numberOf(decodeBase64url(e)), modulus) === encoded;
    },
  };
}

/**
 * What the signer has encoded, all of it: it is made again and compared, never parsed, because what parses the padding
 * also takes what is hidden behind it. RFC 8017, section 9.2.
 */
function encodedMessage(arc: string, digest: Uint8Array, size: number): bigint {
  const { length } = digest;
  const algorithm = `300d06096086480165030402${arc}0500`;
  const tail = `30${(length + 17).toString(16)}${algorithm}04${length.toString(16)}${hexOf(digest)}`;
  return BigInt(`0x0001${'ff'.repeat(size - 3 - tail.length / 2)}00${tail}`);
}

/** Of a key that is whole: at most 64 multiplications of 8192 bits, whatever somebody put into it. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

const numberOf = (octets: Uint8Array = new Uint8Array()): bigint => BigInt(`0x0${hexOf(octets)}`);

function hexOf(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += (octet + 256).toString(16).slice(1);
  return text;
}
