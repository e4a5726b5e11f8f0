/** Logout at the server: the session here goes first, whatever the server does. RFC 7009; RP-Initiated Logout 1.0. */
import type { HttpRequest, HttpResponse } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { type Client, createClient, type LogoutRequest, type RedactedStep, type Settings } from '../src/index.ts';
import {
  BY_ISSUER,
  codeOf,
  deferred,
  departed,
  gone,
  ISSUER,
  json,
  REDIRECT_URI,
  SETTINGS,
  settled,
  userAgent,
  WELL_KNOWN,
  type World,
  world,
} from './world.ts';

const REVOCATION = `${ISSUER}/oauth/revoke`;
const END_SESSION = `${ISSUER}/oidc/logout`;
const V2 = `${ISSUER}/v2/logout`;
const KEYS = SETTINGS.server.jwksUri;
const BYE = 'https://app.example/bye';
const STATIC = {
  ...SETTINGS,
  server: { ...SETTINGS.server, revocationEndpoint: REVOCATION, endSessionEndpoint: END_SESSION },
} satisfies Settings;
const OUT = { status: 'logged_out' };

/** A platform that can show a page of logout. `shown` are the URLs of those, `back` where they led. */
async function loggedIn({ settings = STATIC as Settings, ports = world(), more = {} as Partial<World> } = {}) {
  const shown: string[] = [];
  const back: string[] = [];
  const steps: RedactedStep[] = [];
  const leave = (url: string): void => {
    shown.push(url);
    const { headers } = ports.server.send({ method: 'GET', url, headers: {} });
    back.push(new URL(headers['location'] ?? '', ISSUER).href);
  };
  const all: World = {
    ...ports,
    userAgent: { ...ports.userAgent, leave },
    onStep: (step) => void steps.push(step),
    ...more,
  };
  const client = createClient(settings, all);
  await client.login();
  steps.length = 0;
  const sent = ports.server.requests.length;
  const requests = (): readonly HttpRequest[] =>
    ports.server.requests.slice(sent).filter(({ url }) => !shown.includes(url));
  const to = (url: string): number => requests().filter((request) => request.url === url).length;
  return { client, ports: all, shown, back, steps, requests, to };
}

const queryOf = (url = ''): Readonly<Record<string, string>> => Object.fromEntries(new URL(url).searchParams);
const refreshTokenIn = ({ sessionStore }: World): string => {
  const [text = '{}'] = sessionStore.entries.values();
  return (JSON.parse(text) as { grant: { refreshToken: string } }).grant.refreshToken;
};
const idTokenIn = ({ sessionStore }: World): string => {
  const [text = '{}'] = sessionStore.entries.values();
  return (JSON.parse(text) as { idToken: { token: string } }).idToken.token;
};

/** Nobody is logged in any more: not here, not in the store, and not for a client that looks later. */
async function expectNobody(client: Client, ports: World): Promise<void> {
  expect(client.getSnapshot()).toEqual(OUT);
  expect(ports.sessionStore.entries.size).toBe(0);
  expect(await createClient(STATIC, ports).start()).toEqual(OUT);
}

describe('the refresh token', () => {
  test('LO-05 is taken back by the server: a form with token, hint and client id', async () => {
    const { client, ports, requests } = await loggedIn();
    const token = refreshTokenIn(ports);
    expect(await client.logout()).toEqual({ revoked: true, departed: false });
    expect(requests()).toHaveLength(1);
    const [{ method, url, headers, body } = {} as HttpRequest] = requests();
    expect({ method, url, type: headers['content-type'] }).toEqual({
      method: 'POST',
      url: REVOCATION,
      type: 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      client_id: 'app',
      token,
      token_type_hint: 'refresh_token',
    });
    expect(ports.server.state.authorizations.at(-1)).toMatchObject({ revoked: 'revocation' });
    await expectNobody(client, ports);
  });

  test('LO-04 goes to the server when nobody is logged in here any more', async () => {
    const ports = world();
    const seen: unknown[] = [];
    let shown: () => string = () => 'nothing yet';
    const transport: World['transport'] = {
      async send(request) {
        if (request.url === REVOCATION) seen.push(shown(), ports.sessionStore.entries.size);
        return ports.server.send(request);
      },
    };
    const { client } = await loggedIn({ ports, more: { transport } });
    shown = () => client.getSnapshot().status;
    await client.logout();
    expect(seen).toEqual(['logged_out', 0]);
  });

  test('LO-04 LO-06 AT-32 is given up where the answer is nested deeply, and the rest of the logout goes on', async () => {
    const { client, ports, shown } = await loggedIn();
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const body = `{"error":"invalid_request","x":${deep}}`;
    ports.server.replace('revoke', () => ({ ...json(400, {}), body }));
    expect(await client.logout({ endServerSession: true })).toMatchObject({
      revoked: false,
      departed: true,
      failure: { code: 'revocation_refused' },
    });
    expect(shown).toHaveLength(1);
    await expectNobody(client, ports);
  });

  test('is the one that is stored at that moment: another tab may have refreshed', async () => {
    const { client, ports, requests } = await loggedIn();
    const [[key = '', text = ''] = []] = ports.sessionStore.entries;
    ports.sessionStore.entries.set(key, text.replace(refreshTokenIn(ports), 'rt-of-another-tab'));
    expect(await client.logout()).toMatchObject({ revoked: true });
    expect(new URLSearchParams(requests()[0]?.body).get('token')).toBe('rt-of-another-tab');
  });

  test('of a session that could not be stored is taken back as well', async () => {
    const ports = world();
    const sessionStore = { ...ports.sessionStore, set: () => Promise.reject(new Error('full')) };
    const { client } = await loggedIn({ ports, more: { sessionStore } });
    expect(await client.logout()).toEqual({ revoked: true, departed: false });
    expect(ports.server.state.authorizations.at(-1)).toMatchObject({ revoked: 'revocation' });
    expect(client.getSnapshot()).toEqual(OUT);
  });

  test('LO-05 of the session that it would have replaced is taken back, too: both end here', async () => {
    const ports = world();
    let full = false;
    const { set } = ports.sessionStore;
    const sessionStore: World['sessionStore'] = {
      ...ports.sessionStore,
      set: (key, value) => (full ? Promise.reject(new Error('full')) : set(key, value)),
    };
    const { client, to } = await loggedIn({ ports, more: { sessionStore } });
    full = true;
    expect(await client.login()).toMatchObject({ notSaved: { code: 'storage_write_failed' } });
    expect(await client.logout()).toEqual({ revoked: true, departed: false });
    expect(to(REVOCATION)).toBe(2);
    expect(ports.server.state.authorizations.map(({ revoked }) => revoked)).toEqual(['revocation', 'revocation']);
    expect(ports.sessionStore.entries.size).toBe(0);
  });

  test('that nobody has asks nobody, and neither does a logout of nobody', async () => {
    const ports = world();
    ports.server.settings({ scopes: ['openid'] });
    const { client, requests } = await loggedIn({ ports });
    expect(await client.logout()).toEqual({ revoked: false, departed: false });
    expect(await client.logout()).toEqual({ revoked: false, departed: false });
    expect(requests()).toEqual([]);
  });

  test('stays where the server has no such endpoint, which is no failure', async () => {
    const { client, ports, requests } = await loggedIn({ settings: SETTINGS });
    expect(await client.logout()).toEqual({ revoked: false, departed: false });
    expect(requests()).toEqual([]);
    await expectNobody(client, ports);
  });

  test('is taken back once, when two log out at the same time', async () => {
    const { client, to } = await loggedIn();
    const outcomes = await Promise.all([client.logout(), client.logout()]);
    expect(to(REVOCATION)).toBe(1);
    expect(outcomes.map(({ revoked }) => revoked).sort()).toEqual([false, true]);
  });
});

const page = (status: number): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<h1>no</h1>',
});
const redirect: HttpResponse = { status: 302, headers: { location: 'https://evil.example/' }, body: '' };

describe('a revocation that the server answers oddly', () => {
  test.each<[name: string, response: HttpResponse]>([
    ['with a page and 200', page(200)],
    ['with 204', { status: 204, headers: {}, body: '' }],
    ['with an error in JSON and 200', json(200, { error: 'invalid_token' })],
  ])('LO-06 %s is done', async (_name, response) => {
    const { client, ports } = await loggedIn();
    ports.server.replace('revoke', () => response);
    expect(await client.logout()).toEqual({ revoked: true, departed: false });
    await expectNobody(client, ports);
  });

  test.each<[name: string, response: HttpResponse, failure: object]>([
    [
      '400',
      json(400, { error: 'unsupported_token_type' }),
      { code: 'revocation_refused', oauth: { error: 'unsupported_token_type' } },
    ],
    ['401', { status: 401, headers: {}, body: '' }, { code: 'revocation_refused', recovery: 'none' }],
    ['503', page(503), { code: 'revocation_refused', recovery: 'none', sessionSurvives: false, http: { status: 503 } }],
    ['599', page(599), { code: 'revocation_refused' }],
    ['100', page(100), { code: 'unexpected_redirect' }],
    ['a redirect', redirect, { code: 'unexpected_redirect' }],
  ])('LO-04 LO-06 by %s is told, at its address, and keeps nobody logged in', async (_name, response, failure) => {
    const { client, ports, shown, to } = await loggedIn();
    ports.server.replace('revoke', () => response);
    const outcome = await client.logout({ returnTo: BYE });
    expect(outcome).toMatchObject({ revoked: false, departed: true, failure: { ...failure, at: REVOCATION } });
    expect([to(REVOCATION), shown.length]).toEqual([1, 1]);
    await expectNobody(client, ports);
  });

  test('LO-04 by nothing is a network error, and keeps nobody logged in', async () => {
    const ports = world();
    let broken = false;
    const transport: World['transport'] = {
      send: async (request) => {
        if (broken) throw gone();
        return ports.server.send(request);
      },
    };
    const { client } = await loggedIn({ ports, more: { transport } });
    broken = true;
    const failure = {
      code: 'network_error',
      recovery: 'none',
      sessionSurvives: false,
      at: REVOCATION,
      system: 'ECONNRESET',
    };
    expect(await client.logout()).toMatchObject({ revoked: false, failure });
    await expectNobody(client, ports);
  });

  test('LO-04 late is waited for no longer than the transport waits, and nobody is logged in meanwhile', async () => {
    const ports = world();
    const asked = deferred<void>();
    const timeout = deferred<void>();
    let sent = 0;
    const transport: World['transport'] = {
      async send(request) {
        if (request.url !== REVOCATION) return ports.server.send(request);
        sent += 1;
        asked.resolve();
        await timeout.promise;
        throw gone();
      },
    };
    const { client } = await loggedIn({ ports, more: { transport } });
    const logout = client.logout();
    await asked.promise;
    await expectNobody(client, ports);
    timeout.resolve();
    expect(await logout).toMatchObject({ failure: { code: 'network_error' } });
    expect(sent).toBe(1);
  });
});

describe('metadata that cannot be had', () => {
  test('LO-04 ends the session all the same, and is asked for once although two things need it', async () => {
    const ports = world();
    await loggedIn({ ports, settings: BY_ISSUER });
    const { length } = ports.server.requests;
    ports.server.failNext('metadata', { type: 'status', status: 503 }, { type: 'status', status: 503 });
    const shown: string[] = [];
    const agent = { ...ports.userAgent, leave: (url: string) => void shown.push(url) };
    const client = createClient(BY_ISSUER, { ...ports, userAgent: agent });
    const outcome = await client.logout({ returnTo: BYE });
    expect(outcome).toMatchObject({ revoked: false, departed: false, failure: { code: 'http_error', at: WELL_KNOWN } });
    expect(ports.server.requests.slice(length).map(({ url }) => url)).toEqual([WELL_KNOWN]);
    expect(shown).toEqual([]);
    await expectNobody(client, ports);
  });
});

describe('the page of the server that ends its session', () => {
  test('LO-01 LO-02 is shown with who is leaving, where to come back, and a state; the person comes back', async () => {
    const { client, ports, shown, back } = await loggedIn();
    const hint = idTokenIn(ports);
    expect(await client.logout({ returnTo: BYE })).toEqual({ revoked: true, departed: true });
    const { state = '', ...rest } = queryOf(shown[0]);
    expect(shown[0]?.split('?')[0]).toBe(END_SESSION);
    expect(rest).toEqual({ id_token_hint: hint, client_id: 'app', post_logout_redirect_uri: BYE });
    expect(state).toMatch(/^[\da-f]{32}$/);
    expect(back).toEqual([`${BYE}?state=${state}`]);
    expect(ports.server.state.sessions).toEqual([]);
  });

  test('LO-03 is waited for as long as a login: what is stored of it expires after an hour', async () => {
    const { client, ports } = await loggedIn();
    const kept: (number | undefined)[] = [];
    const { set } = ports.transactionStore;
    ports.transactionStore.set = (key, value, expiresAt) => {
      kept.push(expiresAt);
      return set.call(ports.transactionStore, key, value, expiresAt);
    };
    const now = ports.clock.now();
    await client.logout({ returnTo: BYE });
    expect(kept).toEqual([now + 3600]);
  });

  test('LO-04 is shown when nobody is logged in here any more', async () => {
    const seen: unknown[] = [];
    const ports = world();
    const leave = (): void => void seen.push(client.getSnapshot().status, ports.sessionStore.entries.size);
    const { client } = await loggedIn({ ports, more: { userAgent: { ...ports.userAgent, leave } } });
    await client.logout({ endServerSession: true });
    expect(seen).toEqual(['logged_out', 0]);
  });

  test.each<[request: LogoutRequest, expected: object]>([
    [{ endServerSession: true }, {}],
    [{ endServerSession: true, logoutHint: 'sid-1' }, { logout_hint: 'sid-1' }],
    [{ endServerSession: true, uiLocales: ['de', 'en'] }, { ui_locales: 'de en' }],
    [{ endServerSession: true, uiLocales: 'de' as never }, { ui_locales: 'de' }],
    [{ endServerSession: true, federated: true }, { federated: '' }],
  ])('LO-01 with %j asks for that, and without a way back no state travels', async (request, expected) => {
    const { client, ports, shown } = await loggedIn();
    const hint = idTokenIn(ports);
    expect(await client.logout(request)).toEqual({ revoked: true, departed: true });
    expect(queryOf(shown[0])).toEqual({ id_token_hint: hint, client_id: 'app', ...expected });
    expect([...ports.transactionStore.entries.keys()].filter((key) => key.endsWith('/logout'))).toEqual([]);
  });

  test.each<LogoutRequest>([{}, { federated: true }, { returnTo: BYE, endServerSession: false }])(
    'is not shown for %j',
    async (request) => {
      const { client, ports, shown } = await loggedIn();
      expect(await client.logout(request)).toEqual({ revoked: true, departed: false });
      expect(shown).toEqual([]);
      await expectNobody(client, ports);
    },
  );

  test('may be shown to somebody who is not logged in here: the server may still know them', async () => {
    const { client, shown } = await loggedIn();
    await client.logout();
    expect(await client.logout({ endServerSession: true })).toEqual({ revoked: false, departed: true });
    expect(queryOf(shown[0])).toEqual({ client_id: 'app' });
  });

  test('is none where the server has none: nobody is logged out there, and the outcome says why', async () => {
    for (const request of [{ returnTo: BYE }, { endServerSession: true }]) {
      const { client, shown } = await loggedIn({ settings: SETTINGS });
      const outcome = await client.logout(request);
      expect(outcome).toMatchObject({ revoked: false, departed: false, failure: { code: 'endpoint_missing' } });
      expect(client.getSnapshot()).toEqual({ status: 'logged_out' });
      expect(shown).toEqual([]);
    }
    const { client } = await loggedIn({ settings: SETTINGS });
    expect(await client.logout()).toEqual({ revoked: false, departed: false });
  });

  test('is none on a platform that can show nothing', async () => {
    const ports = world();
    const { client } = await loggedIn({ ports, more: { userAgent: ports.userAgent } });
    const outcome = await client.logout({ returnTo: BYE });
    expect(outcome).toMatchObject({ revoked: true, departed: false, failure: { code: 'user_agent_failed' } });
    await expectNobody(client, ports);
  });

  test.each(['javascript:alert(1)', 'http://app.example/', 'nonsense', '', `${BYE}#x`, `${BYE}?state=1`])(
    'LO-04 is not shown with %j to come back to, and the session here has ended all the same',
    async (returnTo) => {
      const { client, ports, shown } = await loggedIn();
      const outcome = await client.logout({ returnTo });
      expect(outcome).toMatchObject({ revoked: true, departed: false, failure: { code: 'invalid_redirect_uri' } });
      expect(shown).toEqual([]);
      await expectNobody(client, ports);
    },
  );

  test('names `returnTo` when that is wrong, and not the redirect URI of the login', async () => {
    const { client } = await loggedIn();
    const { failure } = await client.logout({ returnTo: 'app.example/bye' });
    expect(failure).toMatchObject({ code: 'invalid_redirect_uri', at: 'returnTo' });
    expect(failure?.message).toContain('(returnTo)');
  });

  test.each<[request: object]>([[{ returnTo: 5 }], [{ returnTo: {} }], [{ returnTo: null }]])(
    'LO-04 is not shown for %j, which no type allows, and the session here has ended all the same',
    async (request) => {
      const { client, ports, shown } = await loggedIn();
      expect(await client.logout(request as LogoutRequest)).toMatchObject({ departed: false, failure: {} });
      expect(shown).toEqual([]);
      await expectNobody(client, ports);
    },
  );

  const broken: readonly (readonly [name: string, more: (ports: World) => Partial<World>, code: string])[] = [
    [
      'a user agent that cannot show it',
      ({ userAgent: { begin } }) => ({ userAgent: { begin, leave: () => Promise.reject(new Error('no')) } }),
      'user_agent_failed',
    ],
    [
      'a random source that gives nothing',
      ({ randomSource }) => ({
        randomSource: {
          octets: (length) => (length === 16 ? Promise.reject(new Error()) : randomSource.octets(length)),
        },
      }),
      'insufficient_entropy',
    ],
    [
      'a store that keeps no state',
      ({ transactionStore }) => ({
        transactionStore: {
          ...transactionStore,
          set: (key, ...rest) =>
            key.endsWith('/logout') ? Promise.reject(new Error()) : transactionStore.set(key, ...rest),
        },
      }),
      'storage_write_failed',
    ],
  ];
  test.each(broken)('LO-04 with %s: the session here has ended all the same', async (_name, more, code) => {
    const ports = world();
    const { client } = await loggedIn({ ports, more: more(ports) });
    const outcome = await client.logout({ returnTo: BYE });
    expect(outcome).toMatchObject({ revoked: true, departed: false, failure: { code } });
    await expectNobody(client, ports);
  });

  test.each<[name: string, octets: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ...[0, 1, 15, 17].map((length): [string, unknown] => [`${length} octets`, new Uint8Array(length)]),
  ])('needs 16 octets for its state: %s are insufficient entropy', async (_name, octets) => {
    const ports = world();
    const randomSource: World['randomSource'] = {
      octets: (length) => (length === 16 ? (octets as Uint8Array) : ports.randomSource.octets(length)),
    };
    const { client, shown } = await loggedIn({ ports, more: { randomSource } });
    expect(await client.logout({ returnTo: BYE })).toMatchObject({
      departed: false,
      failure: { code: 'insufficient_entropy' },
    });
    expect(shown).toEqual([]);
  });

  test('tells the first of two failures', async () => {
    const { client, ports } = await loggedIn();
    ports.server.failNext('revoke', { type: 'status', status: 500 });
    expect(await client.logout({ returnTo: 'nonsense' })).toMatchObject({ failure: { code: 'revocation_refused' } });
  });
});

describe('the logout of a vendor', () => {
  const vendor: readonly (readonly [string, Settings])[] = [
    ['of the metadata that were given', { ...SETTINGS, server: { ...SETTINGS.server, vendorLogoutEndpoint: V2 } }],
    ['of the settings', { ...BY_ISSUER, vendorLogoutEndpoint: V2 }],
  ];
  test.each(vendor)('LO-07 %s is shown with client_id and returnTo', async (_name, settings) => {
    const ports = world();
    // This server has no other page of logout.
    const { getOpenIdConfiguration, logout: _, postLogout: __, ...endpoints } = ports.server.state.settings.endpoints;
    ports.server.settings({ endpoints: { ...endpoints, getOpenIdConfiguration } });
    const { client, shown, back } = await loggedIn({ ports, settings });
    const outcome = await client.logout({ returnTo: BYE, federated: true });
    expect(outcome).toMatchObject({ departed: true });
    expect(shown).toEqual([`${V2}?client_id=app&returnTo=${encodeURIComponent(BYE)}&federated=`]);
    expect(back).toEqual([BYE]);
    // Its answer has no state, and that is told.
    expect(await client.start(BYE)).toEqual({ ...OUT, loggedOut: { stateMatched: false } });
  });

  test('LO-07 gives way to the page of OpenID Connect where the metadata name one', async () => {
    const { client, shown } = await loggedIn({ settings: { ...BY_ISSUER, vendorLogoutEndpoint: V2 } });
    expect(await client.logout({ endServerSession: true })).toMatchObject({ departed: true });
    expect(shown[0]?.split('?')[0]).toBe(END_SESSION);
  });

  test.each(['http://as.example/v2/logout', 'javascript:alert(1)', 'nonsense', ''])(
    'LO-01 is refused when the client is made where it is %j',
    (vendorLogoutEndpoint) => {
      const { server } = SETTINGS;
      expect(() => createClient({ ...BY_ISSUER, vendorLogoutEndpoint }, world())).toThrow(/insecure|invalid/);
      expect(() => createClient({ ...SETTINGS, server: { ...server, vendorLogoutEndpoint } }, world())).toThrow(
        /insecure|invalid/,
      );
    },
  );
});

describe('whoever comes back from the logout', () => {
  async function cameBack(request: LogoutRequest = { returnTo: BYE }) {
    const all = await loggedIn();
    await all.client.logout(request);
    // The page of the return is a new one.
    return { ...all, later: createClient(STATIC, all.ports), url: all.back[0] ?? '' };
  }

  test('LO-03 is told so, and that the state is the one that was sent; once', async () => {
    const { later, url, ports } = await cameBack();
    expect(await later.start(url)).toEqual({ ...OUT, loggedOut: { stateMatched: true } });
    expect(await later.start(url)).toEqual(OUT);
    expect([...ports.transactionStore.entries.keys()].filter((key) => key.endsWith('/logout'))).toEqual([]);
  });

  test.each([BYE, `${BYE}?state=`, `${BYE}?state=0123`, `${BYE}?state=1&state=2`])(
    'LO-03 by %s is told so with a state that does not match; nobody is logged in and nothing is thrown',
    async (url) => {
      const { later } = await cameBack();
      expect(await later.start(url)).toEqual({ ...OUT, loggedOut: { stateMatched: false } });
    },
  );

  test.each(['https://app.example/', 'https://evil.example/bye', `${BYE}/x`, ''])(
    'LO-03 is not %j, which leaves the return still to come',
    async (elsewhere) => {
      const { later, url } = await cameBack();
      expect(await later.start(elsewhere)).toEqual(OUT);
      expect(await later.start(url)).toMatchObject({ loggedOut: { stateMatched: true } });
    },
  );

  test('LO-03 finds who has logged in meanwhile still logged in, whatever the state is', async () => {
    const { later, ports, url } = await cameBack();
    await createClient(STATIC, ports).login();
    expect(await later.start(`${BYE}?state=wrong`)).toMatchObject({
      status: 'logged_in',
      loggedOut: { stateMatched: false },
    });
    expect(await later.start(url)).toMatchObject({ status: 'logged_in' });
  });

  test('at the redirect URI itself: a login callback there is still one, before and after', async () => {
    const { later, ports, url } = await cameBack({ returnTo: REDIRECT_URI });
    const first = await departed(ports);
    expect(await later.start(first)).toMatchObject({ status: 'logged_in', scope: expect.anything() });
    expect(await later.start(url)).toMatchObject({ status: 'logged_in', loggedOut: { stateMatched: true } });
    const second = await departed(ports);
    expect(await later.start(second)).toMatchObject({ status: 'logged_in', scope: expect.anything() });
  });

  test.each(['{', 'null', '[]', '{"returnTo":5}', '{"returnTo":"","state":1}'])(
    'is nobody when the record is %s',
    async (text) => {
      const { later, ports, url } = await cameBack();
      for (const key of ports.transactionStore.entries.keys()) ports.transactionStore.entries.set(key, text);
      expect(await later.start(url)).toEqual(OUT);
    },
  );

  test('is nobody when the store cannot be read, and that is calm', async () => {
    const { ports, url } = await cameBack();
    const transactionStore = { ...ports.transactionStore, get: () => Promise.reject(new Error('no')) };
    expect(await createClient(STATIC, { ...ports, transactionStore }).start(url)).toEqual(OUT);
  });

  test('is told so although the record cannot be removed', async () => {
    const { ports, url } = await cameBack();
    const transactionStore = { ...ports.transactionStore, remove: () => Promise.reject(new Error('no')) };
    const later = createClient(STATIC, { ...ports, transactionStore });
    expect(await later.start(url)).toEqual({ ...OUT, loggedOut: { stateMatched: true } });
  });

  test('is nobody to a client of another id on the same stores', async () => {
    const { ports, url } = await cameBack();
    expect(await createClient({ ...STATIC, clientId: 'other' }, ports).start(url)).toEqual(OUT);
  });
});

describe('secrets', () => {
  test('LG-01 LG-02 no token and no state is in any step, outcome or error of a logout', async () => {
    const { client, ports, steps, shown, requests } = await loggedIn();
    const { secrets } = ports.server;
    ports.server.replace('revoke', ({ body }) => json(400, { error: 'x', error_description: `no ${body}` }));
    const outcome = await client.logout({ returnTo: BYE });
    expect(outcome).toMatchObject({ failure: { code: 'revocation_refused' } });
    secrets.push(queryOf(shown[0])['state'] ?? '', new URLSearchParams(requests()[0]?.body).get('token') ?? '');
    const text = JSON.stringify([steps, outcome, client.getSnapshot()]);
    expect(secrets.length).toBeGreaterThan(5);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(steps.map(({ type }) => type)).toEqual([
      ...(['logged_out', 'request_sent', 'response_received', 'user_agent_opened'] as const),
    ]);
    expect(steps.at(-1)).toMatchObject({
      url: END_SESSION,
      parameters: ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'],
    });
    // Negative control: the same look finds them where they are.
    expect(secrets.some((secret) => JSON.stringify(shown).includes(secret))).toBe(true);
  });
});

describe('ST-12 a logout', () => {
  test('ST-12 gives up the logins that left this page, and no login of another tab or client', async () => {
    const ports = world();
    const urls: string[] = [];
    const leaves = userAgent(async ({ url }) => {
      urls.push(ports.server.authorize(url));
      return { type: 'departed' };
    });
    const here = createClient(STATIC, { ...ports, userAgent: leaves });
    await here.login();
    await createClient(STATIC, { ...ports, userAgent: leaves }).login();
    await createClient({ ...STATIC, clientId: 'other' }, { ...ports, userAgent: leaves }).login();
    await here.logout();
    const [mine = '', ofTab = '', ofOther = ''] = urls;
    expect(await codeOf(createClient(STATIC, ports).handleCallback(mine))).toBe('unknown_transaction');
    expect(await codeOf(createClient(STATIC, ports).handleCallback(ofTab))).toBe('no failure');
    expect(await codeOf(createClient({ ...STATIC, clientId: 'other' }, ports).handleCallback(ofOther))).toBe(
      'no failure',
    );
  });

  test('ST-12 gives up a login that has not left yet: it waits for metadata, and shows nothing', async () => {
    const ports = world();
    const asked = deferred<void>();
    const gate = deferred<void>();
    const transport: World['transport'] = {
      async send(request) {
        asked.resolve();
        await gate.promise;
        return ports.server.send(request);
      },
    };
    let opened = 0;
    const agent = userAgent(async () => {
      opened += 1;
      return { type: 'dismissed' };
    });
    const client = createClient(BY_ISSUER, { ...ports, transport, userAgent: agent });
    const login = client.login();
    const code = codeOf(login);
    await asked.promise;
    await client.logout();
    gate.resolve();
    expect(await code).toBe('user_cancelled');
    await settled();
    expect([opened, ports.transactionStore.entries.size]).toEqual([0, 0]);
    expect(client.getSnapshot()).toEqual(OUT);
  });

  test('ST-12 gives up every login that waits for its person, also over a store that takes nothing away', async () => {
    const ports = world();
    const waits = userAgent(
      ({ cancel }) => new Promise((resolve) => cancel?.addEventListener('abort', () => resolve({ type: 'cancelled' }))),
    );
    const remove = (): Promise<void> => Promise.reject(new Error('no'));
    const transactionStore = { ...ports.transactionStore, remove };
    const client = createClient(STATIC, { ...ports, transactionStore, userAgent: waits });
    const codes = [codeOf(client.login()), codeOf(client.login()), codeOf(client.login())];
    await settled();
    expect(await client.logout()).toEqual({ revoked: false, departed: false });
    for (const code of await Promise.all(codes)) expect(code).not.toBe('no failure');
  });

  test('ST-12 forgets metadata and keys: the next login asks again', async () => {
    const { client, to } = await loggedIn({ settings: BY_ISSUER });
    await client.login();
    expect([to(WELL_KNOWN), to(KEYS)]).toEqual([0, 0]);
    await client.logout();
    await client.login();
    expect([to(WELL_KNOWN), to(KEYS)]).toEqual([1, 1]);
  });

  test('ST-12 leaves what a later login of the same client begins', async () => {
    const { client, ports } = await loggedIn();
    await client.logout();
    expect(await client.login()).toMatchObject({ status: 'logged_in' });
    expect(await createClient(STATIC, ports).start()).toMatchObject({ status: 'logged_in' });
  });
});
