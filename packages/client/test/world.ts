/** A platform and an authorization server in memory, which checks PKCE and takes a code once, as a real one does. */
import { createHash, randomBytes } from 'node:crypto';
import type { HttpRequest, HttpResponse, NumericDate } from '@proofkey/core';
import {
  type Client,
  createClient,
  type KeyValueStore,
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
    issParameterSupported: true,
  },
};

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const secret = (): string => randomBytes(24).toString('base64url');

type Grant = { readonly challenge: string; readonly nonce: string; readonly redirectUri: string };

/** The authorization server. `secrets` collects everything that nobody may ever print. */
export class Server {
  readonly requests: HttpRequest[] = [];
  readonly secrets: string[] = [];
  readonly #grants = new Map<string, Grant>();
  /** Replaces the answer to the next token request. */
  answer: ((form: URLSearchParams) => HttpResponse) | undefined;

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
    const claims = { iss: ISSUER, aud: 'app', sub: 'ada', name: 'Ada Lovelace', nonce, iat: NOW, exp: NOW + 600 };
    return {
      token_type: 'Bearer',
      expires_in: 600,
      access_token: this.keep(`at-${secret()}`),
      refresh_token: this.keep(`rt-${secret()}`),
      id_token: this.keep(`${encoded({ alg: 'ES256' })}.${encoded(claims)}.${secret()}`),
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
    signatureVerifier: { verify: async () => true },
  };
}

export const clientOf = (ports: Ports): Client => createClient(SETTINGS, ports);

export const gone = (): PortError => new PortError('network_error', { sent: 'maybe', system: 'ECONNRESET' });

/** A promise and the way to settle it. */
export function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
