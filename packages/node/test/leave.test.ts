/** Logout at the server: the person sees its address, the program waits for nothing. RP-Initiated Logout, section 2. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createNodeClient, type NodeOptions } from '../src/index.ts';
import { loopbackUserAgent } from '../src/loopback.ts';
import { redirectAddressOf } from '../src/loopback-address.ts';
import { type PromptSettings, promptOf } from '../src/prompt.ts';
import { paper, started } from './listener.ts';
import { inTerminal } from './program.ts';
import { serverAt } from './server-at.ts';

const ORIGIN = 'https://as.example';
const ADDRESS = `${ORIGIN}/logout?client_id=leaves`;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Nobody is logged in: what is asked of the server is its page alone. */
const logOut = (options: Pick<NodeOptions, 'openBrowser' | 'terminal'>, endSessionEndpoint = `${ORIGIN}/logout`) => {
  const server = { ...serverAt(ORIGIN), endSessionEndpoint };
  return createNodeClient({ server, clientId: 'leaves', scope: [], ...options }).logout({ endServerSession: true });
};

const leaveBy = (settings: PromptSettings, url: string): unknown =>
  loopbackUserAgent({ ...redirectAddressOf(undefined), timeLimit: 60, prompt: promptOf(settings) }).leave?.(url);

/** Lets what comes late arrive. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
}

describe('the address of the logout', () => {
  test('is printed, then opened, once each, and nothing is waited for', async () => {
    const output = paper();
    const opened: string[] = [];
    const openBrowser = (url: string): Promise<never> => {
      opened.push(`${url} after ${output.text().length} characters`);
      return new Promise(() => {});
    };
    expect(await logOut({ openBrowser, terminal: { output } })).toEqual({ revoked: false, departed: true });
    await turn();
    const text = `To log out there as well, open this address in your browser:\n\n  ${ADDRESS}\n\n`;
    expect(output.text()).toBe(text);
    expect(opened).toEqual([`${ADDRESS} after ${text.length} characters`]);
  });

  test('is printed too where no browser is opened, with the reason', async () => {
    const output = paper();
    expect(await logOut({ openBrowser: false, terminal: { output } })).toMatchObject({ departed: true });
    expect(output.text()).toContain(`\n  ${ADDRESS}\n`);
    expect(output.text()).toContain('\nNo browser is opened: this program opens none. ');
  });

  test('is opened by the program alone where there is no terminal', async () => {
    const written = vi.spyOn(process.stderr, 'write');
    const openBrowser = vi.fn();
    expect(await logOut({ openBrowser, terminal: false })).toEqual({ revoked: false, departed: true });
    expect(openBrowser.mock.calls).toEqual([[ADDRESS]]);
    expect(written).not.toHaveBeenCalled();
  });

  test('stands above the line of a login that waits at the same terminal', async () => {
    const output = paper({ isTTY: true, columns: 200 });
    vi.stubEnv('TERM', 'xterm');
    await started({ terminal: { output } });
    await logOut({ openBrowser: () => {}, terminal: { output } });
    await turn();
    const [before, shown, ...after] = output.text().split('\r\u001b[2K').slice(-3);
    expect(before).toMatch(/^Waiting on /);
    expect(shown).toMatch(/^To log out there as well, .+:\n\n {2}\S+\n\nWaiting on \S+, \d:\d\d left\.$/);
    expect(after).toEqual([expect.stringMatching(/^Waiting on /)]);
  });
});

describe('a logout that nobody would see', () => {
  const failed = { revoked: false, departed: false, failure: { code: 'user_agent_failed', kind: 'effect_failed' } };

  test.each<[string, PromptSettings['openBrowser']]>([
    ['without a browser', false],
    [
      'by a function that throws',
      () => {
        throw new Error('no shell');
      },
    ],
    ['by a function that rejects', () => Promise.reject(new Error('no shell'))],
  ])('%s and without a terminal is told in the outcome, and is a logout all the same', async (_, openBrowser) => {
    expect(await logOut({ openBrowser, terminal: false })).toMatchObject(failed);
  });

  test('is told too where the function throws and the address was printed', async () => {
    const output = paper();
    const openBrowser = (): never => {
      throw new Error('no shell');
    };
    expect(await logOut({ openBrowser, terminal: { output } })).toMatchObject(failed);
    expect(output.text()).toContain(ADDRESS);
  });
});

test('a terminal that somebody closed does not end the program', async () => {
  const closed = new Writable({ write: (_text, _encoding, done) => done(new Error('EPIPE')) });
  expect(await logOut({ openBrowser: () => {}, terminal: { output: closed } })).toMatchObject({ departed: true });
  await turn();
  expect(closed.errored).toMatchObject({ message: 'EPIPE' });
  expect(closed.listenerCount('error')).toBe(0);
});

test.each(['file:///etc/passwd', 'javascript:alert(1)', '-a Calculator', ''])(
  'AT-28 AT-35: %j is neither printed nor opened by a logout',
  async (url) => {
    const output = paper();
    const openBrowser = vi.fn();
    await expect(leaveBy({ openBrowser, terminal: { output } }, url)).rejects.toThrow(TypeError);
    expect(openBrowser).not.toHaveBeenCalled();
    expect(output.text()).toBe('');
  },
);

test('brings no control character to the terminal', async () => {
  const output = paper();
  await leaveBy({ openBrowser: () => {}, terminal: { output } }, `${ORIGIN}/\u001b]0;title\u0007?a=\u001b[2J\u009b`);
  expect(output.text()).toContain(`${ORIGIN}/%1B]0;title%07?a=%1B[2J%C2%9B\n`);
  expect(output.text()).not.toMatch(/[^\P{Cc}\n]/u);
});

/** What the browser wrote down, as soon as it did. */
async function textOf(file: string): Promise<string> {
  for (let tries = 0; tries < 1000; tries++) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('The browser was not opened.');
}

describe('a program that logs out at the server', { timeout: 30_000 }, () => {
  test('ends by itself while the browser that it opened once is still there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'proofkey-leave-'));
    const browser = join(folder, 'open');
    // It stays until its folder is removed.
    const script = `#!/bin/sh\nprintf '%s\\n' "$1" >> "$0.opened"\nwhile [ -e "$0" ]; do sleep 0.1; done\n`;
    try {
      await writeFile(browser, script, { mode: 0o700 });
      const program = inTerminal({ BROWSER: browser, PATH: `${folder}:${process.env['PATH']}` }, [
        process.execPath,
        fileURLToPath(new URL('./logout-program.ts', import.meta.url)),
      ]);
      expect(await program.ended).toEqual({ code: 0, signal: null });
      const url = 'http://127.0.0.1:9/logout?client_id=leaves';
      expect(program.text()).toContain('departed: true, failure: none');
      expect(program.text().split(url)).toHaveLength(2);
      expect(await textOf(`${browser}.opened`)).toBe(`${url}\n`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
