/** The core needs a JavaScript engine and nothing around it: proven by engines that have nothing around them. */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundle, publishCore } from './support/bundles.ts';
import { hermesc, quickjs } from './support/engines.ts';
import { lint } from './support/lint.ts';
import { root, withFolder } from './support/processes.ts';

interface Vectors {
  readonly groups: { readonly pkce: readonly unknown[]; readonly callback: readonly unknown[] };
}

interface Inside {
  readonly run: number;
  readonly differ: readonly string[];
  readonly login: { readonly effects: readonly string[]; readonly status: string };
}

let core = '';

beforeAll(async () => {
  core = await withFolder({}, async (folder) => {
    await publishCore(join(folder, 'dist'));
    return bundle({ [join(folder, 'dist/index.js')]: '*' }, false);
  });
});

/** The script that runs inside, as plain JavaScript whose functions are globals. */
function inside(): string {
  const source = readFileSync(join(root, 'test/gates/support/inside.ts'), 'utf8');
  return stripTypeScriptTypes(source).replace(/^export /gm, '');
}

describe('the published core in one file', () => {
  let answer: Inside;

  beforeAll(async () => {
    const vectors = readFileSync(join(root, 'packages/core/test/vectors/vectors.json'), 'utf8');
    const { pkce, callback } = (JSON.parse(vectors) as Vectors).groups;
    const call = `runInside(${JSON.stringify({ pkce, callback })})`;
    const evaluated = await quickjs(core, inside(), call);
    expect(evaluated).toEqual({ ok: true, value: expect.any(String) });
    if (evaluated.ok) answer = JSON.parse(evaluated.value) as Inside;
  });

  test('gives the results of the PKCE and callback vectors in QuickJS', () => {
    expect(answer.run).toBeGreaterThan(90);
    expect(answer.differ).toEqual([]);
  });

  test('logs in from start to session in QuickJS', () => {
    expect(answer.login).toEqual({
      status: 'logged_in',
      effects: [
        ...['digest', 'save_transaction', 'open_user_agent', 'spend_transaction', 'send_request', 'get_keys'],
        ...['verify_signature', 'digest', 'save_session'],
      ],
    });
  });

  test('compiles for Hermes without a name that is not in the language', async () => {
    expect(await hermesc(core)).toBe('');
  });

  test('names no module at run time but its digest', async () => {
    const specifiers = [...core.matchAll(/\b(?:require|import)\s*\(/g)];
    expect(specifiers).toEqual([]);
  });
});

/** What somebody might add to the core, and which of the gates notice. Each is noticed by more than one. */
const additions: readonly (readonly [source: string, noticedBy: readonly string[]])[] = [
  ["fetch('https://as.example.com/')", ['linter', 'hermesc', 'QuickJS']],
  ['Date.now()', ['linter', 'QuickJS']],
  ['Math.random()', ['linter', 'QuickJS']],
  ['(async function () {})()', ['linter', 'QuickJS']],
];

describe('an addition to the core', () => {
  test.each(additions)('such as %s is noticed', async (source, noticedBy) => {
    const noticed: string[] = [];
    const path = 'packages/core/src/addition.ts';
    if ((await lint({ [path]: `export const addition: unknown = ${source};\n` })).length > 0) noticed.push('linter');
    const added = `${core}\nvar addition = ${source};`;
    if ((await hermesc(added)) !== '') noticed.push('hermesc');
    if (!(await quickjs(added)).ok) noticed.push('QuickJS');
    expect(noticed).toEqual(noticedBy);
  });

  test('such as Math.floor(1.5) is fine', async () => {
    const path = 'packages/core/src/addition.ts';
    expect(await lint({ [path]: 'export const addition: number = Math.floor(1.5);\n' })).toEqual([]);
    const added = `${core}\nvar addition = Math.floor(1.5);`;
    expect(await hermesc(added)).toBe('');
    expect(await quickjs(added)).toMatchObject({ ok: true });
  });
});
