/** A platform in memory, and the pure authorization server of `@proofkey/msw`, which tells off whoever misuses it. */
import { randomBytes } from 'node:crypto';
import type { HttpRequest, HttpResponse, IdTokenClaims, NumericDate } from '@proofkey/core';
import type { Step, User } from '@proofkey/msw/authorization-server';
import { afterEach, expect } from 'vitest';
import { digestOf } from '../../core/test/support/digest.ts';
import { AuthorizationServer } from '../../core/test/support/server.ts';
import { type SigningKey, verifySignature } from '../../core/test/support/signing.ts';
import {
  type Client,
  type Clock,
  createClient,
  type KeyValueStore,
  type LoginRequest,
  type OpenRequest,
  PortError,
  type Ports,
  promiseLock,
  type UserAgentOutcome,
} from '../src/index.ts';

export const NOW = 1_800_000_000;
export const ISSUER = 'https://as.example';
export const REDIRECT_URI = 'https://app.example/callback';
export const clock = { now: () => NOW as NumericDate };

export const SETTINGS = {
  clientId: 'app',
  scope: ['openid', 'profile', 'offline_access'],
  server: {
    issuer: ISSUER,
    authorizationEndpoint: `${ISSUER}/authorize`,
    tokenEndpoint: `${ISSUER}/oauth/token`,
    jwksUri: `${ISSUER}/.well-known/jwks.json`,
    userinfoEndpoint: `${ISSUER}/userinfo`,
    issParameterSupported: true,
  },
  apis: ['https://api.example'],
};

/** The same server, found by its issuer. */
const { server: _, ...REST } = SETTINGS;
export const BY_ISSUER = { ...REST, issuer: ISSUER };
export const WELL_KNOWN = `${ISSUER}/.well-known/openid-configuration`;

const NAMES: Readonly<Record<string, string>> = { ada: 'Ada Lovelace', grace: 'Grace Hopper', eve: 'Eve' };
const userOfName = (sub: string): User => ({ sub, claims: { name: NAMES[sub] } });

/** Every server of the test that runs. */
const servers = new Set<Server>();

/** The authorization server. `secrets` collects everything that nobody may ever print. */
export class Server extends AuthorizationServer {
  readonly requests: HttpRequest[] = [];
  readonly secrets: string[] = [];
  /** The access token that was given last. */
  lastToken = '';

  /** @param keys the last one signs */
  constructor(keys?: readonly SigningKey[]) {
    super({ issuer: ISSUER, users: [userOfName('ada')] }, NOW, keys);
    servers.add(this);
  }

  /** From now on the key set has this key alone, and tokens are signed with it: one of those of the beginning. */
  rotateTo({ kid = '', alg, jwk }: SigningKey): void {
    this.state = { ...this.state, keys: [{ kid, alg, jwk }] };
  }

  /** Who logs in next. */
  set person(sub: string) {
    const { users } = this.state.settings;
    const others = users.filter((one) => one.sub !== sub);
    this.settings({ users: [userOfName(sub), ...others] });
  }

  /** The person opens the URL, logs in and agrees. @returns the callback URL */
  override authorize(url: string): string {
    const callbackUrl = super.authorize(url);
    const [asked, answered] = [new URL(url).searchParams, new URL(callbackUrl).searchParams];
    this.keep(answered.get('code'), asked.get('state'), asked.get('nonce'));
    return callbackUrl;
  }

  /** Codes that were sent to the token endpoint, in order, repetitions included. */
  get codesSent(): string[] {
    const token = this.requests.filter(({ url }) => url === SETTINGS.server.tokenEndpoint);
    return token.map(({ body }) => new URLSearchParams(body).get('code') ?? '');
  }

  /** Something else arrives in place of every answer of a kind, though the server has done what it was asked for. */
  replace(step: Step, replacement: (request: HttpRequest) => HttpResponse): void {
    this.rewrite = (response, request, actual) => (actual === step ? replacement(request) : response);
  }

  /** Nothing is replaced any more, and nothing spoiled. */
  behave(): void {
    this.rewrite = undefined;
    this.deviate();
  }

  override send(request: HttpRequest): HttpResponse {
    this.requests.push(request);
    this.keep(new URLSearchParams(request.body).get('code_verifier'));
    const response = super.send(request);
    const { access_token, refresh_token, id_token } = tokensIn(response);
    this.keep(access_token, refresh_token, id_token);
    this.lastToken = access_token ?? this.lastToken;
    return response;
  }

  /** Nobody may ever print it. */
  keep(...values: readonly (string | null | undefined)[]): void {
    this.secrets.push(...values.filter((one): one is string => typeof one === 'string' && one !== ''));
  }
}

function tokensIn({ body }: HttpResponse): Readonly<Record<string, string | undefined>> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}

/** Our own client is never told off, except where a test provokes that, and takes it. */
afterEach(() => {
  const all = [...servers].flatMap((server) => server.takeMisuses());
  servers.clear();
  expect(all).toEqual([]);
});

export const json = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** A store whose content a test can look at and change. */
export type Shelf = KeyValueStore & { readonly entries: Map<string, string> };

export function shelf(): Shelf {
  const entries = new Map<string, string>();
  return {
    entries,
    // Asynchronous, so that whatever is not guarded gets the chance to interleave.
    get: async (key) => entries.get(key) ?? null,
    set: async (key, value) => void entries.set(key, value),
    remove: async (key) => void entries.delete(key),
  };
}

export type World = Ports & { readonly server: Server; readonly transactionStore: Shelf; readonly sessionStore: Shelf };

/** A user agent that goes wherever `open` says. */
export const userAgent = (
  open: (request: OpenRequest) => Promise<UserAgentOutcome>,
  closed: (succeeded: boolean) => void = () => {},
): Ports['userAgent'] => ({ begin: () => ({ redirectUri: REDIRECT_URI, open, close: closed }) });

export function world(server: Server = new Server()): World {
  return {
    server,
    transactionStore: shelf(),
    sessionStore: shelf(),
    userAgent: userAgent(async ({ url }) => ({ type: 'returned', url: server.authorize(url) })),
    transport: { send: async (request) => server.send(request) },
    clock,
    randomSource: { octets: (length) => randomBytes(length) },
    lock: promiseLock(),
    resourceFetch: { prepare: (input) => ({ url: `${input}`, method: 'GET', send: async () => ({ status: 200 }) }) },
    digest: async (algorithm, ascii) => digestOf(algorithm, ascii),
    signatureVerifier: { verify: async (asked) => verifySignature(asked) },
  };
}

export const clientOf = (ports: Ports): Client => createClient(SETTINGS, ports);

/** Who is logged in, as another client on the same ports finds it. */
export async function userOf(ports: Ports): Promise<IdTokenClaims | undefined> {
  const snapshot = await clientOf(ports).start();
  return snapshot.status === 'logged_in' ? snapshot.user : undefined;
}

/** A login that left this page, and the callback URL that comes back. */
export async function departed(ports: World, request: LoginRequest = {}): Promise<string> {
  let callbackUrl = '';
  const leaves = userAgent(async ({ url }) => {
    callbackUrl = ports.server.authorize(url);
    return { type: 'departed' };
  });
  await clientOf({ ...ports, userAgent: leaves }).login(request);
  return callbackUrl;
}

/** The code of the failure, or why there is none. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: { failure?: { code: string } }) => error.failure?.code ?? String(error),
  );

/** A store whose operations named here fail, as long as `broken` says so. */
export function breakable(
  store: Shelf,
  ...operations: readonly (keyof KeyValueStore)[]
): { -readonly [M in keyof Shelf]: Shelf[M] } & { broken: boolean } {
  const result = { ...store, broken: true };
  for (const name of operations) {
    const original = store[name] as (...values: unknown[]) => unknown;
    const failing = async (...values: unknown[]): Promise<unknown> => {
      if (result.broken) throw new Error('no');
      return original(...values);
    };
    Object.assign(result, { [name]: failing });
  }
  return result;
}

/** Lets everything that is only waiting for itself go on. Bounded, and no time passes. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
}

export const gone = (): PortError => new PortError('network_error', { sent: 'maybe', system: 'ECONNRESET' });

/** A clock that stands still until the test moves it; `monotonic` only where the platform has one. */
export function movingClock(): Clock & { wall: number; readonly passed: (seconds: number) => void } {
  let monotonic = 5;
  const moving = {
    wall: NOW,
    now: () => moving.wall as NumericDate,
    monotonic: () => monotonic,
    /** Both go on, as time does. */
    passed(seconds: number) {
      moving.wall += seconds;
      monotonic += seconds;
    },
  };
  return moving;
}

/** A promise and the way to settle it. */
export function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
