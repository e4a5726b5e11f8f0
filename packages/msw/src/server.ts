/** Requests on a loopback port -> the login server in memory -> answers: for browsers and other programs. RFC 9112. */
import { createServer, type IncomingMessage, type ServerResponse as Outgoing, type Server } from 'node:http';
import type { ServerRequest, ServerResponse } from './authorization-server.ts';
import { bodyOf } from './exchange.ts';
import type { LoginServer } from './login-server.ts';
import { isOwnHost, originAt, pathAt } from './loopback-address.ts';
import { buildLogin } from './mock-login.ts';
import { nodePlatform } from './node-platform.ts';
import { type MockLoginOptions, OptionError } from './options.ts';

export * from './public.ts';

/** The issuer is where the server listens, so that it can not be given. */
export interface LoginServerOptions extends Omit<MockLoginOptions, 'issuer'> {
  /** Any free one when absent. */
  readonly port?: number;
  /** `pages` when absent: a browser shows them to whoever sits there, or a test fills them in. */
  readonly person?: 'automatic' | 'pages';
}

export interface RunningLoginServer extends LoginServer {
  /** Ends every connection, and lets the port go. */
  close(): Promise<void>;
}

/** Octets of a body: many times what any message of the protocol has. */
const BODY_LIMIT = 65_536;
/** Milliseconds until a request that is still incomplete is closed. */
const REQUEST_TIMEOUT = 10_000;

/**
 * Starts the login server of `@proofkey/msw` on a port of 127.0.0.1, for what runs outside of the test: browsers of
 * Playwright and Cypress, simulators, command line programs.
 *
 * It is the same server, with the same knobs; only its person is asked, by pages. Nothing but this machine reaches it.
 * The issuer is `http://127.0.0.1:PORT`; browsers may say `localhost` too, but clients compare the issuer.
 *
 * @throws OptionError for an option that makes no sense; the error of Node.js when the port can not be had
 */
export async function startLoginServer({ port = 0, ...options }: LoginServerOptions = {}): Promise<RunningLoginServer> {
  if ('issuer' in options) throw new OptionError('issuer', 'it is where this server listens. Leave it out.');
  const server = createServer({
    requestTimeout: REQUEST_TIMEOUT,
    headersTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: REQUEST_TIMEOUT / 10,
  });
  const bound = await listen(server, port);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closed;
  };
  try {
    const { login, engine } = buildLogin({ person: 'pages', ...options, issuer: originAt(bound) }, nodePlatform());
    server.on('request', (incoming, outgoing) => {
      answer(engine.respond, bound, incoming, outgoing).catch((error: unknown) => fail(outgoing, error));
    });
    // Spread, `log` would be the log of now for ever.
    return Object.defineProperties({ close }, Object.getOwnPropertyDescriptors(login)) as RunningLoginServer;
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

type Respond = (request: ServerRequest) => Promise<ServerResponse>;

async function answer(respond: Respond, port: number, incoming: IncomingMessage, outgoing: Outgoing): Promise<void> {
  const body = await textOf(incoming);
  const refusal = refusalOf(port, incoming) ?? (body === undefined ? 413 : undefined);
  if (refusal !== undefined || body === undefined) {
    outgoing.writeHead(refusal ?? 413, { connection: 'close' }).end();
    return;
  }
  const { method = 'GET', url = '/' } = incoming;
  const request = { method, url: originAt(port) + pathAt(port, url), headers: headersOf(incoming), body };
  const response = await respond(request);
  if (response.lost) {
    incoming.socket.destroy();
    return;
  }
  // After `writeHead` Node.js would not say how long the body is.
  outgoing.statusCode = response.status;
  outgoing.setHeaders(new Map(Object.entries(response.headers)));
  outgoing.end(bodyOf(response, method) ?? undefined);
}

/** What comes after the limit is read and thrown away: a client reads no answer while it is still writing. */
async function textOf(incoming: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming) {
    length += (part as Buffer).length;
    if (length <= BODY_LIMIT) parts.push(part as Buffer);
  }
  return length <= BODY_LIMIT ? Buffer.concat(parts).toString('utf8') : undefined;
}

/** Of these two, none is meant. RFC 9110, section 5.3. */
const ONCE = ['host', 'authorization', 'content-type', 'origin'];

/** A page of somebody whose name leads here has another `Host`: DNS rebinding. */
function refusalOf(port: number, { url = '', headersDistinct }: IncomingMessage): number | undefined {
  if (ONCE.some((name) => (headersDistinct[name]?.length ?? 0) > 1)) return 400;
  const [host = ''] = headersDistinct['host'] ?? [];
  if (!isOwnHost(port, host)) return 421;
  return pathAt(port, url) === undefined ? 400 : undefined;
}

const headersOf = ({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(name === 'cookie' ? '; ' : ', ')]),
  );

function fail(outgoing: Outgoing, error: unknown): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(500, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  outgoing.end(`The login server failed: ${error}`);
}
