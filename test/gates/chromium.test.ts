/** The Chromium of the tests: which one is taken, and that one is installed only where there is none, and only once. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { root, withFolder } from './support/processes.ts';

const STARTS = '#!/bin/sh\nexit 0\n';
const DOES_NOT_START = '#!/bin/sh\nexit 1\n';

/** Instead of the package: it unpacks a browser that starts. Waits, if asked to, until a second one is under way. */
const NPM = `#!/bin/sh
echo installed >> "$LOG"
count=0
while [ "$BOTH" ] && [ "$(wc -l < "$LOG")" -lt 2 ] && [ $count -lt 200 ]; do sleep 0.1; count=$((count + 1)); done
mkdir -p node_modules/@sparticuz/chromium
cd node_modules/@sparticuz/chromium
echo '{"type":"module","exports":"./index.js"}' > package.json
cat > index.js <<'END'
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
const executablePath = async () => writeFileSync(tmpdir() + '/chromium', ${JSON.stringify(STARTS)}, { mode: 0o755 });
export default { executablePath };
END
`;
/** A lock that locks nothing. */
const NO_LOCK = '#!/bin/sh\nshift 4\nexec "$@"\n';

type Machine = {
  /** Programs on its path, beside those that every machine has. */
  readonly programs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
};
type Caller = { readonly code: number | null; readonly said: string };
type Calls = { readonly callers: readonly Caller[]; readonly installs: number; readonly folder: string };

/** So many callers at once, in a copy of the repository on a machine that has nothing but this. */
function call(count: number, { programs = {}, env = {} }: Machine): Promise<Calls> {
  const files = Object.entries({ 'apt-get': DOES_NOT_START, npm: NPM, ...programs });
  const path = ([name, content]: readonly [string, string]) => [`bin/${name}`, content] as const;
  const all = { 'package.json': '{"type":"module"}', ...Object.fromEntries(files.map(path)) };
  return withFolder(all, async (folder) => {
    for (const [name] of files) chmodSync(join(folder, 'bin', name), 0o755);
    for (const name of ['scripts', 'node_modules']) mkdirSync(join(folder, name));
    copyFileSync(join(root, 'scripts/chromium.ts'), join(folder, 'scripts/chromium.ts'));
    const bin = join(folder, 'bin');
    for (const tool of ['sh', 'cat', 'dirname', 'flock', 'mkdir', 'sleep', 'wc']) {
      const found = (process.env['PATH'] ?? '').split(delimiter).map((place) => join(place, tool));
      const present = found.find((place) => existsSync(place));
      if (present && !existsSync(join(bin, tool))) symlinkSync(present, join(bin, tool));
    }
    const log = join(folder, 'log');
    const own = { PATH: bin, LOG: log, ...env };
    const callers = Array.from({ length: count }, async (): Promise<Caller> => {
      const child = spawn(process.execPath, ['scripts/chromium.ts'], { cwd: folder, env: own });
      const [said, code] = await Promise.all([
        text(child.stderr),
        new Promise<number | null>((ended) => child.on('close', ended)),
        text(child.stdout).then((printed) => expect(printed).toBe('')),
      ]);
      return { code, said };
    });
    const ended = await Promise.all(callers);
    const installs = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0;
    return { callers: ended, installs, folder };
  });
}

const lastLine = ({ said }: Caller): string | undefined => said.trimEnd().split('\n').at(-1);

test('the one that CHROMIUM_PATH names is taken, and no other one', async () => {
  const env = { CHROMIUM_PATH: join(root, 'no-such-browser') };
  const missing = await call(1, { programs: { chromium: STARTS }, env });
  expect(missing.callers[0]?.code).toBe(1);
  expect(missing.callers[0]?.said).toContain('CHROMIUM_PATH names no browser that starts');
  expect(missing.installs).toBe(0);
  const named = await call(1, { programs: { chromium: STARTS }, env: { CHROMIUM_PATH: process.execPath } });
  expect(named.callers).toEqual([{ code: 0, said: `${process.execPath}\n` }]);
});

test('one that is installed is taken, but not a placeholder that does not start', async () => {
  const programs = { chromium: DOES_NOT_START, 'google-chrome': STARTS };
  const { callers, installs, folder } = await call(1, { programs });
  expect(callers).toEqual([{ code: 0, said: `${join(folder, 'bin/google-chrome')}\n` }]);
  expect(installs).toBe(0);
});

test('where there is none it is installed once, however many ask at the same time, and all get it', async () => {
  const { callers, installs, folder } = await call(4, {});
  expect(callers.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const path = join(folder, 'node_modules/.private-chromium/chromium-with-libraries');
  expect(callers.map(lastLine)).toEqual([path, path, path, path]);
  expect(installs).toBe(1);
});

test('negative control: without the lock two that ask at the same time both install it', async () => {
  const { installs } = await call(2, { programs: { flock: NO_LOCK }, env: { BOTH: 'yes' } });
  expect(installs).toBe(2);
});

test('where none can be installed it is said what to do, and the end is not 0', async () => {
  const { callers } = await call(1, { programs: { npm: DOES_NOT_START } });
  expect(callers[0]?.code).toBe(1);
  expect(callers[0]?.said).toContain('install one, or name one in CHROMIUM_PATH');
});
