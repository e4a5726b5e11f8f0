/** The promises of a digest: the octets that FIPS 180-4 writes, of any ASCII text. RFC 7636, appendix B. */
import { type DigestAlgorithm, encodeBase64url } from '@proofkey/core';
import { contractTest, expectSame, expectThat } from './expect.ts';
import type { ContractTest } from './subject.ts';

type Known = readonly [algorithm: DigestAlgorithm, ascii: string, digest: string];

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
/** The examples of FIPS 180 that are longer than one block. */
const TWO_BLOCKS = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq';
const TWO_LONG_BLOCKS = [
  'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn',
  'hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
].join('');
const LONG_384 = 'CTMMM_cRR-g9GS_Hgs0bR1MRGxc7OwXSL6CAhuOw9xL8x8caVX4tuWbD6fqRdGA5';
const LONG_512 = 'jpWbddrjE9qM9PcoFPwUP493ecbrn3-hcpmurbaIkBhQHSieSQD35DMbmd7EtUM6x9Mp7rbdJlReluVbh0vpCQ';

const KNOWN: readonly Known[] = [
  ['SHA-256', VERIFIER, 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
  ['SHA-256', 'abc', 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0'],
  ['SHA-256', TWO_BLOCKS, 'JI1qYdIGOLjlwCaTDD5gOaM85Flk_yFn9uzt1BnbBsE'],
  ['SHA-384', 'abc', 'ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP_W-2AhgcroefMI1i67KE0yCWn'],
  ['SHA-384', TWO_LONG_BLOCKS, LONG_384],
  ['SHA-512', 'abc', '3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6PCOj_uu9RU1EI2Q86A4qmslPpUyknw'],
  ['SHA-512', TWO_LONG_BLOCKS, LONG_512],
];

const EMPTY: readonly Known[] = [
  ['SHA-256', '', '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'],
  ['SHA-384', '', 'OLBgp1GsljhM2TJ-sbHjaiH9txEUvgdDTAzHv2P24donTt6_529l-9Ua0vFImLlb'],
  ['SHA-512', '', 'z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg_SpIdNs6c5H0NE8XYXysP-DGNKHfuwvY7kxvUdBeoGlODJ6-SfaPg'],
];

const ASCII = String.fromCharCode(...Array(128).keys());
const EVERY_CHARACTER: Known = ['SHA-256', ASCII, 'Rx-5Q6ojxRH29y-NFlLZyIDPo5KtgFAxIFR3A-VqK-U'];

/** Longer than any token, and than what a platform may take in one piece. */
const LONG: Known = ['SHA-256', 'a'.repeat(100_000), 'bRzyLXzAmwhd_CXuGh864CZYBMYHvCB0rSU7zIL9ge4'];

const LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 };
const ALGORITHMS = Object.keys(LENGTHS) as DigestAlgorithm[];
const EXACT = 'Hash each character of the text as one octet, all of them, with the algorithm that is asked for.';

/** Also of a buffer, which fails the test of that alone. */
const textOf = (octets: Uint8Array): string => encodeBase64url(new Uint8Array(octets));

const hashes = (sentence: string, known: readonly Known[]): ContractTest =>
  contractTest('digest', sentence, [], async (digest) => {
    for (const [algorithm, ascii, expected] of known)
      expectSame(textOf(await digest(algorithm, ascii)), expected, `${algorithm}: ${EXACT}`);
  });

export const digest: readonly ContractTest[] = [
  contractTest('digest', 'gives 32, 48 or 64 octets', [], async (digest) => {
    for (const algorithm of ALGORITHMS) {
      const octets: unknown = await digest(algorithm, 'abc');
      // Not instanceof: the octets may come from another realm, as in a test runner.
      const tag = Object.prototype.toString.call(octets);
      expectSame(tag, '[object Uint8Array]', 'A digest is a Uint8Array: no text, and no ArrayBuffer as of WebCrypto.');
      expectSame((octets as Uint8Array).length, LENGTHS[algorithm], `All octets of ${algorithm}, and no more.`);
    }
  }),
  ...ALGORITHMS.map((algorithm) =>
    hashes(
      `hashes the published examples with ${algorithm}`,
      KNOWN.filter(([of]) => of === algorithm),
    ),
  ),
  hashes('hashes an empty text', EMPTY),
  hashes('hashes every character of ASCII', [EVERY_CHARACTER]),
  hashes('hashes a long text', [LONG]),
  contractTest('digest', 'gives different digests for different texts', [], async (digest) => {
    const texts = [VERIFIER, VERIFIER.toLowerCase(), VERIFIER.slice(1), VERIFIER.slice(0, -1), `${VERIFIER}\n`];
    for (const algorithm of ALGORITHMS) {
      const made = new Set<string>();
      for (const text of texts) made.add(textOf(await digest(algorithm, text)));
      expectSame(made.size, texts.length, 'Two code verifiers with one challenge are one code verifier.');
    }
  }),
  contractTest('digest', 'keeps digests apart that are made at once', [], async (digest) => {
    const asked = [...KNOWN, ...EMPTY];
    const made = await Promise.all(asked.map(([algorithm, ascii]) => digest(algorithm, ascii)));
    const texts = made.map(textOf);
    const mixed = asked.findIndex(([, , expected], index) => texts[index] !== expected);
    const repair = 'Two logins may hash at once: share no state between calls.';
    expectThat(mixed === -1, 'the digest of each text', `another one for text ${mixed}`, repair);
  }),
  contractTest('digest', 'leaves the octets alone that it gave before', [], async (digest) => {
    const octets = await digest('SHA-256', 'abc');
    const before = textOf(octets);
    await digest('SHA-256', VERIFIER);
    expectSame(textOf(octets), before, 'Give a new array for each text.');
  }),
];
