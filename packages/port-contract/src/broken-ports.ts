/** Ports that break one promise each -> proof that the contract notices. */
import { brokenClocks } from './broken-clocks.ts';
import { brokenDigests } from './broken-digests.ts';
import { brokenLocks, brokenRandomSources } from './broken-in-process.ts';
import type { BrokenPort } from './broken-port.ts';
import { brokenResourceFetches } from './broken-resource-fetches.ts';
import { brokenStores } from './broken-stores.ts';
import { brokenTransports } from './broken-transports.ts';
import { brokenUserAgents } from './broken-user-agents.ts';
import { brokenVerifiers } from './broken-verifiers.ts';

/**
 * Ports with the faults that adapters have had: each fails exactly the tests that it names.
 *
 * Run the contract against them where you run it in a way of your own, to see that your way notices failures.
 */
export const brokenPorts: readonly BrokenPort[] = [
  ...brokenStores,
  ...brokenLocks,
  ...brokenClocks,
  ...brokenRandomSources,
  ...brokenDigests,
  ...brokenUserAgents,
  ...brokenTransports,
  ...brokenResourceFetches,
  ...brokenVerifiers,
];
