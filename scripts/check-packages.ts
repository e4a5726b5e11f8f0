/** Packages as they would be published -> proof that they install, import and type-check for somebody else. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closureOf } from './packages/closure.ts';
import { expect, install, type Manifest, nodes, type Packed, pack, root, run, say } from './packages/pack.ts';

type Promised = {
  /** Installed packages at most, itself included. */
  readonly packages: number;
  /** Octets of all of them, unpacked. */
  readonly size: number;
  /** Is `require` promised? */
  readonly cjs: boolean;
  /** Types that a consumer has to have. */
  readonly types: readonly string[];
  /** An entry that needs what is not installed here; examples/consumer-tests runs it. */
  readonly elsewhere?: string;
};

/** What each package brings with it, at most. A new dependency is a decision, and shows here. */
const PROMISED: Readonly<Record<string, Promised>> = {
  '@proofkey/api': { packages: 1, size: 400_000, cjs: true, types: [] },
  // Of it 600 kB are the curves in the CommonJS files, and their map.
  '@proofkey/core': { packages: 2, size: 2_600_000, cjs: true, types: [] },
  '@proofkey/client': { packages: 3, size: 3_000_000, cjs: true, types: [] },
  '@proofkey/node': { packages: 24, size: 3_500_000, cjs: false, types: ['node'] },
  '@proofkey/port-contract': { packages: 4, size: 3_400_000, cjs: false, types: [] },
  // msw itself is a peer: the consumer has it.
  '@proofkey/msw': { packages: 4, size: 4_500_000, cjs: true, types: ['node'], elsewhere: 'vitest' },
  '@proofkey/generate': { packages: 36, size: 44_000_000, cjs: false, types: [] },
};

const bin = join(root, 'node_modules', '.bin');

const entriesOf = ({ name, exports }: Manifest): { readonly specifier: string; readonly cjs: boolean }[] =>
  Object.entries(exports)
    .filter(([path, target]) => typeof target === 'object' && path !== `./${PROMISED[name]?.elsewhere}`)
    .map(([path, target]) => ({
      specifier: path === '.' ? name : `${name}/${path.slice(2)}`,
      cjs: typeof target === 'object' && 'require' in target,
    }));

function promisedFor({ name }: Manifest): Promised {
  const promised = PROMISED[name];
  if (promised === undefined) throw new Error(`${name}: nothing is said about what it may bring with it`);
  return promised;
}

function checkTarball({ tarball, manifest }: Packed): void {
  const { name, version, scripts = {}, dependencies = {} } = manifest;
  const files = run(root, 'tar', '-tzf', tarball).split('\n');
  expect(manifest.sideEffects === false, `${name}: sideEffects is not false`);
  for (const file of ['LICENSE', 'README.md']) {
    expect(files.includes(`package/${file}`), `${name}: no ${file} in the tarball`);
  }
  for (const script of ['prepare', 'preprepare', 'postprepare']) {
    expect(!(script in scripts), `${name}: runs ${script} on the user's machine`);
  }
  for (const [dependency, range] of Object.entries(dependencies)) {
    expect(/^[\^~]?\d/.test(range), `${name}: ${dependency} is published as ${range}`);
  }
  for (const tool of ['@proofkey/msw', '@proofkey/generate']) {
    expect(!(tool in { ...dependencies, ...manifest.peerDependencies }), `${name}: brings ${tool} into production`);
  }
  const { cjs, elsewhere } = promisedFor(manifest);
  for (const entry of entriesOf(manifest)) {
    expect(entry.cjs === cjs, `${entry.specifier}: require is ${cjs ? 'promised, and not there' : 'not promised'}`);
  }
  run(root, join(bin, 'publint'), 'run', tarball, '--strict');
  // Neither asks for the resolution of Node.js 10, which knows no `exports`.
  const profile = cjs ? 'node16' : 'esm-only';
  const excluded = ['package.json', ...(elsewhere === undefined ? [] : [elsewhere])];
  run(root, join(bin, 'attw'), tarball, '--exclude-entrypoints', ...excluded, '--no-emoji', '--profile', profile);
  say(`${name} ${version}: publint and attw have no complaint`);
}

function checkImports(cwd: string, packed: readonly Packed[]): void {
  const entries = packed.flatMap(({ manifest }) => entriesOf(manifest));
  const esm = entries.map(({ specifier }) => `const m = await import('${specifier}'); check('${specifier}', m);`);
  const cjs = entries.filter((entry) => entry.cjs).map(({ specifier: s }) => `check('${s}', require('${s}'));`);
  const check = `function check(name, m) { if (Object.keys(m).length === 0) throw new Error('nothing in ' + name); }`;
  writeFileSync(join(cwd, 'imports.mjs'), `${check}\n${esm.map((line) => `{ ${line} }`).join('\n')}`);
  writeFileSync(join(cwd, 'imports.cjs'), `${check}\n${cjs.join('\n')}`);
  for (const node of nodes()) {
    run(cwd, node, 'imports.mjs');
    run(cwd, node, 'imports.cjs');
    say(`${run(cwd, node, '--version').trim()}: ${esm.length} entries import, ${cjs.length} of them by require too`);
  }
}

/** Compiles against what was installed, without skipLibCheck: the published types have to stand alone. */
function checkTypes(cwd: string, manifest: Manifest): void {
  const { types } = promisedFor(manifest);
  const { name } = manifest;
  const typeRoots = [join(root, 'node_modules', '@types')];
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const dir = join(cwd, `types-${name.replace(/\W/g, '-')}-${moduleResolution}`);
    mkdirSync(dir);
    const lines = entriesOf(manifest).map(({ specifier }, i) => `import * as m${i} from '${specifier}';\nvoid m${i};`);
    writeFileSync(join(dir, 'consumer.ts'), lines.join('\n'));
    const compilerOptions = {
      module,
      moduleResolution,
      types,
      typeRoots,
      target: 'es2022',
      lib: ['es2022'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: types.length > 0,
    };
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    run(dir, join(bin, 'tsc'), '-p', '.');
  }
  const given = types.length > 0 ? `with the types of ${types.join(', ')}` : 'alone';
  say(`${name}: types stand ${given} under nodenext and bundler`);
}

function checkClosure(cwd: string, manifest: Manifest): void {
  const { name } = manifest;
  const { names, size, installScripts } = closureOf(cwd, name);
  const promised = promisedFor(manifest);
  const kilobytes = (octets: number): string => `${Math.ceil(octets / 1000)} kB`;
  say(`${name}: ${names.length} of ${promised.packages} packages, ${kilobytes(size)} of ${kilobytes(promised.size)}`);
  say(`  ${names.join(', ')}`);
  expect(installScripts.length === 0, `${name}: runs something when it is installed: ${installScripts.join(', ')}`);
  expect(names.length <= promised.packages, `${name}: brings ${names.length} packages`);
  expect(size <= promised.size, `${name}: brings ${kilobytes(size)}`);
}

/** The command, as npm installed it, and what it writes, with the compiler that came with it. */
function checkGenerate(cwd: string): void {
  const installed = join('node_modules', '@proofkey', 'generate', 'dist');
  const spec = ['--spec', join(installed, 'authorization-server.yaml')];
  const words = [...spec, '--overlay', join(installed, 'auth0.overlay.yaml'), '--out', 'generated'];
  for (const node of nodes()) {
    rmSync(join(cwd, 'generated'), { recursive: true, force: true });
    run(cwd, node, join(installed, 'cli.js'), ...words);
  }
  run(cwd, 'npx', '--no', '--', 'proofkey-generate', ...words, '--check');
  const compilerOptions = { module: 'nodenext', target: 'es2022', types: [], strict: true, noEmit: true };
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['generated'] }));
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
  run(cwd, process.execPath, compiler, '-p', '.');
  const version = run(cwd, process.execPath, compiler, '--version').trim();
  say(
    `@proofkey/generate: its command generates code that compiles with TypeScript ${version.replace('Version ', '')}`,
  );
}

const out = mkdtempSync(join(tmpdir(), 'proofkey-packs-'));
const consumer = mkdtempSync(join(tmpdir(), 'proofkey-consumer-'));
try {
  const packed = pack(out);
  packed.forEach(checkTarball);
  // The msw that runs on both Node.js; examples/consumer-tests has msw 3. The curves are what an entry of core needs.
  install(consumer, packed, { devDependencies: { msw: '2.15.0', '@noble/curves': '^2.4.0' } });
  checkImports(consumer, packed);
  for (const { manifest } of packed) {
    checkTypes(consumer, manifest);
    checkClosure(consumer, manifest);
  }
  checkGenerate(consumer);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(out, { recursive: true, force: true });
  rmSync(consumer, { recursive: true, force: true });
}
