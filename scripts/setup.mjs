/** Fresh checkout -> ready to run. `npm test` and `npm run demo` call this first, `pnpm install` calls it last. */
// Plain JavaScript for any Node.js >= 18. It installs the workspace with the pnpm that package.json names and, only
// where the Node.js at hand is older than the tools need, puts a private Node.js first on the path of the scripts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { packageManager, config } = JSON.parse(readFileSync('package.json', 'utf8'));
const windows = process.platform === 'win32';
const [major, minor] = process.versions.node.split('.').map(Number);
const tooOld = major < 22 || (major === 22 && minor < 18);
const say = (line) => process.stderr.write(`${line}\n`);

function run(cwd, command, ...args) {
  // What an outer `npx -p ... -c ...` was told must not reach the inner npm and npx.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^npm_config_(package|call)$/i.test(key)),
  );
  // Everything goes to standard error: standard output belongs to the script that needed this.
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2], env, shell: windows });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function install() {
  const installed = 'node_modules/.pnpm/lock.yaml';
  const current = existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync('pnpm-lock.yaml', 'utf8');
  if (current) return;
  say(`Installing what is missing with ${packageManager}. The first time takes about half a minute.`);
  if (tooOld)
    say(
      `Node.js ${process.version} is older than the tools need: a private ${config.node} is added under node_modules.`,
    );
  run(
    '.',
    'npx',
    '--yes',
    '--loglevel',
    'error',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--loglevel',
    'error',
  );
}

function privateNode() {
  const shim = 'node_modules/.bin/node';
  if (!tooOld || existsSync(shim)) return;
  if (windows) throw new Error(`Node.js >= 22.18 is needed, this is ${process.version}.`);
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${process.platform}-${process.arch}`;
  const dir = 'node_modules/.private-node';
  const binary = `${dir}/node_modules/${name}/bin/node`;
  if (!existsSync(binary)) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(`${dir}/package.json`, '{}');
    run(dir, 'npm', 'install', '--no-save', '--no-package-lock', '--loglevel', 'error', `${name}@${config.node}`);
  }
  rmSync(shim, { force: true });
  symlinkSync(`../../${binary}`, shim);
}

if (process.env.npm_lifecycle_event !== 'postinstall') install();
privateNode();
