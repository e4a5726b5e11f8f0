/** The loopback listener, on real sockets: bound before the URL is made, closed however it ends. RFC 8252, 7.3. */
import { describe, expect, test, vi } from 'vitest';
import { loopbackUserAgent } from '../src/loopback.ts';
import { redirectAddressOf } from '../src/loopback-address.ts';
import { promptOf } from '../src/prompt.ts';
import { CALLBACK, finish, paper, refused, started, visit } from './listener.ts';

describe('a login', () => {
  test('NA-05 lb-001: takes the callback, leads to a clean address, and closes', async () => {
    const login = await started();
    expect(login.redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    const { callback, returned, page } = await finish(login);
    expect(returned).toEqual({ type: 'returned', url: login.redirectUri + CALLBACK });
    expect(callback).toMatchObject({ status: 303, headers: { location: '/' }, body: '' });
    expect(page.status).toBe(200);
    expect(page.body).toContain('You are logged in');
    for (const { headers } of [callback, page]) {
      expect(headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      expect(headers['content-security-policy']).toMatch(/^default-src 'none';/);
    }
    expect(page.body).not.toMatch(/<script|c0de|ours|http:|src=|href=/);
    await refused(login.redirectUri);
  });

  test('shows its last page to nobody who asks for it by another name', async () => {
    const login = await started();
    await visit({ url: login.redirectUri + CALLBACK });
    const { port } = new URL(login.redirectUri);
    const elsewhere = { url: new URL('/', login.redirectUri).href, headers: { host: `localhost:${port}` } };
    expect((await visit(elsewhere)).status).toBe(421);
    await finish(login);
  });

  test('that failed says so on its last page', async () => {
    const { page } = await finish(await started(), false);
    expect(page.body).toContain('You are not logged in');
  });

  test('NA-04: is bound before its URL is made, to loopback only', async () => {
    const { redirectUri } = await started();
    expect((await visit({ url: redirectUri })).status).toBe(400);
    const elsewhere = redirectUri.replace('127.0.0.1', '127.0.0.2');
    await refused(elsewhere);
  });

  test('two at once have a port each, and take only their own callback', async () => {
    const [one, two] = [await started(), await started()];
    expect(new URL(one.redirectUri).port).not.toBe(new URL(two.redirectUri).port);
    expect((await finish(two)).returned).toMatchObject({ url: two.redirectUri + CALLBACK });
    expect((await finish(one)).returned).toMatchObject({ url: one.redirectUri + CALLBACK });
  });

  test('a callback that is loaded again gets the same answer and changes nothing', async () => {
    const login = await started();
    await visit({ url: login.redirectUri + CALLBACK });
    expect((await visit({ url: login.redirectUri + CALLBACK })).status).toBe(303);
    expect((await finish(login)).returned).toMatchObject({ type: 'returned' });
  });
});

describe('a login that does not come back', () => {
  test('NA-05 CB-13 lb-019: ends when the time is over, and its port is closed', async () => {
    const { outcome, departure, redirectUri } = await started({ timeLimit: 0.05 });
    await expect(outcome).rejects.toMatchObject({ code: 'redirect_timeout' });
    await departure.close(false);
    await refused(redirectUri);
  });

  test('takes no callback any more when the time was over', async () => {
    const { outcome, redirectUri } = await started({ timeLimit: 0.05 });
    await expect(outcome).rejects.toThrow('redirect_timeout');
    expect((await visit({ url: redirectUri + CALLBACK })).status).toBe(400);
  });

  test('of a browser that never asks for the last page is closed all the same', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { departure, redirectUri, outcome } = await started();
      await visit({ url: redirectUri + CALLBACK });
      await outcome;
      const closed = departure.close(true);
      await vi.runAllTimersAsync();
      await closed;
      await refused(redirectUri);
    } finally {
      vi.useRealTimers();
    }
  });

  test('NA-05: ends at once when it is cancelled, and its port is closed', async () => {
    const controller = new AbortController();
    const { outcome, departure, redirectUri } = await started({}, controller.signal);
    controller.abort();
    expect(await outcome).toEqual({ type: 'cancelled' });
    await departure.close(false);
    await refused(redirectUri);
  });

  test('does not open a browser when it was cancelled before', async () => {
    let opened = false;
    const openBrowser = (): void => {
      opened = true;
    };
    const { outcome } = await started({ openBrowser }, AbortSignal.abort());
    expect(await outcome).toEqual({ type: 'cancelled' });
    expect(opened).toBe(false);
  });

  test('ends when the URL could not be shown, at once or later', async () => {
    const later = await started({ openBrowser: () => Promise.reject(new Error('no display')) });
    await expect(later.outcome).rejects.toMatchObject({ code: 'user_agent_failed' });
    const atOnce = await started({ openBrowser: () => JSON.parse('{') });
    await expect(atOnce.outcome).rejects.toMatchObject({ code: 'user_agent_failed' });
  });

  test('is closed before it was opened', async () => {
    const prompt = promptOf({ terminal: { output: paper() } });
    const departure = loopbackUserAgent({ ...redirectAddressOf(undefined), timeLimit: 60, prompt }).begin();
    const redirectUri = await departure.redirectUri;
    await departure.close(false);
    await refused(redirectUri);
  });
});

describe('the redirect URI', () => {
  test('lb-020: a fixed port that is taken is an error, never another port', async () => {
    const { redirectUri } = await started();
    const taken = started(redirectAddressOf(redirectUri));
    await expect(taken).rejects.toMatchObject({ code: 'loopback_port_unavailable', system: 'EADDRINUSE' });
  });

  test('a fixed port and path are used as they are', async () => {
    const first = await started();
    await finish(first);
    const registered = first.redirectUri.replace('/callback', '/oauth2/done');
    const login = await started(redirectAddressOf(registered));
    expect(login.redirectUri).toBe(registered);
    expect((await finish(login)).returned).toMatchObject({ type: 'returned' });
  });

  test('lb-021: the next address is tried only where one does not exist', async () => {
    const { redirectUri } = await started({ hosts: ['192.0.2.1', '127.0.0.1'] });
    expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  test.each([
    'http://localhost/callback',
    'http://0.0.0.0/callback',
    'http://127.0.0.2/callback',
    'https://127.0.0.1/callback',
    'http://127.0.0.1',
    'http://127.0.0.1:0/callback',
    'http://127.0.0.1:80/callback',
    'http://127.0.0.1:65536/callback',
    'http://127.0.0.1/callback?a=b',
    'http://127.0.0.1/callback#a',
    'http://user@127.0.0.1/callback',
    'com.example.app:/callback',
    '',
  ])('%j is refused', (redirectUri) => {
    expect(() => redirectAddressOf(redirectUri)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'invalid_redirect_uri' }) }),
    );
  });
});
