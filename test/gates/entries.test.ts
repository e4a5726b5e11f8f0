/** What the entries of the packages for production lead to: sources, and nothing that is fixed for tests. RFC 9700. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { root } from './support/processes.ts';

/** The test double, the memory ports and the generator draw what a seed says, or nothing at random at all. */
const NOT_FOR_PRODUCTION = ['msw', 'port-contract', 'generate'];
const production = readdirSync(join(root, 'packages')).filter((name) => !NOT_FOR_PRODUCTION.includes(name));

const entriesOf = (name: string): readonly string[] => {
  const { exports } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string>>;
  };
  const files = Object.values(exports).filter((file) => file.endsWith('.ts'));
  return files.map((file) => `packages/${name}/${file.slice('./'.length)}`);
};

/** Every file of this repository that the text leads to, by whatever way. */
async function reachedBy(text: string): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: text, resolveDir: root, loader: 'ts' },
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  return Object.keys(metafile.inputs).filter((file) => file.startsWith('packages/'));
}

const importing = (files: readonly string[]): string => files.map((file) => `import './${file}';\n`).join('');
const fixed = (files: readonly string[]): readonly string[] =>
  files.filter(
    (file) => NOT_FOR_PRODUCTION.some((name) => file.startsWith(`packages/${name}/`)) || /\/test\//.test(file),
  );

describe('PK-13: a fixed verifier or nonce is reached from no entry for production', () => {
  test.each(production)('of @proofkey/%s', async (name) => {
    const entries = entriesOf(name);
    const reached = await reachedBy(importing(entries));
    expect(reached).toEqual(expect.arrayContaining([...entries]));
    expect(fixed(reached)).toEqual([]);
  });

  test.each(['packages/port-contract/src/memory-ports.ts', 'packages/core/test/support/login.ts'])(
    'negative control: %s would be noticed',
    async (file) => {
      expect(fixed(await reachedBy(importing(['packages/node/src/index.ts', file])))).toContain(file);
    },
  );
});
