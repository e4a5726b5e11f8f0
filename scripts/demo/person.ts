/** Authorization URL -> a person who logs in, agrees, and is sent back: real HTTP from page to page. RFC 6749, 4.1. */
import { type IncomingMessage, request } from 'node:http';

export type Person = {
  /** What the page already holds when absent. */
  readonly login?: string;
  readonly password?: string;
  readonly answer?: 'agree' | 'refuse';
};

export type Page = { readonly url: URL; readonly status: number; readonly text: string };

/** More pages than any login has: whoever sees more of them is going in circles. */
const PAGES = 20;

type Trip = {
  /** Where the trip ends before it is sent, as when nobody listens there any more. */
  stopAt(url: URL): boolean;
};

/**
 * Opens the URL, fills in every form, follows every redirect, and ends on the first page without a form.
 *
 * @returns the last page, which is the one that the program on loopback shows
 */
export async function actAsPerson(
  start: string,
  { login, password, answer = 'agree' }: Person,
  { stopAt }: Trip = { stopAt: () => false },
): Promise<Page> {
  const cookies = new CookieJar();
  let page = await load(cookies, stopAt, new URL(start));
  for (let count = 0; count < PAGES; count++) {
    const form = /<form method="post">([\s\S]*?)<\/form>/.exec(page.text)?.[1];
    if (form === undefined) return page;
    const fields: Record<string, string> = form.includes('name="password"')
      ? { login: login ?? filledIn(form, 'login'), password: password ?? filledIn(form, 'password') }
      : { answer };
    page = await load(cookies, stopAt, page.url, new URLSearchParams(fields).toString());
  }
  throw new Error('the login pages never end');
}

const filledIn = (form: string, name: string): string =>
  new RegExp(`<input name="${name}"[^>]* value="([^"]*)"`).exec(form)?.[1] ?? '';

/** One page: the answer to one request, or what its redirects lead to. */
async function load(cookies: CookieJar, stopAt: Trip['stopAt'], first: URL, form?: string): Promise<Page> {
  let url = first;
  let body = form;
  for (let count = 0; count < PAGES; count++) {
    const { status, location, text } = await send(cookies, url, body);
    if (location === undefined) return { url, status, text };
    url = new URL(location, url);
    if (stopAt(url)) return { url, status, text };
    // RFC 9110, section 15.4.4: what was posted is not posted again.
    body = undefined;
  }
  throw new Error('the redirects never end');
}

type Answer = { readonly status: number; readonly location: string | undefined; readonly text: string };

async function send(cookies: CookieJar, url: URL, body: string | undefined): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers: Record<string, string> = { accept: 'text/html' };
    const cookie = cookies.header(url);
    if (cookie) headers['cookie'] = cookie;
    if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
    request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent: false }, resolve)
      .on('error', reject)
      .end(body);
  });
  cookies.keep(url, response.headers['set-cookie'] ?? []);
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) text += part;
  return { status: response.statusCode ?? 0, location: response.headers.location, text };
}

/** Like a browser's: by host and path, not by port. RFC 6265, section 5. */
class CookieJar {
  readonly #cookies = new Map<string, { readonly host: string; readonly path: string; readonly pair: string }>();

  keep({ hostname }: URL, lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const path = attributes.find((text) => /^path=/i.test(text))?.slice('path='.length) ?? '/';
      const expires = attributes.find((text) => /^expires=/i.test(text))?.slice('expires='.length);
      const key = `${hostname} ${path} ${pair.split('=', 1)[0]}`;
      if (expires !== undefined && Date.parse(expires) <= Date.now()) this.#cookies.delete(key);
      else this.#cookies.set(key, { host: hostname, path, pair });
    }
  }

  header({ hostname, pathname }: URL): string {
    const matches = [...this.#cookies.values()].filter(
      ({ host, path }) => host === hostname && `${pathname}/`.startsWith(path.endsWith('/') ? path : `${path}/`),
    );
    return matches.map(({ pair }) => pair).join('; ');
  }
}
