/** Thousands of tokens, right and mutated -> what we say about each, and what jose says. They differ as listed. */
import { webcrypto } from 'node:crypto';
import { webCryptoVerifier } from '@proofkey/client';
import * as core from '@proofkey/core';
import * as curves from '@proofkey/core/curves';
import * as pure from '@proofkey/core/pure-verifier';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyOptions, jwtVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Mutated, round, seeded } from './support/random-tokens.ts';
import { claims, given, received } from './support/signature-cases.ts';
import { type Case, checkBy, checkPure, type Outcome } from './support/signatures-inside.ts';
import { KEYS } from './support/signing.ts';
import { MUTATIONS } from './support/token-mutations.ts';

const SEED = 20260101;
const LEAST_TOKENS = 5000;

type Difference = 'jose accepts' | 'we accept';

/** Where we decide otherwise than jose, and why. A difference that is not here fails, and so does one that is gone. */
const ARGUED: Readonly<Record<string, readonly [Difference, why: string]>> = {
  'a typ of another kind of token': [
    'jose accepts',
    'jose looks at `typ` when it is told to. An ID Token is never an access token or a logout token: RFC 8725, 3.11.',
  ],
  'a crit that names what is understood': [
    'jose accepts',
    'No ID Token has an extension that must be understood; RFC 7797 itself keeps its unencoded payloads out of JWTs.',
  ],
  'padding of the signature': [
    'jose accepts',
    'RFC 7515, section 2: base64url without padding. One token has one text, so that a list of used ones can be kept.',
  ],
  'unused bits of the signature': [
    'jose accepts',
    'The same: several texts for one signature. RFC 4648, section 3.5 lets a decoder refuse them.',
  ],
  'white space in the signature': ['jose accepts', 'RFC 7515, section 2 leaves no room for it; `atob` skips it.'],
  'a zero that was cut off in front': [
    'jose accepts',
    'RFC 8017, section 8.1.2: a signature has the length of the modulus. Node.js adds the zero for RSA-PSS.',
  ],
  'the modulus or a coordinate with a zero in front': [
    'jose accepts',
    'RFC 7518, sections 6.2.1.2 and 6.3.1.1. Node.js takes it, Chromium does not; here a key is the same everywhere.',
  ],
  'an exponent with a zero in front': ['jose accepts', 'RFC 7518, section 6.3.1.2, for the same reason.'],
  'padding of a member of the key': ['jose accepts', 'RFC 7518, section 6.3.1: base64url, for the same reason.'],
  'the other name of Ed25519 at the key': [
    'we accept',
    'RFC 9864, section 2.2 gave `EdDSA` with Ed25519 a name of its own. During the change servers mix both.',
  ],
};

const options: JWTVerifyOptions = {
  algorithms: Object.keys(KEYS),
  issuer: claims.iss,
  audience: claims.aud,
  currentDate: new Date(received * 1000),
};

async function joseAccepts({ jwt, keys }: Mutated): Promise<boolean> {
  const accepted = (): true => true;
  const refused = (): false => false;
  try {
    return await jwtVerify(jwt, createLocalJWKSet({ keys } as unknown as JSONWebKeySet), options).then(accepted);
  } catch (error) {
    // Several keys fit: jose leaves it to the caller to try them.
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return false;
    for await (const key of error) {
      if (await jwtVerify(jwt, key, options).then(accepted, refused)) return true;
    }
    return false;
  }
}

const rows: { readonly what: string; readonly jose: boolean; readonly platform: Outcome; readonly pure: Outcome }[] =
  [];

beforeAll(async () => {
  const random = seeded(SEED);
  const { verify } = webCryptoVerifier(webcrypto.subtle);
  while (rows.length < LEAST_TOKENS) {
    const tokens = [...round(random)];
    const cases = tokens.map(
      ({ what, jwt, keys }): Case => ({ id: what, alg: '', jwt, jwks: { keys }, given, now: received }),
    );
    const platform = await checkBy({ verify }, core, cases);
    const byHand = checkPure({ ...core, ...pure, ...curves }, cases);
    for (const [at, token] of tokens.entries()) {
      const [one = 'unknown', other = 'unknown'] = [platform[at], byHand[at]];
      rows.push({ what: token.what, jose: await joseAccepts(token), platform: one, pure: other });
    }
  }
});

/** What the outcomes of one verifier and of jose differ in: each once. */
const differences = (verifier: 'platform' | 'pure'): readonly string[] => {
  const different = rows.filter((row) => row[verifier] !== 'unknown' && (row[verifier] === 'accepted') !== row.jose);
  return [...new Set(different.map(({ what, jose }) => `${jose ? 'jose accepts' : 'we accept'}: ${what}`))].sort();
};

const argued = Object.entries(ARGUED).map(([what, [difference]]) => `${difference}: ${what}`);

describe('ID-05 thousands of random tokens', () => {
  test('are many, of every mutation, and both outcomes are common', () => {
    expect(rows.length).toBeGreaterThanOrEqual(LEAST_TOKENS);
    expect(new Set(rows.map(({ what }) => what))).toEqual(new Set(Object.keys(MUTATIONS)));
    const both = (accepted: boolean) =>
      rows.filter(({ jose, platform }) => jose === accepted && (platform === 'accepted') === accepted).length;
    expect([both(true) > LEAST_TOKENS / 6, both(false) > LEAST_TOKENS / 2]).toEqual([true, true]);
    // Pure code knows no RSA-PSS and no P-521, and of the others it checked as many.
    expect(rows.filter(({ pure: outcome }) => outcome === 'accepted').length).toBeGreaterThan(LEAST_TOKENS / 10);
  });

  test('WebCrypto accepts and refuses them as jose does, but for what is argued', () => {
    expect(differences('platform')).toEqual([...argued].sort());
  });

  test('the pure verifier too; it cuts and adds nothing itself', () => {
    expect(differences('pure')).toEqual(argued.filter((one) => !one.endsWith('cut off in front')).sort());
  });

  test('the two verifiers agree on every token that both know', () => {
    const known = rows.filter(({ pure: outcome }) => outcome !== 'unknown');
    expect(known.filter((row) => row.platform !== row.pure)).toEqual([]);
  });

  test('every argument is one', () => {
    for (const [what, [, why]] of Object.entries(ARGUED)) {
      expect(Object.keys(MUTATIONS)).toContain(what);
      expect(why).toMatch(/^(?=.{40}).*RFC \d{4}/);
    }
  });
});
