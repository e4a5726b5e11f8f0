/** Access token -> data of its person: an API that asks the server what tokens are worth. RFC 6750; RFC 7662. */
import { createServer, type ServerResponse } from 'node:http';
import { type Listening, onLoopback } from './loopback.ts';

export type Introspection = { readonly endpoint: string; readonly clientId: string; readonly clientSecret: string };

export type ContactsApi = Listening;

export const CONTACTS_PATH = '/contacts';

const CONTACTS: Readonly<Record<string, readonly string[]>> = { ada: ['Charles Babbage', 'Mary Somerville'] };

/**
 * Starts the API on a port of its own. What it is given is not a login: all that counts is the token in the header.
 *
 * @param tell hears `call_accepted` and `call_refused`
 * @see RFC 6750, sections 2.1 and 3
 */
export async function startContactsApi(
  introspection: Introspection,
  tell: (event: 'call_accepted' | 'call_refused') => void = () => {},
): Promise<ContactsApi> {
  async function answer(authorization: string | undefined, response: ServerResponse): Promise<void> {
    const [, token] = /^Bearer ([\w~+/.-]+=*)$/i.exec(authorization ?? '') ?? [];
    // Whoever brings no token is told how, and nothing about tokens.
    const sub = token === undefined ? undefined : await personOf(introspection, token);
    if (sub === undefined) {
      tell('call_refused');
      const challenge = token === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
      return send(response, 401, { error: 'invalid_token' }, { 'www-authenticate': challenge });
    }
    tell('call_accepted');
    send(response, 200, { contacts: CONTACTS[sub] ?? [] });
  }

  const server = createServer(({ method, url, headers }, response) => {
    if (url?.split('?', 1)[0] !== CONTACTS_PATH) return send(response, 404, { error: 'not_found' });
    if (method !== 'GET') return send(response, 405, { error: 'method_not_allowed' }, { allow: 'GET' });
    // The server could not be asked: nobody is let in, and the token is not blamed.
    answer(headers.authorization, response).catch(() => send(response, 503, { error: 'temporarily_unavailable' }));
  });
  return onLoopback(server);
}

/** Milliseconds. */
const PATIENCE = 10_000;

/** @returns whose token it is, or undefined when it is worth nothing (any more) */
async function personOf(
  { endpoint, clientId, clientSecret }: Introspection,
  token: string,
): Promise<string | undefined> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  });
  const { active, sub, token_type, error } = (await response.json()) as Readonly<Record<string, unknown>>;
  // An ID Token, for one: the server does not even look it up.
  if (error === 'unsupported_token_type') return undefined;
  if (response.status !== 200) throw new Error(`introspection answered ${response.status}`);
  return active === true && token_type === 'Bearer' && typeof sub === 'string' ? sub : undefined;
}

function send(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
    .end(`${JSON.stringify(body)}\n`);
}
