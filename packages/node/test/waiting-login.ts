/** A login that waits at its real listener for a callback, while a test sends to that listener what it likes. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { KeyValueStore, LoginOutcome, LoginRequest, NodeClient, NodeSettings } from '../src/index.ts';
import { createNodeClient } from '../src/index.ts';
import { paper, visit } from './listener.ts';
import { serverAt } from './server-at.ts';

export type LocalServer = { readonly origin: string; readonly port: number; close(): Promise<void> };

/** A server on loopback, at a port of the system's choice. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<LocalServer> {
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    answer(request, response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

export const CODE = 'c0de-of-this-login';
export const ACCESS_TOKEN = 'access-token-of-this-login';

/** A server that gives a token for the code of {@link WaitingLogin.callbackUrl}, and counts the codes that it is sent. */
export async function startTokenEndpoint(): Promise<LocalServer & { readonly codes: readonly string[] }> {
  const codes: string[] = [];
  const server = await serve((_request, response, body) => {
    const code = new URLSearchParams(body).get('code') ?? '';
    codes.push(code);
    const answer = code === CODE ? { access_token: ACCESS_TOKEN, token_type: 'Bearer' } : { error: 'invalid_grant' };
    response.writeHead(code === CODE ? 200 : 400, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  return { ...server, codes };
}

/** Settings for that server. */
export const settingsFor = ({ origin }: Pick<LocalServer, 'origin'>, more: Partial<NodeSettings> = {}): NodeSettings =>
  ({
    server: serverAt(origin),
    clientId: 'attacked',
    scope: ['contacts'],
    terminal: { output: paper() },
    ...more,
  }) as NodeSettings;

export type WaitingLogin = {
  readonly client: NodeClient;
  readonly redirectUri: string;
  readonly host: string;
  readonly port: number;
  readonly state: string;
  readonly callbackUrl: string;
  readonly outcome: Promise<LoginOutcome>;
};

/** Begins a login, and comes back when the browser would be opened. */
export async function waitingLogin(settings: NodeSettings, request: LoginRequest = {}): Promise<WaitingLogin> {
  let open: (url: string) => void = () => {};
  const opened = new Promise<string>((resolve) => {
    open = resolve;
  });
  const client = createNodeClient({ ...settings, openBrowser: (url) => open(url) });
  const outcome = client.login(request);
  // Whoever waits for the outcome sees the failure; a test that looks at something else first must not end with it.
  outcome.catch(() => {});
  const { searchParams } = new URL(await Promise.race([opened, outcome.then(() => '')]));
  const redirectUri = searchParams.get('redirect_uri') ?? '';
  const state = searchParams.get('state') ?? '';
  const { hostname: host, port } = new URL(redirectUri);
  const callbackUrl = `${redirectUri}?${new URLSearchParams({ code: CODE, state })}`;
  return { client, redirectUri, host, port: Number(port), state, callbackUrl, outcome };
}

/** What the person does who was not disturbed: the callback, the page behind it, and the end of the login. */
export async function complete({ callbackUrl, redirectUri, outcome }: WaitingLogin): Promise<LoginOutcome> {
  const callback = await visit({ url: callbackUrl });
  const page = visit({ url: new URL(callback.headers.location ?? '', redirectUri).href });
  const [end, { body }] = await Promise.all([outcome, page]);
  if (!body.includes('You are logged in')) throw new Error('the page does not say that the person is logged in');
  return end;
}

/** Octets that no HTTP client would send. @returns what came back before the listener closed the connection */
export function sendRaw(
  { host, port }: WaitingLogin,
  text: string,
): { readonly answer: Promise<string>; socket: Socket } {
  const socket = connect({ host: host.replace(/[[\]]/g, ''), port });
  const answer = new Promise<string>((resolve) => {
    let received = '';
    socket.setEncoding('latin1').on('data', (part) => {
      received += part;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
  });
  socket.write(text);
  return { answer, socket };
}

/** A store whose content the test can see, as another process could. */
export function visibleStore(): KeyValueStore & { readonly entries: ReadonlyMap<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => entries.get(key) ?? null,
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
  };
}
