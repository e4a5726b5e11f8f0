/** What a login does, told step by step, for traces: where and what kind, never a value. RFC 6749, section 4.1. */
import { describe, expect, test } from 'vitest';
import { createClient, type RedactedStep, type UserAgentOutcome } from '../src/index.ts';
import {
  BY_ISSUER,
  clientOf,
  codeOf,
  deferred,
  departed,
  gone,
  ISSUER,
  NOW,
  REDIRECT_URI,
  SETTINGS,
  userAgent,
  type World,
  world,
} from './world.ts';

/** A world that writes down its steps. */
function traced(more: Partial<World> = {}): { ports: World; steps: RedactedStep[]; types(): string[] } {
  const steps: RedactedStep[] = [];
  const ports = { ...world(), onStep: (step: RedactedStep) => void steps.push(step), ...more };
  const types = (): string[] => steps.map((step) => ('purpose' in step ? `${step.type}: ${step.purpose}` : step.type));
  return { ports, steps, types };
}

const EXCHANGE = [
  'transaction_spent',
  'request_sent: code_exchange',
  'response_received: code_exchange',
  'request_sent: key_set',
  'response_received: key_set',
  'signature_checked',
  'session_saved',
  'logged_in',
];

describe('the steps', () => {
  test('of a login, a question about the person, a call to an API and a logout, in their order', async () => {
    const { ports, types } = traced();
    const client = createClient(BY_ISSUER, ports);
    await client.start();
    await client.login();
    await client.userinfo();
    await client.fetch('https://api.example/contacts');
    await client.logout();
    expect(types()).toEqual([
      'login_started',
      'request_sent: metadata',
      'response_received: metadata',
      'transaction_saved',
      'user_agent_opened',
      'callback_received',
      ...EXCHANGE,
      'request_sent: userinfo',
      'response_received: userinfo',
      'request_sent: api',
      'response_received: api',
      // Here first, and then in the hands of the server.
      'logged_out',
      'request_sent: revocation',
      'response_received: revocation',
    ]);
  });

  test('of a login that is finished on another page', async () => {
    const { ports, types } = traced();
    const url = await departed(ports);
    expect(types()).toEqual(['login_started', 'transaction_saved', 'user_agent_opened']);
    await clientOf(ports).start(url);
    expect(types().slice(3)).toEqual(['callback_received', ...EXCHANGE]);
    await clientOf(ports).start(url);
    expect(types().slice(12)).toEqual(['callback_received', 'logged_in']);
  });

  test('say when, where and what kind, and of parameters their names only', async () => {
    const { ports, steps } = traced();
    await clientOf(ports).login({ extra: { foo: 'bar baz' } });
    const at = (type: string, purpose?: string): object =>
      steps.find((step) => step.type === type && (!purpose || ('purpose' in step && step.purpose === purpose))) ?? {};
    expect(at('login_started')).toEqual({ type: 'login_started', now: NOW });
    expect(at('user_agent_opened')).toMatchObject({ now: NOW, url: `${ISSUER}/authorize` });
    expect((at('user_agent_opened') as { parameters: string[] }).parameters.slice().sort()).toEqual(
      'client_id code_challenge code_challenge_method foo nonce redirect_uri response_type scope state'.split(' '),
    );
    expect(at('request_sent', 'code_exchange')).toMatchObject({
      method: 'POST',
      url: SETTINGS.server.tokenEndpoint,
      parameters: ['grant_type', 'client_id', 'code', 'code_verifier', 'redirect_uri'],
    });
    expect(at('request_sent', 'key_set')).toMatchObject({ method: 'GET', parameters: [] });
    expect(at('response_received', 'code_exchange')).toMatchObject({ status: 200 });
    expect(at('signature_checked')).toMatchObject({ alg: 'ES256', valid: true });
  });

  test('hold no value of any parameter, of any URL, body, header or answer', async () => {
    const { ports, steps } = traced();
    const client = createClient(BY_ISSUER, ports);
    await client.login({ appState: 'app-state', loginHint: 'ada@example.com' });
    await client.userinfo();
    await client.fetch('https://api.example/contacts?name=grace');
    // The name of an algorithm is told: how a signature was checked.
    const printed = JSON.stringify(steps).replace('"alg":"ES256",', '');
    const values = [
      ...ports.server.secrets,
      'app-state',
      'ada@',
      'Lovelace',
      'grace',
      'Bearer',
      'S256',
      'offline_access',
      REDIRECT_URI,
    ];
    expect(values.length).toBeGreaterThan(12);
    expect(values.filter((value) => printed.includes(value))).toEqual([]);
  });

  test('name the login that they belong to, so that two at once can be told apart', async () => {
    const visits: ((outcome: UserAgentOutcome) => void)[] = [];
    const both = deferred<void>();
    const { ports, steps } = traced();
    const agent = userAgent(({ url }) => {
      const { promise, resolve } = deferred<UserAgentOutcome>();
      visits.push(() => resolve({ type: 'returned', url: ports.server.authorize(url) }));
      if (visits.length === 2) both.resolve();
      return promise;
    });
    const client = clientOf({ ...ports, userAgent: agent });
    const logins = [client.login(), client.login()];
    await both.promise;
    for (const arrive of visits) arrive({ type: 'departed' });
    await Promise.all(logins);
    const ids = [...new Set(steps.map(({ loginId }) => loginId))];
    // What comes before a transaction has no name yet.
    expect(ids).toEqual([undefined, expect.any(String), expect.any(String)]);
    for (const loginId of ids.slice(1)) {
      expect(steps.filter((step) => step.loginId === loginId).map(({ type }) => type)).toEqual([
        'transaction_saved',
        'user_agent_opened',
        'callback_received',
        // Keys are fetched for everybody who waits for them, and belong to no login.
        ...EXCHANGE.filter((type) => !type.endsWith('key_set')).map((type) => type.split(':')[0]),
      ]);
    }
    expect(ports.server.secrets.filter((secret) => ids.includes(secret as never))).toEqual([]);
  });
});

describe('a login that fails', () => {
  test('says why, once, and which one it was', async () => {
    const { ports, steps, types } = traced({ signatureVerifier: { verify: async () => false } });
    await codeOf(clientOf(ports).login());
    const [, saved] = steps;
    expect(steps.at(-1)).toEqual({
      type: 'login_failed',
      code: 'id_token_signature_invalid',
      now: NOW,
      loginId: saved?.loginId,
    });
    expect(saved?.loginId).toBeTypeOf('string');
    expect(types().filter((type) => type === 'login_failed')).toHaveLength(1);
    expect(types()).not.toContain('session_saved');
  });

  test('in a later process keeps its name', async () => {
    const { ports, steps } = traced();
    const url = await departed(ports);
    const { loginId } = steps.at(-1) ?? {};
    ports.server.failNext('token', { type: 'error', error: 'invalid_grant' });
    await clientOf(ports).start(url);
    expect(steps.slice(3).map((step) => step.loginId)).toEqual([loginId, loginId, loginId, loginId, loginId]);
    expect(steps.at(-1)).toMatchObject({ type: 'login_failed', code: 'token_request_refused' });
  });

  test('is told once although three have brought its callback', async () => {
    const { ports, types } = traced();
    const url = await departed(ports);
    ports.server.failNext('token', { type: 'error', error: 'invalid_grant' });
    const client = clientOf(ports);
    await Promise.allSettled([client.handleCallback(url), client.handleCallback(url), client.start(url)]);
    expect(types().filter((type) => type === 'login_failed')).toHaveLength(1);
  });

  test('without any transaction has no name', async () => {
    const { ports, steps } = traced();
    await clientOf(ports).start(`${REDIRECT_URI}?code=c&state=${'x'.repeat(43)}`);
    expect(steps).toEqual([
      { type: 'callback_received', now: NOW },
      { type: 'login_failed', now: NOW, code: 'unknown_transaction' },
    ]);
  });

  test('says the name of nobody whose state came along at another address', async () => {
    const { ports, steps } = traced();
    const url = await departed(ports);
    await clientOf(ports).start(url.replace(REDIRECT_URI, 'https://evil.example/'));
    expect(steps.slice(3)).toEqual([
      { type: 'callback_received', now: NOW },
      { type: 'login_failed', now: NOW, code: 'redirect_uri_mismatch' },
    ]);
  });

  const blocked = (): never => {
    throw new Error('a popup blocker');
  };
  test.each([
    ['user_agent_failed', 'because no user agent begins', { userAgent: { begin: blocked } }],
    ['insufficient_entropy', 'because there is no randomness', { randomSource: { octets: () => new Uint8Array(1) } }],
    ['network_error', 'because no metadata comes', { transport: { send: () => Promise.reject(gone()) } }],
  ] as const)('early is told too: %s, %s', async (code, _name, more) => {
    const { ports, steps } = traced(more);
    expect(await codeOf(createClient(BY_ISSUER, ports).login())).toBe(code);
    expect(steps[0]).toEqual({ type: 'login_started', now: NOW });
    expect(steps.at(-1)).toEqual({ type: 'login_failed', now: NOW, code });
  });

  test('a person who leaves this page, or seems to give up, has not failed', async () => {
    for (const type of ['departed', 'dismissed'] as const) {
      const { ports, types } = traced({ userAgent: userAgent(async () => ({ type })) });
      await clientOf(ports).login();
      expect(types()).toEqual(['login_started', 'transaction_saved', 'user_agent_opened']);
    }
  });
});

describe('a listener of steps', () => {
  test.each([
    ['throws', () => JSON.parse('{')],
    ['rejects', () => Promise.reject(new Error('a bug of the trace'))],
  ])('that %s disturbs nothing', async (_name, onStep) => {
    const client = clientOf({ ...world(), onStep });
    expect(await client.login()).toMatchObject({ status: 'logged_in' });
    await client.fetch('https://api.example/');
    await client.logout();
    expect(client.getSnapshot()).toEqual({ status: 'logged_out' });
  });

  test('is told that the person is logged in when everybody can see it', async () => {
    const seen: string[] = [];
    const ports = world();
    const onStep = ({ type }: RedactedStep): void => {
      if (type === 'logged_in' || type === 'session_saved') seen.push(`${type}: ${client.getSnapshot().status}`);
    };
    const client = clientOf({ ...ports, onStep });
    await client.login();
    expect(seen).toEqual(['session_saved: loading', 'logged_in: logged_in']);
  });

  test('is called at once, and not some time later', async () => {
    const { ports, types } = traced();
    const login = clientOf(ports).login();
    expect(types()).toEqual(['login_started']);
    await login;
  });
});
