/** Signature of an ID Token -> valid or not, by WebCrypto. RFC 7515, section 5.2; RFC 7518, section 3; RFC 8037. */
import { webcrypto } from 'node:crypto';
import type { SignatureVerifier } from '@proofkey/client';
import { decodeBase64url, encodeBase64url, type JsonWebKey, type VerifySignature } from '@proofkey/core';

const { subtle } = webcrypto;

type Algorithm = {
  /** The members of a JSON Web Key that make the public key, and the values that the first ones must have. */
  readonly kty: string;
  readonly crv?: string;
  readonly members: readonly ('n' | 'e' | 'x' | 'y')[];
  readonly parameters: webcrypto.RsaHashedImportParams & webcrypto.EcKeyImportParams & webcrypto.RsaPssParams;
  /** What `at_hash` is made with. OpenID Connect Core, section 3.1.3.6. */
  readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512';
};

const rsa = (name: string, bits: 256 | 384 | 512): Algorithm => {
  const hash = `SHA-${bits}` as const;
  return { kty: 'RSA', members: ['n', 'e'], hash, parameters: { name, hash, namedCurve: '', saltLength: bits / 8 } };
};
const ecdsa = (crv: string, bits: 256 | 384 | 512): Algorithm => {
  const hash = `SHA-${bits}` as const;
  const parameters = { name: 'ECDSA', namedCurve: crv, hash, saltLength: 0 };
  return { kty: 'EC', crv, members: ['x', 'y'], hash, parameters };
};
const ed25519: Algorithm = {
  kty: 'OKP',
  crv: 'Ed25519',
  members: ['x'],
  hash: 'SHA-512',
  parameters: { name: 'Ed25519', hash: 'SHA-512', namedCurve: '', saltLength: 0 },
};

/** RFC 7518, section 3.1, without `none` and without anything symmetric: a public client has no shared secret. */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['RS256', rsa('RSASSA-PKCS1-v1_5', 256)],
  ['RS384', rsa('RSASSA-PKCS1-v1_5', 384)],
  ['RS512', rsa('RSASSA-PKCS1-v1_5', 512)],
  ['PS256', rsa('RSA-PSS', 256)],
  ['PS384', rsa('RSA-PSS', 384)],
  ['PS512', rsa('RSA-PSS', 512)],
  ['ES256', ecdsa('P-256', 256)],
  ['ES384', ecdsa('P-384', 384)],
  ['ES512', ecdsa('P-521', 512)],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
]);

/** RFC 7518, section 3.3: a key of size 2048 bits or larger MUST be used. A larger one than this only costs time. */
const RSA_BITS = 2048;
const MOST_RSA_BITS = 8192;

/**
 * Checks signatures with WebCrypto: RS, PS and ES with 256, 384 and 512, and EdDSA with Ed25519.
 *
 * A key that does not fit the algorithm, an RSA key below 2048 bits and a malformed signature are all the same answer:
 * false. It never throws.
 *
 * @see RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2
 */
export const signatureVerifier: SignatureVerifier = {
  async verify({ alg, key, input, signature, accessTokenHash }) {
    const algorithm = ALGORITHMS.get(alg);
    if (algorithm === undefined || !isMeantFor(alg, key)) return false;
    try {
      const publicKey = await importKey(algorithm, key);
      const signed = new TextEncoder().encode(input);
      if (publicKey === undefined || !isWhole(signature, publicKey)) return false;
      const valid = await subtle.verify(algorithm.parameters, publicKey, signature, signed);
      return valid && (accessTokenHash === undefined || (await hashMatches(algorithm, accessTokenHash)));
    } catch {
      // WebCrypto throws for keys that are none: a point off its curve, a member that is no base64url.
      return false;
    }
  },
};

/** RFC 8017, sections 8.1.2 and 8.2.2: as long as the modulus. Some libraries add zeros that were cut off. */
const isWhole = ({ length }: Uint8Array, { algorithm }: webcrypto.CryptoKey): boolean =>
  !('modulusLength' in algorithm) || length === Math.ceil((algorithm.modulusLength as number) / 8);

/** RFC 7517, sections 4.2 to 4.4: `use`, `key_ops` and `alg` are optional, but what they say holds. */
function isMeantFor(alg: string, key: JsonWebKey): boolean {
  const { use, key_ops: operations } = key;
  const sameKind = key.alg === undefined || ALGORITHMS.get(key.alg) === ALGORITHMS.get(alg);
  return (
    sameKind && (use === undefined || use === 'sig') && (operations === undefined || operations.includes('verify'))
  );
}

async function importKey(algorithm: Algorithm, key: JsonWebKey): Promise<webcrypto.CryptoKey | undefined> {
  const { kty, crv, members, parameters } = algorithm;
  if (key.kty !== kty || (crv !== undefined && key.crv !== crv)) return undefined;
  const jwk: webcrypto.JsonWebKey = { kty, ...(crv !== undefined && { crv }) };
  for (const name of members) {
    const value = key[name];
    // Strict, because WebCrypto also takes padded and non-canonical text.
    if (typeof value !== 'string' || decodeBase64url(value) === undefined) return undefined;
    jwk[name] = value;
  }
  const publicKey = await subtle.importKey('jwk', jwk, parameters, false, ['verify']);
  return kty !== 'RSA' || isStrong(publicKey) ? publicKey : undefined;
}

/** With an exponent of 1 every signature would be valid; with one of thousands of bits checking takes milliseconds. */
function isStrong({ algorithm }: webcrypto.CryptoKey): boolean {
  const { modulusLength, publicExponent } = algorithm as webcrypto.RsaHashedKeyAlgorithm;
  const exponent = publicExponent.reduce((value, octet) => value * 256 + octet, 0);
  return modulusLength >= RSA_BITS && modulusLength <= MOST_RSA_BITS && exponent >= 3 && exponent < 2 ** 32;
}

/** The left half of the hash of the access token, as base64url. OpenID Connect Core, section 3.1.3.6. */
async function hashMatches(
  { hash }: Algorithm,
  { accessToken, expected }: NonNullable<VerifySignature['accessTokenHash']>,
): Promise<boolean> {
  const digest = new Uint8Array(await subtle.digest(hash, new TextEncoder().encode(accessToken)));
  return encodeBase64url(digest.subarray(0, digest.length / 2)) === expected;
}
