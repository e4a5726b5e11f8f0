/** What a client does at the server, with any part of it changed. RFC 6749, section 4.1; RFC 7636. */
import { hash } from 'node:crypto';
import type { ServerResponse } from '../../src/authorization-server.ts';
import { callbackOf, type Fields, jsonOf, type Parts, type TestServer } from './server.ts';

export const REDIRECT_URI = 'https://app.example.com/callback';
export const CLIENT_ID = 'app';
export const SCOPE = 'openid profile email offline_access';

let made = 0;

/** Different each time. */
export const verifierOf = (name: string): string => hash('sha256', name, 'base64url');
export const challengeOf = (verifier: string): string => hash('sha256', verifier, 'base64url');

export interface Login {
  readonly response: ServerResponse;
  readonly verifier: string;
  readonly request: Fields;
  readonly code: string;
  /** What the browser sends from now on. */
  readonly cookie: string;
}

export const cookieIn = ({ headers }: ServerResponse): string => headers['set-cookie']?.split(';', 1)[0] ?? '';

/** A sound authorization request, but for what is changed. */
export function requestFor(changed: Fields = {}): { readonly verifier: string; readonly request: Fields } {
  made += 1;
  const verifier = verifierOf(`verifier ${made}`);
  const request: Fields = {
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: `state-${made}`,
    nonce: `nonce-${made}`,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...changed,
  };
  return { verifier, request };
}

/** The person logs in at once. */
export function logIn(server: TestServer, changed: Fields = {}, parts: Parts = {}): Login {
  const { verifier, request } = requestFor(changed);
  const response = server.send('GET', '/authorize', { query: request, ...parts });
  const code = response.headers['location'] === undefined ? '' : String(callbackOf(response).parameters['code'] ?? '');
  return { response, verifier, request, code, cookie: cookieIn(response) };
}

export const exchange = (server: TestServer, login: Login, changed: Fields = {}, parts: Parts = {}): ServerResponse =>
  server.send('POST', '/oauth/token', {
    form: {
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code: login.code,
      redirect_uri: REDIRECT_URI,
      code_verifier: login.verifier,
      ...changed,
    },
    ...parts,
  });

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly scope: string;
  readonly expires_in: number;
}

/** A whole login: authorization and code exchange. */
export function tokensOf(server: TestServer, changed: Fields = {}): Tokens {
  return jsonOf(exchange(server, logIn(server, changed))) as unknown as Tokens;
}

export const refresh = (server: TestServer, token: string, changed: Fields = {}): ServerResponse =>
  server.send('POST', '/oauth/token', {
    form: { grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: token, ...changed },
  });

export const userinfo = (server: TestServer, token: string): ServerResponse =>
  server.send('GET', '/userinfo', { headers: { authorization: `Bearer ${token}` } });

export const revoke = (server: TestServer, token: string, changed: Fields = {}): ServerResponse =>
  server.send('POST', '/oauth/revoke', { form: { client_id: CLIENT_ID, token, ...changed } });
