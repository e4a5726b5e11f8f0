/** One stage for one way of attacking: the server, the attacker's server, the stores, and the clients of a victim. */
import { PassThrough } from 'node:stream';
import { createClient, type LoginRequest, type Ports } from '@proofkey/client';
import { createMockLogin, type LoginServer } from '@proofkey/msw';
import {
  createNodeClient,
  isProofkeyError,
  type NodeClient,
  type NodeSettings,
  type RedactedStep,
} from '@proofkey/node';
import { nodePorts } from '../../packages/node/src/node-client.ts';
import type { Hostility } from './case.ts';
import { KEY } from './forged.ts';
import { type VisibleStore, visibleStore } from './visible-store.ts';
import { startWire, type Wire } from './wire.ts';

export const CLIENT_ID = 's6BhdRkqt3';
export const SUB = '248289761001';
const SCOPE = ['openid', 'profile', 'offline_access'];

/** A login that waits for its callback. */
export type Begun = {
  readonly url: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly outcome: Promise<unknown>;
  cancel(): void;
};

/** A client that lacks one of the defences, to see that the table can fail. */
export type Careless = {
  readonly ports?: (ports: Ports, stage: Stage) => Ports;
  readonly client?: (client: NodeClient, stage: Stage) => NodeClient;
};

export type Adjust = (ports: Ports) => Ports;

export type Stage = {
  readonly as: LoginServer;
  readonly wire: Wire;
  readonly attacker: Wire;
  readonly transactions: VisibleStore;
  readonly sessions: VisibleStore;
  /** The client that everything happens to. */
  readonly client: NodeClient;
  /** Everything that was thrown at the application. */
  readonly errors: unknown[];
  readonly steps: RedactedStep[];
  /** The pages that the listeners of the logins showed. */
  readonly pages: string[];
  /** All that were made, the attacked one included. */
  clients(): readonly NodeClient[];
  isHostile(): boolean;
  /** Where the logins print to. */
  readonly output: PassThrough;
  /** What the terminal shows, without the addresses that the person has to open. */
  printed(): string;
  /** Another client of the same program: same stores, unless it has its own. */
  clientOf(more?: Partial<NodeSettings>, adjust?: Adjust): NodeClient;
  /** @returns when the browser would be opened; rejects with what the login rejects with before that */
  begin(client?: NodeClient, request?: LoginRequest): Promise<Begun>;
  turn(hostility?: Hostility): void;
  /** The code of the failure, or `otherwise`. What is thrown is kept, and looked through for secrets. */
  codeOf(task: PromiseLike<unknown> | (() => unknown), otherwise?: string): Promise<string>;
  close(): Promise<void>;
};

/** What an attacker would answer: looks good, and leads to him. */
const LURE = { access_token: 'attackers-access-token', token_type: 'Bearer', refresh_token: 'attackers-refresh-token' };

export async function openStage(careless: Careless = {}): Promise<Stage> {
  let as: LoginServer | undefined;
  const placeOf = (path: string): string => {
    if (path.startsWith('/.well-known/o')) return 'metadata';
    const { tokenEndpoint, jwksUri, userinfoEndpoint, authorizationEndpoint } = as?.server ?? {};
    const places = {
      token: tokenEndpoint,
      keys: jwksUri,
      userinfo: userinfoEndpoint,
      authorize: authorizationEndpoint,
    };
    return Object.entries(places).find(([, url]) => url && new URL(url).pathname === path)?.[0] ?? path;
  };
  const wire = await startWire((issuer) => {
    const server = createMockLogin({ issuer, user: { sub: SUB, name: 'Jane Doe' }, keys: [KEY], person: 'automatic' });
    as = server;
    return server.fetch;
  }, placeOf);
  const attacker = await startWire(
    () => async () => Response.json(LURE),
    (path) => path,
  );
  if (as === undefined) throw new Error('there is no server');
  const server = as;

  const transactions = visibleStore();
  const sessions = visibleStore();
  const errors: unknown[] = [];
  const steps: RedactedStep[] = [];
  const opened: string[] = [];
  const cancels: AbortController[] = [];
  let text = '';
  let hostile = false;
  const output = new PassThrough();
  output.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const waiting = new Map<NodeClient, ((url: string) => void)[]>();

  function clientOf(more: Partial<NodeSettings> = {}, adjust?: Adjust): NodeClient {
    const queue: ((url: string) => void)[] = [];
    const settings = {
      issuer: wire.origin,
      clientId: CLIENT_ID,
      scope: SCOPE,
      transactionStore: transactions,
      sessionStore: sessions,
      terminal: { output },
      onStep: (step) => void steps.push(step),
      openBrowser(url) {
        opened.push(url);
        queue.shift()?.(url);
      },
      ...more,
      ...(more.server && { issuer: undefined }),
    } as NodeSettings;
    const { ports } = careless;
    const changed = (own: Ports): Ports => ports?.(adjust?.(own) ?? own, stage) ?? adjust?.(own) ?? own;
    // Without another port the very one that everybody uses.
    const client =
      adjust || ports
        ? (createClient(settings, changed(nodePorts(settings))) as NodeClient)
        : createNodeClient(settings);
    const used = careless.client?.(client, stage) ?? client;
    waiting.set(used, queue);
    return used;
  }

  const stage: Omit<Stage, 'client'> & { client: NodeClient } = {
    as: server,
    wire,
    attacker,
    transactions,
    sessions,
    client: undefined as unknown as NodeClient,
    errors,
    steps,
    pages: [],
    clients: () => [...waiting.keys()],
    output,
    isHostile: () => hostile,
    printed: () => opened.reduce((left, url) => left.replaceAll(new URL(url).href, ''), text),
    clientOf,
    async begin(client = stage.client, request = {}) {
      const cancel = new AbortController();
      cancels.push(cancel);
      const shown = new Promise<string>((resolve) => waiting.get(client)?.push(resolve));
      const outcome = client.login({ cancel: cancel.signal, ...request });
      outcome.catch(() => {});
      // A login that ended without a browser has failed, and says why.
      const url = await Promise.race([shown, outcome.then(() => '')]);
      const { searchParams } = new URL(url);
      const named = (name: string): string => searchParams.get(name) ?? '';
      return {
        url,
        redirectUri: named('redirect_uri'),
        state: named('state'),
        outcome,
        cancel: () => cancel.abort(),
      };
    },
    turn({ deviations = [], replies = {} } = {}) {
      hostile = deviations.length > 0 || Object.keys(replies).length > 0;
      server.honest();
      server.deviate(...deviations);
      wire.spoil(replies);
    },
    async codeOf(task, otherwise = 'logged_in') {
      try {
        await (typeof task === 'function' ? task() : task);
        return otherwise;
      } catch (error) {
        errors.push(error);
        return isProofkeyError(error) ? error.failure.code : `${Object(error).name}`;
      }
    },
    async close() {
      for (const cancel of cancels) cancel.abort();
      await Promise.all([wire.close(), attacker.close()]);
    },
  };
  stage.client = clientOf();
  return stage;
}
