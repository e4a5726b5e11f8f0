/** Login, user information and logout at a real oidc-provider, with each algorithm. OIDC Core; RFC 7009. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeClient, type NodeClient, type NodeSettings } from '../src/index.ts';
import { type CookieBrowser, cookieBrowser } from './cookie-browser.ts';
import {
  ALGORITHMS,
  CLIENT_ID,
  KEYS,
  METADATA,
  partsOf,
  RETURN_TO,
  REVOCATION,
  type SigningServer,
  startSigningServer,
  TOKEN,
} from './signing-server.ts';
import { visibleStore } from './waiting-login.ts';

describe.each(ALGORITHMS)('at a server that signs with %s', (alg) => {
  let server: SigningServer;
  beforeAll(async () => {
    server = await startSigningServer(alg);
  });
  afterAll(() => server.close());

  type Someone = {
    readonly client: NodeClient;
    readonly browser: CookieBrowser;
    readonly sessionStore: ReturnType<typeof visibleStore>;
  };

  /** A program, and a person with a browser of their own, whom the server has not seen. */
  function someone(more: Partial<NodeSettings> = {}): Someone {
    const browser = cookieBrowser(server, RETURN_TO);
    const sessionStore = visibleStore();
    const client = createNodeClient({
      issuer: server.issuer,
      clientId: CLIENT_ID,
      scope: ['openid', 'profile', 'email', 'offline_access'],
      terminal: false,
      sessionStore,
      openBrowser: browser.open,
      ...more,
    } as NodeSettings);
    return { client, browser, sessionStore };
  }

  const storedIn = ({ sessionStore }: Someone) =>
    JSON.parse([...sessionStore.entries.values()][0] ?? '{}') as {
      readonly grant: { readonly refreshToken: string };
      readonly idToken: { readonly token: string };
    };

  /** What the server says to one who copied the refresh token. */
  async function refreshed(refreshToken: string): Promise<{ readonly status: number; readonly error?: string }> {
    const response = await fetch(server.issuer + TOKEN, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: refreshToken }),
    });
    const { error } = (await response.json()) as { readonly error?: string };
    return { status: response.status, ...(error && { error }) };
  }

  const loginRequired = { failure: { code: 'authorization_refused', oauth: { error: 'login_required' } } };

  test(`ID-05: a login with ${alg} ends with who it is, and user information is about the same person`, async () => {
    const one = someone();
    expect(await one.client.login({ prompt: 'consent' })).toMatchObject({
      status: 'logged_in',
      signature: 'verified',
      user: { sub: 'ada' },
      scope: expect.arrayContaining(['openid', 'offline_access']),
    });
    expect(partsOf(storedIn(one).idToken.token)).toMatchObject({
      header: { alg, kid: server.key().kid },
      claims: { iss: server.issuer, aud: CLIENT_ID, sub: 'ada' },
    });
    expect(await one.client.userinfo()).toEqual({ sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' });
  });

  test(`DI-07: a second login with ${alg} fetches neither the metadata nor the keys again`, async () => {
    const { client } = someone();
    const before = [server.count(METADATA), server.count(KEYS)];
    await client.login();
    await client.login();
    expect([server.count(METADATA), server.count(KEYS)]).toEqual(before.map((count) => count + 1));
    // Another client knows nothing yet, so that the counter can count.
    await someone().client.login();
    expect([server.count(METADATA), server.count(KEYS)]).toEqual(before.map((count) => count + 2));
  });

  test('LO-05: a logout kills the refresh token at the server, and leaves its session alone', async () => {
    const [one, other] = [someone(), someone()];
    for (const { client } of [one, other]) await client.login({ prompt: 'consent' });
    const [dead, alive] = [storedIn(one).grant.refreshToken, storedIn(other).grant.refreshToken];
    const before = server.count(REVOCATION);
    expect(await one.client.logout()).toEqual({ revoked: true, departed: false });
    expect(server.count(REVOCATION)).toBe(before + 1);
    expect(one.sessionStore.entries.size).toBe(0);
    expect(await one.client.start()).toEqual({ status: 'logged_out' });
    expect(await refreshed(dead)).toEqual({ status: 400, error: 'invalid_grant' });
    expect(await refreshed(alive)).toEqual({ status: 200 });
    expect(one.browser.opened).toHaveLength(1);
  });

  test('LO-01: a logout that ends the session at the server, too: without asking nobody is logged in there', async () => {
    const one = someone();
    await one.client.login({ prompt: 'consent' });
    // While the session lasts, the server asks for nothing.
    const silent = someone({ openBrowser: one.browser.open }).client;
    expect(await silent.login({ prompt: 'none' })).toMatchObject({ status: 'logged_in', user: { sub: 'ada' } });
    const { grant, idToken } = storedIn(one);
    expect(await one.client.logout({ endServerSession: true })).toEqual({ revoked: true, departed: true });
    const asked = new URL(one.browser.opened.at(-1) ?? '').searchParams;
    expect(Object.fromEntries(asked)).toEqual({ client_id: CLIENT_ID, id_token_hint: idToken.token });
    expect(await one.browser.last()).toMatchObject({ status: 200, text: expect.stringContaining('Logged out') });
    expect(await refreshed(grant.refreshToken)).toEqual({ status: 400, error: 'invalid_grant' });
    await expect(silent.login({ prompt: 'none' })).rejects.toMatchObject(loginRequired);
  });

  test('LO-02 LO-03: a logout with a way back returns with its state, and another state is told', async () => {
    const one = someone();
    await one.client.login({ prompt: 'consent' });
    expect(await one.client.logout({ returnTo: RETURN_TO })).toEqual({ revoked: true, departed: true });
    const { url } = await one.browser.last();
    expect(url.href.startsWith(`${RETURN_TO}?`)).toBe(true);
    const another = new URL(url);
    another.searchParams.set('state', 'another');
    expect(await one.client.start(another.href)).toEqual({ status: 'logged_out', loggedOut: { stateMatched: false } });
    await expect(one.client.login({ prompt: 'none' })).rejects.toMatchObject(loginRequired);
    await one.client.login({ prompt: 'consent' });
    await one.client.logout({ returnTo: RETURN_TO });
    const { url: returned } = await one.browser.last();
    expect(await one.client.start(returned.href)).toEqual({ status: 'logged_out', loggedOut: { stateMatched: true } });
    // It was answered: once more it is a URL like any other.
    expect(await one.client.start(returned.href)).toEqual({ status: 'logged_out' });
  });

  test('LO-04: a server that refuses the revocation keeps nobody logged in', async () => {
    const one = someone();
    await one.client.login({ prompt: 'consent' });
    const { refreshToken } = storedIn(one).grant;
    server.change(REVOCATION, (answer) => ({ ...answer, status: 503, body: refreshToken }));
    try {
      const outcome = await one.client.logout({ endServerSession: true });
      expect(outcome).toMatchObject({ revoked: false, departed: true, failure: { code: 'revocation_refused' } });
      expect(JSON.stringify(outcome)).not.toContain(refreshToken);
    } finally {
      server.honest();
    }
    await one.browser.last();
    expect(one.sessionStore.entries.size).toBe(0);
    await expect(one.client.login({ prompt: 'none' })).rejects.toMatchObject(loginRequired);
  });
});
