/** The same client at two servers: ours, pure and in memory; and oidc-provider, on loopback. RFC 6749; OIDC Core. */
import {
  type AuthorizationServer,
  CLIENT_ID,
  startAuthorizationServer,
} from '../../../../scripts/demo/authorization-server.ts';
import { actAsPerson } from '../../../../scripts/demo/person.ts';
import { challengeOf, verifierOf } from './script.ts';
import { encoded, type Fields, type Parts, TestServer } from './server.ts';

export const REDIRECT_URI = 'http://127.0.0.1:49152/callback';

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** One login: what was asked, and what came back on the redirect URI. */
export interface Login {
  readonly verifier: string;
  readonly request: Fields;
  readonly answer: Answer;
  readonly code: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
}

let made = 0;

/** A client at one of the servers. */
export abstract class Subject {
  abstract send(method: string, path: string, parts?: Parts): Promise<Answer>;
  /** The person does whatever pages ask, until the redirect URI. */
  protected abstract visit(request: Fields): Promise<Answer>;
  abstract close(): Promise<void>;

  request(changed: Fields = {}): { readonly verifier: string; readonly request: Fields } {
    made += 1;
    const verifier = verifierOf(`both ${made}`);
    const request = {
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile offline_access',
      prompt: 'consent',
      state: `state-${made}`,
      nonce: `nonce-${made}`,
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
      ...changed,
    };
    return { verifier, request };
  }

  /** Only the first answer of the server. */
  authorize(changed: Fields, method = 'GET'): Promise<Answer> {
    const { request } = this.request(changed);
    return this.send(method, '/authorize', method === 'GET' ? { query: request } : { form: request });
  }

  async logIn(changed: Fields = {}): Promise<Login> {
    const { verifier, request } = this.request(changed);
    const answer = await this.visit(request);
    const { searchParams, hash } = new URL(answer.location ?? 'nowhere:');
    return {
      verifier,
      request,
      answer,
      code: searchParams.get('code') ?? new URLSearchParams(hash.slice(1)).get('code') ?? '',
    };
  }

  exchange({ code, verifier }: Login, changed: Fields = {}, parts: Parts = {}): Promise<Answer> {
    const form = {
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
      ...changed,
    };
    return this.send('POST', '/oauth/token', { form, ...parts });
  }

  async tokens(changed: Fields = {}): Promise<Tokens> {
    const { status, body } = await this.exchange(await this.logIn(changed));
    if (status !== 200) throw new Error(`no tokens: ${status} ${body}`);
    return JSON.parse(body) as Tokens;
  }

  refresh(refresh_token: string, changed: Fields = {}): Promise<Answer> {
    const form = { grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token, ...changed };
    return this.send('POST', '/oauth/token', { form });
  }

  userinfo(token: string, method = 'GET'): Promise<Answer> {
    return this.send(method, '/userinfo', { headers: { authorization: `Bearer ${token}` } });
  }

  revoke(token: string, changed: Fields = {}): Promise<Answer> {
    return this.send('POST', '/oauth/revoke', { form: { client_id: CLIENT_ID, token, ...changed } });
  }
}

export class Ours extends Subject {
  readonly #server = new TestServer({
    clients: [
      {
        clientId: CLIENT_ID,
        redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
        postLogoutRedirectUris: [],
      },
    ],
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    audiences: [],
  });

  async send(method: string, path: string, parts?: Parts): Promise<Answer> {
    const { status, headers, body } = this.#server.send(method, path, parts);
    return { status, location: headers['location'], body };
  }

  protected visit(request: Fields): Promise<Answer> {
    return this.send('GET', '/authorize', { query: request });
  }

  async close(): Promise<void> {}
}

const NAVIGATIONS = ['/authorize', '/oidc/logout'];

export class OidcProvider extends Subject {
  readonly #server: AuthorizationServer;

  private constructor(server: AuthorizationServer) {
    super();
    this.#server = server;
  }

  static async start(): Promise<OidcProvider> {
    return new OidcProvider(await startAuthorizationServer());
  }

  async send(method: string, path: string, { query, form, body, headers }: Parts = {}): Promise<Answer> {
    const response = await fetch(`${this.#server.origin}${path}${query ? `?${encoded(query)}` : ''}`, {
      method,
      redirect: 'manual',
      headers: {
        accept: NAVIGATIONS.includes(path) ? 'text/html' : 'application/json',
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(form && { body: encoded(form) }),
      ...(body !== undefined && { body }),
    });
    return {
      status: response.status,
      location: response.headers.get('location') ?? undefined,
      body: await response.text(),
    };
  }

  protected async visit(request: Fields): Promise<Answer> {
    const { accountId: login, password } = this.#server.account;
    const { url, status, text } = await actAsPerson(
      `${this.#server.origin}/authorize?${encoded(request)}`,
      { login, password },
      { stopAt: ({ href }) => href.startsWith(REDIRECT_URI) },
    );
    return { status, location: url.href, body: text };
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

/** An answer in a few words, for people and programs alike: what both have to agree about. */
export function gist({ status, location, body }: Answer): string {
  const kind = `${Math.floor(status / 100)}xx`;
  if (location?.startsWith(REDIRECT_URI)) {
    const { searchParams, hash } = new URL(location);
    const parameters = hash === '' ? searchParams : new URLSearchParams(hash.slice(1));
    return `redirect: ${parameters.get('error') ?? (parameters.has('code') ? 'code' : 'nothing')}`;
  }
  if (kind === '3xx') return 'a page of the server';
  try {
    const { error } = JSON.parse(body) as { error?: string };
    return error === undefined ? kind : `${kind} ${error}`;
  } catch {
    return kind;
  }
}
