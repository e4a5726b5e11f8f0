/** examples/consumer-tests, packed packages -> proof that its tests pass, and fail when they must, on msw 2 and 3. */
import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { onLoopback } from '../demo/loopback.ts';
import { expect, install, nodes, type Packed, root, run, say } from '../packages/pack.ts';

type Surroundings = { readonly node: string; readonly versions: Readonly<Record<string, string>> };

/** Milliseconds for one run of a suite. */
const PATIENCE = 120_000;
const SECRET = 'a-code-that-nobody-may-see';

/** What users have: the newest, which need a new Node.js, and what runs on an old one too. */
function surroundings(): readonly Surroundings[] {
  const [own = process.execPath, system = own] = nodes();
  return [
    { node: own, versions: {} },
    { node: system, versions: { msw: '2.15.0', vitest: '4.1.12' } },
  ];
}

export async function checkConsumerTests(folders: readonly string[], packed: readonly Packed[]): Promise<void> {
  const example = join(root, 'examples/consumer-tests');
  const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  for (const [at, { node, versions }] of surroundings().entries()) {
    const folder = folders[at] ?? '';
    for (const file of readdirSync(example)) cpSync(join(example, file), join(folder, file));
    const devDependencies = Object.entries({ ...manifest.devDependencies, ...versions });
    const others = Object.fromEntries(devDependencies.filter(([name]) => !name.startsWith('@proofkey/')));
    install(folder, packed, { ...manifest, devDependencies: others });
    run(folder, 'npm', 'run', '--silent', 'typecheck');
    const of = ['msw', 'vitest'].map((name) => `${name} ${versionIn(folder, name)}`).join(' and ');
    const where = `examples/consumer-tests with ${of} on Node.js ${run(folder, node, '--version').trim()}`;
    const { code, output } = await runTests(folder, node);
    expect(code === 0, `${where} ended with ${code}:\n${output}`);
    expect(/Tests\s+\d+ passed \(\d+\)/.test(output), `${where} did not say what passed:\n${output}`);
    say(`${where}: type-checks and passes`);
    await checkUnknownHost(folder, node);
    say(`${where}: a request to an unknown host fails the test, and is not sent`);
  }
}

const versionIn = (folder: string, name: string): string => {
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
};

type Ended = { readonly code: number | string | null; readonly output: string };

const runTests = (cwd: string, node: string, ...files: readonly string[]): Promise<Ended> =>
  new Promise((ended) => {
    const words = [join(cwd, 'node_modules/vitest/vitest.mjs'), 'run', ...files];
    // A terminal's colours would stand between the words.
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
    execFile(node, words, { cwd, env, timeout: PATIENCE }, (error, stdout, stderr) =>
      ended({ code: error ? (error.code ?? error.signal ?? null) : 0, output: stdout + stderr }),
    );
  });

/** A login server that the test must not reach: it really listens, so that a request would really arrive. */
async function checkUnknownHost(folder: string, node: string): Promise<void> {
  let arrived = 0;
  const server = createServer((_, response) => {
    arrived += 1;
    response.end();
  });
  const { origin, close } = await onLoopback(server, 0);
  const file = 'unknown-host.test.ts';
  const testWith = (first: string): void =>
    writeFileSync(
      join(folder, file),
      `import { useMockLogin } from '@proofkey/msw/vitest';
import { test } from 'vitest';
${first}
test('asks a server that it does not know, and does not notice', async () => {
  await fetch('${origin}/oauth/token', { method: 'POST', body: 'code=${SECRET}' }).catch(() => undefined);
});
`,
    );
  try {
    testWith('useMockLogin();');
    const { code, output } = await runTests(folder, node, file);
    expect(code !== 0, `a request to an unknown host did not fail the test:\n${output}`);
    expect(arrived === 0, 'a request to an unknown host was sent');
    expect(output.includes(`POST ${origin}/oauth/token`), `the request is not named:\n${output}`);
    expect(!output.includes(SECRET), 'the body of a refused request was printed');
    // Without the mock it arrives: so this would have been seen.
    testWith('void useMockLogin;');
    const unguarded = await runTests(folder, node, file);
    expect(unguarded.code === 0 && arrived === 1, `without the mock the request did not arrive:\n${unguarded.output}`);
  } finally {
    await close();
  }
}
