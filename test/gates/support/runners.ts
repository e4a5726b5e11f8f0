/** Name of a runner, as ```ts run=NAME says it -> what the block has to do when it is run in a real world. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { codeChallengeFor, codeVerifierFrom } from '@proofkey/core';
import { createNodeClient } from '@proofkey/node';
import { expect } from 'vitest';
import { actAsPerson } from '../../../scripts/demo/person.ts';
import { comeBack, silence } from '../../../scripts/demo/site.ts';
import { root, run } from './processes.ts';
import { nodeRunners, type Runner } from './runners.node.ts';
import { generatedFiles, withSnippet } from './snippets.ts';
import { placed, runProgram, type World } from './world.ts';

export const runners: Readonly<Record<string, Runner>> = {
  ...nodeRunners,

  /** The ports are Node's; the block only knows that they are ports. */
  ports: async (source, world) => {
    const ports = join(root, 'packages/node/src/node-client.ts');
    const run = `
      import { nodePorts } from ${JSON.stringify(ports)};
      import { logIn } from './snippet.ts';
      const settings = { issuer: '${world.server.issuer}', clientId: '${world.server.clientId}', scope: [] };
      console.log(await logIn(nodePorts(settings)));
    `;
    const { code, stdout, stderr } = await runProgram(placed(source, world), {}, { 'run.ts': run });
    expect(stdout, stderr).toBe('ada\n');
    expect(code).toBe(0);
  },

  exchange: async (source, world) => {
    const have = await codeFor(world);
    const { code, stdout, stderr } = await runProgram(`${constants(have)}${placed(source, world)}`);
    expect(stdout, stderr).toBe('Bearer\n');
    expect(code).toBe(0);
  },

  api: async (source, world) => {
    const accessToken = await accessTokenFor(world);
    const { code, stdout, stderr } = await runProgram(`${constants({ accessToken })}${placed(source, world)}`);
    expect(stdout, stderr).toBe('ada\n');
    expect(code).toBe(0);
  },

  /** What `pnpm generate` wrote stands for what the reader generated; only its files name each other by `.ts`. */
  generated: async (source, world) => {
    const text = placed(source, world).replace('./generated/index.js', './generated/index.ts');
    const { code, stdout, stderr } = await runProgram(text, {}, generatedFiles);
    expect(stdout, stderr).toBe('Hello Ada Lovelace\n');
    expect(code).toBe(0);
  },

  /** Tests for vitest, run by it: all of them pass. */
  mocked: async (source) => {
    const { code, output } = await runTests(source, ['vitest', 'run', '--root', '.'], 'snippet.test.ts');
    const tests = source.match(/^test\(/gm) ?? [];
    expect(output).toMatch(new RegExp(`Tests\\s+${tests.length} passed \\(${tests.length}\\)`));
    expect(code, output).toBe(0);
  },

  nodetest: async (source) => {
    const { code, output } = await runTests(source, ['node', '--test', 'snippet.test.ts'], 'snippet.test.ts');
    expect(output).toMatch(/^(?:#|ℹ) pass 1$/m);
    expect(code, output).toBe(0);
  },

  /** What it fails with is quoted below the block. */
  misused: async (source) => {
    const { code, stderr } = await runProgram(source);
    expect(code).toBe(1);
    const said = readFileSync(join(root, 'packages/msw/README.md'), 'utf8').replaceAll('\n> ', ' ');
    const [quoted = ''] = /step 1 \(authorize\): .+?section 4\.3\./s.exec(said) ?? [];
    expect(quoted).not.toBe('');
    expect(stderr).toContain(quoted);
    expect(stderr).toContain('no state');
  },

  generate: async (source) => {
    const openapi = readFileSync(join(root, 'openapi/authorization-server.yaml'), 'utf8');
    const written = await runProgram(source, {}, { 'openapi.yaml': openapi });
    expect(written).toEqual({ code: 0, stdout: '7 written, 0 removed, 0 as they were\n', stderr: '' });
    const refused = await runProgram(
      source,
      {},
      { 'openapi.yaml': openapi.replace('openapi: 3.1.0', 'openapi: 3.0.0') },
    );
    expect(refused).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^not_openapi openapi\.yaml /),
      stderr: '',
    });
  },
};

/** Runs a snippet that is a file of tests. */
const runTests = (
  source: string,
  [command = '', ...words]: readonly string[],
  file: string,
): Promise<{ readonly code: number | null; readonly output: string }> =>
  withSnippet(
    '',
    (folder) => {
      const program = command === 'node' ? [] : [join(root, 'node_modules/vitest/vitest.mjs')];
      const { code, stdout, stderr } = run(process.execPath, [...program, ...words], folder);
      return { code, output: stripVTControlCharacters(stdout + stderr) };
    },
    { [file]: source },
  );

const constants = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`)
    .join('');

/** A code that waits to be exchanged: the person has been at the login pages, and nobody took the callback. */
async function codeFor({ server: { metadata, clientId } }: World): Promise<Readonly<Record<string, string>>> {
  const verifier = codeVerifierFrom(crypto.getRandomValues(new Uint8Array(32)));
  if (!verifier.ok) throw new Error(verifier.failure.code);
  const challenge = codeChallengeFor(verifier.value);
  if (!challenge.ok) throw new Error(challenge.failure.code);
  const redirect_uri = 'http://127.0.0.1/callback';
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri,
    scope: 'openid',
    code_challenge: challenge.value,
    code_challenge_method: 'S256',
  };
  const start = `${metadata.authorizationEndpoint}?${new URLSearchParams(parameters)}`;
  const { url } = await actAsPerson(start, {}, { stopAt: ({ pathname }) => pathname === '/callback' });
  return { code: url.searchParams.get('code') ?? '', code_verifier: verifier.value, redirect_uri };
}

async function accessTokenFor({ server }: World): Promise<string> {
  const client = createNodeClient({
    issuer: server.issuer,
    clientId: server.clientId,
    scope: ['openid'],
    openBrowser: (url) => comeBack(server, url),
    terminal: silence(),
  });
  await client.login();
  return client.accessToken();
}
