/** Authorization URL -> callback URL, as a browser and its person would get there. RFC 6749, section 4.1; RFC 8252. */

import { delay } from './arguments.ts';
import { type User, usernameOf } from './authorization-server/settings.ts';
import type { ServerResponse } from './authorization-server.ts';
import { createCookieJar } from './cookie-jar.ts';
import type { Engine } from './engine.ts';
import { addressesOf } from './exchange.ts';
import { consent, deny, withPerson } from './knobs.ts';
import { isCallback, type Next, nextOf, withHint } from './navigation.ts';
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
  /**
   * The person closes the window: the server saw the request, the client hears nothing.
   *
   * It is the window of the next login, once its page is there; but where somebody is taking their time (`wait`), it
   * is that window, at once.
   */
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

type Until = number | PromiseLike<unknown>;
type Plan = { closes?: true; replays?: true; until?: Until };

/** Redirects and pages until somebody gives up, as browsers do. */
const PATIENCE = 20;
const FORM = 'application/x-www-form-urlencoded';

/** @param isFirst what its person does holds for whoever else asks the server too: a browser of Playwright */
export function createBrowser(engine: Engine, platform: Platform, isFirst = true): DrivenBrowser {
  const jar = createCookieJar();
  const addresses = addressesOf(engine.state.settings.issuer);
  /** Windows whose person takes their time. */
  const waiting = new Set<() => void>();
  let plan: Plan = {};
  let person: User | undefined;

  const send = async (url: string, body?: string): Promise<ServerResponse> => {
    const cookie = jar.header(new URL(url).pathname);
    const headers = {
      accept: 'text/html',
      ...(cookie !== undefined && { cookie }),
      ...(body !== undefined && { 'content-type': FORM }),
    };
    const request = { method: body === undefined ? 'GET' : 'POST', url, headers, body: body ?? '' };
    const response = await engine.respond(request, isFirst ? undefined : person?.sub);
    if (!response.lost) jar.keep(response.headers['set-cookie']);
    return response;
  };

  async function open(opened: string | URL): Promise<string | undefined> {
    const start = withHint(String(opened), person && usernameOf(person));
    const { settings } = engine.state;
    if (!addresses.test(start))
      throw new Error(
        `The address is not one of ${settings.issuer}, so nobody is there. Give the client this issuer, and open ` +
          'what it asks for.',
      );
    const { closes, replays, until } = plan;
    plan = {};
    const { generation } = engine;
    let response = await send(start);
    const isOpen = until === undefined || (await isLeftOpen(until));
    if (closes || !isOpen) return undefined;
    for (let step = 0; step < PATIENCE; step += 1) {
      // A browser that another test left behind does nothing any more.
      if (response.lost || generation !== engine.generation) return undefined;
      const users = person === undefined ? settings.users : [person, ...settings.users];
      const next = nextOf(response, start, users, engine.state.log.at(-1));
      if (next === undefined) return undefined;
      if (!addresses.test(next.url) || isCallback(settings, start, next.url)) return deliver(next, replays ? 2 : 1);
      response = await send(next.url, next.body);
    }
    throw new Error('The server sent the browser round in circles.');
  }

  /** False when the person closed the window instead. */
  async function isLeftOpen(until: Until): Promise<boolean> {
    let close = (): void => undefined;
    const closed = new Promise<boolean>((resolve) => {
      close = () => resolve(false);
    });
    waiting.add(close);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const waited =
      typeof until === 'number'
        ? new Promise((resolve) => {
            timer = setTimeout(resolve, until);
          })
        : Promise.resolve(until);
    try {
      return await Promise.race([waited.then(() => true), closed]);
    } finally {
      clearTimeout(timer);
      waiting.delete(close);
    }
  }

  async function deliver({ url, body }: Next, times: number): Promise<string> {
    const [withoutFragment = ''] = url.split('#');
    const delivery = { method: body === undefined ? 'GET' : 'POST', url: withoutFragment, body: body ?? '' } as const;
    for (let time = 0; time < times && LOOPBACK.test(url); time += 1) await platform.deliver(delivery);
    return body === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${body}`;
  }

  return Object.assign(open, {
    deny: (error = 'access_denied') => engine.change((state) => deny(state, error)),
    consent: () => engine.change(consent),
    close: () => {
      if (waiting.size === 0) plan.closes = true;
      for (const close of waiting) close();
    },
    wait: (until: Until) => {
      // That it went wrong is for whoever began it; the person only waits.
      plan.until = typeof until === 'number' ? delay(until) : Promise.resolve(thenable(until)).catch(() => undefined);
    },
    logInAs(name: string) {
      const arranged = withPerson(engine.state, name, usernameOf);
      [person] = arranged.settings.users;
      if (isFirst) engine.change(() => arranged);
      jar.clear();
    },
    forget: jar.clear,
    replayCallback: () => {
      plan.replays = true;
    },
    reset() {
      plan = {};
      person = undefined;
      jar.clear();
      for (const close of waiting) close();
    },
  });
}

function thenable<T>(until: PromiseLike<T>): PromiseLike<T> {
  if (typeof until?.then === 'function') return until;
  throw new TypeError('The person waits milliseconds, or until something has happened: a number, or a promise.');
}

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?=[:/?#]|$)/;
