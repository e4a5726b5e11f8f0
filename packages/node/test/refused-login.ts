/** A change on the way between server and client -> what the client says to it, and all that must not happen. */
import { inspect } from 'node:util';
import { expect } from 'vitest';
import {
  createNodeClient,
  type FailureCode,
  type NodeSettings,
  ProofkeyError,
  type RedactedStep,
} from '../src/index.ts';
import { cookieBrowser } from './cookie-browser.ts';
import { type Answer, type Change, CLIENT_ID, type SigningServer, TOKEN } from './signing-server.ts';
import { visibleStore } from './waiting-login.ts';

export const settingsFor = (server: SigningServer, more: Partial<NodeSettings> = {}): NodeSettings =>
  ({
    issuer: server.issuer,
    clientId: CLIENT_ID,
    scope: ['openid', 'profile'],
    terminal: false,
    openBrowser: cookieBrowser(server).open,
    ...more,
  }) as NodeSettings;

export const json = (answer: Answer, members: (said: Record<string, unknown>) => object): Answer => ({
  ...answer,
  body: JSON.stringify(members(JSON.parse(answer.body) as Record<string, unknown>)),
});

/** Other members than the server's own. */
export const withMembers =
  (members: object): Change =>
  (answer) =>
    json(answer, (said) => ({ ...said, ...members }));

/** Another ID Token than the server's own. */
export function changeIdToken(
  server: SigningServer,
  change: (idToken: string, tokens: { readonly access_token: string }) => string | Promise<string>,
): void {
  server.change(TOKEN, async (answer) => {
    const tokens = JSON.parse(answer.body) as { readonly id_token: string; readonly access_token: string };
    return withMembers({ id_token: await change(tokens.id_token, tokens) })(answer, new URL(server.issuer));
  });
}

/** Everything that printing them could show. */
export const printed = (...values: readonly unknown[]): string =>
  values
    .flatMap((value) => [
      `${JSON.stringify(value)}`,
      inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
      value instanceof Error ? `${value.stack}${value.message}` : '',
    ])
    .join('\n');

export function expectNoSecretIn(server: SigningServer, ...values: readonly unknown[]): void {
  const secrets = server.secrets();
  // Nothing would be found where nothing was kept.
  expect(secrets.length).toBeGreaterThanOrEqual(3);
  const text = printed(...values);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
}

/**
 * Attacks a login of one who has no session here, and a login of one who has. Each is refused with this code, stores
 * nothing, tells no secret, and leaves the session that was there. Without the attack, both log in.
 */
export async function expectRefused(
  server: SigningServer,
  attack: () => void,
  code: FailureCode,
  more: object = {},
): Promise<void> {
  const earlier = visibleStore();
  await createNodeClient(settingsFor(server, { sessionStore: earlier })).login();
  for (const entries of [[], [...earlier.entries]]) {
    const sessionStore = visibleStore();
    for (const [key, value] of entries) await sessionStore.set(key, value);
    const transactionStore = visibleStore();
    const steps: RedactedStep[] = [];
    const settings = settingsFor(server, { sessionStore, transactionStore, onStep: (step) => void steps.push(step) });
    const client = createNodeClient(settings);
    const before = await client.start();
    const token = entries.length > 0 ? await client.accessToken() : undefined;
    attack();
    let error: unknown;
    try {
      error = await client.login().catch((thrown: unknown) => thrown);
    } finally {
      server.honest();
    }
    expect(error).toBeInstanceOf(ProofkeyError);
    expect(error).toMatchObject({ failure: { kind: 'untrusted_response', code, sessionSurvives: true, ...more } });
    expect([...sessionStore.entries]).toEqual(entries);
    expectNoSecretIn(server, error, steps);
    expect(steps.map(({ type }) => type)).not.toContain('session_saved');
    // What is kept of the login can not be used for a second one.
    for (const left of transactionStore.entries.values()) expect(left).not.toMatch(/verifier|nonce/i);
    expect(client.getSnapshot()).toEqual(before);
    if (token !== undefined) expect(await client.accessToken()).toBe(token);
    else await expect(client.accessToken()).rejects.toMatchObject({ failure: { code: 'not_logged_in' } });
    // Negative control: it was the attack.
    const outcome = await createNodeClient(settings).login();
    expect(outcome).toMatchObject({ status: 'logged_in', signature: 'verified', user: { sub: 'ada' } });
    expect([...sessionStore.entries]).not.toEqual(entries);
  }
}
