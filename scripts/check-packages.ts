/** Packages as they would be published -> proof that they install, import and type-check for somebody else. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly sideEffects?: boolean;
  readonly license?: string;
  readonly scripts?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly exports: Record<string, string | { readonly require?: unknown }>;
}

interface Packed {
  readonly tarball: string;
  readonly manifest: Manifest;
}

/** An installed core is itself, its one dependency, and room for one more. */
const CORE_PACKAGES = 3;
const root = resolve(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

// What an outer `npx -p ... -c ...` was told must not reach the inner npm and npx.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^npm_config_(package|call)$/i.test(key)),
);

function run(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}

function expect(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(sentence);
}

/** The Node.js that runs this, and the one of the machine when that is another: users have theirs, not ours. */
function nodes(): string[] {
  const outside = (process.env['PATH'] ?? '').split(delimiter).filter((dir) => !dir.includes('node_modules'));
  try {
    const system = run(root, '/usr/bin/env', `PATH=${outside.join(delimiter)}`, 'sh', '-c', 'command -v node').trim();
    return [...new Set([process.execPath, system])];
  } catch {
    return [process.execPath];
  }
}

function pack(into: string): Packed[] {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  run(root, 'npx', '--yes', packageManager, '-r', '--filter', './packages/*', 'pack', '--pack-destination', into);
  return readdirSync(into).map((file) => {
    const tarball = join(into, file);
    return { tarball, manifest: JSON.parse(run(into, 'tar', '-xOzf', tarball, 'package/package.json')) as Manifest };
  });
}

const entriesOf = ({ name, exports }: Manifest): { readonly specifier: string; readonly cjs: boolean }[] =>
  Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path, target]) => ({
      specifier: path === '.' ? name : `${name}/${path.slice(2)}`,
      cjs: typeof target === 'object' && 'require' in target,
    }));

function checkTarball({ tarball, manifest }: Packed): void {
  const { name, scripts = {}, dependencies = {} } = manifest;
  const files = run(root, 'tar', '-tzf', tarball).split('\n');
  expect(manifest.sideEffects === false, `${name}: sideEffects is not false`);
  expect(files.includes('package/LICENSE'), `${name}: no LICENSE in the tarball`);
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare']) {
    expect(!(script in scripts), `${name}: runs ${script} on the user's machine`);
  }
  for (const [dependency, range] of Object.entries(dependencies)) {
    expect(/^[\^~]?\d/.test(range), `${name}: ${dependency} is published as ${range}`);
  }
  run(root, join(bin, 'publint'), 'run', tarball, '--strict');
  // Neither asks for the resolution of Node.js 10, which knows no `exports`.
  const profile = entriesOf(manifest).some(({ cjs }) => cjs) ? 'node16' : 'esm-only';
  run(root, join(bin, 'attw'), tarball, '--exclude-entrypoints', 'package.json', '--no-emoji', '--profile', profile);
}

function install(cwd: string, packed: readonly Packed[]): void {
  const dependencies = Object.fromEntries(packed.map(({ tarball, manifest }) => [manifest.name, `file:${tarball}`]));
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  run(cwd, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel', 'error');
}

/** The packages that come with one: what it depends on, and what they depend on. */
function closureOf(cwd: string, name: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const manifest = JSON.parse(readFileSync(join(cwd, 'node_modules', name, 'package.json'), 'utf8')) as Manifest;
  for (const dependency of Object.keys(manifest.dependencies ?? {})) closureOf(cwd, dependency, seen);
  return seen;
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
function checkTypes(cwd: string, name: string, specifiers: readonly string[]): void {
  const types = name === '@proofkey/node' ? ['node'] : [];
  const typeRoots = [join(root, 'node_modules', '@types')];
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const dir = join(cwd, `types-${name.replace(/\W/g, '-')}-${moduleResolution}`);
    mkdirSync(dir);
    const lines = specifiers.map((specifier, i) => `import * as m${i} from '${specifier}';\nexport { m${i} };`);
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
  say(`${name}: types stand alone under nodenext and bundler`);
}

const out = mkdtempSync(join(tmpdir(), 'proofkey-packs-'));
const consumer = mkdtempSync(join(tmpdir(), 'proofkey-consumer-'));
try {
  const packed = pack(out);
  for (const one of packed) {
    checkTarball(one);
    say(`${one.manifest.name} ${one.manifest.version}: publint and attw have no complaint`);
  }
  install(consumer, packed);
  checkImports(consumer, packed);
  for (const { manifest } of packed) {
    const specifiers = entriesOf(manifest).map(({ specifier }) => specifier);
    checkTypes(consumer, manifest.name, specifiers);
    const closure = closureOf(consumer, manifest.name);
    say(`${manifest.name}: ${closure.size} installed packages (${[...closure].join(', ')})`);
    if (manifest.name !== '@proofkey/core') continue;
    expect(closure.size <= CORE_PACKAGES, `core brings ${closure.size} packages, ${CORE_PACKAGES} are allowed`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  rmSync(out, { recursive: true, force: true });
  rmSync(consumer, { recursive: true, force: true });
}
