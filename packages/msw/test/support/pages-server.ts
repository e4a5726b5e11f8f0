/** The pure server whose person is asked by pages, and browsers at it that follow nothing by themselves. */
import type { ServerResponse, ServerSettings } from '../../src/authorization-server.ts';
import { requestFor } from './script.ts';
import { encoded, type Fields, TestServer } from './server.ts';

type Sent = { readonly method?: string; readonly form?: Fields };

export const ADA: Fields = { username: 'ada@example.test', password: 'engine' };
export const BOB: Fields = { username: 'bob', password: 'whatever' };

const SETTINGS: Partial<ServerSettings> = {
  person: 'pages',
  users: [
    { sub: 'ada', username: 'ada@example.test', password: 'engine', claims: { name: 'Ada Lovelace' } },
    { sub: 'bob', claims: { name: 'Bob' } },
  ],
  lifetimes: { code: 60, accessToken: 600, idToken: 600, refreshToken: 3600, session: 3600 },
};

export class PagesServer extends TestServer {
  constructor(settings: Partial<ServerSettings> = {}) {
    super({ ...SETTINGS, ...settings });
  }

  visit(path: string, { method, form }: Sent = {}, cookie = ''): ServerResponse {
    return this.send(method ?? (form ? 'POST' : 'GET'), path, {
      ...(form && { form }),
      ...(cookie !== '' && { headers: { cookie } }),
    });
  }

  browser(): Browser {
    return new Browser(this);
  }

  get misuses(): readonly string[] {
    return this.state.misuses.map(({ code }) => code);
  }
}

type Cookie = { readonly name: string; readonly value: string; readonly path: string };

/** One person's browser. A cookie is for the root, or for exactly its path. */
export class Browser {
  #cookies: readonly Cookie[] = [];
  readonly #server: PagesServer;

  constructor(server: PagesServer) {
    this.#server = server;
  }

  visit(path: string, sent: Sent = {}): ServerResponse {
    const [pathname] = path.split('?');
    const own = this.#cookies.filter((one) => one.path === '/' || one.path === pathname);
    const response = this.#server.visit(path, sent, own.map(({ name, value }) => `${name}=${value}`).join('; '));
    const header = response.headers['set-cookie'];
    if (header !== undefined) this.#keep(header);
    return response;
  }

  #keep(header: string): void {
    const [, name = '', value = '', path = ''] = /^([^=]+)=([^;]*); Path=([^;]+);/.exec(header) ?? [];
    const others = this.#cookies.filter((one) => one.name !== name || one.path !== path);
    this.#cookies = header.includes('Max-Age=0') ? others : [...others, { name, value, path }];
  }

  /** To the login page, with the right name and password, and where that leads. */
  logIn(parameters: Fields = {}, who = ADA): ServerResponse {
    return this.visit(locationOf(this.visit(authorizePath(parameters))), { form: who });
  }

  /** A whole login: the callback. */
  agree(parameters: Fields = {}, who = ADA): URL {
    const location = locationOf(this.logIn(parameters, who));
    const isAsked = location.startsWith('/');
    return new URL(isAsked ? locationOf(this.visit(location, { form: { answer: 'agree' } })) : location);
  }
}

/** An authorization request with a new state, nonce and challenge. */
export const authorizePath = (parameters: Fields = {}): string =>
  `/authorize?${encoded(requestFor({ scope: 'openid profile', ...parameters }).request)}`;

export const locationOf = ({ headers }: ServerResponse): string => headers['location'] ?? '';

/** What an ID Token says, as a token of which only the claims matter. */
export const hintOf = (claims: Readonly<Record<string, unknown>>): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

export const headingIn = ({ body }: ServerResponse): string | undefined => /<h1>([^<]*)<\/h1>/.exec(body)?.[1];
