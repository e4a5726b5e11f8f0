/** A request that nothing answers -> it is refused, and the test is told. For msw 2 and 3. */
import { type HttpHandler, HttpResponse, http, passthrough } from 'msw';
import { speakablePath } from './authorization-server/url.ts';
import type { Engine } from './engine.ts';
import type { PassThrough } from './passthrough.ts';

/**
 * The last of all handlers: what gets so far would leave this machine.
 *
 * msw 3 calls the option `onUnhandledFrame`, msw 2 `onUnhandledRequest`, and each ignores the other name and then lets
 * the request through. A handler does not depend on any name, takes images and styles as well, and prints nothing.
 */
export const refuseUnknown = (engine: Engine, passThrough: PassThrough): HttpHandler =>
  http.all(/^/, ({ request }) => {
    if (passThrough.hasUrl(request.url)) return passthrough();
    engine.refuse(named(request.method, request.url));
    return HttpResponse.error();
  });

/** What `listen` of msw 2 and 3 has to be told for what is no request: WebSockets have no last handler. */
export function listenOptions(engine: Engine, passThrough: PassThrough): object {
  const refuse = (url: string): void => {
    if (passThrough.hasUrl(url)) return;
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

/** Without query and body: they may hold secrets. */
function named(method: string, url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${method} ${protocol}//${host}${speakablePath(pathname)}`;
}
