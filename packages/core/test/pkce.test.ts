/** PKCE. RFC 7636. The rows of the vector file (pkce-...) are run by vectors.test.ts; these are their neighbours. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type CodeVerifier,
  codeChallengeFor,
  codeVerifierFrom,
  createTransaction,
  ENTROPY_LENGTH,
  isCodeVerifier,
} from '../src/index.ts';
import { sha256 } from '../src/pkce.ts';
import { entropyOf, NOW, opened, optionsOf, sent, settingsOf, transactionOf, untyped } from './support/login.ts';
import { outcomeOf, valueIn } from './support/result.ts';

const challenge = (verifier: unknown): string => valueIn(codeChallengeFor(verifier as CodeVerifier));
const made = (entropy: Uint8Array): string => outcomeOf(createTransaction(settingsOf(), optionsOf(), entropy, NOW));

describe('code verifier', () => {
  test('PK-02 is 43 characters made of 32 octets', () => {
    expect(transactionOf().codeVerifier).toMatch(/^[\w-]{43}$/);
    expect(transactionOf().codeVerifier).toBe(Buffer.from(entropyOf().subarray(0, 32)).toString('base64url'));
  });

  test.each([
    [31, 'insufficient_entropy'],
    [32, 'accepted'],
    [96, 'accepted'],
    [97, 'insufficient_entropy'],
    [0, 'insufficient_entropy'],
  ])('PK-02 %i octets are %s for a verifier', (length, outcome) => {
    expect(outcomeOf(codeVerifierFrom(new Uint8Array(length).fill(7)))).toBe(outcome);
  });

  test.each([
    [32, 43],
    [96, 128],
  ])('PK-03 %i octets give %i characters', (octets, characters) => {
    expect(valueIn(codeVerifierFrom(new Uint8Array(octets).fill(255)))).toHaveLength(characters);
  });

  test.each([
    ['42 characters', 'a'.repeat(42), false],
    ['43 characters', 'a'.repeat(43), true],
    ['128 characters', 'a'.repeat(128), true],
    ['129 characters', 'a'.repeat(129), false],
    ['every unreserved mark', '-._~'.repeat(11), true],
    ['a line feed in the middle', `${'a'.repeat(30)}\n${'a'.repeat(20)}`, false],
    ['a line feed at the end', `${'a'.repeat(43)}\n`, false],
    ['a NUL', `${'a'.repeat(43)}\0`, false],
    ['a colon', `${'a'.repeat(43)}:`, false],
    ['an ampersand', `${'a'.repeat(43)}&`, false],
    ['a full-width letter', `${'a'.repeat(43)}\uff21`, false],
    ['undefined', undefined, false],
    ['true', true, false],
    ['an object', { length: 43 }, false],
    ['an array of one verifier', ['a'.repeat(43)], false],
    ['a String object', Object('a'.repeat(43)), false],
  ])('PK-03 a verifier may hold %s: %#', (_what, verifier, is) => {
    expect(isCodeVerifier(verifier)).toBe(is);
    expect(outcomeOf(codeChallengeFor(verifier as CodeVerifier))).toBe(is ? 'accepted' : 'invalid_code_verifier');
  });

  test('PK-01 every login has a verifier, a state, a nonce and a login id of its own', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const { codeVerifier, state, nonce, loginId } = transactionOf({}, {}, seed);
      for (const one of [codeVerifier, state, nonce, loginId]) seen.add(one as string);
    }
    expect(seen.size).toBe(800);
  });

  test('PK-11 leaves through no URL: neither the verifier nor its octets', () => {
    const { codeVerifier } = transactionOf();
    expect(opened()).toContain('code_challenge=');
    expect(opened()).not.toContain(codeVerifier);
    expect(opened()).not.toContain(Buffer.from(entropyOf().subarray(0, 32)).toString('hex'));
  });
});

describe('code challenge', () => {
  test.each([43, 44, 63, 64, 65, 119, 128])('PK-04 is the S256 of a verifier of %i characters', (length) => {
    const verifier = 'Az09-._~'.repeat(16).slice(0, length);
    expect(challenge(verifier)).toBe(createHash('sha256').update(verifier, 'ascii').digest('base64url'));
  });

  test.each(['', 'abc', 'a'.repeat(55), 'a'.repeat(56), 'a'.repeat(64)])('PK-04 hashes %j as SHA-256 does', (text) => {
    expect(Buffer.from(sha256(text)).toString('hex')).toBe(createHash('sha256').update(text).digest('hex'));
  });

  test('PK-04 hashes the text, not the octets that it was made from, and adds no padding', () => {
    const { codeVerifier } = transactionOf();
    const ofOctets = createHash('sha256').update(Buffer.from(codeVerifier, 'base64url')).digest('base64url');
    expect(challenge(codeVerifier)).not.toBe(ofOctets);
    expect(challenge(codeVerifier)).toMatch(/^[\w-]{43}$/);
  });

  test('PK-05 is sent with the method S256, once each', () => {
    const url = opened();
    expect(url.match(/[?&]code_challenge_method=S256(&|$)/g)).toHaveLength(1);
    expect(url.match(/[?&]code_challenge=/g)).toHaveLength(1);
    expect(sent().get('code_challenge')).toBe(challenge(transactionOf().codeVerifier));
  });

  test.each(['plain', 's256', 'S512', ''])('PK-05 no caller can ask for the method %j', (method) => {
    const url = opened(untyped({ codeChallengeMethod: method, code_challenge_method: method }));
    expect(url).not.toMatch(/code_challenge_method=(?!S256)/);
    expect(opened({ extra: { code_challenge_method: method } })).toBe('reserved_parameter');
  });

  test.each([false, null, 0, 'off'])('PK-06 no caller can switch it off with %j', (off) => {
    const url = opened(untyped({}), settingsOf(untyped({ pkce: off, usePkce: off, codeChallengeMethod: off })));
    expect(url).toContain('code_challenge_method=S256');
  });

  test('PK-11 a transaction with a broken verifier has no challenge', () => {
    const broken = { ...transactionOf(), codeVerifier: 'short' as CodeVerifier };
    expect(outcomeOf(codeChallengeFor(broken.codeVerifier))).toBe('invalid_code_verifier');
  });
});

describe('entropy', () => {
  test.each([
    ['nothing', new Uint8Array()],
    ['one octet too few', entropyOf().subarray(1)],
    ['one octet too many', Uint8Array.from([...entropyOf(), 1])],
    ['zeros', new Uint8Array(ENTROPY_LENGTH)],
    ['a constant', new Uint8Array(ENTROPY_LENGTH).fill(171)],
    ['a short cycle', Uint8Array.from({ length: ENTROPY_LENGTH }, (_, index) => index % 47)],
  ])('PK-02 refuses %s (AT-25)', (_what, entropy) => {
    expect(made(entropy)).toBe('insufficient_entropy');
  });

  test('PK-02 accepts what a sound source gives', () => {
    expect(made(entropyOf())).toBe('accepted');
    expect(made(Uint8Array.from({ length: ENTROPY_LENGTH }, (_, index) => index % 48))).toBe('accepted');
  });

  test('AR-07 AR-09 state and nonce have 256 bits each and differ from each other and from the verifier', () => {
    const { state, nonce, codeVerifier, loginId } = transactionOf();
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(nonce).toMatch(/^[\w-]{43}$/);
    expect(new Set([state, nonce, codeVerifier]).size).toBe(3);
    for (const one of [state, nonce, codeVerifier]) expect(one).not.toContain(loginId);
  });
});
