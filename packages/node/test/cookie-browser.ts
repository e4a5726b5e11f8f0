/** URL -> the last page, by a person whose browser keeps the cookies of one server from visit to visit. RFC 6265. */
import type { Account } from '../../../scripts/demo/interactions.ts';

export type Page = { readonly url: URL; readonly status: number; readonly text: string };

export type CookieBrowser = {
  /** Opens the URL, answers every form, follows every redirect, and ends where there is no form. */
  open(url: string): Promise<Page>;
  /** What was opened, in this order. */
  readonly opened: readonly string[];
  /** The page of the last visit; rejects when that went wrong. */
  last(): Promise<Page>;
};

type Cookie = { readonly path: string; readonly pair: string };

/** More than any login has: whoever sees more of them is going in circles. */
const STEPS = 30;

/** @param stopAt an address that is not asked for any more: the visit ends with it */
export function cookieBrowser(
  { issuer, account }: { readonly issuer: string; readonly account: Account },
  stopAt = 'nowhere:',
): CookieBrowser {
  const { origin } = new URL(issuer);
  const cookies = new Map<string, Cookie>();
  const opened: string[] = [];
  let last: Promise<Page> = Promise.reject(new Error('nothing was opened'));
  last.catch(() => {});

  const cookiesFor = ({ origin: to, pathname }: URL): string =>
    [...cookies.values()]
      .filter(({ path }) => to === origin && pathname.startsWith(path))
      .map(({ pair }) => pair)
      .join('; ');

  function keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const attribute = (name: string): string | undefined =>
        attributes.find((one) => one.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
      const path = attribute('path') ?? '/';
      const key = `${path} ${pair.split('=', 1)[0]}`;
      if (Date.parse(attribute('expires') ?? '') <= Date.now()) cookies.delete(key);
      else cookies.set(key, { path, pair });
    }
  }

  async function visit(start: string): Promise<Page> {
    let url = new URL(start);
    let form: URLSearchParams | undefined;
    for (let step = 0; step < STEPS; step++) {
      const response = await fetch(url, {
        method: form ? 'POST' : 'GET',
        headers: { accept: 'text/html', cookie: cookiesFor(url) },
        redirect: 'manual',
        ...(form && { body: form }),
      });
      if (url.origin === origin) keep(response.headers.getSetCookie());
      const [text, location] = [await response.text(), response.headers.get('location')];
      form = location === null ? answerTo(text, account) : undefined;
      if (location === null && !form) return { url, status: response.status, text };
      url = new URL(location ?? actionIn(text), url);
      if (url.href.startsWith(stopAt)) return { url, status: response.status, text };
    }
    throw new Error('the pages never end');
  }

  return {
    opened,
    open(url) {
      opened.push(url);
      last = visit(url);
      return last;
    },
    last: () => last,
  };
}

/** What the person answers: the password, yes to the logout, yes to what a program asks for. */
function answerTo(text: string, { accountId, password }: Account): URLSearchParams | undefined {
  const form = /<form\b[\s\S]*?<\/form>/.exec(text)?.[0];
  if (form === undefined) return undefined;
  if (form.includes('name="password"')) return new URLSearchParams({ login: accountId, password });
  const xsrf = /name="xsrf" value="([^"]*)"/.exec(form)?.[1];
  return new URLSearchParams(xsrf === undefined ? { answer: 'agree' } : { xsrf, logout: 'yes' });
}

const actionIn = (text: string): string => /<form\b[^>]* action="([^"]*)"/.exec(text)?.[1] ?? '';
