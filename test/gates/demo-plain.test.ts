/** `npm run demo` as another program sees it: plain text, exit codes, and words for what was not understood. */
import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { DEMO, ELEVEN, imported, stepsIn } from './support/demo.ts';

type Piped = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

const piped = (...args: readonly string[]): Promise<Piped> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
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
  ])('%j is not understood: the end is 2, and the options are shown', async (args) => {
    const { code, stdout, stderr } = await piped(DEMO, ...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^.+\n\nUsage: npm run demo/m);
  });

  test('--help shows the options and ends with 0', async () => {
    const { code, stdout } = await piped(DEMO, '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run demo/);
  });
});
