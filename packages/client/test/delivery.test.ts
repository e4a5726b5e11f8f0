/** One callback, delivered more than once: one code exchange, whoever asks. RFC 6749, sections 4.1.2 and 10.5. */
import { describe, expect, test } from 'vitest';
import type { Lock } from '../src/index.ts';
import { clientOf, codeOf, deferred, departed, userAgent, world } from './world.ts';

describe('CB-20 AT-18 sc-011: a callback that is delivered twice at the same time', () => {
  test('is exchanged once, and both get the same result', async () => {
    const ports = world();
    const client = clientOf(ports);
    const callbackUrl = await departed(ports, { appState: 'kept' });
    const [one, two] = await Promise.all([client.handleCallback(callbackUrl), client.handleCallback(callbackUrl)]);
    expect(one).toMatchObject({ status: 'logged_in', appState: 'kept' });
    expect(two).toBe(one);
    expect(ports.server.codesSent).toHaveLength(1);
  });

  test('is exchanged once when the login itself still waits for it', async () => {
    const ports = world();
    const opened = deferred<string>();
    const arrived = deferred<string>();
    const waits = userAgent(async ({ url }) => {
      opened.resolve(ports.server.authorize(url));
      return { type: 'returned', url: await arrived.promise };
    });
    const client = clientOf({ ...ports, userAgent: waits });
    const login = client.login();
    const callbackUrl = await opened.promise;
    const byLink = client.handleCallback(callbackUrl);
    arrived.resolve(callbackUrl);
    expect(await Promise.all([login, byLink])).toEqual([
      expect.objectContaining({ status: 'logged_in' }),
      expect.objectContaining({ status: 'logged_in' }),
    ]);
    expect(ports.server.codesSent).toHaveLength(1);
  });

  test('is exchanged once by two tabs that share the stores and the lock', async () => {
    const ports = world();
    const callbackUrl = await departed(ports, { appState: 'kept' });
    const tabs = [clientOf(ports), clientOf(ports)];
    const results = await Promise.allSettled(tabs.map((tab) => tab.handleCallback(callbackUrl)));
    expect(ports.server.codesSent).toHaveLength(1);
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
  });

  test('negative control: with a lock that locks nothing, two tabs send the code twice', async () => {
    const broken: Lock = { runExclusive: (_name, task) => task() };
    const ports = { ...world(), lock: broken };
    const callbackUrl = await departed(ports, { appState: 'kept' });
    const tabs = [clientOf(ports), clientOf(ports)];
    await Promise.allSettled(tabs.map((tab) => tab.handleCallback(callbackUrl)));
    expect(ports.server.codesSent).toHaveLength(2);
    expect(ports.server.takeMisuses()).toEqual(['code_used_twice']);
  });
});

describe('a callback that is delivered again later', () => {
  test('AT-18 finds the login that it completed, without another request', async () => {
    const ports = world();
    const callbackUrl = await departed(ports, { appState: 'kept' });
    const first = await clientOf(ports).handleCallback(callbackUrl);
    const again = await clientOf(ports).handleCallback(callbackUrl);
    expect(again).toEqual(first);
    expect(ports.server.codesSent).toHaveLength(1);
  });

  test('is refused as consumed when another login has replaced that one', async () => {
    const ports = world();
    const callbackUrl = await departed(ports, { appState: 'kept' });
    await clientOf(ports).handleCallback(callbackUrl);
    await clientOf(ports).login();
    const again = clientOf(ports).handleCallback(callbackUrl);
    await expect(again).rejects.toMatchObject({ failure: { code: 'transaction_consumed' } });
    expect(ports.server.codesSent).toHaveLength(2);
  });

  test('CB-12 is refused as consumed when the answer to its code was lost: the code may have been used', async () => {
    const ports = world();
    const callbackUrl = await departed(ports);
    ports.server.failNext('token', { type: 'drop' });
    expect(await codeOf(clientOf(ports).handleCallback(callbackUrl))).toBe('network_error');
    expect(await codeOf(clientOf(ports).handleCallback(callbackUrl))).toBe('transaction_consumed');
    expect(ports.server.codesSent).toHaveLength(1);
  });

  test('CB-11 ST-10 leaves a receipt that has neither verifier nor nonce', async () => {
    const ports = world();
    const callbackUrl = await departed(ports, { appState: 'kept' });
    const [before = ''] = ports.transactionStore.entries.values();
    const { codeVerifier, nonce } = JSON.parse(before) as { codeVerifier: string; nonce: string };
    await clientOf(ports).handleCallback(callbackUrl);
    const [receipt = ''] = ports.transactionStore.entries.values();
    expect(JSON.parse(receipt)).toMatchObject({ spent: true });
    for (const secret of [codeVerifier, nonce]) expect(receipt).not.toContain(secret);
  });

  test('CB-11 a refusal by the server uses the transaction up, because its code may be known', async () => {
    const ports = world();
    const callbackUrl = await departed(ports, { appState: 'kept' });
    const refusal = new URL(callbackUrl);
    refusal.searchParams.delete('code');
    refusal.searchParams.set('error', 'access_denied');
    const client = clientOf(ports);
    await expect(client.handleCallback(refusal.href)).rejects.toMatchObject({
      failure: { code: 'authorization_refused', oauth: { error: 'access_denied' } },
    });
    await expect(client.handleCallback(callbackUrl)).rejects.toMatchObject({
      failure: { code: 'transaction_consumed' },
    });
    expect(ports.server.codesSent).toEqual([]);
  });
});
