/** Standard output of `pnpm vectors FILE` is one JSON object and nothing else, so that another program can read it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Outcome, root, run, withFolder } from './support/processes.ts';

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };

// The setup has fetched it: asking again could wait a minute for a registry that this npm is not set up for.
const vectors = (path: string): Outcome =>
  run('npx', ['--yes', '--prefer-offline', '--loglevel', 'error', packageManager, 'vectors', path], root);

test('pnpm vectors prints one JSON object and ends with 0, whatever the outcome', async () => {
  const row = { id: 'wrong-on-purpose', level: 'MUST', expect: 'accept', code_verifier: 'too short' };
  const file = JSON.stringify({ groups: { pkce: [row] } });
  await withFolder({ 'vectors.json': file }, (folder) => {
    const { code, stdout } = vectors(join(folder, 'vectors.json'));
    expect(JSON.parse(stdout)).toMatchObject({ groups: { pkce: { run: 1, wrongly_refused: ['wrong-on-purpose'] } } });
    expect(code).toBe(0);
  });
});

test('pnpm vectors ends with 2 when it cannot read the file', async () => {
  await withFolder({}, (folder) => {
    const { code, stdout } = vectors(join(folder, 'missing.json'));
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
