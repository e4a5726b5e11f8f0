/** What is generated needs nothing, and compiles wherever a consumer may compile it. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BUNDLER, compile, compilers, NODENEXT, project } from './consumer.ts';

const CONSUMER = "export { createApi, type HttpRequest, operations } from './generated/index.js';\n";
const cases = Object.entries(compilers).flatMap(([name, compiler]) =>
  [NODENEXT, BUNDLER].map((options) => ({ name, compiler, options, resolution: options.moduleResolution })),
);

test.each(cases)('compiles with $name under $resolution', ({ compiler, options }) => {
  const own = project();
  own.write('consumer.ts', CONSUMER);
  expect(own.command('--spec', 'openapi.yaml', '--out', 'generated').code).toBe(0);
  expect(compile(own, compiler, { ...options, noEmit: true }, ['consumer.ts'])).toBe('');
});

test.each(cases)('a wrong use of it does not, with $name under $resolution', ({ compiler, options }) => {
  const own = project();
  own.write('consumer.ts', `${CONSUMER.replace('operations', 'operation')}`);
  expect(own.command('--spec', 'openapi.yaml', '--out', 'generated').code).toBe(0);
  expect(compile(own, compiler, { ...options, noEmit: true }, ['consumer.ts'])).toMatch(
    /^consumer\.ts\(1,\d+\): error/,
  );
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
