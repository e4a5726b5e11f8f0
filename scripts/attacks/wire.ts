/** The server of @proofkey/msw -> a loopback port where every octet is written down, and an answer may be replaced. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that really arrived, and what was really answered. */
export type Exchange = {
  readonly place: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Status, location and body as they were sent; a body that never ends is cut off. */
  answer: string;
};

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What is sent in the place of the honest answer. */
export type Reply = (outgoing: ServerResponse, honest: Answer) => unknown;

export type Wire = {
  readonly origin: string;
  /** In the order in which they arrived. */
  readonly exchanges: readonly Exchange[];
  /** Replaces the answers of these places; none are replaced any more when nothing is given. */
  spoil(replies?: Readonly<Record<string, Reply>>): void;
  close(): Promise<void>;
};

/** Characters of one answer that are kept. */
const KEPT = 16_000_000;

/** A port at which `serve` answers; who serves may need to know the origin first. */
export async function startWire(
  prepare: (origin: string) => (request: Request) => Promise<Response>,
  placeOf: (path: string) => string,
): Promise<Wire> {
  const exchanges: Exchange[] = [];
  let replies: Readonly<Record<string, Reply>> = {};
  let serve: (request: Request) => Promise<Response> = async () => new Response(null, { status: 503 });
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen({ host: '127.0.0.1', port: 0, exclusive: true });
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    let body = '';
    for await (const part of incoming) body += part;
    const place = placeOf(url.split('?', 1)[0] ?? '');
    const exchange: Exchange = { place, method, url, headers, body, answer: '' };
    exchanges.push(exchange);
    writeDown(outgoing, exchange);
    const response = await serve(requestOf(origin, exchange));
    const honest = { status: response.status, headers: Object.fromEntries(response.headers), body: '' };
    // Not by `text()`, which takes a byte order mark away.
    const whole = { ...honest, body: Buffer.from(await response.arrayBuffer()).toString('utf8') };
    await (replies[place] ?? send)(outgoing, whole);
  }

  serve = prepare(origin);
  return {
    origin,
    exchanges,
    spoil(next = {}) {
      replies = next;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** As it is. */
export function send(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, headers).end(status === 204 ? undefined : body);
}

function writeDown(outgoing: ServerResponse, exchange: Exchange): void {
  const keep = (part: unknown): void => {
    if (typeof part === 'string' && exchange.answer.length < KEPT) exchange.answer += part;
  };
  const { write, end, writeHead } = outgoing;
  outgoing.writeHead = ((status: number, headers: Readonly<Record<string, string>> = {}) => {
    keep(`${status} ${headers['location'] ?? ''}\n`);
    return writeHead.call(outgoing, status, headers);
  }) as typeof writeHead;
  outgoing.write = ((...sent: Parameters<typeof write>) => {
    keep(sent[0]);
    return write.apply(outgoing, sent);
  }) as typeof write;
  outgoing.end = ((...sent: Parameters<typeof end>) => {
    keep(sent[0]);
    return end.apply(outgoing, sent);
  }) as typeof end;
}

/** Headers that belong to the connection and not to the message. */
const HOP = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'transfer-encoding'];

function requestOf(origin: string, { method, url, headers, body }: Exchange): Request {
  const kept = Object.entries(headers).filter(([name, value]) => typeof value === 'string' && !HOP.includes(name));
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(origin + url, {
    method,
    headers: Object.fromEntries(kept) as Record<string, string>,
    ...(hasBody && { body }),
  });
}
