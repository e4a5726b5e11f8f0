/** A login whose session finds no room on the disk -> nobody's session there, rather than somebody else's. `ulimit`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientOn } from './full-disk-child.ts';

const CHILD = fileURLToPath(new URL('./full-disk-child.ts', import.meta.url));

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'proofkey-full-'));
  folder = join(parent, 'proofkey');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const sessions = (): readonly string[] => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

/** A process that can write no octet to any file: with a limit of 0 the system refuses each, as a full disk does. */
function logIn(person: string, limit: '0' | 'unlimited'): unknown {
  const command = ['-c', `ulimit -f ${limit} && exec "$0" "$@"`, process.execPath, CHILD, folder, person];
  return JSON.parse(execFileSync('/bin/sh', command, { encoding: 'utf8', timeout: 90_000 }));
}

test("another person's session is removed, and whoever logs in has tokens all the same", async () => {
  await clientOn(folder, 'grace').login();
  expect(sessions().join()).toContain('token-of-grace');
  expect(logIn('ada', '0')).toMatchObject({
    status: 'logged_in',
    notSaved: { code: 'storage_write_failed' },
    token: 'token-of-ada',
    start: { status: 'logged_in', user: { sub: 'ada' } },
  });
  expect(sessions()).toEqual([]);
  expect(await clientOn(folder, 'anybody').start()).toEqual({ status: 'logged_out' });
}, 60_000);

test("the same person's older session stays", async () => {
  await clientOn(folder, 'ada').login();
  const before = sessions();
  expect(logIn('ada', '0')).toMatchObject({ notSaved: { code: 'storage_write_failed' } });
  expect(sessions()).toEqual(before);
}, 60_000);

test('where there is room the new session takes the place of the old one', async () => {
  await clientOn(folder, 'grace').login();
  const outcome = logIn('ada', 'unlimited');
  expect(outcome).toMatchObject({ status: 'logged_in' });
  expect(outcome).not.toHaveProperty('notSaved');
  expect(await clientOn(folder, 'anybody').start()).toMatchObject({ user: { sub: 'ada' } });
}, 60_000);
