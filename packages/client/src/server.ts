/** Issuer -> its metadata, fetched once. OpenID Connect Discovery 1.0, section 4. */
import { metadataRequest, readServerMetadata, type ServerMetadata } from '@proofkey/core';
import { valueIn } from './error.ts';
import type { Ports } from './ports.ts';
import { ask } from './request.ts';
import type { Settings } from './settings.ts';
import type { Tell } from './step.ts';

/**
 * Where the server is. Callers at the same time share one request, and what was good is kept while the client lives.
 *
 * @returns a function that rejects with `network_error`, or what `readServerMetadata` refuses
 */
export function serverOf(settings: Settings, ports: Ports, tell: Tell): () => Promise<ServerMetadata> {
  let known: Promise<ServerMetadata> | undefined;
  function discover(issuer: string): Promise<ServerMetadata> {
    const request = valueIn(metadataRequest(issuer));
    return ask(ports, tell, 'metadata', request, (response) => readServerMetadata(response, issuer));
  }
  return async () => {
    if (settings.server !== undefined) return settings.server;
    const mine = known ?? discover(settings.issuer);
    known = mine;
    try {
      return await mine;
    } catch (error) {
      // The next caller tries again.
      if (known === mine) known = undefined;
      throw error;
    }
  };
}
