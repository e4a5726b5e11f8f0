/** `npm run demo` as a person sees it: a process, its output and its exit code. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const DEMO = fileURLToPath(new URL('../../../scripts/demo.ts', import.meta.url));

type Run = { readonly code: number | string | null; readonly stdout: string; readonly stderr: string };

const run = (...options: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...options, DEMO], (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? null) : 0, stdout, stderr });
    });
  });

test('the demo logs a person in, prints who it is and no secret, and ends with 0', async () => {
  const { code, stdout, stderr } = await run();
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain('Logged in as Ada Lovelace (ada@example.com).\nsub: ada\n');
  // Every secret of a login is a long run of random characters; a password of the demo has 16.
  expect(stdout.match(/[\w~+/=-]{16,}/g)?.filter((run) => /\d/.test(run)) ?? []).toEqual([]);
  expect(stdout).not.toMatch(/code=|state=|verifier=|eyJ/);
}, 30_000);

test('a demo whose server is not there for the token request ends with 1 and says what, why and fix', async () => {
  const { code, stdout, stderr } = await run('--import', new URL('./no-token-endpoint.ts', import.meta.url).href);
  expect(code).toBe(1);
  expect(stdout).not.toContain('Logged in as');
  expect(stderr).toMatch(/^What: .+\nWhy: {2}.+\nFix: {2}.+\n$/);
}, 30_000);
