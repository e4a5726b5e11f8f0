/** A request that nothing answers -> it is refused, and the test is told. For msw 2 and 3. */
import { type HttpHandler, HttpResponse, http, passthrough } from 'msw';
import { speakablePath } from './authorization-server/url.ts';
import type { Engine } from './engine.ts';

/**
 * The last of all handlers: what gets so far would leave this machine.
 *
 * msw 3 calls the option `onUnhandledFrame`, msw 2 `onUnhandledRequest`, and each ignores the other name and then lets
 * the request through. A handler does not depend on any name, takes images and styles as well, and prints nothing.
 *
 * @param passThrough origins that are let through
 */
export const refuseUnknown = (engine: Engine, passThrough: readonly string[]): HttpHandler =>
  http.all(/^/, ({ request }) => {
    if (isLetThrough(request.url, passThrough)) return passthrough();
    engine.refuse(named(request.method, request.url));
    return HttpResponse.error();
  });

/** What `listen` of msw 2 and 3 has to be told for what is no request: WebSockets have no last handler. */
export function listenOptions(engine: Engine, passThrough: readonly string[]): object {
  const refuse = (url: string): void => {
    if (isLetThrough(url, passThrough)) return;
    engine.refuse(named('WebSocket', url));
    throw new Error('Nothing in this test answers at this address.');
  };
  return {
    onUnhandledRequest: ({ url }: Request) => refuse(url),
    onUnhandledFrame: ({ frame: { data } }: UnhandledFrame) =>
      refuse(String('request' in data ? data.request.url : data.connection.client.url)),
  };
}

type UnhandledFrame = {
  readonly frame: {
    readonly data:
      | { readonly request: Request }
      | { readonly connection: { readonly client: { readonly url: string | URL } } };
  };
};

function isLetThrough(url: string, passThrough: readonly string[]): boolean {
  const { origin } = new URL(url.replace(/^ws/, 'http'));
  return passThrough.some((one) => new URL(one).origin === origin);
}

/** Without query and body: they may hold secrets. */
function named(method: string, url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${method} ${protocol}//${host}${speakablePath(pathname)}`;
}
