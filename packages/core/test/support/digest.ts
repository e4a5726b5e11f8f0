/** ASCII text -> its digest, as a platform makes it. FIPS 180-4. */
import { createHash } from 'node:crypto';
import type { DigestAlgorithm } from '../../src/index.ts';

export const digestOf = (algorithm: DigestAlgorithm, ascii: string): Uint8Array =>
  Uint8Array.from(createHash(algorithm).update(ascii).digest());
