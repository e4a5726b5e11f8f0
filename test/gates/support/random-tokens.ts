/** A seed -> tokens without end, each with one mutation and the keys beside it: the same ones for the same seed. */

import type { JsonWebKey } from '@proofkey/core';
import { claims, inputOf } from './signature-cases.ts';
import { base64url, KEYS, publicOf, signatureOf } from './signing.ts';
import { type Draft, MUTATIONS, type Mutation, type Random } from './token-mutations.ts';

export type Mutated = {
  /** What was done to it. */
  readonly what: string;
  readonly jwt: string;
  readonly keys: readonly JsonWebKey[];
};

/** The generator "mulberry32": 32 bits of state. @returns whole numbers below a limit */
export function seeded(seed: number): Random {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

function draftOf(alg: string, random: Random): Draft {
  const [right, other] = KEYS[alg] ?? ['rsa', 'rsa'];
  const others = [publicOf(other, { kid: 'b' }), publicOf('p256', { kid: 'c' })].slice(random(3));
  const header = { alg, ...(random(2) && { typ: 'JWT' }), ...(random(4) && { kid: 'a' }) };
  return { alg, header, signer: right, keys: [publicOf(right, { kid: 'a' }), ...others] };
}

/** Signatures that begin with a zero are rare, and so kept. */
const found = new Map<string, readonly [input: string, signature: Buffer]>();
const MOST_TRIED = 10_000;

function signedAs(key: string, { wanted }: Mutation, sign: (count: number) => readonly [string, Buffer]) {
  const first = found.get(key) ?? sign(0);
  if (wanted === undefined) return first;
  for (let count = 1, one = first; count < MOST_TRIED; one = sign(count++)) {
    if (!wanted(one[1])) continue;
    found.set(key, one);
    return one;
  }
  throw new Error(`${key}: there is no such signature`);
}

/** One token for every mutation and every algorithm that it fits, in random details. */
export function* round(random: Random): Generator<Mutated> {
  for (const [what, mutation] of Object.entries(MUTATIONS)) {
    for (const alg of Object.keys(KEYS).filter((one) => mutation.of?.test(one) ?? true)) {
      const plain = draftOf(alg, random);
      const draft: Draft = { ...plain, ...mutation.draft?.(plain, random) };
      const jti = random(2 ** 30);
      const sign = (count: number) => {
        const input = inputOf(draft.header, { ...claims, jti, count });
        return [input, signatureOf(input, alg, draft.signer)] as const;
      };
      const [input, signature] = signedAs(`${what}: ${alg}`, mutation, sign);
      const seal = mutation.seal?.(signature, random, draft, input) ?? signature;
      const jwt = `${input}.${base64url(seal)}`;
      yield { what, jwt: mutation.text?.(jwt, random) ?? jwt, keys: draft.keys };
    }
  }
}
