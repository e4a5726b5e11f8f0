/** The layer rules, each proven by a file that breaks it. The house's table of layers says why they are there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Complaint, lint } from './support/lint.ts';
import { root, run, tool, withFolder } from './support/processes.ts';

const GLOBALS = 'lint/style/noRestrictedGlobals';
const IMPORTS = 'lint/style/noRestrictedImports';
const NODE = 'lint/correctness/noNodejsModules';
const UNDECLARED = 'lint/correctness/noUndeclaredDependencies';
const OURS = 'plugin';

const CLEAN = 'export const half = (n: number): number => Math.floor(n / 2);\n';
const useOf = (expression: string): string => `export const x: unknown = ${expression};\n`;
const importOf = (specifier: string): string => `import { x } from '${specifier}';\nexport const y: unknown = x;\n`;

const platform: readonly string[] = [
  ...['Date.now()', 'new Date()', 'performance.now()', 'crypto.subtle', 'fetch', 'console.log(1)', 'process.env'],
  ...['globalThis.fetch', 'window', 'self', 'navigator.userAgent', 'document.title', 'location.href', 'history'],
  ...['localStorage', 'sessionStorage', 'indexedDB', 'setTimeout', 'setInterval', 'queueMicrotask'],
  ...['new TextEncoder()', 'new TextDecoder()', "new URL('https://a.test')", 'new URLSearchParams()', "btoa('a')"],
  ...["atob('YQ==')", 'structuredClone({})', 'new AbortController()', 'Buffer', "eval('1')", "new Function('1')"],
];
const asynchronous: readonly string[] = [
  'export async function f(): Promise<void> {}\n',
  'export const f = async (): Promise<void> => {};\n',
  'export const f = { async m(): Promise<void> {} };\n',
  'export class F {\n  static async m(): Promise<void> {}\n}\n',
  'export const f = async function* (): AsyncGenerator<number> {};\n',
  "export const f: unknown = import('./other.ts');\n",
];
const random: readonly string[] = [
  useOf('Math.random()'),
  useOf("Math['random']()"),
  'const { random } = Math;\nexport const x: number = random();\n',
];

/** A layer, the rule that has to speak, and sources that break it there. */
const cases: readonly (readonly [layer: string, rule: string, sources: readonly string[]])[] = [
  ['api', GLOBALS, [...platform, 'Promise.resolve()'].map(useOf)],
  ['api', OURS, [...asynchronous, ...random]],
  ['api', IMPORTS, ['@proofkey/core', '@proofkey/client'].map(importOf)],
  ['core', GLOBALS, [...platform, 'Promise.resolve()', 'new WeakRef({})'].map(useOf)],
  ['core', OURS, [...asynchronous, ...random, importOf('../../api/src/index.ts')]],
  ['core', NODE, ['node:crypto', 'crypto', 'fs'].map(importOf)],
  ['core', IMPORTS, ['@proofkey/api', '@proofkey/client', '@proofkey/node'].map(importOf)],
  ['core', UNDECLARED, [importOf('jose')]],
  ['client', GLOBALS, platform.map(useOf)],
  ['client', OURS, [...random, importOf('../../core/src/pkce.ts')]],
  ['client', NODE, ['node:crypto', 'timers'].map(importOf)],
  ['client', IMPORTS, ['@proofkey/core/src/pkce.ts', '@proofkey/api', '@proofkey/node'].map(importOf)],
  ['node', IMPORTS, ['@proofkey/browser', '@proofkey/api', '@proofkey/core/src/pkce.ts'].map(importOf)],
  ['node', OURS, [importOf('../../client/src/ports.ts')]],
  // It finds timers and the test runner by `globalThis`; the compiler knows nothing else there.
  ['port-contract', GLOBALS, platform.filter((expression) => !expression.startsWith('globalThis')).map(useOf)],
  ['port-contract', OURS, [...random, importOf('../../client/src/ports.ts')]],
  ['port-contract', NODE, ['node:test', 'timers'].map(importOf)],
  ['port-contract', IMPORTS, ['@proofkey/node', '@proofkey/api', '@proofkey/core/explain'].map(importOf)],
  ['port-contract', UNDECLARED, [importOf('vitest')]],
  ['msw/src/authorization-server', GLOBALS, [...platform, 'Promise.resolve()'].map(useOf)],
  ['msw/src/authorization-server', OURS, [...asynchronous, ...random, importOf('../../../core/src/pkce.ts')]],
  ['msw/src/authorization-server', NODE, ['node:crypto', 'fs'].map(importOf)],
  ['msw/src/authorization-server', IMPORTS, ['msw', '@proofkey/client', '@proofkey/node'].map(importOf)],
  ['msw', NODE, ['node:crypto', 'http'].map(importOf)],
  ['msw', IMPORTS, ['@proofkey/client', '@proofkey/node', '@proofkey/core/src/pkce.ts'].map(importOf)],
  // A test double never gets into an application: no package imports it.
  ...['api', 'core', 'client', 'node', 'port-contract', 'generate'].map(
    (layer) => [layer, IMPORTS, ['@proofkey/msw', '@proofkey/msw/server'].map(importOf)] as const,
  ),
];

const allowed: Readonly<Record<string, string>> = {
  'packages/api/src/clean.ts': CLEAN,
  'packages/core/src/clean.ts': CLEAN,
  'packages/core/src/digest.ts': importOf('@noble/hashes/sha2.js'),
  'packages/core/src/points.ts': importOf('@noble/curves/nist.js'),
  'packages/core/src/wire.ts': importOf('@proofkey/api'),
  'packages/client/src/clean.ts': `${importOf('@proofkey/core')}export const f = async (): Promise<void> => {};\n`,
  'packages/node/src/clean.ts': `${importOf('@proofkey/client')}export const now = (): number => Date.now();\n`,
  'packages/node/src/fs.ts': importOf('node:fs'),
  'packages/node/src/texts.ts': importOf('@proofkey/core/explain'),
  'packages/port-contract/src/clean.ts': `${importOf('@proofkey/client')}export const runner: unknown = globalThis;\n`,
  'packages/port-contract/src/core.ts': importOf('@proofkey/core'),
  'packages/msw/src/authorization-server/clean.ts': `${importOf('@proofkey/core')}${CLEAN}`,
  'packages/msw/src/authorization-server/wire.ts': importOf('@proofkey/api'),
  'packages/msw/src/clean.ts': `${importOf('msw')}export const now = (): number => Date.now();\n`,
  'packages/msw/src/server.ts': importOf('node:http'),
};

const offending = cases.flatMap(([layer, rule, sources], i) =>
  sources.map((source, j) => ({
    rule,
    source,
    path: `packages/${layer.includes('/') ? layer : `${layer}/src`}/case-${i}-${j}.ts`,
    sentence: `${layer} refuses ${source.trim().replace(/\s+/g, ' ')}`,
  })),
);

const pathOf = ({ path }: Complaint): string => path.replaceAll('\\', '/');

describe('the linter', () => {
  let complaints: readonly Complaint[] = [];

  beforeAll(async () => {
    complaints = await lint(Object.fromEntries(offending.map(({ path, source }) => [path, source])));
  });

  test.each(offending)('$sentence', ({ path, rule }) => {
    const rules = complaints.filter((one) => pathOf(one) === path).map((one) => one.rule);
    expect(rules).toContain(rule);
  });

  test('has no complaint about files that keep the rules', async () => {
    expect(await lint(allowed)).toEqual([]);
  });

  test('lets the seam of the core read the wire and nothing else', async () => {
    const imports = ['@proofkey/api', '@proofkey/client', '@proofkey/api/src/generated/runtime.ts'];
    const source = imports.map((specifier) => `export * from '${specifier}';\n`).join('');
    const refused = await lint({ 'packages/core/src/wire.ts': source });
    expect(refused.filter(({ rule }) => rule === IMPORTS)).toHaveLength(2);
  });

  test('finds the generated wire as pure as a hand-written one, but for the client that sends', async () => {
    const generated = join(root, 'packages/api/src/generated');
    const files = readdirSync(generated).filter((file) => file.endsWith('.ts'));
    const sources = files.map((file) => [`packages/api/src/${file}`, readFileSync(join(generated, file), 'utf8')]);
    expect(sources.length).toBeGreaterThan(0);
    const complaints = await lint(Object.fromEntries(sources));
    const purity = complaints.filter(({ rule }) => [GLOBALS, OURS, NODE].includes(rule));
    const promised = purity.filter((one) => pathOf(one).endsWith('/client.ts') && /Promise|async/.test(one.message));
    expect(purity.filter((one) => !promised.includes(one))).toEqual([]);
  });
});

describe('the compiler', () => {
  const complain = (layer: string, source: string): Promise<string> => {
    const extended = join(root, 'packages', layer, 'tsconfig.json');
    const config = JSON.stringify({ extends: extended, include: ['src'] });
    return withFolder(
      { 'package.json': '{"type":"module"}', 'tsconfig.json': config, 'src/x.ts': source },
      (folder) => {
        return run(tool('tsc'), ['-p', folder, '--pretty', 'false']).stdout;
      },
    );
  };
  const unknown = [
    ...['fetch', 'crypto', 'console', 'process', 'navigator', 'window', 'document', 'localStorage', 'setTimeout'],
    ...['setInterval', 'queueMicrotask', 'TextEncoder', 'TextDecoder', 'URL', 'URLSearchParams', 'btoa', 'atob'],
    ...['performance', 'structuredClone', 'AbortController', 'Buffer', 'require'],
  ];

  describe.each(['api', 'core', 'client', 'port-contract'])('for %s', (layer) => {
    test('knows no platform', async () => {
      const said = await complain(layer, unknown.map((name, i) => `export const x${i}: unknown = ${name};`).join('\n'));
      const named = unknown.filter((name) => new RegExp(`error TS\\d+: Cannot find name '${name}'`).test(said));
      expect(named).toEqual(unknown);
    });

    test('knows no method that is newer than ES2022', async () => {
      expect(await complain(layer, 'export const x: number[] = [2, 1].toSorted();\n')).toContain('TS2550');
    });

    test('has no complaint about a clean file', async () => {
      expect(await complain(layer, CLEAN)).toBe('');
    });
  });
});
