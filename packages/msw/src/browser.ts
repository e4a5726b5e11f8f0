/** Authorization URL -> callback URL, as a browser and its person would get there. RFC 6749, section 4.1; RFC 8252. */

import { usernameOf } from './authorization-server/settings.ts';
import { originOf, pathOf } from './authorization-server/url.ts';
import type { ServerResponse } from './authorization-server.ts';
import { createCookieJar } from './cookie-jar.ts';
import type { Engine } from './engine.ts';
import { type Form, formIn } from './html-form.ts';
import { consent, failNext, withPerson } from './knobs.ts';
import type { Platform } from './platform.ts';

/** A browser with a person in front of it. What the person shall do is said before, and holds for the next login. */
export interface MockBrowser {
  /**
   * Opens an authorization URL, or a logout URL, and goes on until the browser is back at the application.
   *
   * It talks to the server in memory, and so does not need msw. Where the redirect URI is `http` on loopback, the
   * callback really is delivered there; that nobody listens is no mistake. It can be given to a client as it is:
   * `createNodeClient({ openBrowser: as.browser })`.
   *
   * @returns the callback URL. Of a callback that is posted (`response_mode=form_post`), the form is written as a
   *   query. Undefined when it never got there: the person closed the window, or the connection broke.
   * @throws Error when the URL is not one of this server, or when the server shows a page that nobody can go on from,
   *   as it does for a redirect URI that it does not know
   */
  (url: string | URL): Promise<string | undefined>;
  /** The person refuses: `access_denied`, or another error. */
  deny(error?: string): void;
  /** The person agrees after all. That is how it is when nothing is said. */
  consent(): void;
  /** The person closes the window once the page is there: the server saw the request, the client hears nothing. */
  close(): void;
  /** The person takes this long: milliseconds, or until something has happened. */
  wait(until: number | PromiseLike<unknown>): void;
  /** Logs in as this user, by user name or `sub`, from now on. Who was logged in before is not any more. */
  logInAs(name: string): void;
  /** Clears the cookies: nobody is logged in at the server in this browser. */
  forget(): void;
}

/** A browser of this module, with what the rest of the mock asks of it. */
export interface DrivenBrowser extends MockBrowser {
  replayCallback(): void;
  reset(): void;
}

type Plan = { closes?: true; replays?: true; until?: number | PromiseLike<unknown> };

/** Redirects and pages until somebody gives up, as browsers do. */
const PATIENCE = 20;
const FORM = 'application/x-www-form-urlencoded';

export function createBrowser(engine: Engine, platform: Platform): DrivenBrowser {
  const jar = createCookieJar();
  let plan: Plan = {};
  let username: string | undefined;

  const send = async (url: string, body?: string): Promise<ServerResponse> => {
    const cookie = jar.header(new URL(url).pathname);
    const headers = {
      accept: 'text/html',
      ...(cookie !== undefined && { cookie }),
      ...(body !== undefined && { 'content-type': FORM }),
    };
    const response = await engine.respond({
      method: body === undefined ? 'GET' : 'POST',
      url,
      headers,
      body: body ?? '',
    });
    if (!response.lost) jar.keep(response.headers['set-cookie']);
    return response;
  };

  async function open(opened: string | URL): Promise<string | undefined> {
    const start = withHint(String(opened), username);
    const { issuer } = engine.state.settings;
    if (!isServers(issuer, start)) throw new Error(`The address is not one of ${issuer}, so nobody is there.`);
    const { closes, replays, until } = plan;
    plan = {};
    const { generation } = engine;
    let response = await send(start);
    if (until !== undefined) await pause(until);
    if (closes) return undefined;
    for (let step = 0; step < PATIENCE; step += 1) {
      // A browser that another test left behind does nothing any more.
      if (response.lost || generation !== engine.generation) return undefined;
      const next = nextOf(response, start, engine);
      if (next === undefined) return undefined;
      if (!isServers(issuer, next.url) || isCallback(start, next.url)) return deliver(next, replays ? 2 : 1);
      response = await send(next.url, next.body);
    }
    throw new Error('The server sent the browser round in circles.');
  }

  async function deliver({ url, body }: Next, times: number): Promise<string> {
    const [withoutFragment = ''] = url.split('#');
    const delivery = { method: body === undefined ? 'GET' : 'POST', url: withoutFragment, body: body ?? '' } as const;
    for (let time = 0; time < times && LOOPBACK.test(url); time += 1) await platform.deliver(delivery);
    return body === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${body}`;
  }

  return Object.assign(open, {
    deny: (error = 'access_denied') => engine.change((state) => failNext(state, 'authorize', error)),
    consent: () => engine.change(consent),
    close: () => {
      plan.closes = true;
    },
    wait: (until: number | PromiseLike<unknown>) => {
      // That it went wrong is for whoever began it; the person only waits.
      plan.until = typeof until === 'number' ? until : Promise.resolve(until).catch(() => undefined);
    },
    logInAs(name: string) {
      engine.change((state) => withPerson(state, name, usernameOf));
      const [person] = engine.state.settings.users;
      username = person && usernameOf(person);
      jar.clear();
    },
    forget: jar.clear,
    replayCallback: () => {
      plan.replays = true;
    },
    reset() {
      plan = {};
      username = undefined;
      jar.clear();
    },
  });
}

/** Where the browser goes next; with a body, the form that it posts there. */
type Next = { readonly url: string; readonly body?: string };

function nextOf({ status, headers, body }: ServerResponse, start: string, engine: Engine): Next | undefined {
  const { location } = headers;
  const { users } = engine.state.settings;
  const at = originOf(start);
  if (location !== undefined) return { url: absolute(location, at) };
  const form = status < 400 ? formIn(body) : undefined;
  if (form !== undefined) return { url: absolute(form.action, at), body: filledIn(form, users) };
  if (status < 400) return undefined;
  const step = engine.state.log.at(-1)?.number;
  throw new Error(`The server answered ${status} with a page that leads nowhere; see step ${step} of the log.`);
}

/** What the person types and clicks: name, password, and the first button, which is always the one that agrees. */
function filledIn({ fields, buttons }: Form, users: readonly Parameters<typeof usernameOf>[0][]): string {
  const hinted = fields.find(({ name }) => name === 'username')?.value ?? '';
  // As without pages: who is meant by a hint, else the first.
  const person = users.find((one) => [usernameOf(one), one.sub].includes(hinted)) ?? users[0];
  const typed = fields.map(({ name, type, value }) => {
    if (type === 'password') return [name, person?.password ?? 'any'];
    return [name, type === 'hidden' || !person ? value : usernameOf(person)];
  });
  const clicked = buttons.slice(0, 1).filter(({ name }) => name !== '');
  return new URLSearchParams([...typed, ...clicked.map(({ name, value }) => [name, value])] as string[][]).toString();
}

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?=[:/?#]|$)/;

const absolute = (url: string, origin: string): string => (url.startsWith('/') ? origin + url : url);

const isServers = (issuer: string, url: string): boolean =>
  originOf(url) === originOf(issuer) && new URL(url).pathname.startsWith(pathOf(issuer));

/** For an application on the origin of its server. */
function isCallback(start: string, url: string): boolean {
  const { searchParams } = new URL(start);
  const targets = ['redirect_uri', 'post_logout_redirect_uri', 'returnTo'].map((name) => searchParams.get(name));
  return targets.some((target) => target !== null && url.split(/[?#]/)[0] === target.split(/[?#]/)[0]);
}

/** The person logs in as somebody, whomever the client thought of. */
function withHint(url: string, username: string | undefined): string {
  if (username === undefined) return url;
  const at = new URL(url);
  if (at.searchParams.has('login_hint')) at.searchParams.set('login_hint', username);
  return at.href;
}

async function pause(until: number | PromiseLike<unknown>): Promise<void> {
  if (typeof until === 'number') await new Promise((resolve) => setTimeout(resolve, until));
  else await until;
}
