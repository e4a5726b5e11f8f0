/** One file per entry: many small ones would cost an application its start-up time. */
import { readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { publishCore } from './support/bundles.ts';
import { root, run, withFolder } from './support/processes.ts';

interface Manifest {
  readonly publishConfig: { readonly exports: unknown };
}

/** Writes the URL of every module that Node.js loads after it. */
const RECORDER = `
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) process.stdout.write(url + '\\n');
    return next(url, context);
  },
});
`;

async function loadedBy(specifier: string): Promise<readonly string[]> {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')) as Manifest;
  const installed = { ...manifest, exports: manifest.publishConfig.exports };
  const files = {
    'recorder.mjs': RECORDER,
    'app.mjs': `await import('${specifier}');`,
    'node_modules/@proofkey/core/package.json': JSON.stringify(installed),
    'node_modules/@noble/keep': '',
  };
  return withFolder(files, async (folder) => {
    await publishCore(join(folder, 'node_modules/@proofkey/core/dist'));
    symlinkSync(
      realpathSync(join(root, 'packages/core/node_modules/@noble/hashes')),
      join(folder, 'node_modules/@noble/hashes'),
    );
    const { code, stdout, stderr } = run(process.execPath, ['--import', './recorder.mjs', 'app.mjs'], folder);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const own = pathToFileURL(realpathSync(folder)).href;
    return stdout
      .trim()
      .split('\n')
      .map((url) => url.replace(own, '').replace(/^.*\/node_modules\//, ''))
      .filter((url) => url !== '/app.mjs');
  });
}

test('importing @proofkey/core loads one file of ours', async () => {
  const loaded = await loadedBy('@proofkey/core');
  expect(loaded.filter((url) => !url.startsWith('@noble/hashes/'))).toEqual(['@proofkey/core/dist/index.js']);
});

test('importing @proofkey/core/explain loads one file of ours and no digest', async () => {
  expect(await loadedBy('@proofkey/core/explain')).toEqual(['@proofkey/core/dist/explain.js']);
});
