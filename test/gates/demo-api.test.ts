/** The API of the demo lets in whoever brings an access token that the server calls good, and nobody else. RFC 6750. */
import { createNodeClient, type KeyValueStore } from '@proofkey/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../scripts/demo/authorization-server.ts';
import { type ContactsApi, startContactsApi } from '../../scripts/demo/contacts-api.ts';
import { comeBack, SCOPE, silence } from '../../scripts/demo/site.ts';

let server: AuthorizationServer;
let api: ContactsApi;
beforeAll(async () => {
  server = await startAuthorizationServer();
  api = await startContactsApi(server.introspection);
});
afterAll(() => Promise.all([api.close(), server.close()]));

type Tokens = { readonly accessToken: string; readonly refreshToken: string; readonly idToken: string };

async function tokens(): Promise<Tokens> {
  let session = '';
  const sessionStore: KeyValueStore = {
    get: () => session || null,
    set: (_key, value) => {
      session = value;
    },
    remove: () => {
      session = '';
    },
  };
  const { issuer, clientId } = server;
  const openBrowser = (url: string): Promise<void> => comeBack(server, url);
  const client = createNodeClient({ issuer, clientId, scope: SCOPE, sessionStore, openBrowser, terminal: silence() });
  await client.login({ prompt: 'consent' });
  const [, refreshToken = ''] = /"refreshToken":"([^"]+)"/.exec(session) ?? [];
  const [idToken = ''] = /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(session) ?? [];
  return { accessToken: await client.accessToken(), refreshToken, idToken };
}

const ask = (authorization?: string, path = '/contacts', method = 'GET', { origin } = api): Promise<Response> =>
  fetch(`${origin}${path}`, { method, headers: { ...(authorization !== undefined && { authorization }) } });

test('an access token is good for the data of its person, until it is revoked', async () => {
  const { accessToken } = await tokens();
  const answered = await ask(`Bearer ${accessToken}`);
  expect(answered.status).toBe(200);
  expect(answered.headers.get('cache-control')).toBe('no-store');
  expect(await answered.json()).toEqual({ contacts: ['Charles Babbage', 'Mary Somerville'] });
  const body = new URLSearchParams({ token: accessToken, client_id: server.clientId });
  expect((await fetch(server.metadata.revocationEndpoint, { method: 'POST', body })).status).toBe(200);
  expect((await ask(`Bearer ${accessToken}`)).status).toBe(401);
});

test('no other token of the login, and none that was made up, is good for anything', async () => {
  const { refreshToken, idToken } = await tokens();
  for (const token of [refreshToken, idToken, 'a-token-that-was-made-up-0123456789']) {
    expect(token.length).toBeGreaterThan(16);
    const answered = await ask(`Bearer ${token}`);
    expect(answered.status).toBe(401);
    expect(answered.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  }
});

test.each([[undefined], ['Basic YTpi'], ['Bearer'], ['Bearer a b']])(
  '%j is no token: it is said how to bring one',
  async (authorization) => {
    const answered = await ask(authorization);
    expect(answered.status).toBe(401);
    expect(answered.headers.get('www-authenticate')).toBe('Bearer');
  },
);

test('only GET /contacts is there', async () => {
  expect((await ask(undefined, '/')).status).toBe(404);
  expect((await ask(undefined, '/contacts', 'POST')).status).toBe(405);
});

test('nobody is let in while the server cannot be asked, and the token is not blamed', async () => {
  const gone = await startContactsApi({ ...server.introspection, clientSecret: 'wrong' });
  try {
    const answered = await ask('Bearer any-token', '/contacts', 'GET', gone);
    expect(answered.status).toBe(503);
    expect(answered.headers.get('www-authenticate')).toBeNull();
  } finally {
    await gone.close();
  }
});

test('the public client may not ask what tokens are worth', async () => {
  const { accessToken } = await tokens();
  const body = new URLSearchParams({ token: accessToken, client_id: server.clientId });
  const answered = await fetch(server.introspection.endpoint, { method: 'POST', body });
  expect(await answered.json()).not.toMatchObject({ active: true });
});
