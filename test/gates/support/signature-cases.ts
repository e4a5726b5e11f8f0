/** The vectors, fixed keys -> tokens whose signature has to be believed, and tokens whose signature must not be. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as core from '@proofkey/core';
import { camelKeys, type Row } from '../../../scripts/vectors/rows.ts';
import { root } from './processes.ts';
import type { Case, Outcome } from './signatures-inside.ts';
import { base64url, KEYS, otherS, publicOf, signatureOf } from './signing.ts';

export type Expected = Case & { readonly outcome: Outcome };

const file = JSON.parse(readFileSync(join(root, 'packages/core/test/vectors/vectors.json'), 'utf8')) as Row;
const { issuer, client_id: clientId, nonce, sub, now } = file['constants'] as Row;
/** What a vector says when it is about the signature. Everything else is checked before it, or behind it. */
const ABOUT_SIGNATURES = ['id_token_signature_invalid', 'id_token_key_not_found'];

/** Rows of ID Tokens, as `scripts/vectors.ts` reads them. */
export function vectorCases(): readonly Expected[] {
  const rows = (file['groups'].id_token as Row[]).filter(({ jwt }) => typeof jwt === 'string' && !jwt.includes('<<'));
  return rows.map(({ id, jwt, context, error }) => {
    const { expected_algs: signingAlgorithms, essential_acr_values: acrValues, original_claims: original } = context;
    const given = { ...camelKeys(context), signingAlgorithms, acrValues, original } as unknown as Case['given'];
    const outcome = ABOUT_SIGNATURES.includes(error) ? 'refused' : 'accepted';
    const alg = /"alg":"(\w+)"/.exec(Buffer.from(jwt.split('.')[0], 'base64url').toString())?.[1] ?? '';
    return { id, alg, jwt, jwks: file['jwks'][context.jwks], given, now: context.now, outcome };
  });
}

export const given = { clientId, issuer, nonce } as Case['given'];
export const claims = { iss: issuer, sub, aud: clientId, nonce, iat: now - 10, exp: now + 300 };
export const received = now as core.NumericDate;

export const inputOf = (header: object, payload: object = claims): string =>
  [header, payload].map((part) => base64url(JSON.stringify(part))).join('.');

type Change = {
  readonly id: string;
  readonly header?: { readonly alg?: string; readonly kid?: string };
  readonly key?: object;
  /** Of the text that was signed. */
  readonly input?: (input: string) => string;
  readonly signature?: (signature: Buffer, input: string) => Uint8Array;
};

const flipped = (octets: Uint8Array, at: number): Buffer =>
  Buffer.from(octets.map((octet, index) => (index === at ? octet ^ 1 : octet)));

function changesOf(alg: string): readonly (readonly [Outcome, Change])[] {
  const [right, other] = KEYS[alg] ?? ['rsa', 'rsa'];
  const { n, e, x } = publicOf(right);
  const grown = (text: string | undefined): string => base64url(Buffer.concat([Buffer.of(0), decoded(text)]));
  const sibling = alg.startsWith('Ed') ? 'ES256' : `${alg.slice(0, 2)}${alg.endsWith('256') ? '384' : '256'}`;
  const refused: readonly Change[] = [
    { id: 'another payload', input: () => inputOf({ alg, kid: 'a' }, { ...claims, sub: 'eve' }) },
    { id: 'another header', input: (input) => inputOf({ alg, kid: 'a', x: 1 }) + input.slice(input.indexOf('.')) },
    { id: 'first bit', signature: (signature) => flipped(signature, 0) },
    { id: 'last bit', signature: (signature) => flipped(signature, signature.length - 1) },
    { id: 'cut', signature: (signature) => signature.subarray(0, -1) },
    { id: 'cut in front', signature: (signature) => signature.subarray(1) },
    { id: 'longer', signature: (signature) => Buffer.concat([signature, Buffer.of(0)]) },
    { id: 'empty', signature: () => Buffer.of() },
    { id: 'zeros', signature: (signature) => Buffer.alloc(signature.length) },
    { id: 'another key', signature: (_, input) => signatureOf(input, alg, other) },
    { id: 'another algorithm', header: { alg: sibling } },
    { id: 'another kid', header: { kid: 'b' } },
    { id: 'key for encryption', key: { use: 'enc' } },
    { id: 'key for nothing', key: { key_ops: [] } },
    { id: 'key for another algorithm', key: { alg: sibling } },
    { id: 'symmetric key', key: { kty: 'oct' } },
  ];
  const ofKind: Readonly<Record<string, readonly Change[]>> = {
    R: [{ id: 'PSS', signature: (_, input) => signatureOf(input, `PS${alg.slice(2)}`, right) }],
    P: [
      { id: 'PKCS1', signature: (_, input) => signatureOf(input, `RS${alg.slice(2)}`, right) },
      { id: 'no salt', signature: (_, input) => signatureOf(input, alg, right, 0) },
      { id: 'longer salt', signature: (_, input) => signatureOf(input, alg, right, Number(alg.slice(2)) / 8 + 1) },
    ],
    RSA: [
      { id: 'exponent 1', key: { e: 'AQ' }, signature: (_, input) => encodedFor(alg, input, decoded(n).length) },
      { id: 'exponent with a zero', key: { e: grown(e) } },
      { id: 'modulus with a zero', key: { n: grown(n) } },
      { id: 'padded modulus', key: { n: `${n}==` } },
    ],
    EC: [
      { id: 'R is zero', signature: (signature) => Buffer.from(signature).fill(0, 0, signature.length / 2) },
      { id: 'S is zero', signature: (signature) => Buffer.from(signature).fill(0, signature.length / 2) },
      { id: 'all ones', signature: (signature) => Buffer.alloc(signature.length, 255) },
      { id: 'coordinate with a zero', key: { x: grown(x) } },
      { id: 'off the curve', key: { y: x } },
      { id: 'another curve', key: { crv: alg === 'ES256' ? 'P-384' : 'P-256' } },
    ],
    E: [{ id: 'another curve', key: { crv: 'X25519' } }],
  };
  const kind = alg.startsWith('ES') ? 'EC' : alg.charAt(0);
  const more = [...(ofKind[kind] ?? []), ...(/^[RP]/.test(alg) ? (ofKind['RSA'] ?? []) : [])];
  const accepted: readonly Change[] = [
    { id: 'right' },
    { id: 'a key that says all', key: { use: 'sig', key_ops: ['verify'], alg } },
    ...(kind === 'EC' ? [{ id: 'the other S', signature: (signature: Buffer) => otherS(signature, alg) }] : []),
  ];
  return [
    ...accepted.map((change) => ['accepted', change] as const),
    ...[...refused, ...more].map((change) => ['refused', change] as const),
  ];
}

/** Tokens by fixed keys with every algorithm: right ones, and the same after one change. */
export const madeCases = (): readonly Expected[] =>
  Object.entries(KEYS).flatMap(([alg, [right]]) =>
    changesOf(alg).map(([outcome, { id, header, key, input: changed, signature }]) => {
      const names = { alg, kid: 'a', ...header };
      const input = inputOf(names);
      const signed = signatureOf(input, alg, right);
      const jwt = `${changed?.(input) ?? input}.${base64url(signature?.(signed, input) ?? signed)}`;
      const jwks = { keys: [publicOf(right, { kid: 'a', ...key })] };
      return { id: `${alg}: ${id}`, alg: names.alg, jwt, jwks, given, now: received, outcome };
    }),
  );

const decoded = (text = ''): Buffer => Buffer.from(text, 'base64url');

/** What a valid signature is raised to: with the exponent 1 it would be its own signature. RFC 8017, section 9.2. */
function encodedFor(alg: string, input: string, size: number): Buffer {
  const [bits, arc] = [alg.slice(2), { 256: '01', 384: '02', 512: '03' }[alg.slice(2)]];
  const hash = createHash(`sha${bits}`).update(input).digest();
  const [outer, inner] = [hash.length + 17, hash.length].map((length) => length.toString(16));
  const tail = `0030${outer}300d06096086480165030402${arc}050004${inner}${hash.toString('hex')}`;
  return Buffer.from(`0001${'ff'.repeat(size - 2 - tail.length / 2)}${tail}`, 'hex');
}
