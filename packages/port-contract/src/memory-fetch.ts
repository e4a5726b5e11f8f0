/** Call of an API -> requests on the scripted transport, also those after a redirect. Fetch, HTTP-redirect fetch. */
import { PortError, type ResourceFetch, type Transport } from '@proofkey/client';
import type { HttpRequest, HttpResponse } from '@proofkey/core';

/** What `client.fetch` is on memory ports: `createClient<MemoryFetch>(settings, memoryPorts())`. */
export type MemoryFetch = (url: string, init?: MemoryRequest) => Promise<HttpResponse>;

export type MemoryRequest = Partial<Pick<HttpRequest, 'method' | 'headers' | 'body'>>;

/** As many as `fetch` follows. */
const MOST_REDIRECTS = 20;

/** Calls of an API go the same way as everything else, so that one script answers them all. */
export const scriptedFetch = (transport: Transport): ResourceFetch => ({
  prepare(input, init) {
    const url = String(input);
    const { method = 'GET', headers = {}, body } = (init ?? {}) as MemoryRequest;
    const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const given = { method, url, headers: Object.fromEntries(named), ...(body !== undefined && { body }) };
    const send = (authorization: string): Promise<HttpResponse> =>
      follow(transport, { ...given, headers: { ...given.headers, authorization } });
    return { url, method, send };
  },
});

async function follow(transport: Transport, first: HttpRequest): Promise<HttpResponse> {
  let request = first;
  for (let count = 0; count <= MOST_REDIRECTS; count += 1) {
    const response = await transport.send(request);
    const { location } = response.headers as { readonly location?: string };
    if (location === undefined || ![301, 302, 303, 307, 308].includes(response.status)) return response;
    request = redirected(request, response.status, location);
  }
  throw new PortError('network_error', { sent: 'maybe' });
}

/** @param location absolute, or a path on the same origin */
function redirected({ body, ...request }: HttpRequest, status: number, location: string): HttpRequest {
  const origin = originOf(request.url);
  const url = location.startsWith('/') ? origin + location : location;
  const { authorization: _, ...withoutToken } = request.headers as Record<string, string>;
  const headers = originOf(url) === origin ? request.headers : withoutToken;
  if (status < 307) return { method: 'GET', url, headers };
  return { ...request, url, headers, ...(body !== undefined && { body }) };
}

const originOf = (url: string): string => /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? '';
