/** No token, code, verifier, nonce or state reaches an error, a stack, JSON or an inspection. OAuth 2.1, 7.1.3.1. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ProofkeyError } from '../src/index.ts';
import { clientOf, json, userAgent, type World, world } from './world.ts';

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
    server.answer = (form) =>
      json(400, { error: 'invalid_grant', error_description: `no: ${form} ${[...form.values()]}` });
    return {};
  },
  'a token endpoint that answers with a page': ({ server }) => {
    server.answer = (form) => ({ status: 500, headers: { 'content-type': 'text/html' }, body: `<p>${form}</p>` });
    return {};
  },
  'a token response with an ID Token that is refused': ({ server }) => {
    server.answer = () =>
      json(200, {
        access_token: server.keep('at-sentinel'),
        token_type: 'Bearer',
        id_token: server.keep('eyJ.sentinel.x'),
      });
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
  test.each(Object.entries(LEAKS))('of %s prints no secret', async (_name, leak) => {
    const ports = world();
    // The verifier never leaves a login that fails early, so that it is taken from what is stored.
    const { set } = ports.transactionStore;
    ports.transactionStore.set = (key, value) => {
      const { codeVerifier, nonce, state } = JSON.parse(value) as Record<string, string>;
      for (const secret of [codeVerifier, nonce, state]) if (secret) ports.server.keep(secret);
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

describe('a login that succeeds', () => {
  test('hands out and prints no token, code, verifier or state', async () => {
    const ports = world();
    const client = clientOf(ports);
    const outcome = await client.login();
    const nonce = (await client.user())?.['nonce'];
    // The nonce is a claim of the ID Token, and worthless now; everything else would be worth something.
    const secrets = ports.server.secrets.filter((secret) => secret !== nonce);
    expect(secrets.length).toBeGreaterThanOrEqual(6);
    for (const value of [outcome, client, await client.user()]) expectNoSecretIn(printed(value), secrets);
  });

  test('gives copies, so that what an application changes is not what is kept', async () => {
    const ports = world();
    const client = clientOf(ports);
    Object.assign((await client.user()) ?? {}, { sub: 'eve' });
    const outcome = await client.login();
    if (outcome.type === 'logged_in') Object.assign(outcome.user ?? {}, { sub: 'eve' });
    expect(await client.user()).toMatchObject({ sub: 'ada' });
  });
});
