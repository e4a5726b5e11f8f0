/** This machine -> the path of a Chromium for the tests. Run as a program it prints it; installs what is missing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const { LOCALAPPDATA = '', PROGRAMFILES = '', 'PROGRAMFILES(X86)': PROGRAMFILES_X86 = '' } = process.env;
/** Where browsers are that are on no path. */
const PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: [PROGRAMFILES, PROGRAMFILES_X86, LOCALAPPDATA]
    .filter(Boolean)
    .flatMap((folder) => [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Chromium/Application/chrome.exe'),
    ]),
};

/** A headless Chromium for x64 Linux that comes as a package, with the libraries that small images lack. */
const PACKAGE = '@sparticuz/chromium';
const PACKAGE_VERSION = '153.0.0';
const PRIVATE = fileURLToPath(new URL('../node_modules/.private-chromium', import.meta.url));
const PRIVATE_BINARY = join(PRIVATE, 'chromium-with-libraries');
/** Seconds for one command, and for somebody else who is installing. */
const TIME_LIMIT = 600;

/**
 * The Chromium that `CHROMIUM_PATH` names; else an installed one; else one that is installed now, which takes a minute.
 *
 * Several callers at once wait for the first one, who installs. What happens meanwhile is told on standard error.
 *
 * @throws Error when there is none and none can be installed
 */
export function findChromium(): string {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) {
    if (!starts(CHROMIUM_PATH)) throw new Error(`CHROMIUM_PATH names no browser that starts: ${CHROMIUM_PATH}`);
    return CHROMIUM_PATH;
  }
  const path = installed() ?? installOnce();
  if (path === undefined) throw new Error('There is no Chromium: install one, or name one in CHROMIUM_PATH.');
  return path;
}

function installed(): string | undefined {
  const windows = process.platform === 'win32';
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, windows ? `${name}.exe` : name)));
  return [...onPath, ...(PLACES[process.platform] ?? []), PRIVATE_BINARY].find(starts);
}

/** There are placeholders that only say how to install a browser, and browsers whose libraries are not there. */
function starts(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return false;
  }
  // Elsewhere asking for the version opens a window.
  return process.platform !== 'linux' || spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0;
}

/** Holds a lock of the system, which ends with its process however that ends; so nobody cleans up after anybody. */
function installOnce(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  mkdirSync(PRIVATE, { recursive: true });
  const lock = ['-o', '-w', `${2 * TIME_LIMIT}`, join(PRIVATE, 'lock')];
  run('flock', [...lock, process.execPath, import.meta.filename, '--install'], { timeout: 0 });
  return installed();
}

function install(): void {
  if (installed() === undefined && process.getuid?.() === 0 && isDebian()) installForAll();
  if (installed() === undefined && process.arch === 'x64') installHere();
}

const isDebian = (): boolean => {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
};

function installForAll(): void {
  say('There is no Chromium for the tests: installing one with apt-get. This takes about a minute.');
  const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', [...options, 'update'], { env }) && run('apt-get', [...options, 'install', 'chromium'], { env });
}

function installHere(): void {
  say(`There is no Chromium for the tests: adding ${PACKAGE} ${PACKAGE_VERSION} under node_modules.`);
  writeFileSync(join(PRIVATE, 'package.json'), '{}');
  // What was unpacked halfway would be taken for whole.
  rmSync(join(PRIVATE, 'chromium'), { force: true });
  const quiet = ['--no-save', '--no-package-lock', '--loglevel', 'error'];
  const unpack = `await (await import('${PACKAGE}')).default.executablePath()`;
  // It unpacks itself into the folder for temporary files, and its libraries only where it takes itself to be at home.
  const env = { TMPDIR: PRIVATE, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  run('npm', ['install', ...quiet, `${PACKAGE}@${PACKAGE_VERSION}`], { cwd: PRIVATE }) &&
    run(process.execPath, ['--input-type=module', '--eval', unpack], { cwd: PRIVATE, env }) &&
    writeFileSync(PRIVATE_BINARY, STARTER, { mode: 0o755 });
}

const STARTER = `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$here/al2023/lib\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$here/chromium" "$@"
`;

type Options = { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly timeout?: number };

/** @returns true when the command ended with 0 */
function run(command: string, args: readonly string[], { env, timeout = TIME_LIMIT, ...rest }: Options): boolean {
  // What an outer `npx -p ... -c ...` was told must not reach the inner npm.
  const inherited = Object.entries(process.env).filter(([key]) => !/^npm_config_(package|call)$/i.test(key));
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    env: { ...Object.fromEntries(inherited), ...env },
    timeout: timeout * 1000,
    ...rest,
  });
  if (error !== undefined) say(`${command}: ${error.message}`);
  return status === 0;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--install')) install();
  else say(findChromium());
}
