/** Random octets -> fit to make secrets of, or not. RFC 7636, section 7.1. */

/** Octets that one login takes from the platform's random source: verifier, state and nonce 32 each, login id 16. */
export const ENTROPY_LENGTH = 112;

/** A sound source gives about 91 different octets in all, and 30 in each part; a stuck or repeating one far fewer. */
const LEAST_DIFFERENT = 48;
const LEAST_DIFFERENT_IN_A_PART = 16;

/** A counter cannot be told from random octets; a source that is stuck, repeats itself or fills only a part can. */
// Not instanceof: the octets may come from another realm, as in a test runner.
export const isSoundEntropy = (octets: Uint8Array): boolean =>
  ArrayBuffer.isView(octets) &&
  octets.length === ENTROPY_LENGTH &&
  new Set(octets).size >= LEAST_DIFFERENT &&
  [0, 32, 64].every((start) => new Set(octets.subarray(start, start + 32)).size >= LEAST_DIFFERENT_IN_A_PART);
