/** Somebody else's project in a temporary folder: the command is run there, and what it wrote is compiled there. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const root: string = resolve(import.meta.dirname, '../../..');
export const cli: string = join(root, 'packages/generate/src/cli.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Project {
  readonly folder: string;
  path(name: string): string;
  read(name: string): string;
  write(name: string, text: string): void;
  /** The command, with this project as the current folder. */
  command(...words: readonly string[]): Ended;
}

/** Every compiler that a consumer of today may have. */
export const compilers: Readonly<Record<string, string>> = {
  'TypeScript 5.9': join(root, 'packages/generate/node_modules/typescript/lib/tsc.js'),
  'TypeScript 6': join(root, 'node_modules/typescript/lib/tsc.js'),
  'TypeScript 7': join(root, 'node_modules/@typescript/native/bin/tsc'),
};

const run = (folder: string, words: readonly string[]): Ended => {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
};

/** A project with a copy of our description as `openapi.yaml`. It is gone when the test has ended. */
export function project(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'proofkey-generate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return openProject(folder);
}

/** The same in a folder that the caller removes. */
export function openProject(folder: string): Project {
  const path = (name: string): string => join(folder, name);
  cpSync(join(root, 'openapi/authorization-server.yaml'), path('openapi.yaml'));
  writeFileSync(path('package.json'), '{ "type": "module" }');
  return {
    folder,
    path,
    read: (name) => readFileSync(path(name), 'utf8'),
    write: (name, text) => {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
    },
    command: (...words) => run(folder, [cli, ...words]),
  };
}

const STRICT = {
  target: 'es2022',
  lib: ['es2022'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  isolatedDeclarations: true,
  erasableSyntaxOnly: true,
  declaration: true,
};

/** What the compiler says; nothing if it is content. Every other option is as strict as it can be. */
export function compile(
  { folder, write }: Project,
  compiler: string,
  options: object,
  files: readonly string[],
): string {
  write('tsconfig.json', JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files }));
  const { code, stdout, stderr } = run(folder, [compiler, '-p', '.', '--pretty', 'false']);
  const text = stdout + stderr;
  if (code !== 0 && text === '') throw new Error('the compiler failed without a word');
  return text;
}

export const NODENEXT = { module: 'nodenext', moduleResolution: 'nodenext' } as const;
export const BUNDLER = { module: 'esnext', moduleResolution: 'bundler' } as const;
