/** Authorization URL -> callback URL -> the listener of the login: a browser and its person, over real sockets. */
import { request } from 'node:http';

/** Octets of the headers of an answer: an attack may be long, and has to arrive. */
const LONGEST = 200_000;

type Visited = { readonly status: number; readonly location: string | undefined; readonly text: string };

/** GETs exactly this path: nothing is normalised, as an attacker's program would not. Status 0: nobody answered. */
function visit(url: string): Promise<Visited> {
  const [, host = '', port = '', path = ''] = /^http:\/\/([^/:?#]+|\[[^\]]+\]):(\d+)([^#]*)/.exec(url) ?? [];
  return new Promise((resolve) => {
    const nobody = (): void => resolve({ status: 0, location: undefined, text: '' });
    try {
      request(
        { host: host.replace(/[[\]]/g, ''), port, path: path || '/', agent: false, maxHeaderSize: LONGEST },
        async (response) => {
          let text = '';
          for await (const part of response) text += part;
          resolve({ status: response.statusCode ?? 0, location: response.headers.location, text });
        },
      )
        .on('error', nobody)
        .end();
    } catch {
      // Characters that no HTTP client sends.
      nobody();
    }
  });
}

/** The person agrees; the server sends the browser to this address. */
export async function follow(authorizationUrl: string): Promise<string> {
  const { location, status } = await visit(authorizationUrl);
  if (location === undefined) throw new Error(`the authorization endpoint answered ${status} and redirected nobody`);
  return location;
}

export type Delivered = { readonly status: number; readonly page: string };

/**
 * The browser goes to the callback URL, and on to the page that it is led to.
 *
 * Only an address of this machine is visited: at another host nobody of ours would hear of it.
 */
export async function deliver(callbackUrl: string): Promise<Delivered> {
  if (!/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+(\/|$)/.test(callbackUrl)) return { status: 0, page: '' };
  const { status, location, text } = await visit(callbackUrl);
  if (location === undefined) return { status, page: text };
  const page = await visit(new URL(location, callbackUrl).href);
  return { status, page: page.text };
}
