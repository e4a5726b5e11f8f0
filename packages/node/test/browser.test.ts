/** The system browser: when it is opened, how, and what is said when it is not. On real processes. RFC 8252, section 6. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isOfDesktop } from '../../../scripts/demo/desktop.ts';
import { isWebUrl, openSystemBrowser, type Surroundings, surroundings, whyNoBrowser } from '../src/browser.ts';
import { withPipes } from './program.ts';

const why = (env: Surroundings['env'], more: Partial<Surroundings> = {}): string | undefined =>
  whyNoBrowser({ env, platform: 'linux', container: false, ...more });

const SSH = { SSH_CONNECTION: '192.0.2.1 50000 192.0.2.2 22' };
const DISPLAY = { DISPLAY: ':0' };

describe('a browser is opened', () => {
  test.each<[string, Surroundings['env'], Partial<Surroundings>]>([
    ['on a desktop with X', DISPLAY, {}],
    ['on a desktop with Wayland', { WAYLAND_DISPLAY: 'wayland-0' }, {}],
    ['on macOS', {}, { platform: 'darwin' }],
    ['on Windows', {}, { platform: 'win32' }],
    ['in WSL, where it is the one of Windows', { WSL_DISTRO_NAME: 'Debian' }, {}],
    ['over SSH with a display', { ...SSH, ...DISPLAY }, {}],
    ['in a container with a display', DISPLAY, { container: true }],
    ['where BROWSER is set, though there is no display', { BROWSER: 'w3m' }, {}],
    ['over SSH where an editor set BROWSER', { ...SSH, BROWSER: '/editor/bin/browser.sh' }, {}],
    ['in a container where an editor set BROWSER', { BROWSER: '/editor/bin/browser.sh' }, { container: true }],
    ['in CI where BROWSER is set', { CI: 'true', BROWSER: './person.sh' }, {}],
    ['where CI is set to false', { CI: 'false', ...DISPLAY }, {}],
  ])('%s', (_, env, more) => {
    expect(why(env, more)).toBeUndefined();
  });
});

describe('no browser is opened', () => {
  test.each<[string, Surroundings['env'], Partial<Surroundings>, string]>([
    ['where BROWSER is none', { BROWSER: 'none', ...DISPLAY }, {}, 'BROWSER is "none"'],
    ['in CI', { CI: 'true', ...DISPLAY }, {}, 'CI is set'],
    ['in CI on macOS', { CI: '1' }, { platform: 'darwin' }, 'CI is set'],
    ['over SSH', SSH, {}, 'this is an SSH session without a display'],
    [
      'over SSH to macOS',
      { SSH_TTY: '/dev/ttys001' },
      { platform: 'darwin' },
      'this is an SSH session without a display',
    ],
    ['in a container', {}, { container: true }, 'this is a container without a display'],
    ['in a container of WSL', { WSL_DISTRO_NAME: 'x' }, { container: true }, 'this is a container without a display'],
    ['without a display', {}, {}, 'there is no display'],
    ['where the display is empty', { DISPLAY: '', BROWSER: '' }, {}, 'there is no display'],
  ])('%s', (_, env, more, reason) => {
    expect(why(env, more)).toBe(reason);
  });

  test('which is read from where the program runs', () => {
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '192.0.2.1');
    try {
      expect(surroundings()).toMatchObject({ container: true, platform: process.platform });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

const URL_OF_LOGIN = 'https://as.example/authorize?a=b&c=d';
/** A launcher of ours in the place of the platform's: a real process. */
const launcher = (code: string) => async () => {
  const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
  child.unref();
  await once(child, 'spawn');
  return child;
};

describe('a launcher', () => {
  test('that ends with an error after it was started is noticed', async () => {
    expect(await openSystemBrowser(URL_OF_LOGIN, launcher('process.exit(3)'))).toMatch(/^node\S* ended with 3$/);
  });

  test('that is killed is noticed', async () => {
    const reason = await openSystemBrowser(URL_OF_LOGIN, launcher("process.kill(process.pid, 'SIGKILL')"));
    expect(reason).toMatch(/ended with SIGKILL$/);
  });

  test('that had ended before it was handed over is noticed', async () => {
    const gone = async () => {
      const child = await launcher('process.exit(4)')();
      await once(child, 'exit');
      return child;
    };
    expect(await openSystemBrowser(URL_OF_LOGIN, gone)).toMatch(/ended with 4$/);
  });

  test('that does its work is not complained about', async () => {
    expect(await openSystemBrowser(URL_OF_LOGIN, launcher(''))).toBeUndefined();
  });

  test('that stays is the browser itself: how it ends later is not watched', async () => {
    let browser: Awaited<ReturnType<ReturnType<typeof launcher>>> | undefined;
    const stays = async () => {
      browser = await launcher('setTimeout(() => {}, 600_000)')();
      return browser;
    };
    try {
      expect(await openSystemBrowser(URL_OF_LOGIN, stays)).toBeUndefined();
      expect(browser?.exitCode).toBeNull();
      expect(browser?.listenerCount('exit')).toBe(0);
    } finally {
      browser?.kill('SIGKILL');
    }
  });

  test('that does not exist is named by its code alone', async () => {
    const missing = async () => {
      const child = spawn('./no-such-launcher', [URL_OF_LOGIN]);
      await once(child, 'spawn');
      return child;
    };
    expect(await openSystemBrowser(URL_OF_LOGIN, missing)).toBe('ENOENT');
    const talks = () => Promise.reject(new Error(`cannot open ${URL_OF_LOGIN}`));
    expect(await openSystemBrowser(URL_OF_LOGIN, talks)).toBe('the launcher failed');
  });
});

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** Writes down its arguments, first how many there are. */
const NOTES = `printf '%s\\n' "$#" "$@" > "$0.part"; mv "$0.part" "$0.opened"`;
/** Stays until the test is over. */
const STAYS = `while [ -e "$0" ]; do sleep 0.1; done`;

/** A browser in a script. It stands where Linux and where macOS look for one. */
async function fakeBrowser(
  script: string,
): Promise<{ readonly env: Record<string, string>; opened(): Promise<string> }> {
  const folder = await mkdtemp(join(tmpdir(), 'proofkey-browser-'));
  folders.push(folder);
  const command = join(folder, 'open');
  await writeFile(command, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  const opened = async (): Promise<string> => {
    for (let tries = 0; tries < 1000; tries++) {
      const text = await readFile(`${command}.opened`, 'utf8').catch(() => undefined);
      if (text !== undefined) return text;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('The browser was not opened.');
  };
  return { env: { BROWSER: command, PATH: `${folder}:${process.env['PATH']}` }, opened };
}

describe('the URL', () => {
  test('AT-35: reaches the browser as one argument, whatever a shell would make of it', async () => {
    const { env, opened } = await fakeBrowser(NOTES);
    const url = 'https://as.example/authorize?a=`id`&b=$(id)&c="%20&%20calc.exe&d=;id|id&e=\'-x';
    for (const name of Object.keys(process.env).filter(isOfDesktop)) vi.stubEnv(name, undefined);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    try {
      expect(await openSystemBrowser(url)).toBeUndefined();
      expect(await opened()).toBe(`1\n${url}\n`);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test.each([
    '-a Calculator',
    '--version',
    '/bin/sh',
    'file:///bin/sh',
    'javascript:alert(1)',
    'data:text/html,a',
    'com.example.app:/callback',
    ' https://as.example/',
    'https://',
    '',
  ])('AT-35: %j is not handed to any launcher', async (url) => {
    let launched = false;
    const launch = () => {
      launched = true;
      return launcher('')();
    };
    expect(await openSystemBrowser(url, launch)).toBe('the address is not one of the web');
    expect(launched).toBe(false);
    expect(isWebUrl('http://127.0.0.1:3000/authorize')).toBe(true);
  });
});

describe('a program that logs in', { timeout: 30_000 }, () => {
  test('NA-01: opens the browser that BROWSER names, with the URL that it printed', async () => {
    const { env, opened } = await fakeBrowser(NOTES);
    const program = withPipes(env);
    const url = await program.until(/(http:\S+\/authorize\?\S+)/);
    await program.until(/Opening it in your browser/);
    expect(await opened()).toBe(`1\n${url}\n`);
    expect(program.text()).not.toContain('No browser');
  });

  test('whose launcher fails without a word says so, and waits on', async () => {
    const { env } = await fakeBrowser('exit 1');
    const program = withPipes(env);
    await program.until(
      /No browser could be opened \(\S+ ended with \d\)\. The address can be opened in any browser\./,
    );
    program.child.kill('SIGINT');
    // Not a login that failed before: it is Ctrl+C that ends it.
    expect(await program.ended).toEqual({ code: 130, signal: null });
  });

  test('is not kept alive by a browser that stays', async () => {
    const { env, opened } = await fakeBrowser(`${NOTES}; ${STAYS}`);
    const program = withPipes({ ...env, TIME_LIMIT: '1' });
    await opened();
    expect(await program.ended).toEqual({ code: 7, signal: null });
  });
});
