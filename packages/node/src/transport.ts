/** HTTP request -> HTTP response, by Node's fetch: no cookies, no redirects, bounded body and time. RFC 9110. */
import { PortError, type Transport } from '@proofkey/client';
import { BODY_LIMIT, type HttpRequest, type HttpResponse } from '@proofkey/core';

/** Seconds for one request and its whole answer. */
const TIME_LIMIT = 10;

/**
 * Sends one request and reads its answer.
 *
 * A redirect is not followed: it arrives as a response with its 3xx status, and the core refuses it. A body is read
 * only until it is longer than the core takes, then the connection is dropped.
 *
 * @param options.timeLimit seconds, 10 when absent
 * @returns a transport that rejects with `network_error`, and says whether the server may have seen the request
 */
export const fetchTransport = ({ timeLimit = TIME_LIMIT }: { readonly timeLimit?: number } = {}): Transport => ({
  async send(request, cancel) {
    if (cancel?.aborted) throw new PortError('network_error', { sent: 'no' });
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      abort();
    }, timeLimit * 1000);
    cancel?.addEventListener('abort', abort, { once: true });
    try {
      return await exchange(request, controller.signal);
    } catch (error) {
      const reason = reasonOf(error);
      throw new PortError('network_error', {
        sent: neverLeft(reason) ? 'no' : 'maybe',
        system: late ? 'ETIMEDOUT' : reason.code,
      });
    } finally {
      clearTimeout(limit);
      cancel?.removeEventListener('abort', abort);
    }
  },
});

async function exchange({ url, method, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? { headers } : sentOnce(headers, body)),
    redirect: 'manual',
    credentials: 'omit',
    signal,
  });
  // Names come in lower case. A cookie is nothing that we asked for.
  const { 'set-cookie': _, ...received } = Object.fromEntries(response.headers);
  return { status: response.status, headers: received, body: await boundedText(response) };
}

/** After 421, fetch sends a body again that it still has (Fetch, section 4.5): a stream is gone with the first time. */
const sentOnce = (headers: HttpRequest['headers'], body: string): RequestInit & { readonly duplex: 'half' } => ({
  headers: { ...headers, 'content-length': `${Buffer.byteLength(body)}` },
  body: new Blob([body]).stream(),
  duplex: 'half',
});

/** Counts characters, as the core does, so that what was cut off here is always refused there. */
async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return '';
  // A byte order mark is a part of the body: the core refuses JSON that begins with one.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  // Leaving the loop early cancels the stream, and with it the connection.
  for await (const octets of response.body) {
    text += decoder.decode(octets, { stream: true });
    if (text.length > BODY_LIMIT) return text.slice(0, BODY_LIMIT + 1);
  }
  return text + decoder.decode();
}

type Reason = { readonly code: string | undefined; readonly syscall: string | undefined };

/** fetch says only "fetch failed"; why is in its cause, or in the errors of that when several addresses were tried. */
function reasonOf(error: unknown): Reason {
  const { cause = error } = Object(error) as { readonly cause?: unknown };
  const { code, syscall, errors } = Object(cause) as Reason & { readonly errors?: readonly Reason[] };
  return { code, syscall: syscall ?? errors?.[0]?.syscall };
}

/** True only when no octet of the request can have left: no address, no connection, no trusted certificate. */
const neverLeft = ({ code = '', syscall = '' }: Reason): boolean =>
  syscall === 'connect' ||
  syscall === 'getaddrinfo' ||
  code === 'UND_ERR_CONNECT_TIMEOUT' ||
  /^(CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_)/.test(code);
