/** The pages of the server: nothing that comes from outside is markup, and everybody can use them. WCAG 2.2, AA. */
import fc from 'fast-check';
import type { BrowserContextOptions, Page } from 'playwright';
import { describe, expect, test, vi } from 'vitest';
import {
  consentPage,
  errorPage,
  formPostPage,
  homePage,
  loggedOutPage,
  loginPage,
  logoutPage,
  stillLoggedInPage,
} from '../src/authorization-server/pages.ts';
import { authorizePath } from './support/pages-server.ts';
import { faultsOf, headingOf, INSTALL_LIMIT, logIn, useBrowser } from './support/real-browser.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: INSTALL_LIMIT });

/** Each page, with the same text in all places that are filled from outside. */
const PAGES: readonly (readonly [name: string, page: (text: string) => string])[] = [
  ['login', (text) => loginPage({ action: text, clientName: text, username: text })],
  [
    'login, again',
    (text) => loginPage({ action: text, clientName: text, username: text, anyPassword: true, problem: text }),
  ],
  [
    'consent',
    (text) =>
      consentPage({ action: text, clientName: text, userName: text, scope: ['openid', text, text], audience: text }),
  ],
  ['consent, to nothing', (text) => consentPage({ action: text, clientName: text, userName: text, scope: [] })],
  ['error', (text) => errorPage(text, text)],
  ['home', (text) => homePage(text, [[text, text]])],
  ['form post', (text) => formPostPage(text, { [text]: text, state: text })],
  ['logout', (text) => logoutPage(text, { [text]: text })],
  ['logged out', () => loggedOutPage()],
  ['still logged in', () => stillLoggedInPage()],
];

const asHtml = (text: string): string =>
  [...text]
    .map((one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[one] ?? one)
    .join('');

describe.each(PAGES)('the page %s', (_name, page) => {
  test('shows every text as that text', () => {
    // The snowman finds the text again; what stands beside it must not differ.
    const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'<>"\'&;/=!-$') }));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(page(`☃${text}☃`)).toBe(page('☃☃').replaceAll('☃☃', () => `☃${asHtml(text)}☃`));
      }),
    );
  });

  test('has a language, a title, one heading, and neither script nor anything that is loaded', () => {
    const html = page('text');
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    const [, heading] = /<h1>([^<]+)<\/h1>/.exec(html) ?? [];
    expect(/<title>(?:Error: )?([^<]+) · Test server<\/title>/.exec(html)?.[1]).toBe(heading);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\son[a-z]+=|\sstyle=|url\(|@import/i);
  });
});

const LONG = `<b>&"'${'W'.repeat(200)}`;
/** In a scope there are no quotation marks. RFC 6749, appendix A.4. */
const SCOPE = LONG.replaceAll('"', '');
const { server, newPage } = useBrowser({
  algorithm: 'ES256',
  clients: [{ clientId: 'app', name: LONG, postLogoutRedirectUris: [] }],
  user: { sub: 'ada', username: LONG, password: 'engine', name: LONG },
});

/** Every page in turn, as a person gets to it. */
const WAYS: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'Log in': (page) => page.goto(server().issuer + authorizePath()),
  'Log in, after a wrong password': async (page) => {
    await page.goto(server().issuer + authorizePath({ login_hint: LONG }));
    await logIn(page, LONG, 'wrong');
  },
  'Do you agree?': async (page) => {
    await page.goto(
      server().issuer + authorizePath({ scope: `openid profile offline_access ${SCOPE}`, audience: LONG }),
    );
    await logIn(page, LONG, 'engine');
  },
  'Almost there': async (page) => {
    await page.goto(server().issuer + authorizePath({ response_mode: 'form_post' }));
    await logIn(page, LONG, 'engine');
    await page.getByRole('button', { name: 'I agree' }).click();
  },
  'Test login server': (page) => page.goto(`${server().issuer}/`),
  'This does not work': (page) => page.goto(server().issuer + authorizePath({ client_id: 'nobody' })),
  'Do you want to log out?': async (page) => {
    await WAYS['Do you agree?']?.(page);
    await page.goto(`${server().issuer}/oidc/logout?client_id=app`);
  },
  'You are logged out': async (page) => {
    await WAYS['Do you want to log out?']?.(page);
    await page.getByRole('button', { name: 'Log out' }).click();
  },
  'You are still logged in': async (page) => {
    await WAYS['Do you want to log out?']?.(page);
    await page.getByRole('button', { name: 'Stay logged in' }).click();
  },
};

/** Both colour schemes and both widths; `npm run test:long` crosses them. */
const SCREENS = [
  { colorScheme: 'light', width: 320 },
  { colorScheme: 'dark', width: 1280 },
  ...(process.env['LONG']
    ? ([
        { colorScheme: 'dark', width: 320 },
        { colorScheme: 'light', width: 1280 },
      ] as const)
    : []),
] as const;

describe.each(SCREENS)('on a $colorScheme screen of $width pixels', ({ colorScheme, width }) => {
  const screen: BrowserContextOptions = { colorScheme, viewport: { width, height: 800 } };

  test.each(Object.entries(WAYS))(
    '%s has no fault that axe knows, and needs no scrolling sideways',
    async (name, go) => {
      const page = await newPage(screen);
      await go(page);
      expect(await headingOf(page)).toBe(name.split(',')[0]);
      expect(await faultsOf(page)).toEqual([]);
      const seen = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        background: getComputedStyle(document.body).backgroundColor,
        // Somebody has to be able to hit them. WCAG 2.2, 2.5.8.
        small: [...document.querySelectorAll('button, input:not([type=hidden])')].filter(
          (one) => one.getBoundingClientRect().height < 24,
        ).length,
        foreign: document.querySelectorAll('b, i, script').length,
      }));
      const background = colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(22, 22, 22)';
      expect(seen).toEqual({ width: expect.any(Number), background, small: 0, foreign: 0 });
      expect(seen.width).toBeLessThanOrEqual(width);
    },
  );

  test('a page with faults is found out', async () => {
    const page = await newPage(screen);
    await page.setContent(`<style>body{color:#999;background:#777}</style><h1>Log in</h1><h3></h3>
      <input id="username"><button></button><p role="alert" aria-describedby="nothing">Wrong.</p>`);
    const faults = await faultsOf(page);
    for (const one of [
      'html-has-lang',
      'document-title',
      'label',
      'button-name',
      'color-contrast',
      'landmark-one-main',
    ])
      expect(faults).toContain(one);
  });
});

describe('the login page in a real browser', () => {
  test('takes the focus to the password after a wrong one, and says there what was wrong', async () => {
    const page = await newPage();
    await WAYS['Log in, after a wrong password']?.(page);
    const password = page.getByLabel('Password');
    const focused = page.locator(':focus');
    expect(await focused.getAttribute('id')).toBe('password');
    expect(await password.inputValue()).toBe('');
    expect(await page.getByLabel('User name').inputValue()).toBe(LONG);
    for (const field of [password, page.getByLabel('User name')]) {
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.getAttribute('aria-describedby')).toBe('problem');
    }
    expect(await page.getByRole('alert').textContent()).toBe('User name or password is wrong.');
    expect(await page.title()).toBe('Error: Log in · Test server');
  });

  test('shows where the focus is, in both colour schemes, and lets a password manager find its fields', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await newPage({ colorScheme });
      await WAYS['Log in']?.(page);
      for (const id of ['username', 'password', '']) {
        await page.keyboard.press('Tab');
        const focused = page.locator(':focus');
        expect((await focused.getAttribute('id')) ?? '').toBe(id);
        const outline = await focused.evaluate((one) => getComputedStyle(one).outline);
        expect(outline).toBe(`${colorScheme === 'light' ? 'rgb(11, 87, 164)' : 'rgb(143, 189, 247)'} solid 3px`);
      }
      expect(await page.getByLabel('User name').getAttribute('autocomplete')).toBe('username');
      expect(await page.getByLabel('Password').getAttribute('autocomplete')).toBe('current-password');
    }
  });

  test('lets no script run, asks for nothing else, and can not be framed', async () => {
    const page = await newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await WAYS['Log in']?.(page);
    expect(asked).toEqual(['/authorize', expect.stringMatching(/^\/interaction\//)]);
    const inject = (): Promise<unknown> =>
      page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.ran = true';
        document.body.append(script);
        return (globalThis as { readonly ran?: unknown }).ran;
      });
    const address = page.url();
    expect(await inject()).toBeUndefined();
    await page.goto('about:blank');
    // Elsewhere the same script does run.
    expect(await inject()).toBe(true);
    const metadata = `${server().issuer}/.well-known/openid-configuration`;
    const framed = async (url: string): Promise<string | undefined> => {
      await page.goto(metadata);
      await page.setContent(`<iframe src="${url}"></iframe>`);
      return page.frames()[1]?.url();
    };
    expect(await framed(address)).toBe('chrome-error://chromewebdata/');
    // What is no page can be framed in the same place.
    expect(await framed(metadata)).toBe(metadata);
  });

  test('says that any password is right, when nobody has one', async () => {
    expect(loginPage({ action: '/', clientName: 'app', anyPassword: true })).toContain(
      'Any password is right, or none.',
    );
    expect(loginPage({ action: '/', clientName: 'app' })).not.toContain('Any password');
  });
});
