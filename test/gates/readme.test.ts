/** Every fenced block of every document: TypeScript compiles and is run, and commands exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, run, tool } from './support/processes.ts';
import { runners } from './support/runners.ts';
import { documents, generatedFiles, snippetsOf, textOf, withSnippet } from './support/snippets.ts';
import { withWorld } from './support/world.ts';

interface Manifest {
  readonly packageManager: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly type: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;

const snippets = documents.flatMap(snippetsOf);
const typescript = snippets.filter(({ language }) => language === 'ts');
const shell = snippets.filter(({ language }) => language === 'sh');

/** What the compiler says about each source, all of them in one run of it. */
const compile = (...sources: readonly string[]): Promise<readonly string[]> => {
  const names = sources.map((_, index) => `snippet-${index}.ts`);
  const imports = names.map((name) => `import './${name}';\n`).join('');
  const files = Object.fromEntries(sources.map((source, index) => [`snippet-${index}.ts`, source]));
  const said = (folder: string): string => run(tool('tsc'), ['-p', folder, '--pretty', 'false'], folder).stdout;
  return withSnippet(
    imports,
    (folder) => {
      const lines = said(folder).split('\n').filter(Boolean);
      const strangers = lines.filter((line) => /^\S/.test(line) && !line.startsWith('snippet-'));
      if (strangers.length > 0) throw new Error(strangers.join('\n'));
      return names.map((name) => lines.filter((line) => line.startsWith(`${name}(`)).join('\n'));
    },
    { ...files, ...generatedFiles },
  );
};

describe('the documents', () => {
  test('show TypeScript and commands only', () => {
    expect(snippets.filter((one) => !typescript.includes(one) && !shell.includes(one))).toEqual([]);
    // A fence that the gate reads otherwise than a person would hide what is in it.
    const fences = documents.flatMap((file) => textOf(file).match(/^\s*(?:```|~~~)/gm) ?? []);
    expect(fences.length).toBe(2 * snippets.length);
  });

  test('say of each block of TypeScript how it is run, and every way is used', () => {
    const known = ['run', ...Object.keys(runners)];
    expect(typescript.filter(({ runner }) => runner === undefined || !known.includes(runner))).toEqual([]);
    expect([...new Set(typescript.map(({ runner }) => runner))].sort()).toEqual(known.sort());
  });

  test('show the program of examples/cli as it is', () => {
    const program = readFileSync(join(root, 'examples/cli/main.ts'), 'utf8');
    const shown = typescript.filter(({ runner }) => runner === 'cli');
    expect(shown.map(({ file }) => file)).toEqual(['README.md', 'packages/node/README.md']);
    for (const { source } of shown) expect(source).toBe(program);
  });
});

const complaints = await compile(...typescript.map(({ source, given }) => `${source}${given}\n`));

describe.each(typescript)('$file, line $line', (snippet) => {
  const { source, given, runner = 'run' } = snippet;

  test('compiles', () => {
    expect(complaints[typescript.indexOf(snippet)]).toBe('');
  });

  const runIn = runners[runner];
  if (runIn) {
    test('does what it says', () => withWorld((world) => runIn(source, world)));
  } else {
    test('runs', async () => {
      const text = `${source}${given}\n`;
      const { code, stderr } = await withSnippet(text, (folder) => run(process.execPath, ['snippet.ts'], folder));
      expect(stderr).toBe('');
      expect(code).toBe(0);
    });
  }
});

test('a snippet with a wrong name would be noticed, and no other blamed', async () => {
  const [wrong, right] = await compile(
    "import { nothingSuch } from '@proofkey/core';\nnothingSuch();\n",
    'export {};\n',
  );
  expect(wrong).toContain('TS2305');
  expect(right).toBe('');
});

describe('a command in the documents', () => {
  const { packageManager, scripts } = readManifest('package.json');
  /** What a reader installs beside our packages is what the example does. */
  const example = readManifest('examples/cli/package.json');
  const isOurs = (name: string): boolean => existsSync(join(root, 'packages', name.replace('@proofkey/', '')));
  const wordsOf = (line: string): readonly string[] => line.replace(/ #.*$/, '').trim().split(/\s+/);

  /** A command of ours knows the options that its help names. */
  function problemOfOurs(name: string, words: readonly string[]): string | undefined {
    const folder = join('packages', name.replace('@proofkey/', ''));
    const [file] = isOurs(name) ? Object.values(readManifest(join(folder, 'package.json')).bin ?? {}) : [];
    if (file === undefined) return `no command in ${name}`;
    const help = run(process.execPath, [join(root, folder, file), '--help']).stdout;
    const unknown = words.filter((word) => word.startsWith('--') && !help.includes(`${word} `));
    return unknown.length === 0 ? undefined : `no option ${unknown.join(', ')}`;
  }

  /** What is wrong with a line, or nothing. */
  function problemOf(line: string, own: Readonly<Record<string, string>>): string | undefined {
    const [program = '', ...words] = wordsOf(line);
    const [first = '', second = ''] = words;
    const isScript = (name: string): string | undefined => (name in own ? undefined : `no script ${name}`);
    if (program === 'npm' && (first === 'install' || first === 'i')) {
      const asked = words.slice(1).filter((word) => !word.startsWith('-'));
      const unknown = asked.filter((name) => !(name in example.devDependencies) && !isOurs(name));
      return unknown.length === 0 ? undefined : `no package ${unknown.join(', ')}`;
    }
    if (program === 'npm' && first === 'pkg') {
      const { type } = example;
      return words.join(' ') === `pkg set type=${type}` ? undefined : `not what examples/cli has: type=${type}`;
    }
    if (program === 'npm') return isScript(first === 'run' ? second : first);
    if (program === 'pnpm') return isScript(first);
    if (program === 'npx' && first.startsWith('@proofkey/')) return problemOfOurs(first, words);
    if (program === 'npx') return first === packageManager ? isScript(second) : `not ${packageManager}`;
    if (program === 'node') return existsSync(join(root, first)) ? undefined : `no file ${first}`;
    return 'a command that is not known';
  }

  test.each(shell)('$file, line $line, exists', ({ file, source }) => {
    const own = file.startsWith('examples/')
      ? readManifest(file.replace('README.md', 'package.json')).scripts
      : scripts;
    const lines = source.split('\n').filter((line) => line.trim() !== '');
    expect(lines).not.toEqual([]);
    expect(lines.flatMap((line) => problemOf(line, own) ?? [])).toEqual([]);
  });

  test.each(documents.filter((file) => !file.startsWith('examples/')))('in the text of %s exists', (file) => {
    const named = textOf(file).matchAll(/`((?:npm (?:run|test)|npx|pnpm) ?[^`]*)`/g);
    expect([...named].flatMap(([, line = '']) => problemOf(line, scripts) ?? [])).toEqual([]);
  });

  test.each([
    ['npm run nothing', 'no script nothing'],
    ['npm install @proofkey/nothing', 'no package @proofkey/nothing'],
    ['npm install --save-dev typescript nothing', 'no package nothing'],
    ['npm pkg set type=commonjs', 'not what examples/cli has: type=module'],
    ['npx pnpm@1.0.0 test', `not ${packageManager}`],
    ['npx @proofkey/generate --nothing', 'no option --nothing'],
    ['npx @proofkey/core', 'no command in @proofkey/core'],
    ['npx @proofkey/nothing', 'no command in @proofkey/nothing'],
    ['node nothing.ts', 'no file nothing.ts'],
    ['curl example.com', 'a command that is not known'],
  ])('that does not exist, such as %s, would be noticed', (line, problem) => {
    expect(problemOf(line, scripts)).toBe(problem);
  });
});

test.each(documents)('the links of %s lead somewhere', (file) => {
  const targets = [...textOf(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);
  expect(targets.filter((target) => !existsSync(join(root, file, '..', target)))).toEqual([]);
});
