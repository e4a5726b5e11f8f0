/** `npm run demo` as another program sees it: plain text, exit codes, and words for what was not understood. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withoutDesktop } from '../../scripts/demo/desktop.ts';
import { screenOf } from '../../scripts/demo/terminal.ts';
import { DEMO, ELEVEN, imported, stepsIn } from './support/demo.ts';
import { root } from './support/processes.ts';

type Piped = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const piped = (...args: readonly string[]): Promise<Piped> => ended([process.execPath, ...args]);

const ended = ([command, ...args]: readonly [string, ...string[]], stdin: 'ignore' | 'pipe' = 'ignore') =>
  new Promise<Piped>((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: [stdin, 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
  });

describe('the demo without a terminal', () => {
  test('writes plain text, in which each step is a line that begins with its number', async () => {
    const { code, stdout } = await piped(DEMO);
    expect(code).toBe(0);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(stepsIn(stdout.split('\n'))).toEqual(ELEVEN);
    expect(stdout).toContain('\nLogged in as Ada Lovelace (ada@example.com), sub ada.\n');
  });

  test('whose server has no token endpoint ends with 1 and says what, why and what to do', async () => {
    const { code, stdout, stderr } = await piped(imported('no-token-endpoint.ts'), DEMO);
    expect(code).toBe(1);
    expect(stepsIn(stdout.split('\n'))).toEqual(ELEVEN.slice(0, 7));
    expect(stdout).not.toContain('Logged in as');
    expect(stderr).toMatch(/^What: .+\nWhy: {2}.+\nFix: {2}.+\n$/m);
  });

  test.each([
    [['--nope']],
    [['word']],
    [['--break', 'nothing']],
    [['--break', 'state', '--interactive']],
    [['--issuer', 'https://login.example.com']],
    [['--client-id', 'app']],
    [['--audience', 'api']],
    [['--port', '0']],
    [['--time-limit', '1.5']],
    [['--time-limit', '3601']],
  ])('%j is not understood: the end is 2, and the options are shown', async (args) => {
    const { code, stdout, stderr } = await piped(DEMO, ...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    // The reason comes last, where the person looks.
    expect(stderr).toMatch(/^Usage: npm run demo[\s\S]+\n\n.+\n$/);
  });

  test.each(['--help', '-h'])('%s shows the options and ends with 0', async (flag) => {
    const { code, stdout } = await piped(DEMO, flag);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run demo/);
  });

  test.each([
    [['--interactive'], '--interactive'],
    [['--no-browser'], '--no-browser'],
    [['--break', 'state'], '--break ...'],
    [['--issuer', 'https://as.example', '--client-id', 'app'], '--issuer ... --client-id ...'],
  ])('%j before a bare -- is kept by npm: the end is 2, and it is said where it belongs', async (args, said) => {
    // The scripts before and after are left out: they install.
    const { code, stdout, stderr } = await ended(['npm', 'run', '--silent', '--ignore-scripts', 'demo', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`\n\nnpm took ${said} for itself: write \`npm run demo -- ${said}\`\n`);
  });

  test('runs by npm as ever where nothing stands before the --', async () => {
    const { code, stdout } = await ended(['npm', 'run', '--silent', '--ignore-scripts', 'demo', '--', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run demo/);
  });

  test('whose reader stops after three lines goes on to its end without a word', async () => {
    const script = '{ "$1" "$2"; echo "ended with $?" >&2; } | head -n 3';
    const { stdout, stderr } = await ended(['sh', '-c', script, 'sh', process.execPath, DEMO]);
    expect(stdout.split('\n')).toHaveLength(4);
    expect(stderr).toBe('ended with 0\n');
  });
});

describe('the demo for a person', () => {
  const PASTE = 'paste its address here:';
  const WAITS = ['--no-browser', '--time-limit', '1'];

  test('says that its server can be reached from this machine only, and how to reach it from another', async () => {
    const { stdout } = await piped(DEMO, ...WAITS);
    const [, port] = /\(oidc-provider\) runs on http:\/\/127\.0\.0\.1:(\d+)/.exec(stdout) ?? [];
    expect(stdout).toContain('\nYour browser has to be on this machine; ');
    expect(stdout).toContain(`\nssh -L ${port}:127.0.0.1:${port} HOST\n`);
  });

  test.each([
    ['/dev/null', '</dev/null'],
    ['closed', '<&-'],
    ['a file', `<'${join(root, 'LICENSE')}'`],
  ])('offers no pasting where standard input is %s', async (_, from) => {
    const { code, stderr } = await ended(['sh', '-c', `"$0" "$@" ${from}`, process.execPath, DEMO, ...WAITS], 'pipe');
    expect(code).toBe(1);
    expect(stderr).toContain('Open this address');
    expect(stderr).not.toContain(PASTE);
  });

  test('offers it where another program may write to standard input', async () => {
    const { stderr } = await ended([process.execPath, DEMO, ...WAITS], 'pipe');
    expect(stderr).toContain(PASTE);
  });
});

describe('without a desktop', () => {
  const REST = { PATH: '/bin', HOME: '/home/ada', BROWSER: '/bin/browser', LANG: 'C' };

  test('the browser is the one that BROWSER names', () => {
    const X = { DISPLAY: ':0', DESKTOP_SESSION: 'gnome', GNOME_DESKTOP_SESSION_ID: 'x', DBUS_SESSION_BUS_ADDRESS: 'x' };
    const others = { WAYLAND_DISPLAY: 'w', XDG_CURRENT_DESKTOP: 'KDE', KDE_FULL_SESSION: 'true', XDG_DATA_DIRS: '/x' };
    expect(withoutDesktop({ ...X, ...REST, ...others })).toEqual(REST);
  });
});

test('what a server says does not steer the terminal', () => {
  const written: string[] = [];
  const out = { isTTY: true, columns: 80, write: (text: string) => written.push(text) > 0 };
  screenOf(out as never, out as never).say('Ada\u001b[2J\u0007\u202e Lovelace\r\n');
  expect(written).toEqual(['Ada[2J Lovelace\n']);
});
