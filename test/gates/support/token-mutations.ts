/** What an attacker, or a careless server, does to a token or to the keys beside it. RFC 7515; RFC 7518; RFC 8725. */
import { createHmac } from 'node:crypto';
import type { JsonWebKey } from '@proofkey/core';
import { base64url, KEYS, type KeyName, otherS, publicOf, signatureOf } from './signing.ts';

/** @returns a whole number from 0 to `limit - 1` */
export type Random = (limit: number) => number;

export type Draft = {
  readonly alg: string;
  readonly header: Readonly<Record<string, unknown>>;
  /** The one that signs, and the first one of the set is for it. */
  readonly signer: KeyName;
  readonly keys: readonly JsonWebKey[];
};

export type Mutation = {
  /** To which algorithms it can be done; to all of them where nothing is said. */
  readonly of?: RegExp;
  readonly draft?: (draft: Draft, random: Random) => Partial<Draft>;
  /** Only a signature like this one can be changed so: texts are signed until there is one. */
  readonly wanted?: (signature: Buffer) => boolean;
  readonly seal?: (signature: Buffer, random: Random, draft: Draft, input: string) => Uint8Array;
  readonly text?: (jwt: string, random: Random) => string;
};

const ofKey =
  (members: (key: JsonWebKey, random: Random) => object): NonNullable<Mutation['draft']> =>
  ({ keys: [first, ...others] }, random) => ({
    keys: first === undefined ? [] : [JSON.parse(JSON.stringify({ ...first, ...members(first, random) })), ...others],
  });
const ofHeader =
  (members: (draft: Draft, random: Random) => object): NonNullable<Mutation['draft']> =>
  (draft, random) => ({ header: { ...draft.header, ...members(draft, random) } });
const pick = <T>(list: readonly [T, ...T[]], random: Random): T => list[random(list.length)] ?? list[0];
const decoded = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');
const grown = (text: string | undefined): string => base64url(Buffer.concat([Buffer.of(0), decoded(text)]));
const flipped = (octets: Uint8Array, random: Random): Buffer => {
  const changed = Buffer.from(octets);
  const at = random(changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
  return changed;
};
const half = (signature: Buffer): number => signature.length / 2;
const ALGORITHMS = Object.keys(KEYS) as [string, ...string[]];
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const inPart =
  (change: (part: string, random: Random) => string, only?: number): NonNullable<Mutation['text']> =>
  (jwt, random) => {
    const at = only ?? random(3);
    return jwt
      .split('.')
      .map((part, index) => (index === at ? change(part, random) : part))
      .join('.');
  };
const bitFlipped = (part: string, random: Random): string => base64url(flipped(decoded(part), random));
/** The last character has bits that no octet has; they are set. */
const uncanonical = (part: string): string =>
  part.length % 4 === 0 ? part : part.slice(0, -1) + ALPHABET[ALPHABET.indexOf(part.slice(-1)) + 1];

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  nothing: {},
  'a key that says what it is for': {
    draft: ofKey((_, random) => (random(2) ? { use: 'sig' } : { key_ops: ['verify'] })),
  },
  'the other S': { of: /^ES/, seal: (signature, _, { alg }) => otherS(signature, alg) },
  'several keys, and no kid': {
    draft: ({ keys, header }, random) => {
      const [first, ...others] = keys.map(({ kid: _, ...key }) => key);
      return {
        header: { ...header, kid: undefined },
        keys: first && random(2) ? [...others, first] : [first ?? { kty: '' }, ...others],
      };
    },
  },
  'no kid at the key': { draft: ofKey(() => ({ kid: undefined })) },
  'the same kid for all keys': { draft: ({ keys }) => ({ keys: keys.map((key) => ({ ...key, kid: 'a' })) }) },
  'members of the header that say nothing': {
    draft: ofHeader(() => ({ cty: 'x', jku: 'https://x.example/', jwk: {} })),
  },
  'the other name of Ed25519 at the key': {
    of: /^Ed/,
    draft: (draft, random) => ofKey(() => ({ alg: draft.alg === 'EdDSA' ? 'Ed25519' : 'EdDSA' }))(draft, random),
  },
  'a bit of the header': { text: inPart(bitFlipped, 0) },
  'a bit of the payload': { text: inPart(bitFlipped, 1) },
  'a bit of the signature': { seal: flipped },
  'some random octets for a signature': { seal: (signature, random) => signature.map(() => random(256)) },
  'a character of the token': {
    text: (jwt, random) => {
      // The last one has unused bits, which are another mutation.
      const at = random(jwt.length - 1);
      return jwt.slice(0, at) + pick([...`${ALPHABET}.=+/ \n`] as [string, ...string[]], random) + jwt.slice(at + 1);
    },
  },
  'a cut token': { text: (jwt, random) => jwt.slice(0, random(jwt.length)) },
  'a cut signature': { seal: (signature, random) => signature.subarray(0, random(signature.length)) },
  'a signature without its beginning': {
    // A zero that is cut off is a mutation of its own: one signature in 256 begins with it.
    wanted: ([first]) => first !== 0,
    seal: (signature, random) => signature.subarray(1 + random(3)),
  },
  'a signature with zeros in front': { seal: (signature) => Buffer.concat([Buffer.of(0), signature]) },
  'a signature with more behind': {
    seal: (signature, random) => Buffer.concat([signature, Buffer.alloc(1 + random(4))]),
  },
  'a zero that was cut off in front': {
    of: /^[RP]S256/,
    wanted: ([first]) => first === 0,
    seal: (signature) => signature.subarray(1),
  },
  'padding of the header or the payload': {
    text: (jwt, random) => inPart((part) => `${part}=`, random(2))(jwt, random),
  },
  'padding of the signature': { text: inPart((part) => part.padEnd(Math.ceil(part.length / 4) * 4, '='), 2) },
  'too much padding of the signature': { text: inPart((part) => `${part}====`, 2) },
  'unused bits of the header or the payload': { text: (jwt, random) => inPart(uncanonical, random(2))(jwt, random) },
  'unused bits of the signature': { text: inPart(uncanonical, 2) },
  'white space in the signature': {
    text: inPart((part, random) => part.slice(0, 8) + pick([' ', '\n', '\t'], random) + part.slice(8), 2),
  },
  'white space around the token': { text: (jwt, random) => (random(2) ? ` ${jwt}` : ` ${jwt}\n`) },
  'the alphabet of plain base64': { text: inPart((part) => part.replace(/-/g, '+').replace(/_/g, '/')) },
  'more parts': { text: (jwt, random) => `${jwt}.${random(2) ? 'e30' : ''}` },
  'fewer parts': { text: (jwt) => jwt.replace(/\.[^.]*$/, '') },
  'another algorithm in the header, signed or not': {
    draft: (draft, random) => {
      const header = { ...draft.header, alg: pick(ALGORITHMS, random) };
      return header.alg === draft.alg ? { signer: (KEYS[draft.alg] ?? ['rsa', 'rsa'])[1] } : { header };
    },
  },
  'an algorithm that is none of ours': {
    draft: ofHeader(({ alg }, random) => ({
      alg: pick([alg.toLowerCase(), 'none', 'RS1', 'ES256K', 'Ed448', '', null], random),
    })),
  },
  'an HMAC with the public key': {
    draft: ofHeader(() => ({ alg: 'HS256' })),
    seal: (_, __, { keys }, input) => createHmac('sha256', JSON.stringify(keys[0])).update(input).digest(),
  },
  'another key': { draft: ({ alg }) => ({ signer: (KEYS[alg] ?? ['rsa', 'rsa'])[1] }) },
  'a key of another kind': {
    draft: ({ alg }) => ({ keys: [publicOf(alg.startsWith('E') ? 'rsa' : 'p256', { kid: 'a' })] }),
  },
  'another curve at the key': {
    of: /^E/,
    draft: ofKey((_, random) => ({ crv: pick(['P-256', 'P-384', 'P-521', 'X25519', 'secp256k1'], random) })),
  },
  'a kid of no key': { draft: ofHeader(() => ({ kid: 'z' })) },
  'a kid that is no text': {
    draft: ofHeader((_, random) => ({ kid: pick<unknown>([1, null, ['a'], {}, true], random) })),
  },
  'a kid that is empty': { draft: ofHeader(() => ({ kid: '' })) },
  'a key for something else': {
    draft: ofKey((_, random) =>
      pick<object>([{ use: 'enc' }, { key_ops: ['sign'] }, { key_ops: [] }, { alg: 'A' }, { kty: 'oct' }], random),
    ),
  },
  'the modulus or a coordinate with a zero in front': {
    draft: ofKey(({ n, x }) => (n ? { n: grown(n) } : { x: grown(x) })),
  },
  'an exponent with a zero in front': { of: /^[RP]/, draft: ofKey(({ e }) => ({ e: grown(e) })) },
  'padding of a member of the key': { of: /^[RP]/, draft: ofKey(({ n }) => ({ n: `${n}==` })) },
  'an exponent that costs or says too little': {
    of: /^[RP]/,
    draft: ofKey((_, random) => ({ e: pick(['AQ', 'Ag', 'AA', '', 'AQAAAAE'], random) })),
  },
  'a point that is none': { of: /^ES/, draft: ofKey(({ x }) => ({ y: x })) },
  'R or S that is zero': {
    of: /^ES/,
    seal: (signature, random) =>
      Buffer.from(signature).fill(0, ...(random(2) ? [0, half(signature)] : [half(signature)])),
  },
  'R and S exchanged': {
    of: /^E/,
    seal: (signature) => Buffer.concat([signature.subarray(half(signature)), signature.subarray(0, half(signature))]),
  },
  'another length of the salt': {
    of: /^PS/,
    seal: (_, random, { alg, signer }, input) => signatureOf(input, alg, signer, pick([0, 20, 31, 33, 100], random)),
  },
  'a scheme of RSA for another': {
    of: /^[RP]/,
    seal: (_, __, { alg, signer }, input) =>
      signatureOf(input, (alg.startsWith('R') ? 'PS' : 'RS') + alg.slice(2), signer),
  },
  'a typ of another kind of token': {
    draft: ofHeader((_, random) => ({ typ: pick(['at+jwt', 'logout+jwt', 'secevent+jwt'], random) })),
  },
  'a crit that names what is understood': { draft: ofHeader(() => ({ crit: ['b64'], b64: true })) },
  'a crit that names what is not': {
    draft: ofHeader((_, random) => ({ crit: pick<unknown>([['x'], [], 'b64', null], random), x: 1 })),
  },
  'an octet order mark': { text: inPart((part) => base64url(`\uFEFF${decoded(part)}`)) },
};
