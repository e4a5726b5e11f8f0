/** Settings that cannot work -> a typed failure at once, and no timer that goes off later. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createNodeClient, explainText, isProofkeyError, type NodeSettings, type ProofkeyError } from '../src/index.ts';
import { nodePorts } from '../src/node-client.ts';

const issuer = 'https://as.example.com';
const SETTINGS: NodeSettings = {
  clientId: 'app',
  scope: ['openid'],
  server: { issuer, authorizationEndpoint: `${issuer}/authorize`, tokenEndpoint: `${issuer}/token`, jwksUri: null },
  openBrowser: () => {},
  terminal: false,
};

const failureOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return isProofkeyError(error) ? (error as ProofkeyError).failure : error;
  }
};

test.each([Number.POSITIVE_INFINITY, Number.NaN, 0, -1, 3601])('a time limit of %s seconds is refused', (timeLimit) => {
  const failure = failureOf(() => createNodeClient({ ...SETTINGS, timeLimit }));
  expect(failure).toMatchObject({ code: 'invalid_settings' });
});

test('a cancel that is no signal fails the login, and leaves no timer behind', async () => {
  const client = createNodeClient({ ...SETTINGS, timeLimit: 0.05 });
  const cancel = new AbortController() as unknown as AbortSignal;
  await expect(client.login({ cancel })).rejects.toMatchObject({ failure: { code: 'invalid_parameter' } });
  // The limit has passed; nothing was thrown outside of the promise, or this process would have ended.
  await new Promise((resolve) => setTimeout(resolve, 120));
});

test('a browser that cannot be opened says why', async () => {
  const missing = Object.assign(new Error('spawn xdg-open'), { code: 'ENOENT' });
  const client = createNodeClient({ ...SETTINGS, openBrowser: () => Promise.reject(missing) });
  await expect(client.login()).rejects.toMatchObject({
    failure: { code: 'user_agent_failed' },
    cause: { system: 'ENOENT' },
  });
});

test('what went wrong is explained by the same package', () => {
  const failure = failureOf(() => createNodeClient({ ...SETTINGS, clientId: '' }));
  expect(explainText(failure as ProofkeyError['failure']).split('\n').length).toBeGreaterThanOrEqual(4);
});

test('a folder of your own holds both stores, and its lock keeps processes apart', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'proofkey-folder-'));
  const folder = join(parent, 'own');
  try {
    const [one, other] = [nodePorts({ ...SETTINGS, folder }), nodePorts({ ...SETTINGS, app: 'another', folder })];
    await one.sessionStore.set('session', 'kept');
    await one.transactionStore.set('login', 'kept');
    expect(await other.sessionStore.get('session')).toBe('kept');
    const inside = await one.lock.runExclusive('name', async () => readdirSync(folder));
    expect(inside.filter((name) => name.endsWith('.lock'))).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toHaveLength(2);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});

test('stores of your own come with a lock of your own', () => {
  const lock = { runExclusive: <T>(_name: string, task: () => Promise<T>) => task() };
  expect(nodePorts({ ...SETTINGS, lock }).lock).toBe(lock);
});
