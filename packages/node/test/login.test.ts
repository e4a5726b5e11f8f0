/** A whole login against a real, certified authorization server (oidc-provider), over real sockets. RFC 6749; RFC 7636. */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuthorizationServer, startAuthorizationServer } from '../../../scripts/demo/authorization-server.ts';
import { actAsPerson } from '../../../scripts/demo/person.ts';
import { createNodeClient, type KeyValueStore, type NodeSettings } from '../src/index.ts';

let server: AuthorizationServer;
beforeAll(async () => {
  server = await startAuthorizationServer();
});
afterAll(() => server.close());

const settings = (more: Partial<NodeSettings> = {}): NodeSettings => ({
  server: server.metadata,
  clientId: server.clientId,
  scope: ['openid', 'profile', 'email', 'offline_access'],
  ...more,
});

const person = (answer?: 'agree' | 'refuse') => ({
  login: server.account.accountId,
  password: server.account.password,
  ...(answer && { answer }),
});

const asPerson = async (url: string): Promise<void> => void (await actAsPerson(url, person()));

/** A store whose content the test can see, as another process could. */
function visibleStore(): KeyValueStore & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (key) => entries.get(key) ?? null,
    set: (key, value) => void entries.set(key, value),
    remove: (key) => void entries.delete(key),
  };
}

const ADA = { type: 'logged_in', user: { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' } };

describe('a login', () => {
  test('ends with who is logged in, and the signature was verified', async () => {
    const sessionStore = visibleStore();
    const client = createNodeClient(settings({ sessionStore, openBrowser: asPerson }));
    const outcome = await client.login({ prompt: 'consent', appState: { from: 'test' } });
    expect(outcome).toMatchObject({ ...ADA, appState: { from: 'test' } });
    expect(await client.user()).toMatchObject(ADA.user);
    const [text = ''] = sessionStore.entries.values();
    const session = JSON.parse(text) as { idToken: { signature: string }; grant: { refreshToken: string } };
    expect(session.idToken.signature).toBe('verified');
    // None of the tokens that were really issued can be seen in what the application gets.
    const tokens = text.match(/[\w.-]{40,}/g) ?? [];
    expect(tokens.length).toBeGreaterThanOrEqual(3);
    const { nonce, at_hash } = (outcome.type === 'logged_in' && outcome.user) || {};
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

  test('sc-009: of a process that was killed is finished by a later one on the same store, with the pasted URL', async () => {
    const transactionStore = visibleStore();
    const opened = new Promise<string>((resolve) => {
      const openBrowser = (url: string): void => resolve(url);
      const first = createNodeClient(settings({ transactionStore, openBrowser, timeLimit: 0.2 }));
      // This one is "killed": it never sees its callback. What it stored is kept as it was before it gave up.
      first.login().catch(() => {});
    });
    const url = await opened;
    const kept = new Map(transactionStore.entries);
    const callbackUrl = await lastRedirect(url);
    transactionStore.entries.clear();
    for (const [key, value] of kept) transactionStore.entries.set(key, value);
    const later = createNodeClient(settings({ transactionStore }));
    expect(await later.handleCallback(callbackUrl)).toMatchObject(ADA);
  });

  test('with a code verifier that the server does not expect is refused by the server', async () => {
    const transactionStore = visibleStore();
    const { set } = transactionStore;
    const other = createHash('sha256').update('another verifier').digest('base64url');
    transactionStore.set = (key, value, expiresAt) => {
      const record = JSON.parse(value) as Record<string, unknown>;
      return set(
        key,
        JSON.stringify('codeVerifier' in record ? { ...record, codeVerifier: other } : record),
        expiresAt,
      );
    };
    const client = createNodeClient(settings({ transactionStore, openBrowser: asPerson }));
    const failure = { code: 'token_request_refused', oauth: { error: 'invalid_grant' } };
    await expect(client.login()).rejects.toMatchObject({ failure });
  });

  test('whose ID Token was signed by somebody else is refused', async () => {
    const stranger = await startAuthorizationServer();
    try {
      const metadata = { ...server.metadata, jwksUri: stranger.metadata.jwksUri };
      const client = createNodeClient(settings({ server: metadata, openBrowser: asPerson }));
      const unknownKey = expect.stringMatching(/^id_token_(key_not_found|signature_invalid)$/);
      const error = await client.login().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ failure: { kind: 'untrusted_response', code: unknownKey } });
      expect(await client.user()).toBeUndefined();
    } finally {
      await stranger.close();
    }
  });

  test('lb-019: that nobody finishes ends with redirect_timeout', async () => {
    const client = createNodeClient(settings({ openBrowser() {}, timeLimit: 0.05 }));
    await expect(client.login()).rejects.toMatchObject({ failure: { code: 'redirect_timeout' } });
  });
});

/** What stands in the address bar of a browser whose program is gone. */
async function lastRedirect(url: string): Promise<string> {
  const seen = await actAsPerson(url, person(), { stopAt: (next) => next.pathname === '/callback' });
  return seen.url.href;
}
