/** A word of the protocol stands once outside generated code: rename it in the YAML, and the compiler leads there. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root, run, tool, withFolder } from './support/processes.ts';

const PACKAGES = ['api', 'core', 'client', 'node', 'port-contract', 'generate', 'msw'] as const;
type Package = (typeof PACKAGES)[number];
type Errors = Readonly<Record<Package, readonly string[]>>;

/** Sources and settings of the packages, without what is installed or built. */
function copyPackages(folder: string): void {
  cpSync(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
  cpSync(join(root, 'openapi'), join(folder, 'openapi'), { recursive: true });
  // Types of Node.js and other packages come from the repository; those of the workspace by paths, from the copy.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const paths = Object.fromEntries(
    PACKAGES.flatMap((name) => [
      [`@proofkey/${name}`, [join(folder, 'packages', name, 'src/index.ts')]],
      [`@proofkey/${name}/*`, [join(folder, 'packages', name, 'src/*.ts')]],
    ]),
  );
  for (const name of PACKAGES) {
    const [from, to] = [join(root, 'packages', name), join(folder, 'packages', name)];
    for (const part of ['src', 'package.json', 'tsconfig.json'])
      cpSync(join(from, part), join(to, part), { recursive: true });
    const modules = join(from, 'node_modules');
    mkdirSync(join(to, 'node_modules'));
    for (const one of existsSync(modules) ? readdirSync(modules) : []) {
      if (one !== '@proofkey') symlinkSync(join(modules, one), join(to, 'node_modules', one));
    }
    const settings = JSON.parse(readFileSync(join(to, 'tsconfig.json'), 'utf8')) as { compilerOptions?: object };
    const compilerOptions = { ...settings.compilerOptions, paths };
    writeFileSync(join(to, 'tsconfig.json'), JSON.stringify({ ...settings, compilerOptions }));
  }
}

/** Renames in every description, in whatever place the word stands. @returns how often it stood there */
function rename(folder: string, word: string, other: string): number {
  let times = 0;
  for (const name of readdirSync(join(folder, 'openapi'))) {
    const file = join(folder, 'openapi', name);
    const parts = readFileSync(file, 'utf8').split(word);
    times += parts.length - 1;
    writeFileSync(file, parts.join(other));
  }
  return times;
}

function generate(folder: string): void {
  const { code, stderr } = run(process.execPath, [
    join(root, 'scripts/generate.ts'),
    ...['--spec', join(folder, 'openapi/authorization-server.yaml')],
    ...['--overlay', join(folder, 'openapi/auth0.overlay.yaml')],
    ...['--out', join(folder, 'packages/api/src/generated')],
  ]);
  if (code !== 0) throw new Error(stderr);
}

/** Errors that the compiler has, as `file: message`, in the sources of the package itself. */
function compile(folder: string, name: Package): readonly string[] {
  const { stdout } = run(tool('tsc'), ['--noEmit', '--pretty', 'false', '-p', join(folder, 'packages', name)], folder);
  const errors = Array.from(stdout.matchAll(/^(\S[^(\n]*)\(\d+,\d+\): error (TS\d+: .*)$/gm), ([, file = '', text]) => {
    return `${relative(folder, join(folder, file)).replaceAll('\\', '/')}: ${text}`;
  });
  // What the compiler says without naming a place is no compile error but a broken test.
  if (errors.length === 0 && stdout.trim() !== '') throw new Error(stdout);
  return errors.filter((error) => error.startsWith(`packages/${name}/`));
}

const errorsIn = (folder: string): Errors =>
  Object.fromEntries(PACKAGES.map((name) => [name, compile(folder, name)])) as Errors;
const outsideGenerated = (errors: readonly string[]): readonly string[] =>
  errors.filter((error) => !error.includes('/generated/'));

describe('code_verifier renamed to code_proof in openapi/', () => {
  let untouched: Errors;
  let renamed: Errors;
  let times = 0;

  beforeAll(() =>
    withFolder({}, (folder) => {
      copyPackages(folder);
      generate(folder);
      untouched = errorsIn(folder);
      times = rename(folder, 'code_verifier', 'code_proof');
      generate(folder);
      renamed = errorsIn(folder);
    }),
  );

  test('negative control: without the renaming, nothing is wrong in any package', () => {
    expect(untouched).toEqual(Object.fromEntries(PACKAGES.map((name) => [name, []])));
  });

  test('is a real change of the description', () => {
    expect(times).toBeGreaterThan(0);
  });

  test('makes exactly one compile error in core, where the token request is built', () => {
    const [error, ...others] = outsideGenerated(renamed.core);
    expect(others).toEqual([]);
    expect(error).toMatch(/^packages\/core\/src\/token-request\.ts: TS\d+: .*code_verifier/);
  });

  test('makes none in generated code, and none in packages that do not build or read it', () => {
    expect(renamed).toMatchObject({ api: [], client: [], node: [], 'port-contract': [], generate: [] });
    expect(renamed.core).toEqual(outsideGenerated(renamed.core));
  });

  test('makes none in the mock, which reads it, that do not name it', () => {
    expect(renamed.msw.filter((error) => !error.includes('code_verifier'))).toEqual([]);
  });

  test('is tried on every package', () => {
    expect(readdirSync(join(root, 'packages')).sort()).toEqual([...PACKAGES].sort());
  });
});
