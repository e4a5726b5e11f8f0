/** Issuer -> where its server is: exact, shared, and fetched again only after a failure. OpenID Connect Discovery 1.0. */
import type { HttpRequest } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { createClient, type Settings, type Transport } from '../src/index.ts';
import {
  BY_ISSUER,
  codeOf,
  deferred,
  departed,
  gone,
  ISSUER,
  json,
  SETTINGS,
  type Server,
  settled,
  userAgent,
  WELL_KNOWN,
  type World,
  world,
} from './world.ts';

const discoveries = ({ server }: World): HttpRequest[] => server.requests.filter(({ url }) => url === WELL_KNOWN);
const clientBy = (ports: World, more: Partial<Settings> = {}) =>
  createClient({ ...BY_ISSUER, ...more } as Settings, ports);

/** A server whose metadata comes when the test says so. */
function heldMetadata() {
  const ports = world();
  const gate = deferred<void>();
  const asked = deferred<void>();
  const transport: Transport = {
    async send(request) {
      if (request.url === WELL_KNOWN) {
        asked.resolve();
        await gate.promise;
      }
      return ports.server.send(request);
    },
  };
  return { ports: { ...ports, transport }, gate, asked };
}

describe('a client that knows only the issuer', () => {
  test('logs a person in', async () => {
    const ports = world();
    const client = clientBy(ports);
    expect(await client.login()).toMatchObject({ status: 'logged_in', user: { sub: 'ada' } });
    expect(discoveries(ports)).toEqual([{ method: 'GET', url: WELL_KNOWN, headers: { accept: 'application/json' } }]);
  });

  test('asks nobody before it has to', async () => {
    const ports = world();
    const client = clientBy(ports);
    await client.start();
    await client.logout();
    expect(ports.server.requests).toEqual([]);
  });

  test('asks once, however many logins and other calls follow', async () => {
    const ports = world();
    const client = clientBy(ports);
    for (let round = 0; round < 3; round += 1) await client.login();
    await client.userinfo();
    expect(discoveries(ports)).toHaveLength(1);
  });

  test('callers at the same time share one request', async () => {
    const ports = world();
    const client = clientBy(ports);
    await Promise.all([client.login(), client.login(), client.login()]);
    expect(discoveries(ports)).toHaveLength(1);
  });

  test('negative control: clients that share nothing ask each for themselves', async () => {
    const ports = world();
    await Promise.all([clientBy(ports).login(), clientBy(ports).login(), clientBy(ports).login()]);
    expect(discoveries(ports)).toHaveLength(3);
  });

  test('shares its records with a client that was given the metadata', async () => {
    const ports = world();
    await clientBy(ports).login();
    expect(await createClient(SETTINGS, ports).start()).toMatchObject({ user: { sub: 'ada' } });
  });

  test('finishes a login without asking again: the transaction knows where the code may go', async () => {
    const ports = world();
    const url = await departed(ports);
    ports.server.failNext('metadata', { type: 'status', status: 500 });
    expect(await clientBy(ports).handleCallback(url)).toMatchObject({ status: 'logged_in' });
    expect(discoveries(ports)).toEqual([]);
  });

  test('begins the user agent at once, before it asks: a popup may open only now', async () => {
    const { ports, gate } = heldMetadata();
    const events: string[] = [];
    const begin: World['userAgent']['begin'] = () => {
      events.push('begun');
      return ports.userAgent.begin();
    };
    const transport: Transport = {
      send: (request) => {
        events.push('asked');
        return ports.transport.send(request);
      },
    };
    const login = clientBy({ ...ports, transport, userAgent: { begin } }).login();
    expect(events).toEqual(['begun']);
    gate.resolve();
    await login;
    expect(events.slice(0, 2)).toEqual(['begun', 'asked']);
  });
});

describe('the issuer', () => {
  test.each([`${ISSUER}/`, `${ISSUER}/x`, 'https://AS.example'])(
    'is compared letter for letter, a trailing slash included: %s is another one',
    async (issuer) => {
      const ports = world();
      const transport: Transport = { send: async (request) => ports.server.send({ ...request, url: WELL_KNOWN }) };
      const client = createClient({ ...BY_ISSUER, issuer }, { ...ports, transport });
      expect(await codeOf(client.login())).toBe('issuer_mismatch');
      expect(ports.transactionStore.entries.size).toBe(0);
    },
  );

  test.each(['http://as.example', 'https://as.example?x', 'as.example', '', 'https://u:p@as.example'])(
    'such as %j is refused when the client is made',
    (issuer) => {
      expect(() => createClient({ ...BY_ISSUER, issuer }, world())).toThrow('invalid issuer');
    },
  );

  test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])('may be %s', (issuer) => {
    expect(() => createClient({ ...BY_ISSUER, issuer }, world())).not.toThrow();
  });

  test('is given by itself or with the metadata, and not both ways, nor neither', () => {
    const both = { ...SETTINGS, issuer: ISSUER } as never;
    expect(() => createClient(both, world())).toThrow('invalid settings');
    const { issuer: _, ...neither } = BY_ISSUER;
    expect(() => createClient(neither as never, world())).toThrow('invalid issuer');
  });
});

describe('metadata that cannot be had', () => {
  const unavailable = { type: 'error', error: 'temporarily_unavailable' } as const;
  const issuerOnly = json(200, { issuer: 'https://evil.example' });
  const answers: readonly (readonly [string, (server: Server) => void, string])[] = [
    ['a redirect', (server) => server.deviate('metadata_redirects_inside'), 'unexpected_redirect'],
    ['a page', (server) => server.deviate('metadata_is_html'), 'malformed_metadata_response'],
    ['too much', (server) => server.deviate('metadata_too_large'), 'response_too_large'],
    ['an error', (server) => server.failNext('metadata', unavailable), 'http_error'],
    ['the metadata of another server', (server) => server.deviate('metadata_of_another_issuer'), 'issuer_mismatch'],
    ['metadata without endpoints', (server) => server.replace('metadata', () => issuerOnly), 'invalid_metadata'],
    ['an endpoint without TLS', (server) => server.deviate('token_endpoint_http'), 'insecure_endpoint'],
  ];
  test.each(answers)(
    '%s ends the login before anything is kept or opened, and is not remembered',
    async (_name, spoil, code) => {
      const ports = world();
      let opened = 0;
      const agent = userAgent(async ({ url }) => {
        opened += 1;
        return { type: 'returned', url: ports.server.authorize(url) };
      });
      const client = clientBy({ ...ports, userAgent: agent });
      spoil(ports.server);
      expect(await codeOf(client.login())).toBe(code);
      expect([ports.transactionStore.entries.size, opened]).toEqual([0, 0]);
      ports.server.behave();
      expect(await client.login()).toMatchObject({ status: 'logged_in' });
      expect(discoveries(ports)).toHaveLength(2);
    },
  );

  test('no answer is a network error for everybody who waited, and the next one asks again', async () => {
    const ports = world();
    let broken = true;
    const transport: Transport = {
      send: async (request) => {
        if (broken && request.url === WELL_KNOWN) throw gone();
        return ports.server.send(request);
      },
    };
    const client = clientBy({ ...ports, transport });
    const failure = { code: 'network_error', recovery: 'retry', at: WELL_KNOWN };
    const results = await Promise.allSettled([client.login(), client.login()]);
    for (const result of results)
      expect(result).toMatchObject({ reason: { failure, cause: { system: 'ECONNRESET' } } });
    broken = false;
    expect(await client.login()).toMatchObject({ status: 'logged_in' });
  });
});

describe('whoever gives up while the metadata is on its way', () => {
  test('stops waiting at once, and hurts nobody else who waits', async () => {
    const { ports, gate, asked } = heldMetadata();
    const client = clientBy(ports);
    const giving = new AbortController();
    const one = client.login({ cancel: giving.signal });
    const two = client.login({ cancel: new AbortController().signal });
    await asked.promise;
    giving.abort();
    // Settles although the metadata never came until now.
    expect(await codeOf(one)).toBe('user_cancelled');
    expect(ports.transactionStore.entries.size).toBe(0);
    gate.resolve();
    expect(await two).toMatchObject({ status: 'logged_in' });
    expect(discoveries(ports)).toHaveLength(1);
  });

  test('negative control: whoever does not give up still waits', async () => {
    const { ports, gate, asked } = heldMetadata();
    let over = false;
    const login = clientBy(ports)
      .login()
      .finally(() => {
        over = true;
      });
    await asked.promise;
    await settled();
    expect(over).toBe(false);
    gate.resolve();
    await login;
    expect(over).toBe(true);
  });

  test('before it began is not even asked for more', async () => {
    const ports = world();
    const closed: boolean[] = [];
    const agent = userAgent(
      async () => ({ type: 'departed' }),
      (succeeded) => void closed.push(succeeded),
    );
    const client = clientBy({ ...ports, userAgent: agent });
    expect(await codeOf(client.login({ cancel: AbortSignal.abort() }))).toBe('user_cancelled');
    expect(ports.transactionStore.entries.size).toBe(0);
    expect(closed).toEqual([false]);
  });

  test('leaves no listener behind, however it ended', async () => {
    const listening = new Set<() => void>();
    const cancel = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void) => void listening.add(listener),
      removeEventListener: (_type: 'abort', listener: () => void) => void listening.delete(listener),
    };
    const ports = world();
    await clientBy(ports).login({ cancel });
    await settled();
    expect(listening.size).toBe(0);
    ports.server.failNext('metadata', { type: 'status', status: 500 });
    await codeOf(clientBy(ports).login({ cancel }));
    await settled();
    expect(listening.size).toBe(0);
  });
});
