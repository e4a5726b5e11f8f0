/** The driver: one loop from `login` to who is logged in. RFC 6749, section 4.1; RFC 7636. */
import { describe, expect, test } from 'vitest';
import { createClient, isProofkeyError, PortError, type Ports, ProofkeyError } from '../src/index.ts';
import { clientOf, gone, REDIRECT_URI, SETTINGS, userAgent, userOf, world } from './world.ts';

const failed = (code: string): object => ({ failure: expect.objectContaining({ code }) });

describe('login', () => {
  test('ST-07 keeps records under a name that no other client id can make', async () => {
    const ports = world();
    const clientId = `app@${encodeURIComponent(SETTINGS.server.issuer)}/session@x`;
    await createClient({ ...SETTINGS, clientId }, ports)
      .login()
      .catch(() => {});
    const [key = ''] = ports.transactionStore.entries.keys();
    const owner = `${encodeURIComponent(clientId)}@${encodeURIComponent(SETTINGS.server.issuer)}`;
    expect(key).toMatch(new RegExp(`^proofkey/1/${owner.replace(/[.*+?^$()[\]]/g, '\\$&')}/login/[\\w-]{43}$`));
  });

  test('logs a person in', async () => {
    const ports = world();
    const client = clientOf(ports);
    const outcome = await client.login({ appState: { page: '/contacts' } });
    expect(outcome).toMatchObject({ status: 'logged_in', user: { sub: 'ada', name: 'Ada Lovelace' } });
    expect(outcome).toHaveProperty('appState', { page: '/contacts' });
    expect(outcome).not.toHaveProperty('notSaved');
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_in', user: { sub: 'ada' } });
  });

  test('another client on the same store knows who is logged in', async () => {
    const ports = world();
    await clientOf(ports).login();
    expect(await userOf(ports)).toMatchObject({ sub: 'ada' });
  });

  test('nobody is logged in before a login', async () => {
    expect(await clientOf(world()).start()).toEqual({ status: 'logged_out' });
  });

  test('ST-01 ST-07 keeps one record per login and one session, under keys that name the client and the server', async () => {
    const ports = world();
    await clientOf(ports).login();
    expect([...ports.sessionStore.entries.keys()]).toEqual(['proofkey/1/app@https%3A%2F%2Fas.example/session']);
    const [key, ...more] = ports.transactionStore.entries.keys();
    expect(key).toMatch(/^proofkey\/1\/app@https%3A%2F%2Fas\.example\/login\/[\w-]{43}$/);
    expect(more).toEqual([]);
  });

  test('begins the user agent before anything else, so that a popup may open', () => {
    const ports = world();
    let begun = false;
    const begin: typeof ports.userAgent.begin = () => {
      begun = true;
      return ports.userAgent.begin();
    };
    const login = clientOf({ ...ports, userAgent: { begin } }).login();
    expect(begun).toBe(true);
    return login;
  });

  test('tells the user agent whether the login succeeded, once', async () => {
    const ports = world();
    const ends: boolean[] = [];
    const closed = (succeeded: boolean): void => void ends.push(succeeded);
    const open = async ({ url }: { url: string }) => ({ type: 'returned', url: ports.server.authorize(url) }) as const;
    await clientOf({ ...ports, userAgent: userAgent(open, closed) }).login();
    ports.server.failNext('token', { type: 'status', status: 500 });
    await expect(clientOf({ ...ports, userAgent: userAgent(open, closed) }).login()).rejects.toThrow();
    expect(ends).toEqual([true, false]);
  });

  test('a user agent that cannot be closed does not undo a login', async () => {
    const ports = world();
    const open = async ({ url }: { url: string }) => ({ type: 'returned', url: ports.server.authorize(url) }) as const;
    const stuck = userAgent(open, () => {
      throw new Error('stuck');
    });
    expect(await clientOf({ ...ports, userAgent: stuck }).login()).toMatchObject({ status: 'logged_in' });
  });

  test('reports that it departed, and a new client finishes on the page of the callback', async () => {
    const ports = world();
    let callbackUrl = '';
    const leaves = userAgent(async ({ url }) => {
      callbackUrl = ports.server.authorize(url);
      return { type: 'departed' };
    });
    expect(await clientOf({ ...ports, userAgent: leaves }).login()).toEqual({ status: 'departed' });
    expect(await clientOf(ports).handleCallback(callbackUrl)).toMatchObject({ status: 'logged_in' });
  });

  test('ST-09 AT-59 a session that cannot be saved is a login all the same, and says so', async () => {
    const ports = world();
    const full = { ...ports.sessionStore, set: () => Promise.reject(new Error('quota')) };
    const outcome = await clientOf({ ...ports, sessionStore: full }).login();
    expect(outcome).toMatchObject({ status: 'logged_in', notSaved: { code: 'storage_write_failed' } });
  });
});

describe('what ports throw becomes one typed error', () => {
  test('AR-20 AT-59 sc-006: storage that fails before the redirect opens nothing', async () => {
    const ports = world();
    let opened = false;
    const watched = userAgent(async () => {
      opened = true;
      return { type: 'departed' };
    });
    const transactionStore = { ...ports.transactionStore, set: () => Promise.reject(new Error('quota')) };
    const login = clientOf({ ...ports, transactionStore, userAgent: watched }).login();
    await expect(login).rejects.toMatchObject(failed('storage_write_failed'));
    expect(opened).toBe(false);
  });

  test.each([
    ['random source', 'insufficient_entropy', { randomSource: { octets: () => Promise.reject(new Error('no')) } }],
    ['random source, at once', 'insufficient_entropy', { randomSource: { octets: () => JSON.parse('{') } }],
    ['stuck random source', 'insufficient_entropy', { randomSource: { octets: (n: number) => new Uint8Array(n) } }],
    ['short random source', 'insufficient_entropy', { randomSource: { octets: () => new Uint8Array(8) } }],
    ['user agent', 'user_agent_failed', { userAgent: userAgent(() => Promise.reject(new Error('no'))) }],
    ['user agent, at once', 'user_agent_failed', { userAgent: { begin: () => JSON.parse('{') } }],
    ['verifier', 'signature_check_failed', { signatureVerifier: { verify: () => Promise.reject(new Error('no')) } }],
    ['transport', 'network_error', { transport: { send: () => Promise.reject(gone()) } }],
  ] as const)('%s', async (_port, code, broken) => {
    await expect(clientOf({ ...world(), ...broken }).login()).rejects.toMatchObject(failed(code));
  });

  test('ID-05 a client without a signature verifier does not take an unchecked ID Token', async () => {
    const { signatureVerifier: _, ...ports } = world();
    await expect(clientOf(ports).login()).rejects.toMatchObject(failed('signature_check_failed'));
    expect(ports.sessionStore.entries.size).toBe(0);
  });

  test('ID-05 RS-12 an ID Token whose signature is wrong logs nobody in', async () => {
    const ports = { ...world(), signatureVerifier: { verify: async () => false } };
    await expect(clientOf(ports).login()).rejects.toMatchObject(failed('id_token_signature_invalid'));
    expect(await clientOf(ports).start()).toEqual({ status: 'logged_out' });
  });

  test('an adapter that knows the reason is believed, and its name for it is kept', async () => {
    const taken = new PortError('loopback_port_unavailable', { system: 'EADDRINUSE' });
    const agent = {
      begin: () => ({ redirectUri: Promise.reject(taken), open: () => Promise.reject(taken), close() {} }),
    };
    const error = await clientOf({ ...world(), userAgent: agent })
      .login()
      .catch((thrown: unknown) => thrown);
    expect(isProofkeyError(error, 'loopback_port_unavailable')).toBe(true);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      name: 'ProofkeyError',
      failure: { system: 'EADDRINUSE' },
    });
  });

  test('the endpoint that refused is named, without its query, and so is the one that did not answer', async () => {
    const refusing = world();
    refusing.server.failNext('token', { type: 'error', error: 'invalid_grant' });
    const at = SETTINGS.server.tokenEndpoint;
    await expect(clientOf(refusing).login()).rejects.toMatchObject({
      failure: { code: 'token_request_refused', at },
      message: expect.stringContaining(`(${at})`),
    });
    const ports = world();
    const transport: Ports['transport'] = { send: () => Promise.reject(gone()) };
    await expect(clientOf({ ...ports, transport }).login()).rejects.toMatchObject({
      failure: { code: 'network_error', at, system: 'ECONNRESET' },
    });
    const cancelled = clientOf({ ...world(), userAgent: userAgent(async () => ({ type: 'cancelled' })) });
    const error = await cancelled.login().catch((thrown: unknown) => thrown);
    expect(isProofkeyError(error) && error.failure.at).toBeUndefined();
  });

  test("the platform's name for the reason survives a machine that has to clean up after it", async () => {
    const ports = world();
    const open = () => Promise.reject(new PortError('user_agent_failed', { system: 'ENOENT' }));
    const transactionStore = { ...ports.transactionStore, remove: () => Promise.reject(new Error('later')) };
    const login = clientOf({ ...ports, transactionStore, userAgent: userAgent(open) }).login();
    await expect(login).rejects.toMatchObject({ failure: { code: 'user_agent_failed' }, cause: { system: 'ENOENT' } });
  });

  test('a store that cannot be read is told apart from one that is empty', async () => {
    const sessionStore = { ...world().sessionStore, get: () => Promise.reject(new Error('locked')) };
    const client = clientOf({ ...world(), sessionStore });
    await expect(client.accessToken()).rejects.toMatchObject(failed('storage_read_failed'));
  });

  test('settings that cannot work are refused when the client is made', () => {
    const server = { ...SETTINGS.server, tokenEndpoint: 'http://as.example/oauth/token' };
    expect(() => createClient({ ...SETTINGS, server }, world())).toThrow(ProofkeyError);
    expect(() => createClient({ ...SETTINGS, clientId: '' }, world())).toThrow(ProofkeyError);
    expect(() => createClient({ ...SETTINGS, server: undefined as never }, world())).toThrow(ProofkeyError);
  });

  test('what only the protocol may send cannot be given to a login', async () => {
    const login = clientOf(world()).login({ extra: { redirect_uri: 'https://evil.example' } });
    await expect(login).rejects.toMatchObject(failed('reserved_parameter'));
  });

  test('ER-01 errors have one class and stable codes, and are recognised across copies of the package', async () => {
    const copy = (await import('../src/error.ts?another-copy' as string)) as typeof import('../src/error.ts');
    expect(copy.ProofkeyError).not.toBe(ProofkeyError);
    const error = await clientOf(world())
      .handleCallback(`${REDIRECT_URI}?code=c&state=s`)
      .catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(copy.ProofkeyError);
    expect(copy.isProofkeyError(error, 'unknown_transaction')).toBe(true);
    expect(copy.isProofkeyError(error, 'state_mismatch')).toBe(false);
    expect(copy.isProofkeyError(new Error('other'))).toBe(false);
    expect(copy.isProofkeyError(null)).toBe(false);
  });
});
