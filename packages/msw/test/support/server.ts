/** The pure server, driven: it keeps the state between requests, and signs with nothing. */
import { hash } from 'node:crypto';
import { type JsonWebKey, operations } from '@proofkey/api';
import {
  answer,
  createState,
  ENTROPY_LENGTH,
  type LogEntry,
  type Misuse,
  type ServerResponse,
  type ServerSettings,
  type ServerState,
} from '../../src/authorization-server.ts';

export const ISSUER = 'https://login.test';
export const NOW = 1_800_000_000;
const PUBLIC_KEY: JsonWebKey = { kty: 'EC', crv: 'P-256', x: 'eA', y: 'eQ' };

export type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a request has besides its method and path. */
export interface Parts {
  readonly query?: Fields;
  readonly form?: Fields;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const encoded = (fields: Fields): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().map((one) => [name, one] as [string, string]),
    ),
  ).toString();

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Every JWT in its place, with a signature that means nothing. */
function withJwts(response: ServerResponse): ServerResponse {
  const body = response.jwts.reduce(
    (text, { placeholder, header, claims }) =>
      text.replace(placeholder, `${base64url(header)}.${base64url(claims)}.c2ln`),
    response.body,
  );
  return { ...response, body };
}

/** Different for each step, the same in each run. */
const entropyOf = (step: number, seed: string): Uint8Array =>
  new Uint8Array(
    Buffer.concat(
      Array.from({ length: ENTROPY_LENGTH / 32 }, (_, n) => hash('sha256', `${seed} ${step} ${n}`, 'buffer')),
    ),
  );

export const defaults: ServerSettings = {
  issuer: ISSUER,
  endpoints: operations,
  users: [
    {
      sub: 'ada',
      claims: { name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true, 'https://example.com/role': 'x' },
    },
    { sub: 'bob', username: 'bob', password: 'swordfish', claims: { name: 'Bob' } },
  ],
  clients: 'any',
  person: 'automatic',
  lifetimes: { code: 60, accessToken: 600, idToken: 600, refreshToken: 3600, session: 1800 },
  rotation: true,
  grace: 0,
  scopes: 'any',
  audiences: 'any',
};

export class TestServer {
  state: ServerState;
  now: number = NOW;
  readonly #seed: string;
  #count = 0;

  constructor(settings: Partial<ServerSettings> = {}, seed = '') {
    this.state = createState({ ...defaults, ...settings }, [{ kid: 'k1', alg: 'ES256', jwk: PUBLIC_KEY }]);
    this.#seed = seed;
  }

  send(method: string, path: string, { query, form, body, headers }: Parts = {}): ServerResponse {
    this.#count += 1;
    const { state, response } = answer(
      this.state,
      {
        method,
        url: `${new URL(this.state.settings.issuer).origin}${path}${query ? `?${encoded(query)}` : ''}`,
        headers: { ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...headers },
        body: form ? encoded(form) : (body ?? ''),
      },
      this.now,
      entropyOf(this.#count, this.#seed),
    );
    this.state = state;
    return withJwts(response);
  }

  settings(changed: Partial<ServerSettings>): void {
    this.state = { ...this.state, settings: { ...this.state.settings, ...changed } };
  }

  /** The misuses that `act` causes, by their codes. */
  misusesOf(act: () => unknown): readonly string[] {
    const before = this.state.misuses.length;
    act();
    return this.state.misuses.slice(before).map(({ code }) => code);
  }

  get lastMisuse(): Misuse | undefined {
    return this.state.misuses.at(-1);
  }

  get lastEntry(): LogEntry | undefined {
    return this.state.log.at(-1);
  }
}

export const jsonOf = (response: ServerResponse): Record<string, unknown> => JSON.parse(response.body);

/** Where a redirect leads, and what it carries there. */
export function callbackOf({ headers }: ServerResponse): { readonly to: string; readonly parameters: Fields } {
  const url = new URL(headers['location'] ?? 'nowhere:', ISSUER);
  const carried = url.hash === '' ? url.searchParams : new URLSearchParams(url.hash.slice(1));
  const parameters = Object.fromEntries(carried);
  const [to = ''] = url.href.split(/[?#]/);
  return { to, parameters };
}

/** An answer in one line: status, and error; or where it redirects to, with what. */
export function inShort(response: ServerResponse): string {
  const { status, headers, body } = response;
  const type = headers['content-type'] ?? '';
  if (headers['location'] !== undefined) {
    const { error } = callbackOf(response).parameters;
    return `${status} redirect${error === undefined ? '' : ` ${String(error)}`}`;
  }
  if (type.startsWith('text/html')) return `${status} page`;
  if (!type.startsWith('application/json')) return `${status}${body === '' ? '' : ' text'}`;
  const { error } = jsonOf(response);
  return `${status}${error === undefined ? '' : ` ${String(error)}`}`;
}

/** The payload of a JWT. */
export const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString());
