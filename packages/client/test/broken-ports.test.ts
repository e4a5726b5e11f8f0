/** Ports that do not keep to their contract, and blank options: a typed failure each time, and nothing is lost. */
import { describe, expect, test } from 'vitest';
import { createClient, type LoginRequest, PortError, type Ports } from '../src/index.ts';
import { clientOf, codeOf, SETTINGS, userAgent, type World, world } from './world.ts';

const port = <T>(value: unknown): T => value as T;

describe('a transport', () => {
  test.each([
    undefined,
    {},
    { status: 200, headers: {} },
    { status: 200, body: '{}' },
    { status: 200, headers: null, body: '{}' },
    { status: '200', headers: {}, body: '{}' },
    { status: 400, headers: { 'retry-after': 5 }, body: '{}' },
  ])('that answers %j gives a network error', async (answer) => {
    const ports: Ports = { ...world(), transport: { send: async () => port(answer) } };
    expect(await codeOf(clientOf(ports).login())).toBe('network_error');
  });
});

test('TR-07 the transport gets the signal of the login, so that whoever cancels does not wait for it', async () => {
  const ports = world();
  const controller = new AbortController();
  const transport: Ports['transport'] = {
    send: (_request, cancel) =>
      new Promise((_answered, aborted) => {
        cancel?.addEventListener('abort', () => aborted(cancel.aborted && new PortError('network_error')));
        controller.abort();
      }),
  };
  expect(await codeOf(clientOf({ ...ports, transport }).login({ cancel: controller.signal }))).toBe('network_error');
});

describe('a user agent', () => {
  test.each([undefined, 5, {}])('that returns with the URL %j has failed', async (url) => {
    const ports: Ports = { ...world(), userAgent: userAgent(async () => port({ type: 'returned', url })) };
    expect(await codeOf(clientOf(ports).login())).toBe('user_agent_failed');
  });
});

describe('a random source', () => {
  test.each([[undefined], [[1, 2, 3]], ['abc']])('that gives %j begins no login', async (octets) => {
    const ports: Ports = { ...world(), randomSource: { octets: () => port(octets) } };
    expect(await codeOf(clientOf(ports).login())).toBe('insufficient_entropy');
  });
});

/** A login with these ports: its failure, and that nothing was saved or opened where it failed early. */
async function failed(more: Partial<Ports>) {
  const ports = world();
  let opened = 0;
  const agent = userAgent(async ({ url }) => {
    opened += 1;
    return { type: 'returned', url: ports.server.authorize(url) };
  });
  const code = await codeOf(clientOf({ ...ports, userAgent: agent, ...more }).login());
  return { code, opened, transactions: ports.transactionStore.entries.size, sessions: ports.sessionStore.entries.size };
}

const BROKEN_DIGESTS: readonly (readonly [name: string, digest: () => unknown])[] = [
  ['rejects', () => Promise.reject(new Error('no'))],
  ['rejects with a PortError of its own', () => Promise.reject(new PortError('digest_failed', { system: 'ENOSYS' }))],
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['gives a buffer, as WebCrypto does', () => new ArrayBuffer(32)],
  ['gives an array', () => Array.from({ length: 32 }, () => 1)],
  ['gives text', () => 'x'.repeat(32)],
  ['gives an object of the right length', () => ({ length: 32 })],
  ['gives nothing', () => undefined],
  ['gives null', () => null],
  ['gives 31 octets', () => new Uint8Array(31)],
  ['gives 33 octets', () => new Uint8Array(33)],
  ['gives none', () => new Uint8Array(0)],
];

describe('a digest', () => {
  test.each(BROKEN_DIGESTS)('that %s begins no login: nothing is saved or opened', async (_name, digest) => {
    expect(await failed({ digest: () => port(digest()) })).toEqual({
      ...{ code: 'digest_failed', opened: 0, transactions: 0, sessions: 0 },
    });
  });

  test.each(BROKEN_DIGESTS)('that %s for the at_hash logs nobody in', async (_name, digest) => {
    const { digest: right } = world();
    let calls = 0;
    const once: Ports['digest'] = (...values) => {
      calls += 1;
      return calls === 1 ? right(...values) : port(digest());
    };
    const { code, sessions } = await failed({ digest: once });
    expect(calls).toBe(2);
    expect(['digest_failed', 'id_token_at_hash_invalid']).toContain(code);
    expect(sessions).toBe(0);
  });
});

describe('a signature verifier', () => {
  test.each<[name: string, verify: () => unknown, code: string]>([
    ['does not know the algorithm', () => undefined, 'signature_check_failed'],
    ['does not know it, later', async () => undefined, 'signature_check_failed'],
    ['rejects', () => Promise.reject(new Error('no')), 'signature_check_failed'],
    [
      'throws',
      () => {
        throw new Error('no');
      },
      'signature_check_failed',
    ],
    ['says no', () => false, 'id_token_signature_invalid'],
    ['says null', () => null, 'id_token_signature_invalid'],
    ['says 1', () => 1, 'id_token_signature_invalid'],
    ['says "true"', () => 'true', 'id_token_signature_invalid'],
    ['says what is an object', () => ({ valid: true }), 'id_token_signature_invalid'],
  ])('ID-05 that %s logs nobody in', async (_name, verify, code) => {
    expect(await failed({ signatureVerifier: { verify: () => port(verify()) } })).toMatchObject({
      ...{ code, opened: 1, sessions: 0 },
    });
  });
});

test('names the algorithm that the platform cannot check, or for which it has no verifier at all', async () => {
  const { signatureVerifier: _, ...bare } = world();
  const failure = { code: 'signature_check_failed', system: 'ES256' };
  await expect(clientOf(bare as World).login()).rejects.toMatchObject({ failure });
  const unknowing: Ports = { ...world(), signatureVerifier: { verify: () => undefined } };
  await expect(clientOf(unknowing).login()).rejects.toMatchObject({ failure });
});

describe('a receipt', () => {
  test('answers a second delivery at the same address only', async () => {
    const ports: World = world();
    let callback = '';
    const open = userAgent(async ({ url }) => {
      callback = ports.server.authorize(url);
      return { type: 'returned', url: callback };
    });
    const client = clientOf({ ...ports, userAgent: open });
    await client.login();
    expect(await client.handleCallback(callback)).toMatchObject({ status: 'logged_in' });
    const elsewhere = `https://evil.example/?${callback.split('?')[1]}`;
    expect(await codeOf(client.handleCallback(elsewhere))).toBe('unknown_transaction');
    expect(ports.server.codesSent).toHaveLength(1);
  });
});

describe('an option that is undefined or blank', () => {
  test.each([undefined, ''])('such as the organization %j takes no default away', async (organization) => {
    const ports = world();
    let opened = '';
    const open = userAgent(async ({ url }) => {
      opened = url;
      return { type: 'returned', url: ports.server.authorize(url) };
    });
    const client = createClient({ ...SETTINGS, organization: 'org_A' }, { ...ports, userAgent: open });
    const request = { organization } as LoginRequest;
    // The server of this test names no organization, so that the check has to fail.
    expect(await codeOf(client.login(request))).toBe('id_token_org_id_invalid');
    expect(opened).toContain('organization=org_A');
  });
});

describe('handleCallback', () => {
  test.each([undefined, 5, new URL('https://app.example/callback')])('takes %s for text', async (url) => {
    expect(await codeOf(clientOf(world()).handleCallback(port(url)))).toBe('unknown_transaction');
  });
});
