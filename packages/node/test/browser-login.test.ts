/** A person, a real Chromium, a certified server and the listener: how the login ends for both. RFC 8252, 7.3. */
import type { Page } from 'playwright';
import { expect, test, vi } from 'vitest';
import { INSTALL_LIMIT, logInWith, useBrowser } from './real-browser.ts';
import { serve } from './waiting-login.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: INSTALL_LIMIT });

const { server, newPage } = useBrowser();

const headingOf = (page: Page): Promise<string | null> => page.getByRole('heading').textContent();

test('a person who agrees reads that they are logged in, and the program knows who they are', async () => {
  const page = await newPage();
  const { client, outcome } = await logInWith(page, server());
  expect(outcome).toMatchObject({ status: 'logged_in', user: { name: 'Ada Lovelace', email: 'ada@example.com' } });
  expect(client.getSnapshot()).toMatchObject({ status: 'logged_in', user: { sub: 'ada' } });
  expect(await headingOf(page)).toBe('You are logged in');
});

test('a person who refuses reads that they are not logged in, and the program knows why', async () => {
  const page = await newPage();
  const { client, outcome } = await logInWith(page, server(), { answer: 'No' });
  expect(outcome).toMatchObject({ failure: { code: 'authorization_refused', oauth: { error: 'access_denied' } } });
  expect(await client.start()).toMatchObject({ status: 'logged_out' });
  expect(await headingOf(page)).toBe('You are not logged in');
});

test('two logins at once in two windows each end in their own page and their own program', async () => {
  const pages = [await newPage(), await newPage()];
  const logins = pages.map((page, appState) => logInWith(page, server(), { request: { appState } }));
  const ends = await Promise.all(logins);
  expect(ends.map(({ outcome }) => outcome)).toMatchObject([{ appState: 0 }, { appState: 1 }]);
  expect(pages.map((page) => page.url())).toEqual(ends.map(({ redirectUri }) => new URL('/', redirectUri).href));
  expect(await Promise.all(pages.map(headingOf))).toEqual(['You are logged in', 'You are logged in']);
});

test('AT-68: a web page of another origin that tries all it can reads nothing, and the login completes', async () => {
  const evil = await serve((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<h1>Evil</h1>'),
  );
  try {
    const [page, attacker] = [await newPage(), await newPage()];
    const tried: unknown[] = [];
    const { outcome } = await logInWith(page, server(), {
      async meanwhile(redirectUri) {
        await attacker.goto(evil.origin);
        tried.push(await attacker.evaluate(attack, `${redirectUri}?code=evil&state=wrong`));
      },
    });
    expect(tried).toEqual([
      { read: 'TypeError', posted: 'TypeError', image: 'error', blind: 'TypeError', framed: 'nothing' },
    ]);
    expect(outcome).toMatchObject({ status: 'logged_in' });
    expect(await headingOf(page)).toBe('You are logged in');
  } finally {
    await evil.close();
  }
});

/** Runs in the page. */
async function attack(url: string): Promise<Record<string, string>> {
  const nameOf = ({ name }: Error): string => name;
  const read = await fetch(url).then(() => 'read', nameOf);
  const posted = await fetch(url, { method: 'POST', headers: { 'x-custom': '1' } }).then(() => 'read', nameOf);
  const blind = await fetch(url, { mode: 'no-cors' }).then(({ type }) => type, nameOf);
  const image = await new Promise<string>((resolve) => {
    const element = new Image();
    element.onload = () => resolve('load');
    element.onerror = () => resolve('error');
    element.src = url;
  });
  const frame = document.createElement('iframe');
  const loaded = new Promise((resolve) => {
    frame.onload = resolve;
  });
  frame.src = url;
  document.body.append(frame);
  await loaded;
  const framed = frame.contentDocument === null ? 'nothing' : 'a document';
  return { read, posted, image, blind, framed };
}
