/** Ports in memory: a whole login on them, and what a test can see and move. */
import { type Client, createClient, isPortError } from '@proofkey/client';
import { describe, expect, test, vi } from 'vitest';
import {
  type MemoryFetch,
  type MemoryOptions,
  type MemoryPorts,
  memoryPorts,
  memoryUserAgent,
  scriptedTransport,
  virtualClock,
} from '../src/index.ts';

const ISSUER = 'https://login.example.com';
const server = { issuer: ISSUER, authorizationEndpoint: `${ISSUER}/authorize`, tokenEndpoint: `${ISSUER}/oauth/token` };
const settings = { clientId: 'app', scope: ['contacts'], server, apis: ['https://api.example.com'] };

const agreed = (url: string): string => {
  const query = new URL(url).searchParams;
  return `${query.get('redirect_uri')}?${new URLSearchParams({ code: 'c0de', state: query.get('state') ?? '' })}`;
};

const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

function world(options: MemoryOptions = { visit: agreed }): { ports: MemoryPorts; client: Client<MemoryFetch> } {
  const ports = memoryPorts(options);
  const tokens = { token_type: 'Bearer', access_token: 'an-access-token', expires_in: 600 };
  ports.transport.answer(server.tokenEndpoint, json(tokens));
  return { ports, client: createClient<MemoryFetch>(settings, ports) };
}

describe('a login in memory', () => {
  test('needs nothing but a function that is the person', async () => {
    const { ports, client } = world();
    expect(await client.login()).toMatchObject({ status: 'logged_in' });
    expect(await client.accessToken()).toBe('an-access-token');
    expect(ports.userAgent.opened).toHaveLength(1);
    expect(ports.transport.requests.map(({ url }) => url)).toEqual([server.tokenEndpoint]);
  });

  test('ends when its time has passed, by the virtual clock', async () => {
    const { ports, client } = world();
    await client.login();
    ports.clock.advance(600);
    await expect(client.accessToken()).rejects.toMatchObject({ failure: { code: 'session_expired' } });
  });

  test('waits for a callback that arrives later, and for no other', async () => {
    const { ports, client } = world({});
    const login = client.login();
    await expect.poll(() => ports.userAgent.opened).toHaveLength(1);
    ports.userAgent.arrive('https://app.example/callback?code=c0de&state=forged');
    ports.userAgent.arrive(agreed(ports.userAgent.opened[0] ?? ''));
    expect(await login).toMatchObject({ status: 'logged_in' });
  });

  test.each(['cancelled', 'dismissed', 'departed'] as const)('can be %s by the person', async (type) => {
    const { client } = world({ visit: () => ({ type }) });
    const ended = await client.login().catch((error) => ({ status: error.failure.code }));
    expect(ended.status).toBe(type === 'cancelled' ? 'user_cancelled' : type);
  });

  test('fails when the function that is the person does', async () => {
    const visit = () => Promise.reject(new Error('of the test'));
    await expect(world({ visit }).client.login()).rejects.toMatchObject({ failure: { code: 'user_agent_failed' } });
  });

  test('calls an API over the same transport', async () => {
    const { ports, client } = world();
    await client.login();
    ports.transport.answer('https://api.example.com/contacts', ({ headers, method, body }) =>
      json({ method, body, authorization: headers['authorization'] }, 201),
    );
    const url = 'https://api.example.com/contacts?page=2';
    const { status, body } = await client.fetch(url, { method: 'POST', body: 'a=b' });
    expect([status, JSON.parse(body)]).toEqual([
      201,
      { method: 'POST', body: 'a=b', authorization: 'Bearer an-access-token' },
    ]);
  });

  test('is the same every time, and another one with another seed', async () => {
    const opened = async (options: MemoryOptions): Promise<string | undefined> => {
      const { ports, client } = world({ visit: agreed, ...options });
      await client.login();
      return ports.userAgent.opened[0];
    };
    expect(await opened({})).toBe(await opened({}));
    expect(await opened({ seed: 2 })).not.toBe(await opened({}));
  });
});

describe('the scripted transport', () => {
  const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const;

  test('answers as was said last, by URL or by function, and only there', async () => {
    const transport = scriptedTransport();
    transport.answer('https://a.example/', json(1));
    transport.answer('https://a.example/', json(2));
    transport.answer((request) => request.url.endsWith('/any'), json(3));
    expect((await transport.send(get('https://a.example/?q'))).body).toBe('2');
    expect((await transport.send(get('https://b.example/any'))).body).toBe('3');
    const error = await transport.send(get('https://c.example/')).catch((thrown: unknown) => thrown);
    expect(isPortError(error) && error).toMatchObject({ code: 'network_error', sent: 'no' });
    expect(transport.requests).toHaveLength(3);
  });
});

test('a virtual clock moves when it is told to', () => {
  const clock = virtualClock(100);
  clock.advance(5);
  expect([clock.now(), clock.monotonic()]).toEqual([105, 5]);
});

describe('the digest in memory', () => {
  test('is the one that was given', async () => {
    const asked: string[] = [];
    const digest = (algorithm: string): Uint8Array => {
      asked.push(algorithm);
      return new Uint8Array(32);
    };
    const { client, ports } = world({ visit: agreed, digest });
    await client.login();
    expect(asked).toEqual(['SHA-256']);
    const challenge = new URL(ports.userAgent.opened[0] ?? '').searchParams.get('code_challenge');
    expect(challenge).toBe('A'.repeat(43));
  });

  test.each([undefined, {}])('says what to give where WebCrypto is %j', async (crypto) => {
    const { client, ports } = world();
    vi.stubGlobal('crypto', crypto);
    try {
      await expect(client.login()).rejects.toMatchObject({ failure: { code: 'digest_failed' } });
      await expect(ports.digest('SHA-256', '')).rejects.toThrow('give the ports in memory a `digest`');
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

test('a page that the user agent left for is among those that it showed, and no person visits it', () => {
  const visited: string[] = [];
  const agent = memoryUserAgent('https://app.example/', (url) => void visited.push(url));
  agent.leave('https://as.example/logout');
  expect([agent.opened, visited]).toEqual([['https://as.example/logout'], []]);
});

test('a callback that nobody waits for is not taken', () => {
  expect(() => memoryUserAgent('https://app.example/').arrive('https://app.example/?code=c0de')).not.toThrow();
});
