/** Real keys and real signatures, by node:crypto. RFC 7515, section 5.1; RFC 7518, section 3. */
import { constants, createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { JsonWebKey, VerifySignature } from '../../src/index.ts';
import { CLIENT_ID, ISSUER, NOW } from './login.ts';

export type SigningKey = {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey;
};

export type Claims = Readonly<Record<string, unknown>>;

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export function signingKey(alg: string, kid: string | undefined = `${alg}-1`): SigningKey {
  const curve = CURVES[alg];
  const { privateKey, publicKey } = curve
    ? generateKeyPairSync('ec', { namedCurve: curve })
    : alg.startsWith('Ed')
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', ...(kid !== undefined && { kid }) } as JsonWebKey;
  return { alg, kid, privateKey, jwk };
}

const hashOf = (alg: string): string | null => (alg.startsWith('Ed') ? null : `sha${alg.slice(-3)}`);
const optionsOf = (alg: string, key: KeyObject) => ({
  key,
  dsaEncoding: 'ieee-p1363' as const,
  ...(alg.startsWith('PS') && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(alg.slice(-3)) / 8 }),
});

export const base64url = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');

/** What is signed. Text in place of claims is taken letter for letter. RFC 7515, section 5.1. */
export function inputOf(claims: Claims | string, header: Claims | string): string {
  const text = (part: Claims | string): string => base64url(typeof part === 'string' ? part : JSON.stringify(part));
  return `${text(header)}.${text(claims)}`;
}

export const sealOf = (input: string, { alg, privateKey }: SigningKey): Buffer =>
  sign(hashOf(alg), Buffer.from(input), optionsOf(alg, privateKey));

/** Header and payload as text, sealed by the key. */
export function jwtOf(claims: Claims | string, key: SigningKey, header: Claims | string = {}): string {
  const input = inputOf(claims, typeof header === 'string' ? header : { alg: key.alg, kid: key.kid, ...header });
  return `${input}.${base64url(sealOf(input, key))}`;
}

/** As a platform does what the effect asks for. */
export function verifySignature({ alg, key, input, signature }: Omit<VerifySignature, 'type'>): boolean {
  const publicKey = createPublicKey({ key: { ...key } as Record<string, unknown>, format: 'jwk' });
  return verify(hashOf(alg), Buffer.from(input), optionsOf(alg, publicKey), signature);
}

/** OpenID Connect Core, section 3.1.3.6. */
export function halfHash(accessToken: string, alg = 'RS256'): string {
  const digest = createHash(hashOf(alg) ?? 'sha512')
    .update(accessToken)
    .digest();
  return base64url(digest.subarray(0, digest.length / 2));
}

/** Claims of an ID Token that is right in every respect. */
export const claimsOf = (more: Claims = {}): Claims => ({
  iss: ISSUER,
  sub: '248289761001',
  aud: CLIENT_ID,
  exp: NOW + 300,
  iat: NOW - 10,
  ...more,
});

/** An ID Token whose signature nobody has made, for what is checked before signatures are. */
export const unsigned = (claims: Claims | string = claimsOf(), header: Claims | string = { alg: 'RS256' }): string =>
  `${inputOf(claims, header)}.${base64url('seal')}`;
