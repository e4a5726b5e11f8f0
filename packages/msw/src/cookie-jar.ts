/** Answers of one server -> the cookies that a browser sends back to it. RFC 6265, sections 5.3 and 5.4. */

export interface CookieJar {
  /** Keeps what an answer sets, or forgets what it ends. */
  keep(setCookie: string | undefined): void;
  /** The header of a request for that path; undefined when there is nothing to say. */
  header(path: string): string | undefined;
  clear(): void;
}

type Cookie = { readonly name: string; readonly path: string; readonly value: string };

/** How many are kept; the oldest go first. */
const LIMIT = 50;

/** For one origin. The only end that it knows is `Max-Age=0`. */
export function createCookieJar(): CookieJar {
  let cookies: readonly Cookie[] = [];
  return {
    keep(setCookie) {
      const [pair = '', ...attributes] = (setCookie ?? '').split(';').map((one) => one.trim());
      const at = pair.indexOf('=');
      if (at < 1) return;
      const [, path = '/'] = attributes.map((one) => /^path=(.*)$/i.exec(one)).find((one) => one !== null) ?? [];
      const cookie = { name: pair.slice(0, at), path, value: pair.slice(at + 1) };
      const isOver = attributes.some((one) => /^max-age=(0|-\d+)$/i.test(one));
      const others = cookies.filter((one) => one.name !== cookie.name || one.path !== path);
      cookies = isOver ? others : [...others, cookie].slice(-LIMIT);
    },
    header(path) {
      const pairs = cookies.filter((one) => path.startsWith(one.path)).map(({ name, value }) => `${name}=${value}`);
      return pairs.length === 0 ? undefined : pairs.join('; ');
    },
    clear() {
      cookies = [];
    },
  };
}
