/** All promises of all ports. Each is a row that any test runner can run. */
import { clock } from './clock.ts';
import { digest } from './digest.ts';
import { lock } from './lock.ts';
import { randomSource } from './random-source.ts';
import { resourceFetch } from './resource-fetch.ts';
import { signatureVerifier } from './signature-verifier.ts';
import { stores } from './stores.ts';
import type { ContractTest } from './subject.ts';
import { transport } from './transport.ts';
import { userAgent } from './user-agent.ts';

/**
 * The contract: what has to be true of a platform's ports before the client can keep its own promises.
 *
 * Use `describePorts` to run it, or walk it yourself where there is no test runner.
 */
export const contract: readonly ContractTest[] = [
  ...stores,
  ...lock,
  ...clock,
  ...randomSource,
  ...digest,
  ...userAgent,
  ...transport,
  ...resourceFetch,
  ...signatureVerifier,
];
