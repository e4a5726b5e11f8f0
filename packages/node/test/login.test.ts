/** A whole login at a real, certified authorization server (oidc-provider), over real sockets. RFC 6749; RFC 7636. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../../scripts/demo/authorization-server.ts';
import { actAsPerson } from '../../../scripts/demo/person.ts';
import { createNodeClient, type NodeSettings } from '../src/index.ts';
import { visibleStore } from './waiting-login.ts';

let server: AuthorizationServer;
beforeAll(async () => {
  server = await startAuthorizationServer();
});
afterAll(() => server.close());

const settings = (more: Partial<NodeSettings> = {}): NodeSettings =>
  ({
    server: server.metadata,
    clientId: server.clientId,
    scope: ['openid', 'profile', 'email', 'offline_access'],
    ...more,
  }) as NodeSettings;

const person = (answer?: 'agree' | 'refuse') => ({
  login: server.account.accountId,
  password: server.account.password,
  ...(answer && { answer }),
});

const asPerson = async (url: string): Promise<void> => void (await actAsPerson(url, person()));

const ADA = { status: 'logged_in', user: { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' } };

describe('a login', () => {
  test('ends with who is logged in, and the signature was verified', async () => {
    const sessionStore = visibleStore();
    const client = createNodeClient(settings({ sessionStore, openBrowser: asPerson }));
    const outcome = await client.login({ prompt: 'consent', appState: { from: 'test' } });
    expect(outcome).toMatchObject({ ...ADA, appState: { from: 'test' } });
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_in', user: ADA.user });
    const [text = ''] = sessionStore.entries.values();
    const session = JSON.parse(text) as { idToken: { signature: string }; grant: { refreshToken: string } };
    expect(session.idToken.signature).toBe('verified');
    // None of the tokens that were really issued can be seen in what the application gets.
    const tokens = text.match(/[\w.-]{40,}/g) ?? [];
    expect(tokens.length).toBeGreaterThanOrEqual(3);
    const { nonce, at_hash } = outcome.user ?? {};
    const shown = inspect([outcome, client], { depth: 9, showHidden: true });
    for (const token of tokens) if (token !== nonce && token !== at_hash) expect(shown).not.toContain(token);
  });

  test('two at once each end in their own', async () => {
    const client = createNodeClient(settings({ openBrowser: asPerson }));
    const outcomes = await Promise.all([client.login({ appState: 1 }), client.login({ appState: 2 })]);
    expect(outcomes).toMatchObject([
      { ...ADA, appState: 1 },
      { ...ADA, appState: 2 },
    ]);
  });

  test('of a person who refuses says so, and the listener is closed', async () => {
    let redirectUri = '';
    const client = createNodeClient(
      settings({
        async openBrowser(url) {
          redirectUri = new URL(url).searchParams.get('redirect_uri') ?? '';
          const { text } = await actAsPerson(url, person('refuse'));
          expect(text).toContain('You are not logged in');
        },
      }),
    );
    const failure = { code: 'authorization_refused', oauth: { error: 'access_denied' } };
    await expect(client.login({ prompt: 'consent' })).rejects.toMatchObject({ failure });
    await expect(fetch(redirectUri)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  test('NA-14 sc-009: of a process that is gone is finished by another on the same store, with the pasted URL', async () => {
    const transactionStore = visibleStore();
    const gone = new AbortController();
    let first: Promise<unknown> | undefined;
    const url = await new Promise<string>((openBrowser) => {
      const client = createNodeClient(settings({ transactionStore, openBrowser }));
      first = client.login({ cancel: gone.signal }).catch((error: unknown) => error);
    });
    const later = createNodeClient(settings({ transactionStore }));
    expect(await later.handleCallback(await addressBarAfter(url))).toMatchObject(ADA);
    gone.abort();
    expect(await first).toMatchObject({ failure: { code: 'user_cancelled' } });
  });

  test('NA-09: whose code verifier was replaced on the way is refused by the server', async () => {
    const { fetch } = globalThis;
    const verifier = 'another-verifier-of-the-right-length-0123456789';
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const sent = init.body ? await new Response(init.body).text() : null;
      if (sent === null) return fetch(url, init);
      const body = new URLSearchParams(sent);
      body.set('code_verifier', verifier);
      return fetch(url, { method: 'POST', redirect: 'manual', body });
    });
    try {
      const failure = { code: 'token_request_refused', oauth: { error: 'invalid_grant' } };
      const client = createNodeClient(settings({ openBrowser: asPerson }));
      await expect(client.login()).rejects.toMatchObject({ failure });
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test('ID-05: whose ID Token was signed by somebody else is refused', async () => {
    const stranger = await startAuthorizationServer();
    try {
      const metadata = { ...server.metadata, jwksUri: stranger.metadata.jwksUri };
      const client = createNodeClient(settings({ server: metadata, openBrowser: asPerson }));
      const unknownKey = expect.stringMatching(/^id_token_(key_not_found|signature_invalid)$/);
      const error = await client.login().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ failure: { kind: 'untrusted_response', code: unknownKey } });
      expect(await client.start()).toEqual({ status: 'logged_out' });
    } finally {
      await stranger.close();
    }
  });

  test('lb-019: that nobody finishes ends with redirect_timeout', async () => {
    const client = createNodeClient(settings({ openBrowser() {}, timeLimit: 0.05 }));
    await expect(client.login()).rejects.toMatchObject({ failure: { code: 'redirect_timeout' } });
  });
});

/** What stands in the address bar of a browser when the program that should take the callback is gone. */
async function addressBarAfter(url: string): Promise<string> {
  const seen = await actAsPerson(url, person(), { stopAt: ({ pathname }) => pathname === '/callback' });
  return seen.url.href;
}
