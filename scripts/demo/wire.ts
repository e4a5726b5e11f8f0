/** Requests to the issuer -> the server behind it, perhaps changed on the way. RFC 9700, section 3. */
import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import { type Listening, onLoopback } from './loopback.ts';

/** A request as it went on to the server. */
export type Passed = {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
};

export type Answered = { readonly status: number; readonly body: string };

/** Its origin is the address that everybody takes for the server's. */
export type Wire = Listening & {
  /** Where requests go on to. Set before the first one comes. */
  forwardTo(origin: string): void;
  /** Requests to the token endpoint, as they went on. */
  readonly tokenRequests: readonly Passed[];
  /** Sends a request that went by once more, letter for letter. */
  again(passed: Passed): Promise<Answered>;
};

export const TOKEN_PATH = '/oauth/token';
/** Far more than the forms of a login hold. */
const BODY_LIMIT = 65_536;

/**
 * @param tamper what becomes of a request on its way; it goes on as it came when absent
 * @param forge what becomes of the body of an answer of the token endpoint
 */
export async function startWire(
  tamper: (request: Passed) => Passed = (request) => request,
  forge?: (body: string) => string,
): Promise<Wire> {
  const tokenRequests: Passed[] = [];
  let behind = '';

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '', headers } = request;
    const passed = tamper({ method, target, headers, body: await textOf(request) });
    const ofTokens = method === 'POST' && target === TOKEN_PATH;
    if (ofTokens) tokenRequests.push(passed);
    const answer = await send(behind, passed);
    const body = ofTokens && forge ? forge(await textOf(answer)) : undefined;
    const sized = body !== undefined && { 'content-length': Buffer.byteLength(body) };
    response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...sized });
    if (body === undefined) answer.pipe(response);
    else response.end(body);
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  return {
    ...(await onLoopback(server)),
    forwardTo(origin) {
      behind = origin;
    },
    tokenRequests,
    async again(passed) {
      const answer = await send(behind, passed);
      return { status: answer.statusCode ?? 0, body: await textOf(answer) };
    },
  };
}

/** `Host` stays that of the wire, so that the server writes the addresses that everybody knows. */
function send(origin: string, { method, target, headers, body }: Passed): Promise<IncomingMessage> {
  const { 'transfer-encoding': _, ...others } = headers;
  const sized = body === '' ? others : { ...others, 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    open(`${origin}${target}`, { method, headers: sized as Record<string, string>, agent: false }, resolve)
      .on('error', reject)
      .end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  message.setEncoding('utf8');
  for await (const part of message) {
    text += part;
    if (text.length > BODY_LIMIT) throw new Error('the message is too large');
  }
  return text;
}
