/** Fixed keys, a text -> a signature, by node:crypto: no implementation that is judged here. RFC 7518, section 3. */
import { constants, createPrivateKey, type JsonWebKeyInput, type KeyObject, sign } from 'node:crypto';
import type { JsonWebKey } from '@proofkey/core';
import keys from '../../../packages/core/test/fixtures/signing-keys.json' with { type: 'json' };

export type KeyName = keyof typeof keys;

/** Which of the keys signs with which algorithm, and the one that is taken for it. */
export const KEYS: Readonly<Record<string, readonly [right: KeyName, other: KeyName]>> = {
  RS256: ['rsa', 'rsaOther'],
  RS384: ['rsaOf3072', 'rsaOther'],
  RS512: ['rsaOfExponent3', 'rsaOther'],
  PS256: ['rsa', 'rsaOther'],
  PS384: ['rsaOf3072', 'rsaOther'],
  PS512: ['rsaOther', 'rsa'],
  ES256: ['p256', 'p256Other'],
  ES384: ['p384', 'p256'],
  ES512: ['p521', 'p384'],
  EdDSA: ['ed25519', 'ed25519Other'],
  Ed25519: ['ed25519', 'ed25519Other'],
};

const secrets = new Map<KeyName, KeyObject>();

function secretOf(name: KeyName): KeyObject {
  const secret = secrets.get(name) ?? createPrivateKey({ key: keys[name], format: 'jwk' } as JsonWebKeyInput);
  secrets.set(name, secret);
  return secret;
}

/** The public members, and what a key set says about them. */
export function publicOf(name: KeyName, more: object = {}): JsonWebKey {
  const { kty, crv, n, e, x, y } = keys[name] as JsonWebKey;
  return JSON.parse(JSON.stringify({ kty, crv, n, e, x, y, ...more }));
}

export const base64url = (octets: string | Uint8Array): string => Buffer.from(octets).toString('base64url');

/** @param saltLength of PSS, octets; the length of the hash where nothing is said. RFC 7518, section 3.5 */
export function signatureOf(input: string, alg: string, name: KeyName, saltLength = Number(alg.slice(2)) / 8): Buffer {
  const pss = alg.startsWith('P') && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  const hash = alg.startsWith('Ed') ? null : `sha${alg.slice(2)}`;
  return sign(hash, Buffer.from(input), { key: secretOf(name), dsaEncoding: 'ieee-p1363', ...pss });
}

/** `r | s` -> `r | order - s`, which is just as valid. */
export function otherS(signature: Uint8Array, alg: string): Buffer {
  const half = signature.length / 2;
  const s = BigInt(`0x${Buffer.from(signature.subarray(half)).toString('hex')}`);
  const other = ((ORDERS[alg] ?? 0n) - s).toString(16).padStart(2 * half, '0');
  return Buffer.concat([signature.subarray(0, half), Buffer.from(other, 'hex')]);
}

/** Numbers of points, of P-256, P-384 and P-521. SEC 2, sections 2.4.2, 2.5.1 and 2.6.1. */
const ORDERS: Readonly<Record<string, bigint>> = {
  ES256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  ES384: BigInt(`0x${'f'.repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`),
  ES512: BigInt(`0x1${'f'.repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
};
