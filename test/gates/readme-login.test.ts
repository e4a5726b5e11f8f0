/** The login that the documents show, run as printed: only the addresses are those of a real server on this machine. */
import { spawn } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../scripts/demo/authorization-server.ts';
import { actAsPerson } from '../../scripts/demo/person.ts';
import { root, withFolder } from './support/processes.ts';

/** The block that makes a client for Node.js, with the addresses and the client id of this server. */
function snippetFor(file: string, { issuer, clientId }: AuthorizationServer): string {
  const blocks = readFileSync(join(root, file), 'utf8').match(/^```ts\n[\s\S]*?^```$/gm) ?? [];
  const shown = blocks.find((block) => block.includes('createNodeClient')) ?? '';
  const [, origin = ''] = /issuer: '(https:\/\/[^/']+)/.exec(shown) ?? [];
  return shown
    .replace(/^```.*$/gm, '')
    .replace(/issuer: '.*'/, `issuer: '${issuer}'`)
    .replaceAll(origin, issuer)
    .replace(/clientId: '.*'/, `clientId: '${clientId}'`);
}

/** Runs the program; the person reads the address that it prints, and logs in there. */
function runAsPerson(folder: string, { account }: AuthorizationServer): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, ['snippet.ts'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, said] = ['', ''];
    let visited = false;
    program.stdout.on('data', (text) => {
      out += text;
    });
    program.stderr.on('data', (text) => {
      said += text;
      const [url] = /http:\S+(?=\n)/.exec(said) ?? [];
      if (url === undefined || visited) return;
      visited = true;
      actAsPerson(url, { login: account.accountId, password: account.password }).catch(reject);
    });
    program.on('error', reject);
    program.on('close', (code) => resolve({ code, out: code === 0 ? out : out + said }));
  });
}

test.each([
  ['README.md', 'Hello Ada Lovelace\n'],
  ['packages/node/README.md', 'Logged in as Ada Lovelace.\n'],
])('the program in %s logs a person in', async (file, greeting) => {
  const server = await startAuthorizationServer();
  try {
    const files = { 'package.json': '{ "type": "module" }', 'snippet.ts': snippetFor(file, server) };
    const ended = await withFolder(files, (folder) => {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
      return runAsPerson(folder, server);
    });
    expect(ended).toEqual({ code: 0, out: greeting });
  } finally {
    await server.close();
  }
});
