/** A real Chromium, and the login server on loopback: what a person does at its pages. */
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../../../node/test/real-browser.ts';
import { type LoginServerOptions, type RunningLoginServer, startLoginServer } from '../../src/server.ts';

export { INSTALL_LIMIT } from '../../../node/test/real-browser.ts';

/** One Chromium and one server for the tests of a file; a window is a person of its own, logged in nowhere. */
export function useBrowser(options: LoginServerOptions): {
  readonly server: () => RunningLoginServer;
  newPage(options?: BrowserContextOptions): Promise<Page>;
} {
  let browser: Browser | undefined;
  let server: RunningLoginServer | undefined;
  const windows: BrowserContext[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await startLoginServer(options);
  });
  afterEach(async () => {
    for (const one of windows.splice(0)) await one.close();
    server?.reset();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const started = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('only within a test');
    return one;
  };
  return {
    server: () => started(server),
    async newPage(more = {}) {
      const context = await started(browser).newContext(more);
      windows.push(context);
      return context.newPage();
    },
  };
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The rules of WCAG 2.x, A and AA, and of best practice that the page breaks, or that could not be decided. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations, incomplete, passes } = await page.evaluate(
    (rules) => (globalThis as unknown as { readonly axe: typeof axe }).axe.run({ runOnly: rules }),
    RULES,
  );
  // Rules that found nothing to look at would prove nothing.
  expect(passes.length).toBeGreaterThan(10);
  return [...violations, ...incomplete].map(({ id }) => id);
}

export const headingOf = (page: Page): Promise<string | null> => page.getByRole('heading').textContent();

/** The login page, filled in and sent. */
export async function logIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
