/** A real Chromium, and a person in it who logs in at the server of the demo: the login as it is done every day. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { findChromium } from '../../../scripts/chromium.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../../../scripts/demo/authorization-server.ts';
import { createNodeClient, type LoginOutcome, type LoginRequest, type NodeClient } from '../src/index.ts';
import { paper } from './listener.ts';

/** Milliseconds: where there is no Chromium yet, finding one means installing one. */
export const INSTALL_LIMIT = 900_000;

/** Nothing that phones home, so that every request that is seen is one of a page. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

/** Its home is a folder of its own, which goes when it is closed: the person's stays as it was. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  const home = mkdtempSync(join(tmpdir(), 'proofkey-browser-'));
  const { XDG_CONFIG_HOME: _config, XDG_CACHE_HOME: _cache, ...env } = process.env;
  const remove = (): void => rmSync(home, { recursive: true, force: true });
  try {
    const browser = await chromium.launch({ executablePath, args: ARGUMENTS, env: { ...env, HOME: home } });
    return browser.on('disconnected', remove);
  } catch (error) {
    remove();
    throw error;
  }
}

/** A browser, and something that is started beside it, for the tests of one file. */
export interface WithBrowser<Started> {
  readonly server: () => Started;
  /** A window is a person of its own, logged in nowhere. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
}

export function useBrowserWith<Started extends { close(): Promise<void> }>(
  start: () => Promise<Started>,
  afterTest: (server: Started) => void = () => undefined,
): WithBrowser<Started> {
  let browser: Browser | undefined;
  let server: Started | undefined;
  const windows: BrowserContext[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await start();
  });
  afterEach(async () => {
    for (const one of windows.splice(0)) await one.close();
    if (server !== undefined) afterTest(server);
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
    async newPage(options = {}) {
      const context = await started(browser).newContext(options);
      windows.push(context);
      return context.newPage();
    },
  };
}

/** A browser and a certified server. */
export const useBrowser = (): WithBrowser<AuthorizationServer> => useBrowserWith(() => startAuthorizationServer());

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

export type BrowserLogin = {
  readonly answer?: 'I agree' | 'No';
  readonly request?: LoginRequest;
  /** Done while the listener waits, before the person logs in. */
  meanwhile?(redirectUri: string): Promise<void>;
};

export type LoggedIn = {
  readonly client: NodeClient;
  readonly redirectUri: string;
  /** What the program gets: the outcome, or what was thrown. */
  readonly outcome: LoginOutcome | Error;
};

/** A whole login by the client, until the page shows the end of it. */
export async function logInWith(
  page: Page,
  { metadata, clientId, account }: AuthorizationServer,
  { answer = 'I agree', request, meanwhile = async () => {} }: BrowserLogin = {},
): Promise<LoggedIn> {
  let redirectUri = '';
  let visit: Promise<void> | undefined;
  async function visitAsPerson(url: string): Promise<void> {
    redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
    await meanwhile(redirectUri);
    await page.goto(url);
    await page.getByLabel('User name').fill(account.accountId);
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: answer }).click();
    await page.waitForURL((at) => at.pathname === '/');
  }
  const client = createNodeClient({
    server: metadata,
    clientId,
    scope: ['openid', 'profile', 'email'],
    terminal: { output: paper() },
    openBrowser(url) {
      visit = visitAsPerson(url);
      return visit;
    },
  });
  const outcome = await client.login({ prompt: 'consent', ...request }).catch((error: Error) => error);
  // What the person saw is known only now; why they did not get so far is what counts then.
  await visit;
  return { client, redirectUri, outcome };
}

export type HistoryEntry = { readonly url: string; readonly userTypedURL: string };

/** What the back and forward buttons lead to, as the browser itself keeps it. */
export async function historyOf(context: BrowserContext, page: Page): Promise<readonly HistoryEntry[]> {
  const session = await context.newCDPSession(page);
  const { entries } = await session.send('Page.getNavigationHistory');
  await session.detach();
  return entries;
}
