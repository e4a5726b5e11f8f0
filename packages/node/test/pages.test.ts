/** The pages that the listener shows, in a real Chromium: accessible, readable, and without a trace of the code. */
import type { BrowserContextOptions } from 'playwright';
import { describe, expect, test, vi } from 'vitest';
import { faultsOf, headingOf, historyOf, INSTALL_LIMIT, logInWith, useBrowser } from './real-browser.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: INSTALL_LIMIT });

const { server, newPage } = useBrowser();

/** Both colour schemes and both widths; `npm run test:long` crosses them. */
const SCREENS = [
  { colorScheme: 'light', width: 390 },
  { colorScheme: 'dark', width: 1280 },
  ...(process.env['LONG']
    ? ([
        { colorScheme: 'dark', width: 390 },
        { colorScheme: 'light', width: 1280 },
      ] as const)
    : []),
] as const;

describe.each(SCREENS)('NA-08: on a $colorScheme screen of $width pixels', ({ colorScheme, width }) => {
  const screen: BrowserContextOptions = { colorScheme, viewport: { width, height: 800 } };

  test('the success page has no fault that axe knows, and is styled for it', async () => {
    const page = await newPage(screen);
    await logInWith(page, server());
    expect(await headingOf(page)).toBe('You are logged in');
    expect(await faultsOf(page)).toEqual([]);
    const seen = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      background: getComputedStyle(document.documentElement).backgroundColor,
    }));
    expect(seen.width).toBeLessThanOrEqual(width);
    if (colorScheme === 'light') expect(seen.background).toBe('rgb(255, 255, 255)');
    else expect(seen.background).toMatch(/^rgb\((\d\d?), \1, \1\)$/);
  });

  test('nor have the failure page and the pages of refused requests', async () => {
    const page = await newPage(screen);
    const refused: (readonly [status: number | undefined, faults: readonly string[]])[] = [];
    await logInWith(page, server(), {
      answer: 'No',
      async meanwhile(redirectUri) {
        for (const address of [redirectUri, new URL('/other', redirectUri).href]) {
          const response = await page.goto(address);
          expect(await headingOf(page)).toBe('Nothing to see here');
          refused.push([response?.status(), await faultsOf(page)]);
        }
      },
    });
    expect(refused).toEqual([
      [400, []],
      [404, []],
    ]);
    expect(await headingOf(page)).toBe('You are not logged in');
    expect(await faultsOf(page)).toEqual([]);
  });

  test('a page with faults is found out', async () => {
    const page = await newPage(screen);
    await page.setContent(`<h1 style="color: #777; background: #888">Logged in</h1><h3></h3><img src="data:,">
      <div><a href="/"></a><input><button></button></div><p>Close this.</p><p>Then go back.</p><ul><p>1</p></ul>`);
    const faults = await faultsOf(page);
    for (const one of ['html-has-lang', 'document-title', 'image-alt', 'color-contrast', 'landmark-one-main']) {
      expect(faults).toContain(one);
    }
  });
});

describe('NA-08: the page after a login', () => {
  const LEFT_BEHIND = /[?&]code=|\/callback\?/;

  test('CB-17: asks for nothing, and leaves the code neither in the address bar nor in the history', async () => {
    const page = await newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const { redirectUri } = await logInWith(page, server());
    const clean = new URL('/', redirectUri).href;
    expect(page.url()).toBe(clean);
    // One request for the callback, one for the page. That the code is seen in the first makes the rest mean something.
    const [callback = '', ...others] = asked.filter((url) => url.startsWith(clean));
    expect(callback).toContain(`${redirectUri}?code=`);
    expect(others).toEqual([clean]);
    expect(asked.at(-1)).toBe(clean);
    const history = await historyOf(page.context(), page);
    expect(history.at(-1)?.url).toBe(clean);
    expect(JSON.stringify(history)).not.toMatch(LEFT_BEHIND);
    await page.goBack();
    expect(page.url()).not.toContain(new URL(redirectUri).host);
    // The same search finds what a page without a clean address would have left.
    await page.route('**/callback?*', (route) => route.fulfill({ body: 'logged in' }));
    await page.goto(callback);
    expect(JSON.stringify(await historyOf(page.context(), page))).toMatch(LEFT_BEHIND);
  });

  test('holds no script, lets none run, and is told nothing by the page before', async () => {
    const page = await newPage();
    await logInWith(page, server());
    expect(await page.locator('script, link, img, iframe, form, a, [style], [onload]').count()).toBe(0);
    const inject = (): Promise<unknown> =>
      page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.ran = true';
        document.body.append(script);
        return (globalThis as { readonly ran?: unknown }).ran;
      });
    expect(await inject()).toBeUndefined();
    expect(await page.evaluate(() => [document.referrer, document.cookie])).toEqual(['', '']);
    // Elsewhere the same script does run.
    await page.goto('about:blank');
    expect(await inject()).toBe(true);
  });
});
