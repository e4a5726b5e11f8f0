/** Packages -> tarballs as npm would get them, and folders in which they are installed as by somebody else. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative, resolve } from 'node:path';

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly sideEffects?: boolean;
  readonly license?: string;
  readonly scripts?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly exports: Record<string, string | { readonly require?: unknown }>;
}

export interface Packed {
  readonly tarball: string;
  readonly manifest: Manifest;
}

export const root: string = resolve(import.meta.dirname, '../..');

/** Milliseconds for one command. */
const PATIENCE = 300_000;

// What an outer `npx -p ... -c ...` was told must not reach the inner npm and npx.
const inherited = Object.entries(process.env).filter(([key]) => !/^npm_config_(package|call)$/i.test(key));

/** Without what is installed here: npm looks for its global settings beside the Node.js that runs it. */
const outside = (process.env['PATH'] ?? '').split(delimiter).filter((dir) => !dir.includes('node_modules'));
const PATH = outside.join(delimiter);

export function run(cwd: string, command: string, ...args: readonly string[]): string {
  try {
    const env = { ...Object.fromEntries(inherited), ...(/^np[mx]$/.test(command) && { PATH }) };
    return execFileSync(command, args, {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE,
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}

export function expect(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(sentence);
}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

export const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

/** The Node.js that runs this, and the one of the machine when that is another: users have theirs, not ours. */
export function nodes(): readonly string[] {
  try {
    const system = run(root, '/usr/bin/env', `PATH=${PATH}`, 'sh', '-c', 'command -v node').trim();
    return [...new Set([process.execPath, system])];
  } catch {
    return [process.execPath];
  }
}

export function pack(into: string): readonly Packed[] {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  run(root, 'npx', '--yes', packageManager, '-r', '--filter', './packages/*', 'pack', '--pack-destination', into);
  const packed = readdirSync(into).map((file) => {
    const tarball = join(into, file);
    return { tarball, manifest: JSON.parse(run(into, 'tar', '-xOzf', tarball, 'package/package.json')) as Manifest };
  });
  expectAll(packed);
  return packed;
}

/** The filter of `pnpm` leaves out, without a word, what it does not take for a package of the workspace. */
export function expectAll(packed: readonly Packed[], workspace: string = root): void {
  const names = packed.map(({ manifest: { name } }) => name);
  const manifests = readdirSync(join(workspace, 'packages')).map((folder) =>
    join(workspace, 'packages', folder, 'package.json'),
  );
  const missing = manifests.filter((path) => existsSync(path) && !names.includes(readManifest(path).name));
  expect(missing.length === 0, `not packed: ${missing.map((path) => relative(workspace, path)).join(', ')}`);
}

/** Installs the tarballs, beside whatever else the folder's `package.json` asks for. */
export function install(cwd: string, packed: readonly Packed[], manifest: object = {}): void {
  const { dependencies } = manifest as Partial<Manifest>;
  const tarballs = Object.fromEntries(packed.map(({ tarball, manifest: { name } }) => [name, `file:${tarball}`]));
  const asked = { private: true, type: 'module', ...manifest, dependencies: { ...dependencies, ...tarballs } };
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(asked));
  run(cwd, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel', 'error');
}
