/** @proofkey/msw/node, packed -> proof that Jest can `require` it, and fails a test that misuses the protocol. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, install, nodes, type Packed, run, say } from '../packages/pack.ts';

/** Milliseconds for one run. */
const PATIENCE = 120_000;

/** The last msw that Jest can `require` on every Node.js; newer ones need `--experimental-vm-modules` of Node.js 24. */
const devDependencies = { jest: '30.5.2', msw: '2.11.2' };

const TEST = `const { createMockLogin } = require('@proofkey/msw/node');

const as = createMockLogin({ user: { name: 'Ada' } });
beforeAll(() => as.listen());
afterEach(() => {
  try {
    as.check();
  } finally {
    as.reset();
  }
});
afterAll(() => as.close());

test('keeps the protocol', async () => {
  const response = await fetch(as.issuer + '/.well-known/jwks.json');
  expect((await response.json()).keys).toHaveLength(1);
});

test('misuses the protocol', async () => {
  const form = { grant_type: 'authorization_code', client_id: 'app', code: 'any', code_verifier: 'short' };
  await fetch(as.issuer + '/oauth/token', { method: 'POST', body: new URLSearchParams(form) });
});
`;

export function checkJest(folder: string, packed: readonly Packed[]): void {
  writeFileSync(join(folder, 'login.test.js'), TEST);
  install(folder, packed, { type: 'commonjs', devDependencies });
  for (const node of nodes()) {
    const words = [join(folder, 'node_modules/jest/bin/jest.js'), '--ci'];
    const { status, stderr, error } = spawnSync(node, words, { cwd: folder, encoding: 'utf8', timeout: PATIENCE });
    if (error !== undefined) throw error;
    const version = run(folder, node, '--version').trim();
    expect(
      status === 1 && stderr.includes('1 failed, 1 passed'),
      `Jest on ${version} ended with ${status}:\n${stderr}`,
    );
    expect(stderr.includes('step 1 (token): This code_verifier is not'), `the misuse is not named:\n${stderr}`);
    say(`@proofkey/msw/node with Jest ${devDependencies.jest} and msw ${devDependencies.msw} on Node.js ${version}`);
  }
}
