/** One file per entry: many small ones would cost an application its start-up time. */
import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { publishPackage } from './support/bundles.ts';
import { root, run, withFolder } from './support/processes.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig: { readonly exports: unknown };
}

/** Writes the URL of every module that Node.js loads after it. */
const RECORDER = `
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) process.stdout.write(url + '\\n');
    return next(url, context);
  },
});
`;

const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as Manifest;

/** The package as it is published, its own dependencies beside it, and those of this repository likewise. */
async function installIn(folder: string, name: string): Promise<void> {
  const { dependencies, peerDependencies } = manifestOf(name);
  for (const dependency of Object.keys({ ...dependencies, ...(name === 'core' && peerDependencies) })) {
    if (dependency.startsWith('@proofkey/')) continue;
    const place = join(folder, 'node_modules', dependency);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(realpathSync(join(root, 'packages', name, 'node_modules', dependency)), place);
  }
  await publishPackage(name, join(folder, 'node_modules/@proofkey', name, 'dist'));
}

/** Every package that this one needs, itself included. */
function packagesFor(name: string): readonly string[] {
  const needed = Object.keys(manifestOf(name).dependencies ?? {}).filter((one) => one.startsWith('@proofkey/'));
  return [...new Set([name, ...needed.flatMap((one) => packagesFor(one.replace('@proofkey/', '')))])];
}

/** @returns paths below `node_modules`, of the modules that are loaded when the program is run */
async function loadedBy(program: string, name: string): Promise<readonly string[]> {
  const packages = packagesFor(name);
  const manifests = packages.map((one) => {
    const manifest = manifestOf(one);
    const installed = JSON.stringify({ ...manifest, exports: manifest.publishConfig.exports });
    return [`node_modules/@proofkey/${one}/package.json`, installed];
  });
  const files = { 'recorder.mjs': RECORDER, 'app.mjs': program, ...Object.fromEntries(manifests) };
  return withFolder(files, async (folder) => {
    for (const one of packages) await installIn(folder, one);
    const { code, stdout, stderr } = run(process.execPath, ['--import', './recorder.mjs', 'app.mjs'], folder);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const own = pathToFileURL(realpathSync(folder)).href;
    return stdout
      .trim()
      .split('\n')
      .map((url) => url.replace(own, '').replace(/^.*\/node_modules\//, ''))
      .filter((url) => url !== '/app.mjs');
  });
}

/** Whose files they are. */
const ownersOf = (loaded: readonly string[]): readonly string[] =>
  [...new Set(loaded.map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path))].sort();

test('importing @proofkey/core loads one file of ours', async () => {
  const loaded = await loadedBy("await import('@proofkey/core');", 'core');
  expect(loaded.filter((url) => !url.startsWith('@noble/hashes/'))).toEqual(['@proofkey/core/dist/index.js']);
});

test('importing @proofkey/core/explain loads one file of ours and no digest', async () => {
  expect(await loadedBy("await import('@proofkey/core/explain');", 'core')).toEqual(['@proofkey/core/dist/explain.js']);
});

test.each([
  ['pure-verifier', ['@noble/hashes', '@proofkey/core']],
  ['curves', ['@noble/curves', '@noble/hashes', '@proofkey/core']],
])('importing @proofkey/core/%s loads one file of ours', async (entry, owners) => {
  const loaded = await loadedBy(`await import('@proofkey/core/${entry}');`, 'core');
  expect(loaded.filter((path) => path.startsWith('@proofkey/'))).toEqual([`@proofkey/core/dist/${entry}.js`]);
  expect(ownersOf(loaded)).toEqual(owners);
});

test('importing @proofkey/node loads one file of each package of ours, and not what a login needs later', async () => {
  const loaded = await loadedBy("await import('@proofkey/node');", 'node');
  expect(loaded.filter((path) => path.startsWith('@proofkey/')).sort()).toEqual([
    '@proofkey/client/dist/index.js',
    '@proofkey/core/dist/explain.js',
    '@proofkey/core/dist/index.js',
    '@proofkey/node/dist/index.js',
  ]);
  const ours = packagesFor('node').map((name) => `@proofkey/${name}`);
  expect(ownersOf(loaded)).toEqual([...ours, '@noble/hashes', 'env-paths', 'is-safe-filename'].sort());
});

test('what opens a browser would be noticed', async () => {
  const loaded = await loadedBy("await import('@proofkey/node'); await import('open');", 'node');
  expect(ownersOf(loaded)).toContain('open');
});

/** Module specifiers in published text. */
const specifiersIn = (text: string): readonly string[] =>
  [...text.matchAll(/\b(?:from|import|require|import\(|require\()\s*['"]([^'"\n]+)['"]/g)].map(
    ([, specifier = '']) => specifier,
  );

test('a package without a platform names no module but those that it depends on', async () => {
  for (const name of readdirSync(join(root, 'packages')).filter((one) => !['node', 'generate', 'msw'].includes(one))) {
    const { dependencies: own, peerDependencies } = manifestOf(name);
    const dependencies = Object.keys({ ...own, ...peerDependencies });
    await withFolder({}, async (folder) => {
      await publishPackage(name, folder);
      const texts = readdirSync(folder).filter((file) => /\.c?js$/.test(file));
      expect(texts, name).not.toEqual([]);
      const named = texts.flatMap((file) => specifiersIn(readFileSync(join(folder, file), 'utf8')));
      expect(dependencies, name).toEqual(expect.arrayContaining([...ownersOf(named)]));
    });
  }
});

test('the entries of msw that are not for Node.js name msw and what the package depends on', async () => {
  const { dependencies = {} } = manifestOf('msw');
  await withFolder({}, async (folder) => {
    await publishPackage('msw', folder);
    /** A file and those of the package that it leads to. */
    const namedFrom = (file: string, seen: Set<string> = new Set()): readonly string[] => {
      if (seen.has(file)) return [];
      seen.add(file);
      return specifiersIn(readFileSync(join(folder, file), 'utf8')).flatMap((one) =>
        one.startsWith('./') ? namedFrom(one.slice(2), seen) : [one],
      );
    };
    for (const kind of ['js', 'cjs']) {
      const pure = ownersOf(namedFrom(`authorization-server.${kind}`));
      expect(Object.keys(dependencies), kind).toEqual(expect.arrayContaining([...pure]));
      const own = ownersOf(namedFrom(`index.${kind}`));
      // An error says which entry to import instead.
      expect(['msw', '@proofkey/msw', ...Object.keys(dependencies)], kind).toEqual(expect.arrayContaining([...own]));
      expect(ownersOf(namedFrom(`node.${kind}`))).toContain('node:http');
    }
  });
});

test('no other package names the test double or the generator, in whatever form', async () => {
  const others = readdirSync(join(root, 'packages')).filter((one) => !['msw', 'generate'].includes(one));
  for (const name of others) {
    await withFolder({}, async (folder) => {
      await publishPackage(name, folder);
      const texts = readdirSync(folder).filter((file) => /\.c?js$/.test(file));
      for (const file of texts)
        expect(readFileSync(join(folder, file), 'utf8'), `${name}, ${file}`).not.toMatch(/@proofkey\/(msw|generate)/);
    });
  }
});

test('a module of Node.js would be noticed', () => {
  const texts = [
    "import 'node:fs';",
    "import { x } from 'node:fs';",
    "var x = require('node:fs');",
    "import('node:fs')",
  ];
  expect(texts.map(specifiersIn)).toEqual(texts.map(() => ['node:fs']));
});
