/** Digests with one fault each, around the sound one of the ports in memory. */
import type { Digest } from '@proofkey/client';
import { type DigestAlgorithm, encodeBase64url } from '@proofkey/core';
import { type BrokenPort, brokenPort } from './broken-port.ts';

const OCTETS = 'gives 32, 48 or 64 octets';
const OF_256 = 'hashes the published examples with SHA-256';
const OF_384 = 'hashes the published examples with SHA-384';
const OF_512 = 'hashes the published examples with SHA-512';
const EMPTY = 'hashes an empty text';
const ASCII = 'hashes every character of ASCII';
const LONG = 'hashes a long text';
const DIFFERENT = 'gives different digests for different texts';
const APART = 'keeps digests apart that are made at once';
const ALONE = 'leaves the octets alone that it gave before';
const ALL_EXAMPLES = [OF_256, OF_384, OF_512, EMPTY, ASCII, LONG, APART];

const broken = (name: string, fails: readonly string[], spoil: (sound: Digest) => Digest): BrokenPort =>
  brokenPort('digest', `a digest ${name}`, fails, ({ digest }) => ({ ports: { digest: spoil(digest) } }));

/** Other octets in the place of those that the sound one gives. */
const giving = (spoil: (octets: Uint8Array, algorithm: DigestAlgorithm) => unknown) => (sound: Digest) =>
  (async (algorithm, ascii) => spoil(await sound(algorithm, ascii), algorithm)) as Digest;

/** Another text in the place of the one that is to be hashed. */
const hashing =
  (spoil: (ascii: string) => string) =>
  (sound: Digest): Digest =>
  (algorithm, ascii) =>
    sound(algorithm, spoil(ascii));

const hex = (octets: Uint8Array): string => [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('');

export const brokenDigests: readonly BrokenPort[] = [
  broken(
    'that gives a buffer',
    [OCTETS],
    giving((octets) => octets.slice().buffer),
  ),
  broken('that gives text in hexadecimal', [OCTETS, ...ALL_EXAMPLES, DIFFERENT], giving(hex)),
  broken('that gives text in base64url', [OCTETS, ...ALL_EXAMPLES, DIFFERENT], giving(encodeBase64url)),
  broken(
    'that is always the same',
    [...ALL_EXAMPLES, DIFFERENT],
    giving((octets) => octets.fill(7)),
  ),
  broken('that is SHA-256 whatever is asked for', [OCTETS, OF_384, OF_512, EMPTY, APART], (sound) => {
    return (_algorithm, ascii) => sound('SHA-256', ascii);
  }),
  broken('that is a piece of SHA-512', [OF_256, OF_384, EMPTY, ASCII, LONG, APART], (sound) => {
    return async (algorithm, ascii) => {
      const length = (await sound(algorithm, ascii)).length;
      return (await sound('SHA-512', ascii)).slice(0, length);
    };
  }),
  broken(
    'that begins with the last octet',
    ALL_EXAMPLES,
    giving((octets) => octets.slice().reverse()),
  ),
  broken(
    'that hashes two octets for a character',
    [OF_256, OF_384, OF_512, ASCII, LONG, APART],
    hashing((ascii) => [...ascii].join('\0')),
  ),
  broken(
    'that ends a text at its first zero',
    [ASCII],
    hashing((ascii) => ascii.split('\0', 1)[0] ?? ''),
  ),
  broken(
    'that hashes the first 64 KiB',
    [LONG],
    hashing((ascii) => ascii.slice(0, 65_536)),
  ),
  broken(
    'that takes no notice of white space at the end',
    [DIFFERENT],
    hashing((ascii) => ascii.trimEnd()),
  ),
  broken('that hashes nothing when there is nothing', [EMPTY, APART], (sound) => {
    return (algorithm, ascii) => (ascii === '' ? new Uint8Array() : sound(algorithm, ascii));
  }),
  broken('that hashes the text that came last', [APART], (sound) => {
    let last = '';
    return async (algorithm, ascii) => {
      last = ascii;
      await undefined;
      return sound(algorithm, last);
    };
  }),
  broken('that fills one array again and again', [APART, ALONE], (sound) => {
    const all = new Uint8Array(64);
    return async (algorithm, ascii) => {
      const octets = await sound(algorithm, ascii);
      all.set(octets);
      return all.subarray(0, octets.length);
    };
  }),
];
