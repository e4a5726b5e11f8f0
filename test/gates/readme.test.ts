/** What the documents show has to compile, and what is marked `ts run` has to run. */
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, run, tool, withFolder } from './support/processes.ts';

interface Snippet {
  readonly file: string;
  readonly line: number;
  readonly runs: boolean;
  readonly source: string;
}

const documents = ['README.md', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`)];

/**
 * Fenced blocks of TypeScript. ```ts is compiled; ```ts run is compiled and run. What a reader has already, and the
 * document does not show, stands in a comment before the block: <!-- given: declare const code: string; -->
 */
function snippetsOf(file: string): Snippet[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:^<!-- given: (.*) -->\n)?^```ts( run)?\n([\s\S]*?)^```$/gm)].map(
    ({ 1: given = '', 2: mark, 3: source = '', index }) => ({
      file,
      line: text.slice(0, index).split('\n').length,
      runs: mark !== undefined,
      source: `${source}${given}\n`,
    }),
  );
}

const snippets = documents.filter((file) => existsSync(join(root, file))).flatMap(snippetsOf);

const compilerOptions = {
  module: 'nodenext',
  target: 'es2023',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
};

/** A folder that sees the packages as an application does. */
const withSnippet = <T>(source: string, use: (folder: string) => T): Promise<T> => {
  const files = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions, files: ['snippet.ts'] }),
    'snippet.ts': source,
  };
  return withFolder(files, (folder) => {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    return use(folder);
  });
};

const compile = (source: string): Promise<string> =>
  withSnippet(source, (folder) => run(tool('tsc'), ['-p', folder, '--pretty', 'false'], folder).stdout);

test('the README shows the client and the core', () => {
  expect(snippets.filter(({ file }) => file === 'README.md').length).toBeGreaterThanOrEqual(2);
});

test.each(snippets)('$file, line $line, compiles', async ({ source }) => {
  expect(await compile(source)).toBe('');
});

test.each(snippets.filter(({ runs }) => runs))('$file, line $line, runs', async ({ source }) => {
  const { code, stderr } = await withSnippet(source, (folder) => run(process.execPath, ['snippet.ts'], folder));
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('a snippet with a wrong name would be noticed', async () => {
  expect(await compile("import { nothingSuch } from '@proofkey/core';\nnothingSuch();\n")).toContain('TS2305');
});
