/** Examples, packed packages -> proof that the program of the README works for who installs it. RFC 8252, 7.3. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuthorizationServer, startAuthorizationServer } from './demo/authorization-server.ts';
import { type ContactsApi, startContactsApi } from './demo/contacts-api.ts';
import { withoutDesktop } from './demo/desktop.ts';
import { checkConsumerTests } from './examples/consumer-tests.ts';
import { checkJest } from './examples/jest.ts';
import { expect, install, nodes, type Packed, pack, root, run, say } from './packages/pack.ts';

type Ended = { readonly code: number | string | null; readonly stdout: string; readonly stderr: string };

/** Milliseconds for one run of a program, the login included. */
const PATIENCE = 60_000;
const GREETING = "Hello Ada Lovelace\n{ contacts: [ 'Charles Babbage', 'Mary Somerville' ] }\n";
/** How the program says where to log in. */
const ASKED = 'Open this address';

/** The one change to the program: the addresses and the client id that it shows become those on this machine. */
function withAddresses(source: string, { issuer, clientId }: AuthorizationServer, { origin }: ContactsApi): string {
  const places = [
    ["'https://login.example.com/'", `'${issuer}'`],
    ["'my-cli',\n  scope", `'${clientId}',\n  scope`],
    ["'https://api.example.com'", `'${origin}'`],
    ["'https://api.example.com/", `'${origin}/`],
  ] as const;
  return places.reduce((text, [shown, real]) => {
    const parts = text.split(shown);
    expect(parts.length === 2, `the example shows ${shown} ${parts.length - 1} times`);
    return parts.join(real);
  }, source);
}

/** A person's machine: a browser in `BROWSER`, and a folder for data that is empty at first. */
function surroundings(folder: string, name: string): NodeJS.ProcessEnv {
  const browser = join(folder, 'browser');
  const quoted = [process.execPath, join(import.meta.dirname, 'examples/browser.ts')].map((path) => `'${path}'`);
  writeFileSync(browser, `#!/bin/sh\nexec ${quoted.join(' ')} "$1"\n`, { mode: 0o755 });
  return { ...withoutDesktop(process.env), BROWSER: browser, XDG_DATA_HOME: join(folder, `data-${name}`) };
}

/** The program runs beside this process, which is the server that it logs in at. */
const start = (cwd: string, env: NodeJS.ProcessEnv, node: string, file: string): Promise<Ended> =>
  new Promise((ended) => {
    execFile(node, [file], { cwd, env, timeout: PATIENCE }, (error, stdout, stderr) =>
      ended({ code: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr }),
    );
  });

async function checkCli(folder: string, packed: readonly Packed[]): Promise<void> {
  const server = await startAuthorizationServer({ prefilled: true });
  const api = await startContactsApi(server.introspection);
  try {
    const example = join(root, 'examples/cli');
    const manifest = JSON.parse(readFileSync(join(example, 'package.json'), 'utf8')) as object;
    for (const file of ['main.ts', 'tsconfig.json']) cpSync(join(example, file), join(folder, file));
    writeFileSync(join(folder, 'main.ts'), withAddresses(readFileSync(join(folder, 'main.ts'), 'utf8'), server, api));
    install(folder, packed, manifest);
    run(folder, 'npm', 'run', '--silent', 'build');
    say('examples/cli: type-checks and builds from the tarballs');
    for (const node of nodes()) await checkLogin(folder, server, node);
  } finally {
    await Promise.all([server.close(), api.close()]);
  }
}

async function checkLogin(folder: string, { requests }: AuthorizationServer, node: string): Promise<void> {
  const version = run(folder, node, '--version').trim();
  const stripsTypes = run(folder, node, '-p', 'Boolean(process.features.typescript)').trim() === 'true';
  const file = stripsTypes ? 'main.ts' : 'dist/main.js';
  const env = surroundings(folder, version);
  const logins = (): number => requests.filter((request) => request === 'GET /authorize').length;
  for (const [which, asks] of [
    ['logs in by the browser', true],
    ['is still logged in when it is run again', false],
  ] as const) {
    const before = logins();
    const { code, stdout, stderr } = await start(folder, env, node, file);
    expect(code === 0 && stdout === GREETING, `${file} ended with ${code}:\n${stdout}${stderr}`);
    expect(stderr.includes(ASKED) === asks, `it ${asks ? 'did not ask' : 'asked'} for a login:\n${stderr}`);
    expect(logins() > before === asks, `the browser was ${asks ? 'not ' : ''}sent to the server`);
    say(`examples/cli: ${file} on Node.js ${version} ${which}`);
  }
}

const folders = ['proofkey-packs-', 'proofkey-cli-', 'proofkey-jest-', 'proofkey-tests-', 'proofkey-tests-'].map(
  (prefix) => mkdtempSync(join(tmpdir(), prefix)),
);
try {
  const [packs = '', cli = '', jest = '', ...tests] = folders;
  const packed = pack(packs);
  await checkCli(cli, packed);
  await checkConsumerTests(tests, packed);
  checkJest(jest, packed);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
