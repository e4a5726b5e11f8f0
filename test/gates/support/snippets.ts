/** Documents -> the fenced blocks in them, and a folder in which a block sees what an application sees. */
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root, withFolder } from './processes.ts';

export interface Snippet {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  /** ```ts run=login is run by the runner `login`, ```ts run as it stands. */
  readonly runner: string | undefined;
  /** What a reader has already: <!-- given: declare const code: string; --> before the block. */
  readonly given: string;
  readonly source: string;
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const inEach = (folder: string): readonly string[] =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}/README.md`);

export const documents: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...[...inEach('packages'), ...inEach('examples')].filter((file) => existsSync(join(root, file))),
];

export const textOf = (file: string): string => read(file);

export function snippetsOf(file: string): readonly Snippet[] {
  const text = read(file);
  const blocks = text.matchAll(/(?:^<!-- given: (.*) -->\n)?^```(\w*)(?: (run)(?:=([\w-]+))?)?\n([\s\S]*?)^```$/gm);
  return [...blocks].map(({ 1: given = '', 2: language = '', 3: run, 4: runner = run, 5: source = '', index }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    language,
    runner,
    given,
    source,
  }));
}

/** What a reader has who has generated: `generated/` beside the snippet. */
export const generatedFiles: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(join(root, 'packages/api/src/generated')).map((name) => [
    `generated/${name}`,
    read(`packages/api/src/generated/${name}`),
  ]),
);

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

/** `snippet.ts` and whatever else there is, where the packages are found as an application finds them. */
export const withSnippet = <T>(
  source: string,
  use: (folder: string) => T | Promise<T>,
  others: Readonly<Record<string, string>> = {},
): Promise<T> => {
  const files = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ compilerOptions, files: ['snippet.ts'] }),
    'snippet.ts': source,
    ...others,
  };
  return withFolder(files, (folder) => {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    return use(folder);
  });
};
