/** Fetch's Request -> the plain data that the server takes; its answer -> fetch's Response. WHATWG Fetch. */

import { originOf, pathOf } from './authorization-server/url.ts';
import type { ServerRequest, ServerResponse } from './authorization-server.ts';

/** Reads a request; its body is consumed. Names are written small, as fetch does; happy-dom keeps them as they came. */
export async function readRequest(request: Request): Promise<ServerRequest> {
  const { method, url } = request;
  const headers = Object.fromEntries([...request.headers].map(([name, value]) => [name.toLowerCase(), value]));
  return { method, url, headers, body: await request.text() };
}

/** Some statuses, and every answer to HEAD, have no body. RFC 9110, sections 6.4.1 and 9.3.2. */
export const bodyOf = ({ status, body }: ServerResponse, method: string): string | null =>
  method.toUpperCase() === 'HEAD' || [204, 205, 304].includes(status) ? null : body;

/** @param Answer the class that makes it: `Response`, or msw's */
export function responseOf<R extends Response>(
  answer: ServerResponse,
  method: string,
  Answer: new (body: string | null, init: ResponseInit) => R,
): R {
  const { status, headers } = answer;
  const response = new Answer(bodyOf(answer, method), { status, headers: { ...headers } });
  // Fetch says of every text that it is one, which the server did not.
  if (headers['content-type'] === undefined) response.headers.delete('content-type');
  return response;
}

/** The addresses that belong to an issuer: its whole origin, or what is under its path and the well-known places. */
export function addressesOf(issuer: string): RegExp {
  const path = pathOf(issuer);
  const under = path === '' ? '(?:[/?#]|$)' : `(?:${quoted(path)}(?:[/?#]|$)|/\\.well-known/)`;
  return new RegExp(`^${quoted(originOf(issuer))}${under}`);
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
