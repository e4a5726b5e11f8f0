/** The promises of a random source: as long as asked, fresh, and random in every bit. RFC 7636, section 7.1. */
import type { RandomSource } from '@proofkey/client';
import { ENTROPY_LENGTH } from '@proofkey/core';
import { contractTest, expectSame, expectThat } from './expect.ts';
import type { ContractTest } from './subject.ts';

const DRAWS = 64;
const LONG = 256;
/** Of 64 draws an octet takes about 57 different values; a sound source stays above this in any lifetime. */
const LEAST_DIFFERENT = 24;
const SECURE = 'Use the cryptographic random source of the platform, and nothing on top of it.';

/** Chances of a wrong verdict about a sound source are below 2 to the power of -60 in each test. */
export const randomSource: readonly ContractTest[] = [
  contractTest('randomSource', 'gives exactly as many octets as it was asked for', [], async (port) => {
    for (const length of [1, 32, ENTROPY_LENGTH, 1000]) {
      const octets: unknown = await port.octets(length);
      // Not instanceof: the octets may come from another realm, as in a test runner.
      const tag = Object.prototype.toString.call(octets);
      expectSame(tag, '[object Uint8Array]', 'Octets are a Uint8Array: no text, no array of numbers.');
      expectSame((octets as Uint8Array).length, length, 'Give all octets that were asked for, and no more.');
    }
  }),
  contractTest('randomSource', 'never gives the same octets twice', [], async (port) => {
    const drawn = await draws(port, DRAWS, 16);
    expectSame(new Set(drawn.map(String)).size, DRAWS, SECURE);
  }),
  contractTest('randomSource', 'leaves the octets alone that it gave before', [], async (port) => {
    const octets = await port.octets(32);
    const before = String(octets);
    await port.octets(32);
    expectSame(String(octets), before, 'Fill a new array for each draw: the old one is a secret in use.');
  }),
  contractTest('randomSource', 'changes every octet from draw to draw', [], async (port) => {
    const drawn = await draws(port, DRAWS, 32);
    for (let position = 0; position < 32; position += 1) {
      const different = new Set(drawn.map((octets) => octets[position])).size;
      const expected = `${LEAST_DIFFERENT} or more different values at octet ${position}`;
      expectThat(different >= LEAST_DIFFERENT, expected, different, SECURE);
    }
  }),
  contractTest('randomSource', 'gives octets that do not follow from each other', [], async (port) => {
    for (const octets of await draws(port, 4, LONG)) {
      const steps = octets.map((octet, index) => octet - (octets[index - 1] ?? 0));
      const different = new Set(steps).size;
      expectThat(different >= LEAST_DIFFERENT, 'no fixed step from octet to octet', `${different} steps`, SECURE);
    }
  }),
  contractTest('randomSource', 'uses every value of an octet', [], async (port) => {
    const seen = new Set((await draws(port, DRAWS, LONG)).flatMap((octets) => [...octets]));
    expectSame(seen.size, 256, `An octet has 256 values: text and digits have fewer. ${SECURE}`);
  }),
  contractTest('randomSource', 'sets each bit half of the time', [], async (port) => {
    const octets = (await draws(port, DRAWS, LONG)).flatMap((drawn) => [...drawn]);
    for (let bit = 0; bit < 8; bit += 1) {
      const share = octets.filter((octet) => (octet & (1 << bit)) !== 0).length / octets.length;
      expectThat(share > 0.44 && share < 0.56, `bit ${bit} to be set half of the time`, share, SECURE);
    }
  }),
];

/** Copied, so that a source that reuses its array fails only the test of that. */
async function draws(port: RandomSource, count: number, length: number): Promise<Uint8Array[]> {
  const drawn: Uint8Array[] = [];
  for (let draw = 0; draw < count; draw += 1) drawn.push(Uint8Array.from(await port.octets(length)));
  return drawn;
}
