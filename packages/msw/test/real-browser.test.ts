/** The mock in a real Chromium: a service worker brings it in, and a client of others logs in at it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../../../scripts/chromium.ts';
import { bundle, workerScript } from './support/bundle.ts';

/** Milliseconds: where there is no Chromium yet, finding one means installing one. */
const INSTALL_LIMIT = 900_000;
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

const PROGRAM = `
import { setupWorker } from 'msw/browser';
import { createMockLogin } from '../../src/index.ts';
import { logIn } from './code-login.ts';

globalThis.run = async () => {
  const as = createMockLogin({ user: { sub: 'ada', name: 'Ada' } });
  const worker = setupWorker(...as.handlers);
  await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
  const { claims, userinfo } = await logIn(as);
  as.check();
  const steps = as.log.map(({ step }) => step);
  as.dropAnswer('metadata');
  const dropped = await fetch(as.issuer + '/.well-known/openid-configuration').then(() => 'answered', String);
  const rejected = await fetch('https://nobody.invalid/').then(() => 'answered', String);
  worker.stop();
  return { name: claims.name, sub: userinfo.sub, steps, dropped, rejected };
};
`;

let home: string | undefined;
let browser: Browser | undefined;
let server: Server | undefined;
let origin: string;

beforeAll(async () => {
  const { code } = await bundle(PROGRAM, 'browser');
  const files: Readonly<Record<string, readonly [string, string]>> = {
    '/': ['text/html', '<!doctype html><title>Test</title><script type="module" src="/program.js"></script>'],
    '/program.js': ['text/javascript', code],
    '/mockServiceWorker.js': ['text/javascript', workerScript()],
  };
  const pages = createServer(({ url = '/' }, response) => {
    const [type, text] = files[url] ?? ['text/plain', ''];
    response.writeHead(url in files ? 200 : 404, { 'content-type': `${type}; charset=utf-8` }).end(text);
  });
  server = pages;
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  home = mkdtempSync(join(tmpdir(), 'proofkey-msw-'));
  const { XDG_CONFIG_HOME: _config, XDG_CACHE_HOME: _cache, ...env } = process.env;
  browser = await chromium.launch({ executablePath: findChromium(), args: ARGUMENTS, env: { ...env, HOME: home } });
}, INSTALL_LIMIT);

afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  if (home !== undefined) rmSync(home, { recursive: true, force: true });
});

test('a page logs in at a server that exists in its service worker only', async () => {
  const page = await (browser as Browser).newPage();
  await page.goto(origin);
  await page.waitForFunction(() => 'run' in globalThis);
  const outcome = await page.evaluate(() => (globalThis as unknown as { run: () => Promise<unknown> }).run());
  expect(outcome).toEqual({
    name: 'Ada',
    sub: 'ada',
    steps: ['metadata', 'authorize', 'token', 'keys', 'userinfo'],
    dropped: 'TypeError: Failed to fetch',
    rejected: 'TypeError: Failed to fetch',
  });
});
