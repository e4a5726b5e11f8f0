/** A platform and an authorization server in memory, which checks PKCE and takes a code once, as a real one does. */
import { createHash, randomBytes } from 'node:crypto';
import type { HttpRequest, HttpResponse, IdTokenClaims, NumericDate } from '@proofkey/core';
import {
  type Client,
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
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: SETTINGS.server.authorizationEndpoint,
  token_endpoint: SETTINGS.server.tokenEndpoint,
  jwks_uri: SETTINGS.server.jwksUri,
  userinfo_endpoint: SETTINGS.server.userinfoEndpoint,
  authorization_response_iss_parameter_supported: true,
};
export const WELL_KNOWN = `${ISSUER}/.well-known/openid-configuration`;

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const secret = (): string => randomBytes(24).toString('base64url');

type Grant = { readonly challenge: string; readonly nonce: string; readonly redirectUri: string };

/** The authorization server. `secrets` collects everything that nobody may ever print. */
export class Server {
  readonly requests: HttpRequest[] = [];
  readonly secrets: string[] = [];
  readonly #grants = new Map<string, Grant>();
  /** Replaces the answers to token requests. */
  answer: ((form: URLSearchParams) => HttpResponse) | undefined;
  /** Replaces the answers about the person. */
  userinfo: ((authorization: string) => HttpResponse) | undefined;
  /** Replaces the metadata. */
  metadata: (() => HttpResponse) | undefined;
  /** Who logs in, and what the server gives them. */
  person = 'ada';
  more: Record<string, unknown> = {};

  /** The person opens the URL, logs in and agrees. @returns the callback URL */
  authorize(url: string): string {
    const query = new URL(url).searchParams;
    const code = this.keep(secret());
    const [state, nonce] = [this.keep(query.get('state') ?? ''), this.keep(query.get('nonce') ?? '')];
    const redirectUri = query.get('redirect_uri') ?? '';
    this.#grants.set(code, { challenge: query.get('code_challenge') ?? '', nonce, redirectUri });
    return `${redirectUri}?${new URLSearchParams({ code, state, iss: ISSUER })}`;
  }

  /** Codes that were sent to the token endpoint, in order, repetitions included. */
  get codesSent(): string[] {
    const token = this.requests.filter(({ url }) => url === SETTINGS.server.tokenEndpoint);
    return token.map(({ body }) => new URLSearchParams(body).get('code') ?? '');
  }

  send(request: HttpRequest): HttpResponse {
    this.requests.push(request);
    if (request.url === SETTINGS.server.jwksUri)
      return json(200, { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] });
    if (request.url === WELL_KNOWN) return this.metadata?.() ?? json(200, METADATA);
    if (request.url === SETTINGS.server.userinfoEndpoint) {
      const { authorization = '' } = request.headers;
      return this.userinfo?.(authorization) ?? json(200, { sub: this.person, email: 'ada@example.com' });
    }
    const form = new URLSearchParams(request.body);
    this.keep(form.get('code_verifier') ?? '');
    if (this.answer) return this.answer(form);
    const grant = this.#grants.get(form.get('code') ?? '');
    this.#grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const right = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
    return right ? json(200, this.#tokens(grant.nonce)) : json(400, { error: 'invalid_grant' });
  }

  #tokens(nonce: string): Record<string, unknown> {
    const { person: sub } = this;
    const name = sub === 'ada' ? 'Ada Lovelace' : 'Grace Hopper';
    const claims = { iss: ISSUER, aud: 'app', sub, name, nonce, iat: NOW, exp: NOW + 600 };
    return {
      token_type: 'Bearer',
      expires_in: 600,
      access_token: this.keep(`at-${secret()}`),
      refresh_token: this.keep(`rt-${secret()}`),
      id_token: this.keep(`${encoded({ alg: 'ES256' })}.${encoded(claims)}.${secret()}`),
      ...this.more,
    };
  }

  keep(value: string): string {
    this.secrets.push(value);
    return value;
  }
}

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

export function world(): World {
  const server = new Server();
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
    signatureVerifier: { verify: async () => true },
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

/** A promise and the way to settle it. */
export function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
