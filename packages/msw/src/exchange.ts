/** Fetch's Request -> the plain data that the server takes; its answer -> fetch's Response. WHATWG Fetch. */

import { originOf, pathOf } from './authorization-server/url.ts';
import type { ServerRequest, ServerResponse } from './authorization-server.ts';

/** Reads a request; its body is consumed. */
export async function readRequest(request: Request): Promise<ServerRequest> {
  const { method, url, headers } = request;
  return { method, url, headers: Object.fromEntries(headers), body: await request.text() };
}

/** The members of a `Response`. Some statuses, and every answer to HEAD, have no body. RFC 9110, sections 6.4.1, 9.3.2 */
export function responseInit(
  { status, headers, body }: ServerResponse,
  method: string,
): { readonly body: string | null; readonly init: { status: number; headers: Record<string, string> } } {
  // A text of no length would still be given a content type, which some clients then refuse.
  const isEmpty = body === '' || method.toUpperCase() === 'HEAD' || [204, 205, 304].includes(status);
  return { body: isEmpty ? null : body, init: { status, headers: { ...headers } } };
}

/** The addresses that belong to an issuer: its whole origin, or what is under its path and the well-known places. */
export function addressesOf(issuer: string): RegExp {
  const path = pathOf(issuer);
  const under = path === '' ? '(?:[/?#]|$)' : `(?:${quoted(path)}(?:[/?#]|$)|/\\.well-known/)`;
  return new RegExp(`^${quoted(originOf(issuer))}${under}`);
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
