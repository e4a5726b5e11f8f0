/** Ctrl+C while a login waits, in a program where `signal-exit` listens too: 130, and nothing is left. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Child, forked } from './file-lock-world.ts';

const CHILD = fileURLToPath(new URL('./file-lock-interrupt-child.ts', import.meta.url));
const issuer = 'https://as.example';
const settings = {
  clientId: 'app',
  scope: ['contacts'],
  timeLimit: 60,
  server: { issuer, authorizationEndpoint: `${issuer}/authorize`, tokenEndpoint: `${issuer}/token` },
};

let parent: string;
let child: Child;
const start = async (stuck = ''): Promise<void> => {
  const env = { ...process.env, HOME: parent };
  child = forked(CHILD, [JSON.stringify(settings), join(parent, 'proofkey'), stuck], { env, quiet: true });
  expect(await child.told()).toBe('waits');
};
const left = (): readonly string[] => readdirSync(join(parent, 'proofkey'));

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'proofkey-interrupt-'));
});
afterEach(async () => {
  child.child.kill('SIGKILL');
  await child.ended;
  rmSync(parent, { recursive: true, force: true });
});

test('a program that has taken a lock before ends with 130, and forgets its login', async () => {
  await start();
  expect(left()).toHaveLength(1);
  child.child.kill('SIGINT');
  expect(await child.told()).toBe('forgets');
  expect(await child.ended).toBe(130);
  expect(left()).toEqual([]);
}, 30_000);

test('a second SIGINT ends a clean-up that hangs, and gives its lock back', async () => {
  await start('stuck');
  child.child.kill('SIGINT');
  expect(await child.told()).toBe('forgets');
  expect(left()).toHaveLength(2);
  child.child.kill('SIGINT');
  expect(await child.ended).toBe('SIGINT');
  expect(left()).toHaveLength(1);
}, 30_000);
