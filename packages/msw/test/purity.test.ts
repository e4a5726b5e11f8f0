/** The pure server needs a JavaScript engine and nothing around it: proven by engines that have nothing around them. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { operations } from '@proofkey/api';
import { build } from 'esbuild';
import { build as publish } from 'tsup';
import { beforeAll, describe, expect, test } from 'vitest';
import { hermesc, quickjs } from '../../../test/gates/support/engines.ts';
import { lint } from '../../../test/gates/support/lint.ts';
import { root, withFolder } from '../../../test/gates/support/processes.ts';
import { optionsOf } from '../../../tsup.config.ts';

let server = '';

/** The entry as it is published, in one file with what it imports. */
beforeAll(async () => {
  server = await withFolder({}, async (folder) => {
    const entry = { 'authorization-server': 'packages/msw/src/authorization-server.ts' };
    await publish({ ...optionsOf('msw'), entry, config: false, dts: false, silent: true, outDir: folder });
    const { outputFiles } = await build({
      entryPoints: [join(folder, 'authorization-server.js')],
      nodePaths: [join(root, 'packages/msw/node_modules')],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'server',
      target: 'es2022',
      logLevel: 'silent',
    });
    return outputFiles.map(({ text }) => text).join('');
  });
});

/** The script that runs inside, as plain JavaScript whose functions are globals. */
const inside = (): string =>
  stripTypeScriptTypes(readFileSync(join(root, 'packages/msw/test/support/inside.ts'), 'utf8')).replace(
    /^export /gm,
    '',
  );

test('logs in, refreshes, notices a replay and logs out in QuickJS', async () => {
  const evaluated = await quickjs(server, inside(), `runInside(${JSON.stringify(operations)})`);
  expect(evaluated).toEqual({ ok: true, value: expect.any(String) });
  expect(JSON.parse(evaluated.ok ? evaluated.value : '')).toEqual({
    steps: [
      ...['metadata 200', 'authorize 302', 'token 200', 'userinfo 200', 'refresh 200', 'token 400', 'userinfo 401'],
      'logout 302',
    ],
    misuses: ['code_used_twice'],
    claims: ['name', 'iss', 'sub', 'aud', 'iat', 'exp', 'auth_time', 'sid', 'nonce'],
  });
});

test('compiles for Hermes without a name that is not in the language', async () => {
  expect(await hermesc(server)).toBe('');
});

test('imports no module at run time', () => {
  expect([...server.matchAll(/\b(?:require|import)\s*\(/g)]).toEqual([]);
});

/** What somebody might add to the server, and which of the gates notice. */
const additions: readonly (readonly [source: string, noticedBy: readonly string[]])[] = [
  ["fetch('https://as.example.com/')", ['linter', 'hermesc', 'QuickJS']],
  ["new URL('https://as.example.com/')", ['linter', 'hermesc', 'QuickJS']],
  ['crypto.randomUUID()', ['linter', 'hermesc', 'QuickJS']],
  ['Date.now()', ['linter', 'QuickJS']],
  ['Math.random()', ['linter', 'QuickJS']],
  ['(async function () {})()', ['linter', 'QuickJS']],
];

describe('an addition to the server', () => {
  test.each(additions)('such as %s is noticed', async (source, noticedBy) => {
    const noticed: string[] = [];
    const path = 'packages/msw/src/authorization-server/addition.ts';
    if ((await lint({ [path]: `export const addition: unknown = ${source};\n` })).length > 0) noticed.push('linter');
    const added = `${server}\nvar addition = ${source};`;
    if ((await hermesc(added)) !== '') noticed.push('hermesc');
    if (!(await quickjs(added)).ok) noticed.push('QuickJS');
    expect(noticed).toEqual(noticedBy);
  });

  test('such as Math.floor(1.5) is fine', async () => {
    const path = 'packages/msw/src/authorization-server/addition.ts';
    expect(await lint({ [path]: 'export const addition: number = Math.floor(1.5);\n' })).toEqual([]);
    const added = `${server}\nvar addition = Math.floor(1.5);`;
    expect(await hermesc(added)).toBe('');
    expect(await quickjs(added)).toMatchObject({ ok: true });
  });
});
