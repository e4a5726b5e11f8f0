/** A description with other paths, generated anew -> the same handlers answer there. OpenAPI 3.1. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMockLogin, type Endpoints } from '../src/node.ts';
import { startLoginServer } from '../src/server.ts';
import { oauth4webapi, openidClient } from './support/independent-clients.ts';

const root = join(import.meta.dirname, '../../..');
const MOVED = {
  '/authorize': '/connect/authorize',
  '/oauth/token': '/connect/token',
  '/userinfo': '/connect/me',
  '/oauth/revoke': '/connect/revocation',
  '/oidc/logout': '/connect/endsession',
  '/.well-known/jwks.json': '/connect/keys',
} as const;

let folder = '';
let operations: Endpoints = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proofkey-paths-'));
  cpSync(join(root, 'openapi'), folder, { recursive: true });
  for (const name of ['authorization-server.yaml', 'auth0.overlay.yaml']) {
    const text = Object.entries(MOVED).reduce(
      (all, [old, moved]) => all.replaceAll(`  ${old}:\n`, `  ${moved}:\n`).replaceAll(`['${old}']`, `['${moved}']`),
      readFileSync(join(folder, name), 'utf8'),
    );
    writeFileSync(join(folder, name), text);
  }
  const words = ['--spec', join(folder, 'authorization-server.yaml'), '--overlay', join(folder, 'auth0.overlay.yaml')];
  const out = join(folder, 'generated');
  execFileSync(process.execPath, [
    join(root, 'packages/generate/src/cli.ts'),
    ...words,
    ...['--out', out, '--imports', 'ts'],
  ]);
  ({ operations } = (await import(pathToFileURL(join(out, 'operations.ts')).href)) as { operations: Endpoints });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ROUND = { name: 'Ada Lovelace', userinfo: 'Ada Lovelace', refreshed: true, afterwards: 401 };
const paths = (log: readonly { readonly path: string }[]): readonly string[] => [
  ...new Set(log.map(({ path }) => path)),
];

test('through msw a whole round goes to the new paths, and to no old one', async () => {
  const as = createMockLogin({ operations });
  as.listen();
  try {
    expect(await openidClient(as)).toMatchObject(ROUND);
    as.check();
    expect([...paths(as.log)].sort()).toEqual(['/.well-known/openid-configuration', ...Object.values(MOVED)].sort());
    expect((await fetch(`${as.issuer}/oauth/token`, { method: 'POST' })).status).toBe(404);
    expect(() => as.check()).toThrow('nothing at /oauth/token');
  } finally {
    as.close();
  }
});

test('over loopback as well', async () => {
  const as = await startLoginServer({ operations, person: 'automatic' });
  try {
    const visit = async (url: string): Promise<string> =>
      (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
    expect(await oauth4webapi({ issuer: as.issuer, browser: visit })).toEqual(ROUND);
    expect(paths(as.log)).toContain('/connect/token');
  } finally {
    await as.close();
  }
});

test('what the description does not have is neither offered nor answered', async () => {
  const { revoke: _, logout: __, postLogout: ___, logoutV2: ____, ...fewer } = operations;
  const as = createMockLogin({ operations: fewer });
  as.listen();
  try {
    const metadata = await (await fetch(`${as.issuer}/.well-known/openid-configuration`)).json();
    expect(metadata).not.toHaveProperty('revocation_endpoint');
    expect(metadata).not.toHaveProperty('end_session_endpoint');
    expect(as.server).not.toHaveProperty('revocationEndpoint');
  } finally {
    as.close();
  }
});
