/** Issuer -> its metadata, fetched once. OpenID Connect Discovery 1.0, section 4. */
import { metadataRequest, readServerMetadata, refusalOf, type ServerMetadata } from '@proofkey/core';
import { ProofkeyError, valueIn } from './error.ts';
import type { AbortSignalLike, Ports } from './ports.ts';
import { ask } from './request.ts';
import type { Settings } from './settings.ts';
import type { Tell } from './step.ts';

/**
 * Where the server is. Callers at the same time share one request, and what was good is kept while the client lives.
 *
 * @returns a function that rejects with `network_error`, `user_cancelled`, or what `readServerMetadata` refuses
 */
export function serverOf(
  settings: Settings,
  ports: Ports,
  tell: Tell,
): (cancel?: AbortSignalLike) => Promise<ServerMetadata> {
  let known: Promise<ServerMetadata> | undefined;
  function discover(issuer: string): Promise<ServerMetadata> {
    const request = valueIn(metadataRequest(issuer));
    return ask(ports, tell, 'metadata', request, (response) => readServerMetadata(response, issuer));
  }
  const find = async (): Promise<ServerMetadata> => {
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
  return (cancel) => unlessCancelled(find(), cancel);
}

/** Others may be waiting for the same metadata: whoever gives up stops waiting, and nothing else. */
function unlessCancelled(metadata: Promise<ServerMetadata>, cancel?: AbortSignalLike): Promise<ServerMetadata> {
  if (cancel === undefined) return metadata;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new ProofkeyError(CANCELLED.failure));
    cancel.addEventListener('abort', giveUp, { once: true });
    if (cancel.aborted) giveUp();
    metadata.then(resolve, reject).finally(() => cancel.removeEventListener('abort', giveUp));
  });
}

const CANCELLED = refusalOf('effect_failed', 'user_cancelled', 'none');
