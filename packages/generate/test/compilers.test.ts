/** What is generated needs nothing, and compiles wherever a consumer may compile it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUNDLER, compile, compilers, NODENEXT, openProject, project } from './consumer.ts';

const CONSUMER = "export { createApi, type HttpRequest, operations } from './generated/index.js';\n";
const cases = Object.entries(compilers).flatMap(([name, compiler]) =>
  [NODENEXT, BUNDLER].map((options) => ({ name, compiler, options, resolution: options.moduleResolution })),
);

describe('what was generated once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofkey-generate-'));
  const own = openProject(folder);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(() => {
    expect(own.command('--spec', 'openapi.yaml', '--out', 'generated').code).toBe(0);
    own.write('consumer.ts', CONSUMER);
    own.write('wrong.ts', CONSUMER.replace('operations', 'operation'));
  });

  test.each(cases)('compiles with $name under $resolution', ({ compiler, options }) => {
    expect(compile(own, compiler, { ...options, noEmit: true }, ['consumer.ts'])).toBe('');
  });

  test.each(cases)('is not used wrongly unnoticed, with $name under $resolution', ({ compiler, options }) => {
    expect(compile(own, compiler, { ...options, noEmit: true }, ['wrong.ts'])).toMatch(/^wrong\.ts\(1,\d+\): error/);
  });
});

test('compiles with the extension .ts, where that is wanted', () => {
  const own = project();
  expect(own.command('--spec', 'openapi.yaml', '--out', 'generated', '--imports', 'ts').code).toBe(0);
  const options = { ...BUNDLER, noEmit: true, allowImportingTsExtensions: true };
  expect(compile(own, compilers['TypeScript 5.9'] ?? '', options, ['generated/index.ts'])).toBe('');
});

test('imports nothing but its own files, by the extension that was asked for', () => {
  const own = project();
  for (const imports of ['js', 'ts']) {
    expect(own.command('--spec', 'openapi.yaml', '--out', imports, '--imports', imports).code).toBe(0);
    const files = readdirSync(own.path(imports));
    const named = files.flatMap((file) =>
      Array.from(own.read(`${imports}/${file}`).matchAll(/\b(?:from|import\()\s*'([^']+)'/g), ([, one]) => one),
    );
    expect([...new Set(named)].sort()).toEqual(
      ['client', 'operations', 'readers', 'requests', 'runtime', 'schema'].map((name) => `./${name}.${imports}`),
    );
  }
});
