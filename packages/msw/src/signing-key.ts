/** Algorithm, or private JWK -> a key that signs, and its public half. RFC 7517; RFC 7518, section 3; RFC 8037. */
import type { JsonWebKey } from '@proofkey/api';
import { encodeBase64url } from '@proofkey/core';
import type { ServerKey } from './authorization-server.ts';
import { strangeName } from './names.ts';
import { ALGORITHMS, OptionError, type PrivateJsonWebKey, type SigningAlgorithm } from './options.ts';
import type { Subtle } from './platform.ts';

export interface SigningKey extends ServerKey {
  /** base64url. RFC 7515, section 5.1. */
  signatureOf(input: string): Promise<string>;
  /** The public key as people keep it in files. RFC 7468, section 13. */
  pem(): Promise<string>;
}

type Kind = {
  /** For WebCrypto: to make or read the key, and to sign with it. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly kty: string;
  /** What of a JWK is public. */
  readonly members: readonly string[];
};

const rsa = (name: string): Kind => ({
  parameters: {
    name,
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
    saltLength: 32,
  },
  kty: 'RSA',
  members: ['kty', 'n', 'e'],
});

const KINDS: Readonly<Record<SigningAlgorithm, Kind>> = {
  RS256: rsa('RSASSA-PKCS1-v1_5'),
  PS256: rsa('RSA-PSS'),
  ES256: {
    parameters: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    kty: 'EC',
    members: ['kty', 'crv', 'x', 'y'],
  },
  EdDSA: { parameters: { name: 'Ed25519' }, kty: 'OKP', members: ['kty', 'crv', 'x'] },
};

const isKnown = (alg: string): alg is SigningAlgorithm => Object.hasOwn(KINDS, alg);

function kindOf(alg: string): Kind {
  const sentence = strangeName('algorithm', alg, ALGORITHMS);
  if (!isKnown(alg)) throw new OptionError('keys', `each names its alg. ${sentence}`);
  return KINDS[alg];
}

/** A new key, that only this process knows. */
export async function generateKey(subtle: Subtle, alg: string, kid: string): Promise<SigningKey> {
  const { parameters } = kindOf(alg);
  const pair = (await subtle.generateKey(parameters, true, ['sign', 'verify'])) as CryptoKeyPair;
  return keyOf(subtle, alg, kid, pair.privateKey, await subtle.exportKey('jwk', pair.publicKey));
}

/** @throws OptionError for what is no private JWK for its algorithm, as far as its members show */
export function expectPrivateKey(jwk: PrivateJsonWebKey): void {
  const { alg } = (jwk ?? {}) as { alg?: unknown };
  const { kty } = kindOf(String(alg));
  if (jwk.kty !== kty || !Object.hasOwn(jwk, 'd'))
    throw new OptionError('keys', `for ${alg} each has to be a private JWK with kty ${kty} and the member d.`);
}

/**
 * A key that was given as a JWK.
 *
 * @throws OptionError for one that can not be read
 */
export async function readPrivateKey(subtle: Subtle, jwk: PrivateJsonWebKey, at: number): Promise<SigningKey> {
  const { alg, kid = `given-${at + 1}` } = jwk;
  const { parameters } = kindOf(alg);
  const { use: _use, key_ops: _operations, alg: _alg, ...members } = jwk as Readonly<Record<string, unknown>>;
  try {
    const key = await subtle.importKey('jwk', members, parameters, true, ['sign']);
    return keyOf(subtle, alg, kid, key, members);
  } catch {
    // What WebCrypto says may repeat a part of the key.
    throw new OptionError('keys', `the key ${kid} can not be read as a private JWK for ${alg}.`);
  }
}

function keyOf(subtle: Subtle, alg: string, kid: string, key: unknown, whole: unknown): SigningKey {
  const { parameters, members } = kindOf(alg);
  const from = whole as Readonly<Record<string, unknown>>;
  const jwk = Object.fromEntries(members.map((name) => [name, from[name]])) as unknown as JsonWebKey;
  return {
    kid,
    alg,
    jwk,
    async signatureOf(input) {
      return encodeBase64url(new Uint8Array(await subtle.sign(parameters, key, new TextEncoder().encode(input))));
    },
    async pem() {
      const verifying = await subtle.importKey('jwk', jwk, parameters, true, ['verify']);
      const spki = new Uint8Array((await subtle.exportKey('spki', verifying)) as ArrayBuffer);
      const lines = btoa(String.fromCharCode(...spki)).match(/.{1,64}/g) ?? [];
      return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
    },
  };
}
