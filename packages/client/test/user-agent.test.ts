/** A person leaves and comes back: dismissed, cancelled, late, or with another login's callback. RFC 6749, 10.12. */
import { describe, expect, test } from 'vitest';
import type { OpenRequest, UserAgentOutcome } from '../src/index.ts';
import { breakable, clientOf, deferred, gone, REDIRECT_URI, userAgent, world } from './world.ts';

const failed = (code: string): object => ({ failure: expect.objectContaining({ code }) });

describe('a person who seems to give up', () => {
  test('ST-10 AT-75 sc-022: a dismissed login keeps its transaction, and a late callback completes it', async () => {
    const ports = world();
    let late = '';
    const dismissed = userAgent(async ({ url }) => {
      late = ports.server.authorize(url);
      return { type: 'dismissed' };
    });
    const client = clientOf({ ...ports, userAgent: dismissed });
    expect(await client.login()).toEqual({ status: 'dismissed' });
    expect(ports.transactionStore.entries.size).toBe(1);
    expect(await client.handleCallback(late)).toMatchObject({ status: 'logged_in', user: { sub: 'ada' } });
  });

  test('ST-10 AT-75 sc-022: a cancelled login leaves nothing behind, and a late callback finds nothing', async () => {
    const ports = world();
    let late = '';
    const cancelled = userAgent(async ({ url }) => {
      late = ports.server.authorize(url);
      return { type: 'cancelled' };
    });
    const client = clientOf({ ...ports, userAgent: cancelled });
    await expect(client.login()).rejects.toMatchObject(failed('user_cancelled'));
    expect(ports.transactionStore.entries.size).toBe(0);
    await expect(client.handleCallback(late)).rejects.toMatchObject(failed('unknown_transaction'));
    expect(ports.server.codesSent).toEqual([]);
  });
});

describe('a person who brings the callback of a login that was left', () => {
  /** A login that nobody waits for any more, as of a process that was killed. */
  async function left(ports: ReturnType<typeof world>): Promise<string> {
    const { promise, resolve } = deferred<string>();
    const killed = userAgent(({ url }) => {
      resolve(ports.server.authorize(url));
      return new Promise(() => {});
    });
    void clientOf({ ...ports, userAgent: killed }).login({ appState: 'of the first' });
    return promise;
  }
  const bringing = (url: string, asks: boolean) =>
    userAgent(async (request) => {
      if (asks) expect(await request.answersAnother?.(url)).toBe(true);
      return { type: 'returned', url };
    });

  test('completes that login, and the one that waits gives way to it', async () => {
    const ports = world();
    const client = clientOf({ ...ports, userAgent: bringing(await left(ports), true) });
    expect(await client.login({ appState: 'of the second' })).toMatchObject({ appState: 'of the first' });
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_in', user: { sub: 'ada' } });
    const kept = [...ports.transactionStore.entries.values()].map((text) => JSON.parse(text).spent);
    expect(kept).toEqual([true]);
    expect(ports.server.codesSent).toHaveLength(1);
  });

  test.each([
    ['another scope', { scope: ['openid'] }],
    ['another API', { audience: 'other' }],
    ['a younger login', { maxAge: 0 }],
    ['another organization', { organization: 'org_admin' }],
    ['a person who logs in anew', { prompt: 'login' }],
    ['that among others', { prompt: ['select_account', 'login'] }],
    ['what an API wants: a new authentication', { stepUp: { code: 'insufficient_user_authentication' } }],
    ['what an API wants: another way', { stepUp: { code: 'insufficient_scope', stepUp: { acrValues: ['gold'] } } }],
  ] as const)('does not for a login that asks for %s', async (_, request) => {
    const ports = world();
    const url = await left(ports);
    let answer: boolean | undefined;
    const agent = userAgent(async ({ answersAnother }) => {
      answer = await answersAnother?.(url);
      return { type: 'returned', url };
    });
    const error = clientOf({ ...ports, userAgent: agent }).login(request);
    await expect(error).rejects.toMatchObject(failed('state_mismatch'));
    expect(answer).toBe(false);
    expect(ports.server.codesSent).toEqual([]);
  });

  test('a login that waits in the same client is none that was left', async () => {
    const ports = world();
    const requests: OpenRequest[] = [];
    const ends: ((outcome: UserAgentOutcome) => void)[] = [];
    const two = deferred<void>();
    const agent = userAgent((request) => {
      requests.push(request);
      if (requests.length === 2) two.resolve();
      return new Promise((end) => ends.push(end));
    });
    const client = clientOf({ ...ports, userAgent: agent });
    const logins = [client.login({ appState: 1 }), client.login({ appState: 2 })];
    await two.promise;
    const [one = '', other = ''] = requests.map(({ url }) => ports.server.authorize(url));
    expect(await requests[1]?.answersAnother?.(one)).toBe(false);
    ends[0]?.({ type: 'returned', url: one });
    expect(await logins[0]).toMatchObject({ appState: 1 });
    // Pasted a second time, when the first has ended.
    expect(await requests[1]?.answersAnother?.(one)).toBe(false);
    ends[1]?.({ type: 'returned', url: other });
    expect(await logins[1]).toMatchObject({ appState: 2 });
  });

  test('keeps its own login for later when the other one fails', async () => {
    const ports = world();
    const url = await left(ports);
    let own = '';
    const refusedUrl = url.replace(/code=[^&]+/, 'code=stale');
    const asking = userAgent(async (request) => {
      own = ports.server.authorize(request.url);
      expect(await request.answersAnother?.(refusedUrl)).toBe(true);
      return { type: 'returned', url: refusedUrl };
    });
    await expect(clientOf({ ...ports, userAgent: asking }).login()).rejects.toMatchObject(
      failed('token_request_refused'),
    );
    expect(await clientOf(ports).handleCallback(own)).toMatchObject({ status: 'logged_in' });
  });

  test('can still be cancelled, and its own login is told to have ended', async () => {
    const ports = world();
    const controller = new AbortController();
    const url = await left(ports);
    const steps: string[] = [];
    const transport: typeof ports.transport = {
      send: (_request, cancel) =>
        new Promise((_, reject) => {
          cancel?.addEventListener('abort', () => reject(gone()));
          controller.abort();
        }),
    };
    const client = clientOf({ ...ports, transport, userAgent: bringing(url, true) });
    const login = client.login({ cancel: controller.signal });
    await expect(login).rejects.toMatchObject(failed('network_error'));
    const again = world();
    const onStep = ({ type }: { readonly type: string }) => void steps.push(type);
    const another = clientOf({ ...again, onStep, userAgent: bringing(await left(again), true) });
    await another.login();
    expect(steps.slice(-2)).toEqual(['logged_in', 'login_failed']);
  });

  test('negative control: a user agent that did not ask gets its own login only', async () => {
    const ports = world();
    const client = clientOf({ ...ports, userAgent: bringing(await left(ports), false) });
    await expect(client.login()).rejects.toMatchObject(failed('state_mismatch'));
    expect(ports.server.codesSent).toEqual([]);
  });

  test('is not believed about a login that nobody knows, that is over, or that the store does not tell', async () => {
    const ports = world();
    const over = await left(ports);
    await clientOf(ports).handleCallback(over);
    const answers: (boolean | undefined)[] = [];
    const unknown = over.replace(/state=[^&]+/, `state=${'x'.repeat(43)}`);
    const agent = (urls: readonly string[]) =>
      userAgent(async ({ answersAnother }) => {
        for (const url of urls) answers.push(await answersAnother?.(url));
        return { type: 'cancelled' };
      });
    const asked = [over, unknown, 'nonsense', ''];
    await clientOf({ ...ports, userAgent: agent(asked) })
      .login()
      .catch(() => {});
    const transactionStore = breakable(ports.transactionStore, 'get');
    await clientOf({ ...ports, transactionStore, userAgent: agent([over]) })
      .login()
      .catch(() => {});
    expect(answers).toEqual([false, false, false, false, false]);
  });
});

describe('two logins at once', () => {
  /** Both logins wait in the user agent; the test hands out the callbacks. */
  async function twoLogins(filter: boolean) {
    const ports = world();
    const visits: { request: OpenRequest; end: (outcome: UserAgentOutcome) => void }[] = [];
    const both = deferred<void>();
    const agent = userAgent((request) => {
      const { promise, resolve } = deferred<UserAgentOutcome>();
      visits.push({ request, end: resolve });
      if (visits.length === 2) both.resolve();
      return promise;
    });
    const client = clientOf({ ...ports, userAgent: agent });
    const logins = [client.login({ appState: 'first' }), client.login({ appState: 'second' })] as const;
    for (const login of logins) login.catch(() => {});
    await both.promise;
    const callbacks = visits.map(({ request }) => ports.server.authorize(request.url));
    const arrive = (at: number, callbackUrl = ''): void => {
      const visit = visits[at];
      if (!filter || visit?.request.accepts(callbackUrl)) visit?.end({ type: 'returned', url: callbackUrl });
    };
    return { ports, client, logins, callbacks, arrive };
  }

  test('sc-023: each takes only its own callback, in whatever order they arrive', async () => {
    const { logins, callbacks, arrive, ports } = await twoLogins(true);
    const [first, second] = callbacks;
    for (const [at, url] of [
      [0, second],
      [1, first],
      [1, second],
      [0, first],
    ] as const)
      arrive(at, url);
    expect(await logins[0]).toMatchObject({ status: 'logged_in', appState: 'first' });
    expect(await logins[1]).toMatchObject({ status: 'logged_in', appState: 'second' });
    expect(ports.server.codesSent).toHaveLength(2);
  });

  test('sc-023, negative control: a user agent that ignores `accepts` is refused, and no login is lost', async () => {
    const { client, logins, callbacks, arrive, ports } = await twoLogins(false);
    const [first = '', second = ''] = callbacks;
    arrive(0, second);
    arrive(1, first);
    await expect(logins[0]).rejects.toMatchObject(failed('state_mismatch'));
    await expect(logins[1]).rejects.toMatchObject(failed('state_mismatch'));
    expect(ports.server.codesSent).toEqual([]);
    expect(await client.handleCallback(first)).toMatchObject({ appState: 'first' });
    expect(await client.handleCallback(second)).toMatchObject({ appState: 'second' });
  });
});

describe('the callback of another tab', () => {
  async function started(appState: string, ports = world()) {
    let callbackUrl = '';
    const leaves = userAgent(async ({ url }) => {
      callbackUrl = ports.server.authorize(url);
      return { type: 'departed' };
    });
    const client = clientOf({ ...ports, userAgent: leaves });
    await client.login({ appState });
    return { ports, client, callbackUrl };
  }

  test('AT-19 sc-013: completes that login where the store is shared, and leaves the own one alone', async () => {
    const a = await started('A');
    const b = await started('B', a.ports);
    expect(await b.client.handleCallback(a.callbackUrl)).toMatchObject({ status: 'logged_in', appState: 'A' });
    expect(await b.client.handleCallback(b.callbackUrl)).toMatchObject({ status: 'logged_in', appState: 'B' });
  });

  test('AT-19 sc-013: is unknown where the store is not shared, and leaves the own one alone', async () => {
    const a = await started('A');
    const b = await started('B');
    await expect(b.client.handleCallback(a.callbackUrl)).rejects.toMatchObject(failed('unknown_transaction'));
    expect(await b.client.handleCallback(b.callbackUrl)).toMatchObject({ appState: 'B' });
  });

  test('a callback that anybody could have made neither ends a login nor uses it up', async () => {
    const { client, callbackUrl, ports } = await started('A');
    const state = new URL(callbackUrl).searchParams.get('state') ?? '';
    for (const url of [
      `${REDIRECT_URI}?error=access_denied`,
      `${REDIRECT_URI}?code=evil&state=other`,
      `${REDIRECT_URI}?error=access_denied&state=other`,
      `https://evil.example/callback?code=evil&state=${state}`,
      REDIRECT_URI,
      '',
    ]) {
      await expect(client.handleCallback(url)).rejects.toThrow();
    }
    expect(ports.server.codesSent).toEqual([]);
    expect(await client.handleCallback(callbackUrl)).toMatchObject({ status: 'logged_in' });
  });
});
