/** Issuer -> its metadata and its keys, fetched once for all who ask. OpenID Connect Discovery 1.0; RFC 8414. */
import {
  type Answer,
  beginFetch,
  findKeys,
  type GetKeys,
  isCurrent,
  type JsonWebKey,
  type KnownKeys,
  keySetRequest,
  locate,
  type Result,
  receiveKeys,
  refusalOf,
  type ServerMetadata,
  type ServerState,
  selectKeys,
  startServer,
  stepServer,
} from '@proofkey/core';
import { ProofkeyError } from './error.ts';
import { isPortError, PortError } from './port-error.ts';
import type { AbortSignalLike, Ports } from './ports.ts';
import { sendOver } from './request.ts';
import type { Settings } from './settings.ts';
import { addressOf, type Tell } from './step.ts';

export type Server = {
  /**
   * Where the server is, kept for as long as the core says.
   *
   * @throws ProofkeyError `network_error`, `user_cancelled`, or what `stepServer` refuses
   */
  metadata(cancel?: AbortSignalLike): Promise<ServerMetadata>;
  /**
   * The keys that may have made a signature, or why there are none.
   *
   * @throws PortError `key_set_unavailable`, `user_cancelled`
   */
  keys(wanted: GetKeys, cancel?: AbortSignalLike): Promise<Result<readonly JsonWebKey[]>>;
  /** Forgets all that the server said. */
  forget(): void;
};

type Known = Extract<ServerState, { readonly status: 'known' }>;

export function serverOf(settings: Settings<unknown>, ports: Ports, tell: Tell): Server {
  let known: Promise<Known> | undefined;
  let keySets = new Map<string, KnownKeys>();
  const fetches = new Map<string, Promise<Result<KnownKeys>>>();

  async function discover(issuer: string): Promise<Known> {
    let cause: unknown;
    let at: string | undefined;
    let { state, effects } = startServer(issuer);
    for (let effect = effects[0]; effect?.type === 'send_request'; effect = effects[0]) {
      at = addressOf(effect.request);
      const sending = sendOver(ports, tell, effect.purpose, effect.request);
      const answer: Answer = await sending.then(
        (answered) => ({ type: 'response_received', ...answered }),
        (error) => {
          cause = error;
          return { type: 'effect_failed', effect: 'send_request', code: 'network_error' };
        },
      );
      ({ state, effects } = stepServer(state, answer));
    }
    if (state.status === 'known') return state;
    throw new ProofkeyError(locate(state.status === 'failed' ? state.failure : NOT_EXPECTED, { at }), cause);
  }

  /** Shared by all who ask while it is under way; whoever asks after a failure tries again. */
  function discovered(issuer: string): Promise<Known> {
    const mine = known ?? discover(issuer);
    known = mine;
    mine.catch(() => {
      if (known === mine) known = undefined;
    });
    return mine;
  }

  async function find(issuer: string): Promise<ServerMetadata> {
    const held = known;
    const first = await discovered(issuer);
    const isOver = held !== undefined && !isCurrent(first, ports.clock.now());
    if (isOver && known === held) known = undefined;
    const { server } = isOver ? await discovered(issuer) : first;
    const { vendorLogoutEndpoint } = settings;
    return vendorLogoutEndpoint === undefined ? server : { ...server, vendorLogoutEndpoint };
  }

  async function fetchKeys(jwksUri: string): Promise<Result<KnownKeys>> {
    const kept = keySets;
    const before = beginFetch(kept.get(jwksUri), ports.clock.now());
    if (before) kept.set(jwksUri, before);
    const sending = sendOver(ports, tell, 'key_set', keySetRequest(jwksUri));
    const { response, now } = await sending.catch((error: unknown) => {
      throw new PortError('key_set_unavailable', { system: isPortError(error) ? error.system : undefined });
    });
    const received = receiveKeys(before, response, now);
    if (received.ok) kept.set(jwksUri, received.value);
    return received;
  }

  return {
    metadata: (cancel) =>
      settings.server === undefined
        ? unlessCancelled(find(settings.issuer), new ProofkeyError(CANCELLED), cancel)
        : Promise.resolve(settings.server),

    async keys(wanted, cancel) {
      const { jwksUri } = wanted;
      const held = findKeys(keySets.get(jwksUri), wanted, ports.clock.now());
      const underWay = fetches.get(jwksUri);
      // What is being fetched for others may hold the key.
      if (held && (held.ok || !underWay)) return held;
      const fetching = underWay ?? fetchKeys(jwksUri).finally(() => fetches.delete(jwksUri));
      fetches.set(jwksUri, fetching);
      const fetched = await unlessCancelled(fetching, new PortError('user_cancelled'), cancel);
      return fetched.ok ? selectKeys(fetched.value.keys, wanted) : fetched;
    },

    forget() {
      known = undefined;
      // What still arrives is kept where nobody looks any more.
      keySets = new Map();
    },
  };
}

/** Others may be waiting for the same answer: whoever gives up stops waiting, and nothing else. */
function unlessCancelled<T>(answer: Promise<T>, error: Error, cancel?: AbortSignalLike): Promise<T> {
  if (cancel === undefined) return answer;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(error);
    cancel.addEventListener('abort', giveUp, { once: true });
    if (cancel.aborted) giveUp();
    answer.then(resolve, reject).finally(() => cancel.removeEventListener('abort', giveUp));
  });
}

const { failure: CANCELLED } = refusalOf('effect_failed', 'user_cancelled', 'none');
const { failure: NOT_EXPECTED } = refusalOf('misuse', 'answer_not_expected', 'report');
