/** What a client knows of its server: metadata and keys, fetched once for all who ask, and again in time. OIDC Core, 10.1.1. */
import { randomUUID } from 'node:crypto';
import type { HttpRequest, NumericDate } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { signingKey } from '../../core/test/support/signing.ts';
import { createClient, type Settings } from '../src/index.ts';
import {
  BY_ISSUER,
  clientOf,
  codeOf,
  deferred,
  gone,
  ISSUER,
  json,
  movingClock,
  SETTINGS,
  Server,
  settled,
  userAgent,
  WELL_KNOWN,
  type World,
  world,
} from './world.ts';

const KEYS = SETTINGS.server.jwksUri;
const RFC8414 = `${ISSUER}/.well-known/oauth-authorization-server`;
const OK = { status: 'logged_in' };

const asked = ({ server }: World, url: string): number => server.requests.filter((one) => one.url === url).length;

/** A world whose clock the test moves, and whose ID Tokens are good for a week. */
function aging(server?: Server) {
  const clock = movingClock();
  const ports = { ...world(server), clock };
  ports.server.settings({ lifetimes: { ...ports.server.state.settings.lifetimes, idToken: 604_800 } });
  return { ports, clock };
}

/** Answers for one address come when the test says so. */
function held(url: string, ports: World = world()) {
  const gate = deferred<void>();
  const begun = { ...deferred<void>(), count: 0 };
  const transport: World['transport'] = {
    async send(request: HttpRequest) {
      if (request.url === url) {
        begun.resolve();
        begun.count += 1;
        await gate.promise;
      }
      return ports.server.send(request);
    },
  };
  return { ports: { ...ports, transport }, gate, begun };
}

/** From now on every ID Token names a key that nobody knows. */
const flood = ({ server }: World): void => {
  server.jwt = (jwt) => ({ ...jwt, header: { ...jwt.header, kid: randomUUID() } });
};

describe('keys', () => {
  test('DI-07 are fetched once, however many logins follow', async () => {
    const ports = world();
    const client = clientOf(ports);
    for (let round = 0; round < 3; round += 1) expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(1);
  });

  test('DI-07 are fetched once for logins at the same time', async () => {
    const { ports, gate, begun } = held(KEYS);
    const client = clientOf(ports);
    const logins = [client.login(), client.login(), client.login()];
    await begun.promise;
    await settled();
    expect(begun.count).toBe(1);
    gate.resolve();
    for (const outcome of await Promise.all(logins)) expect(outcome).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(1);
  });

  test('negative control: clients that share nothing fetch each for themselves', async () => {
    const { ports, gate, begun } = held(KEYS);
    const logins = [clientOf(ports).login(), clientOf(ports).login(), clientOf(ports).login()];
    await begun.promise;
    await settled();
    expect(begun.count).toBe(3);
    gate.resolve();
    await Promise.all(logins);
  });

  test('DI-07 are good for 600 seconds, and not for one more', async () => {
    const { ports, clock } = aging();
    const client = clientOf(ports);
    await client.login();
    clock.passed(599);
    await client.login();
    expect(asked(ports, KEYS)).toBe(1);
    clock.passed(1);
    expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(2);
    clock.passed(599);
    await client.login();
    expect(asked(ports, KEYS)).toBe(2);
  });

  test('AT-63 are fetched anew by a clock that was set back', async () => {
    const { ports, clock } = aging();
    clock.passed(10);
    const client = clientOf(ports);
    await client.login();
    clock.wall -= 5;
    await client.login();
    expect(asked(ports, KEYS)).toBe(2);
  });

  test('DI-07 sc-025 that were replaced between two logins are found: two fetches, and both logins are good', async () => {
    const [a, b] = [signingKey('ES256', 'a'), signingKey('ES256', 'b')];
    const ports = world(new Server([a, b]));
    ports.server.rotateTo(a);
    const client = clientOf(ports);
    expect(await client.login()).toMatchObject(OK);
    ports.server.rotateTo(b);
    expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(2);
  });

  test('that were replaced under the same name are asked for anew by the login that follows the refused one', async () => {
    const [old, present] = [signingKey('ES256', 'same'), signingKey('ES256', 'same')];
    const ports = world(new Server([present]));
    ports.server.rotateTo(present);
    ports.server.replace('keys', () => json(200, { keys: [old.jwk] }));
    const client = clientOf(ports);
    expect(await codeOf(client.login())).toBe('id_token_signature_invalid');
    ports.server.behave();
    expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(2);
  });

  test('DI-07 of a server that took one back are believed for 600 seconds more, and then no longer', async () => {
    const [a, b] = [signingKey('ES256', 'a'), signingKey('ES256', 'b')];
    const { ports, clock } = aging(new Server([a, b]));
    ports.server.rotateTo(a);
    const client = clientOf(ports);
    await client.login();
    // Somebody who stole the old key still signs with it.
    ports.server.replace('keys', () => json(200, { keys: [b.jwk] }));
    expect(await client.login()).toMatchObject(OK);
    clock.passed(600);
    expect(await codeOf(client.login())).toBe('id_token_key_not_found');
  });

  test('DI-07 sc-026 100 callbacks with unknown kids within 60 seconds cost two fetches', async () => {
    const { ports, clock } = aging();
    flood(ports);
    const client = clientOf(ports);
    for (let count = 0; count < 100; count += 1) {
      expect(await codeOf(client.login())).toBe('id_token_key_not_found');
      if (count % 2) clock.passed(1);
    }
    expect(asked(ports, KEYS)).toBe(2);
    // Who is honest still gets in, without another fetch.
    ports.server.jwt = undefined;
    expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(2);
  });

  test('DI-07 sc-026 100 of them at the same time cost no more, and neither do 100 after them', async () => {
    const ports = world();
    flood(ports);
    const client = clientOf(ports);
    for (let round = 0; round < 2; round += 1) {
      const codes = await Promise.all(Array.from({ length: 100 }, () => codeOf(client.login())));
      expect(new Set(codes)).toEqual(new Set(['id_token_key_not_found']));
      expect(asked(ports, KEYS)).toBeLessThanOrEqual(2);
    }
  });

  test('DI-07 a key that came during the cool-down is found when that is over', async () => {
    const [a, b] = [signingKey('ES256', 'a'), signingKey('ES256', 'b')];
    const { ports, clock } = aging(new Server([a, b]));
    ports.server.rotateTo(a);
    const client = clientOf(ports);
    await client.login();
    flood(ports);
    await codeOf(client.login());
    ports.server.jwt = undefined;
    ports.server.rotateTo(b);
    expect(await codeOf(client.login())).toBe('id_token_key_not_found');
    clock.passed(59);
    expect(await codeOf(client.login())).toBe('id_token_key_not_found');
    clock.passed(1);
    expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(3);
  });

  test('DI-07 sc-026 a search that gets no answer counts, too: 100 more at that time send nothing', async () => {
    const ports = world();
    let down = false;
    let sent = 0;
    const transport: World['transport'] = {
      send: async (request) => {
        if (!down || request.url !== KEYS) return ports.server.send(request);
        sent += 1;
        throw gone();
      },
    };
    const client = clientOf({ ...ports, transport });
    await client.login();
    flood(ports);
    down = true;
    const codes: string[] = [];
    for (let count = 0; count < 100; count += 1) codes.push(await codeOf(client.login()));
    expect(sent).toBe(1);
    expect(codes).toEqual(['key_set_unavailable', ...Array.from({ length: 99 }, () => 'id_token_key_not_found')]);
    // Who is honest still gets in.
    ports.server.jwt = undefined;
    expect(await client.login()).toMatchObject(OK);
  });

  test('DI-07 sc-025 a key that is being searched for somebody else is waited for', async () => {
    const [a, b] = [signingKey('ES256', 'a'), signingKey('ES256', 'b')];
    const ports = world(new Server([a, b]));
    ports.server.rotateTo(a);
    const [begun, gate] = [deferred<void>(), deferred<void>()];
    let searches = 0;
    const transport: World['transport'] = {
      async send(request) {
        if (request.url === KEYS && asked(ports, KEYS) > 0) {
          searches += 1;
          begun.resolve();
          await gate.promise;
        }
        return ports.server.send(request);
      },
    };
    const client = clientOf({ ...ports, transport });
    await client.login();
    ports.server.rotateTo(b);
    const one = client.login();
    // The search has begun, and with it the cool-down.
    await begun.promise;
    const two = client.login();
    await settled();
    gate.resolve();
    for (const outcome of await Promise.all([one, two])) expect(outcome).toMatchObject(OK);
    expect(searches).toBe(1);
  });

  test('ID-05 DI-07 sc-024 that cannot be had log nobody in and save nothing; the next login asks again', async () => {
    const ports = world();
    const client = clientOf(ports);
    ports.server.failNext('keys', { type: 'status', status: 503 });
    await expect(client.login()).rejects.toMatchObject({
      failure: { code: 'http_error', http: { status: 503 }, at: KEYS },
    });
    expect(ports.sessionStore.entries.size).toBe(0);
    expect(client.getSnapshot().status).not.toBe('logged_in');
    expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(2);
  });

  test('ID-05 DI-07 sc-024 that nobody answers for are told so, with the name of the reason', async () => {
    const ports = world();
    let broken = true;
    const transport: World['transport'] = {
      send: async (request) => {
        if (broken && request.url === KEYS) throw gone();
        return ports.server.send(request);
      },
    };
    const client = clientOf({ ...ports, transport });
    await expect(client.login()).rejects.toMatchObject({
      failure: { code: 'key_set_unavailable', at: KEYS, system: 'ECONNRESET' },
    });
    expect(ports.sessionStore.entries.size).toBe(0);
    broken = false;
    expect(await client.login()).toMatchObject(OK);
  });

  test('DI-07 that were there stay good when a search for another one fails, and that search counts', async () => {
    const ports = world();
    const client = clientOf(ports);
    await client.login();
    flood(ports);
    ports.server.failNext('keys', { type: 'status', status: 503 });
    expect(await codeOf(client.login())).toBe('http_error');
    expect(await codeOf(client.login())).toBe('id_token_key_not_found');
    ports.server.jwt = undefined;
    expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(2);
  });

  test('DI-07 whoever gives up while they are fetched stops waiting, and ends the fetch of nobody else', async () => {
    const { ports, gate, begun } = held(KEYS);
    const client = clientOf(ports);
    const giving = new AbortController();
    const one = codeOf(client.login({ cancel: giving.signal }));
    const two = client.login();
    await begun.promise;
    await settled();
    giving.abort();
    // Settles although the keys have not come yet.
    expect(await one).toBe('user_cancelled');
    gate.resolve();
    expect(await two).toMatchObject(OK);
    expect(asked(ports, KEYS)).toBe(1);
  });

  test('ST-12 that arrive after a logout are forgotten like those that came before', async () => {
    const { ports, gate, begun } = held(KEYS);
    const client = clientOf(ports);
    const login = client.login();
    await begun.promise;
    await client.logout();
    gate.resolve();
    // It came back before the logout, which is too late for it.
    expect(await login).toMatchObject(OK);
    await client.login();
    expect(asked(ports, KEYS)).toBe(2);
  });
});

const clientBy = (ports: World, more: Partial<Settings> = {}) =>
  createClient({ ...BY_ISSUER, ...more } as Settings, ports);

describe('metadata', () => {
  test('DI-05 are good for 3600 seconds, and not for one more', async () => {
    const { ports, clock } = aging();
    const client = clientBy(ports);
    await client.login();
    clock.passed(3599);
    await client.login();
    expect(asked(ports, WELL_KNOWN)).toBe(1);
    clock.passed(1);
    expect(await client.login()).toMatchObject(OK);
    expect(asked(ports, WELL_KNOWN)).toBe(2);
  });

  test('DI-05 that are too old are asked for once by all who find that out at the same time', async () => {
    const { ports, clock } = aging();
    const client = clientBy(ports);
    await client.login();
    clock.passed(3600);
    await Promise.all([client.login(), client.login(), client.login()]);
    expect(asked(ports, WELL_KNOWN)).toBe(2);
  });

  test('that are too old, of a server that does not answer, are not believed any longer', async () => {
    const { ports, clock } = aging();
    const client = clientBy(ports);
    await client.login();
    clock.passed(3600);
    ports.server.failNext('metadata', { type: 'status', status: 503 });
    expect(await codeOf(client.login())).toBe('http_error');
    expect(await client.login()).toMatchObject(OK);
  });

  test('ST-12 that fail to arrive after a logout are not missed by those who ask again since then', async () => {
    const ports = world();
    const gates = [deferred<void>(), deferred<void>()];
    let sent = 0;
    const transport: World['transport'] = {
      async send(request) {
        if (request.url !== WELL_KNOWN) return ports.server.send(request);
        sent += 1;
        const mine = sent;
        await gates[mine - 1]?.promise;
        if (mine === 1) throw gone();
        return ports.server.send(request);
      },
    };
    const client = clientBy({ ...ports, transport });
    const before = codeOf(client.login());
    await settled();
    await client.logout();
    expect(await before).toBe('user_cancelled');
    const one = client.login();
    await settled();
    gates[0]?.resolve();
    await settled();
    const two = client.login();
    await settled();
    gates[1]?.resolve();
    for (const outcome of await Promise.all([one, two])) expect(outcome).toMatchObject(OK);
    expect(sent).toBe(2);
  });

  test('are asked for once by each call, also by a clock that never says a number', async () => {
    const ports = world();
    let left = 20;
    const transport: World['transport'] = {
      send: async (request) => {
        left -= 1;
        if (left < 0) throw gone();
        return ports.server.send(request);
      },
    };
    const clock = { now: () => Number.NaN as NumericDate };
    await codeOf(clientBy({ ...ports, transport, clock }).login());
    expect(asked(ports, WELL_KNOWN)).toBe(1);
  });

  test('DI-02 are found by the form of RFC 8414 where there is no other, and kept', async () => {
    const ports = world();
    ports.server.deviate('only_rfc8414_metadata');
    const client = clientBy(ports);
    expect(await client.login()).toMatchObject(OK);
    expect(await client.login()).toMatchObject(OK);
    expect([asked(ports, WELL_KNOWN), asked(ports, RFC8414)]).toEqual([1, 1]);
  });

  test('DI-02 are asked for by the form of OpenID Connect alone where that is there', async () => {
    const ports = world();
    expect(await clientBy(ports).login()).toMatchObject(OK);
    expect(asked(ports, RFC8414)).toBe(0);
  });

  test('are found behind a redirect to the same address with a slash', async () => {
    const ports = world();
    ports.server.deviate('discovery_redirects_to_slash');
    expect(await clientBy(ports).login()).toMatchObject(OK);
    expect([asked(ports, WELL_KNOWN), asked(ports, `${WELL_KNOWN}/`)]).toEqual([1, 1]);
  });

  test.each([
    ['nothing', ['no_discovery'], 'metadata_not_found'],
    ['pages', ['no_discovery', 'html_for_unknown_paths'], 'malformed_metadata_response'],
  ] as const)('of a server that has %s are not there, at an address that is named', async (_name, how, code) => {
    const ports = world();
    ports.server.deviate(...how);
    await expect(clientBy(ports).login()).rejects.toMatchObject({
      failure: { code, at: expect.stringMatching(`^${ISSUER}/.well-known/`) },
    });
    expect([asked(ports, WELL_KNOWN), asked(ports, RFC8414)]).toEqual([1, 1]);
    expect(ports.transactionStore.entries.size).toBe(0);
  });

  test('DI-05 that were given are not asked for, by no verb', async () => {
    const ports = world();
    const server = { ...SETTINGS.server, revocationEndpoint: `${ISSUER}/oauth/revoke` };
    const client = createClient({ ...SETTINGS, server }, ports);
    await client.start();
    await client.login();
    await client.userinfo();
    await client.logout();
    expect(ports.server.requests.map(({ url }) => url)).toEqual([
      ...[SETTINGS.server.tokenEndpoint, KEYS, SETTINGS.server.userinfoEndpoint, server.revocationEndpoint],
    ]);
  });

  test('DI-05 DI-08 do not widen what the application allows: an algorithm that it does not name is refused', async () => {
    const ports = world();
    const client = clientBy(ports, { signingAlgorithms: ['RS256'] });
    expect(await codeOf(client.login())).toBe('id_token_alg_invalid');
    expect(ports.sessionStore.entries.size).toBe(0);
  });

  test('DI-08 switch `iss` on: a callback without it is refused where they promise it', async () => {
    const ports = world();
    const agent = userAgent(async ({ url }) => {
      const callback = new URL(ports.server.authorize(url));
      callback.searchParams.delete('iss');
      return { type: 'returned', url: callback.href };
    });
    expect(await codeOf(clientBy({ ...ports, userAgent: agent }).login())).toBe('issuer_missing');
    expect(ports.server.codesSent).toEqual([]);
    // Negative control: where they promise nothing, it may be missing.
    ports.server.deviate('iss_not_supported');
    expect(await clientBy({ ...ports, userAgent: agent }).login()).toMatchObject(OK);
  });

  test('DI-08 switch nothing off: PKCE is used where they do not name it, and plain is never enough', async () => {
    const urls: string[] = [];
    const ports = world();
    const agent = userAgent(async ({ url }) => {
      urls.push(url);
      return { type: 'returned', url: ports.server.authorize(url) };
    });
    const members = (more: object): void =>
      ports.server.replace('metadata', () =>
        json(200, {
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/authorize`,
          token_endpoint: SETTINGS.server.tokenEndpoint,
          jwks_uri: KEYS,
          ...more,
        }),
      );
    members({});
    expect(await clientBy({ ...ports, userAgent: agent }).login()).toMatchObject(OK);
    expect(new URL(urls[0] ?? '').searchParams.get('code_challenge_method')).toBe('S256');
    members({ code_challenge_methods_supported: ['plain'] });
    expect(await codeOf(clientBy({ ...ports, userAgent: agent }).login())).toBe('pkce_not_supported');
    expect(urls).toHaveLength(1);
  });
});
