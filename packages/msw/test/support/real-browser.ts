/** A real Chromium, and the login server on loopback: what a person does at its pages. */
import type { Page } from 'playwright';
import { useBrowserWith, type WithBrowser } from '../../../node/test/real-browser.ts';
import { type LoginServerOptions, type RunningLoginServer, startLoginServer } from '../../src/server.ts';

export { faultsOf, headingOf, INSTALL_LIMIT } from '../../../node/test/real-browser.ts';

/** One Chromium and one server for the tests of a file; the server is new for each. */
export const useBrowser = (options: LoginServerOptions): WithBrowser<RunningLoginServer> =>
  useBrowserWith(
    () => startLoginServer(options),
    (server) => server.reset(),
  );

/** The login page, filled in and sent. */
export async function logIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}
