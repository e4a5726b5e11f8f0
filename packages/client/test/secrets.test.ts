/** No token, code, verifier, nonce or state reaches an error, a stack, JSON or an inspection. OAuth 2.1, 7.1.3.1. */
import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { createClient, ProofkeyError, type RedactedStep } from '../src/index.ts';
import { BY_ISSUER, clientOf, departed, json, userAgent, userOf, type World, world } from './world.ts';

/** Everything that printing something could show. */
const printed = (value: unknown): string =>
  [
    JSON.stringify(value),
    String(value),
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
    value instanceof Error ? `${value.stack}${value.message}${JSON.stringify(value.cause)}` : '',
  ].join('\n');

function expectNoSecretIn(text: string, secrets: readonly string[]): void {
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
}

/** Each makes a login fail while somebody tries to get every secret into the error. */
const LEAKS: Readonly<Record<string, (ports: World) => Partial<World>>> = {
  'a token endpoint that echoes what it was sent': ({ server }) => {
    server.replace('token', ({ body }) => {
      const values = [...new URLSearchParams(body).values()];
      return json(400, { error: 'invalid_grant', error_description: `no: ${body} ${values}` });
    });
    return {};
  },
  'a token endpoint that answers with a page': ({ server }) => {
    server.replace('token', ({ body }) => ({
      status: 500,
      headers: { 'content-type': 'text/html' },
      body: `<p>${body}</p>`,
    }));
    return {};
  },
  'a token response with an ID Token that is refused': ({ server }) => {
    server.deviate('wrong_nonce');
    return {};
  },
  'a token response with an ID Token that is none': ({ server }) => {
    const tokens = { access_token: 'at-sentinel', token_type: 'Bearer', id_token: 'eyJ.sentinel.x' };
    server.replace('token', () => json(200, tokens));
    return {};
  },
  'a transport whose error quotes the request': () => ({
    transport: { send: (request) => Promise.reject(Object.assign(new Error(`at ${request.body}`), { request })) },
  }),
  'a store whose error quotes the value': () => ({
    transactionStore: {
      ...world().transactionStore,
      set: (key, value) => Promise.reject(new Error(`cannot write ${key}: ${value}`)),
    },
  }),
  'a user agent whose error quotes the URL': ({ server }) => ({
    userAgent: userAgent(({ url }) => Promise.reject(new Error(`cannot open ${url} for ${server.authorize(url)}`))),
  }),
  'a callback with an error that quotes it': ({ server }) => ({
    userAgent: userAgent(async ({ url }) => {
      const callback = new URL(server.authorize(url));
      const all = `${callback.searchParams}`;
      callback.searchParams.set('error', 'server_error');
      callback.searchParams.set('error_description', all.replace(/[^\x20-\x7e]/g, ''));
      return { type: 'returned', url: callback.href };
    }),
  }),
  'a verifier whose error quotes the token': () => ({
    signatureVerifier: { verify: ({ input }) => Promise.reject(new Error(`bad: ${input}`)) },
  }),
};

describe('an error', () => {
  test.each(Object.entries(LEAKS))('LG-01 ER-05 AT-66 of %s prints no secret', async (_name, leak) => {
    const ports = world();
    // The verifier never leaves a login that fails early, so that it is taken from what is stored.
    const { set } = ports.transactionStore;
    ports.transactionStore.set = (key, value) => {
      const { codeVerifier, nonce, state } = JSON.parse(value) as Record<string, string>;
      ports.server.keep(codeVerifier, nonce, state);
      return set(key, value);
    };
    const error = await clientOf({ ...ports, ...leak(ports) })
      .login()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProofkeyError);
    expectNoSecretIn(printed(error), ports.server.secrets);
  });

  test('negative control: this way of printing does find a secret in an error', () => {
    const error = new Error('refused', { cause: new Error('code_verifier=sentinel') });
    expect(() => expectNoSecretIn(printed(error), ['sentinel'])).toThrow();
  });
});

/** Everything that a client hands out or tells in its life, with a server and ports that echo what they can. */
async function lifeOf(ports: World): Promise<readonly unknown[]> {
  const steps: RedactedStep[] = [];
  const client = createClient(BY_ISSUER, { ...ports, onStep: (step) => void steps.push(step) });
  const all: unknown[] = [client, steps];
  const keepError = (error: unknown): void => void all.push(error);
  client.subscribe(() => void all.push(client.getSnapshot()));
  const url = await departed(ports, { appState: 'kept' });
  all.push(await client.start(url), await client.start(url), await client.login(), await client.userinfo());
  all.push(await client.fetch('https://api.example/contacts'));
  // Echoes the token in whatever may come back.
  ports.server.replace('userinfo', ({ headers: { authorization = '' } }) => ({
    status: 429,
    headers: { 'retry-after': authorization, 'www-authenticate': authorization, 'x-ratelimit-reset': authorization },
    body: authorization,
  }));
  await client.userinfo().catch(keepError);
  ports.server.replace('userinfo', ({ headers }) => json(200, { sub: headers['authorization'] }));
  await client.userinfo().catch(keepError);
  await client.fetch(`https://evil.example/?${await client.accessToken()}`).catch(keepError);
  const [[key = '', text = ''] = []] = ports.sessionStore.entries;
  ports.sessionStore.entries.set(key, text.replace('"version":1', '"version":99'));
  await client.accessToken().catch(keepError);
  await client.logout().catch(keepError);
  ports.sessionStore.entries.set(key, text);
  await client.accessToken({ audience: 'urn:other' }).catch(keepError);
  const failing = () => Promise.reject(new Error(text));
  const broken = createClient(BY_ISSUER, { ...ports, sessionStore: { get: failing, set: failing, remove: failing } });
  all.push(await broken.start(), broken, await broken.login(), broken.getSnapshot());
  for (const work of [broken.logout(), broken.accessToken()]) await work.catch(keepError);
  await client.logout();
  all.push(client.getSnapshot(), await client.start(url));
  await client.accessToken().catch(keepError);
  return all;
}

describe('a client, from its beginning to its end', () => {
  test('LG-01 LG-02 AT-66 shows no secret in any step, snapshot, outcome or error, nor in itself, nor on the console', async () => {
    const ports = world();
    const written: unknown[] = [];
    const spies = (['log', 'info', 'warn', 'error', 'debug', 'trace'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...values) => void written.push(...values)),
    );
    const all = await lifeOf(ports);
    for (const spy of spies) spy.mockRestore();
    expect(written).toEqual([]);
    const errors = all.filter((value) => value instanceof ProofkeyError);
    expect(errors.map(({ failure }) => failure.code)).toEqual([
      'http_error',
      'userinfo_sub_mismatch',
      'api_not_listed',
      'session_unreadable',
      'storage_write_failed',
      'token_set_missing',
      'storage_read_failed',
      'not_logged_in',
      'not_logged_in',
    ]);
    // The nonce is a claim of the ID Token, and worthless once that has arrived.
    const nonces = ports.server.secrets.filter((secret) => all.some((value) => isNonceOf(value, secret)));
    const secrets = ports.server.secrets.filter((secret) => secret && !nonces.includes(secret));
    expect(secrets.length).toBeGreaterThan(12);
    for (const value of all) expectNoSecretIn(printed(value), secrets);
    // Steps hold not even that.
    expectNoSecretIn(printed(all[1]), ports.server.secrets.filter(Boolean));
  });

  test('negative control: the same look finds a token that the application got, and one in a step', async () => {
    const ports = world();
    const client = clientOf(ports);
    await client.login();
    const token = await client.accessToken();
    const step = { type: 'request_sent', headers: { authorization: `Bearer ${token}` } };
    for (const value of [token, { token }, [step]]) {
      expect(() => expectNoSecretIn(printed(value), ports.server.secrets.filter(Boolean))).toThrow();
    }
  });
});

const isNonceOf = (value: unknown, secret: string): boolean =>
  (value as { user?: { nonce?: unknown } } | undefined)?.user?.nonce === secret;

describe('a login that succeeds', () => {
  test('LG-02 AT-66 hands out and prints no token, code, verifier or state', async () => {
    const ports = world();
    const client = clientOf(ports);
    const outcome = await client.login();
    const nonce = (await userOf(ports))?.['nonce'];
    // The nonce is a claim of the ID Token, and worthless now; everything else would be worth something.
    const secrets = ports.server.secrets.filter((secret) => secret !== nonce);
    expect(secrets.length).toBeGreaterThanOrEqual(6);
    for (const value of [outcome, client, client.getSnapshot()]) expectNoSecretIn(printed(value), secrets);
  });

  test('gives copies, so that what an application changes is not what is kept', async () => {
    const ports = world();
    const client = clientOf(ports);
    const outcome = await client.login();
    if (outcome.status === 'logged_in') Object.assign(outcome.user ?? {}, { sub: 'eve' });
    expect(client.getSnapshot()).toMatchObject({ user: { sub: 'ada' } });
    expect(await userOf(ports)).toMatchObject({ sub: 'ada' });
  });
});
