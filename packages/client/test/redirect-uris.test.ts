/** One redirect URI for two servers: refused where a callback does not say whose it is. RFC 9700, section 4.4. */
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { type Client, createClient, type Settings } from '../src/index.ts';
import { BY_ISSUER, codeOf, ISSUER, SETTINGS, type World, world } from './world.ts';

const OTHER = 'https://other.example';
const OK = { status: 'logged_in' };

/** A redirect URI that no other test has. */
let uris = 0;
const nextUri = (): string => {
  uris += 1;
  return `https://app.example/callback-${uris}`;
};

type Made = { readonly client: Client; readonly ports: World; readonly seen: { opened: number; saved: number } };

/** A client whose redirect URI is known before a login, or only then. */
function made(redirectUri: string, settings: Settings, { early = true, ports = world() } = {}): Made {
  const seen = { opened: 0, saved: 0 };
  const { set } = ports.transactionStore;
  const open: ReturnType<World['userAgent']['begin']>['open'] = async ({ url }) => {
    seen.opened += 1;
    return { type: 'returned', url: ports.server.authorize(url) };
  };
  const userAgent: World['userAgent'] = {
    begin: () => ({ redirectUri, open, close: () => {} }),
    ...(early && { redirectUri }),
  };
  const transactionStore: World['transactionStore'] = {
    ...ports.transactionStore,
    set: (key, ...rest) => {
      seen.saved += 1;
      return set(key, ...rest);
    },
  };
  return { client: createClient(settings, { ...ports, userAgent, transactionStore }), ports, seen };
}

/** Metadata that promise no `iss`. */
const silent = (issuer = ISSUER, clientId = 'app'): Settings => {
  const { issParameterSupported: _, ...server } = SETTINGS.server;
  return { ...SETTINGS, clientId, server: { ...server, issuer } };
};

function silentWorld(): World {
  const ports = world();
  ports.server.deviate('iss_not_supported');
  return ports;
}

async function expectShared({ client, ports, seen }: Made): Promise<void> {
  await expect(client.login()).rejects.toMatchObject({
    failure: { kind: 'misuse', code: 'redirect_uri_shared', recovery: 'fix_configuration' },
  });
  expect(seen).toEqual({ opened: 0, saved: 0 });
  expect(ports.server.codesSent).toEqual([]);
}

describe('a redirect URI that clients of two servers have', () => {
  test('CB-06 NA-11 AT-06 is refused where the callback says no `iss`: nothing leaves, nothing is shown', async () => {
    const uri = nextUri();
    const other = made(uri, silent(OTHER));
    const mine = made(uri, silent(), { ports: silentWorld() });
    await expectShared(mine);
    expect(mine.ports.server.requests).toEqual([]);
    await expectShared(other);
  });

  test('negative control: the same two clients log in with a redirect URI for each', async () => {
    const other = made(nextUri(), silent(OTHER));
    const mine = made(nextUri(), silent(), { ports: silentWorld() });
    expect(await mine.client.login()).toMatchObject(OK);
    expect(other.seen).toEqual({ opened: 0, saved: 0 });
  });

  test('CB-06 NA-11 AT-06 is refused by metadata that were fetched, which alone leaves before', async () => {
    const uri = nextUri();
    const other = made(uri, silent(OTHER));
    const mine = made(uri, BY_ISSUER, { ports: silentWorld() });
    await expectShared(mine);
    expect(mine.ports.server.requests.map(({ url }) => url)).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
    expect(other.seen).toEqual({ opened: 0, saved: 0 });
  });

  test('CB-06 NA-11 AT-06 is refused at the start already, where redirect URI and metadata are known by then', async () => {
    const uri = nextUri();
    const other = made(uri, silent(OTHER));
    const mine = made(uri, silent(), { ports: silentWorld() });
    for (const { client } of [mine, other]) expect(await codeOf(client.start())).toBe('redirect_uri_shared');
    expect(await made(uri, SETTINGS).client.start()).toEqual({ status: 'logged_out' });
    expect(await made(nextUri(), silent()).client.start()).toEqual({ status: 'logged_out' });
  });

  test('CB-06 NA-11 is refused as well where it is known only when a login begins', async () => {
    const uri = nextUri();
    const late = { early: false };
    const first = made(uri, silent(), { ...late, ports: silentWorld() });
    const second = made(uri, silent(OTHER), late);
    expect(await first.client.login()).toMatchObject(OK);
    await expectShared(second);
    expect(await codeOf(first.client.login())).toBe('redirect_uri_shared');
    expect(first.seen.opened).toBe(1);
  });

  test('CB-06 may be shared with servers that say `iss`, by the client of such a server', async () => {
    const uri = nextUri();
    const other = made(uri, silent(OTHER));
    const mine = made(uri, SETTINGS);
    expect(await mine.client.login()).toMatchObject(OK);
    await expectShared(other);
  });

  test.each([
    ['with a query more', '?as=honest'],
    ['with two queries more', '?tenant=1&as=honest'],
  ])('CB-06 AT-06 is refused where a callback at that of the other one, %s, would be taken', async (_what, query) => {
    const uri = nextUri();
    const other = made(`${uri}${query}`, silent(OTHER));
    await expectShared(made(uri, silent(), { ports: silentWorld() }));
    expect(other.seen.opened).toBe(0);
  });

  test('CB-06 AT-06 is refused where only the slash of an empty path is another', async () => {
    const host = `https://host-${nextUri().replace(/\D/g, '')}.example`;
    const other = made(`${host}/`, silent(OTHER));
    await expectShared(made(host, silent(), { ports: silentWorld() }));
    expect(other.seen.opened).toBe(0);
  });

  test('negative control: a query that tells them apart is enough', async () => {
    const uri = nextUri();
    const other = made(`${uri}?as=other`, silent(OTHER));
    expect(await made(`${uri}?as=mine`, silent(), { ports: silentWorld() }).client.login()).toMatchObject(OK);
    expect(other.seen.opened).toBe(0);
  });

  test('CB-06 is refused for two client ids of one server: registrations are told apart by nothing else', async () => {
    const uri = nextUri();
    const other = made(uri, silent(ISSUER, 'other'));
    const mine = made(uri, silent(), { ports: silentWorld() });
    await expectShared(mine);
    expect(other.seen.opened).toBe(0);
  });
});

describe('a redirect URI', () => {
  test('of one client that was made twice is its own', async () => {
    const uri = nextUri();
    const again = made(uri, silent());
    const mine = made(uri, silent(), { ports: silentWorld() });
    for (let round = 0; round < 2; round += 1) expect(await mine.client.login()).toMatchObject(OK);
    expect(again.seen.opened).toBe(0);
  });

  test.each(['http://127.0.0.1', 'http://[::1]', 'http://localhost'])(
    'CB-06 NA-11 at %s is the same with any port, as it is registered without one',
    async (host) => {
      const path = new URL(nextUri()).pathname;
      const other = made(`${host}:4000${path}`, silent(OTHER));
      await expectShared(made(`${host}:5000${path}`, silent(), { ports: silentWorld() }));
      await expectShared(made(`${host}${path}`, silent(), { ports: silentWorld() }));
      const elsewhere = made(`${host}:4000${path}/2`, silent(), { ports: silentWorld() });
      expect(await elsewhere.client.login()).toMatchObject(OK);
      expect(other.seen.opened).toBe(0);
    },
  );

  test('at another port of a name is another one', async () => {
    const { pathname } = new URL(nextUri());
    const other = made(`https://app.example:4000${pathname}`, silent(OTHER));
    const mine = made(`https://app.example:5000${pathname}`, silent(), { ports: silentWorld() });
    expect(await mine.client.login()).toMatchObject(OK);
    expect(other.seen.opened).toBe(0);
  });

  test('of a server on this computer takes it from nobody: such a server is a test', async () => {
    const uri = nextUri();
    const { server } = SETTINGS;
    const local = Object.fromEntries(
      Object.entries(server).map(([name, value]) => [name, `${value}`.replace(ISSUER, 'http://127.0.0.1:4000')]),
    ) as unknown as typeof server;
    const { issParameterSupported: _, ...members } = local;
    const other = made(uri, { ...SETTINGS, server: members });
    const mine = made(uri, silent(), { ports: silentWorld() });
    expect(await mine.client.login()).toMatchObject(OK);
    expect(other.seen.opened).toBe(0);
  });
});

describe('a client that nobody holds any more', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;

  /** Until it is so, or so often that it never will be. */
  async function collectedUntil(isSo: () => Promise<boolean>): Promise<boolean> {
    for (let round = 0; round < 20; round += 1) {
      await turn();
      collect();
      if (await isSo()) return true;
    }
    return false;
  }

  test('is forgotten: its redirect URI is free', async () => {
    const uri = nextUri();
    const mine = made(uri, silent(), { ports: silentWorld() });
    const letGo = (): void => void made(uri, silent(OTHER));
    letGo();
    expect(await codeOf(mine.client.login())).toBe('redirect_uri_shared');
    expect(await collectedUntil(async () => (await codeOf(mine.client.login())) === 'no failure')).toBe(true);
  });

  test('negative control: one that is held is not forgotten', async () => {
    const uri = nextUri();
    const mine = made(uri, silent(), { ports: silentWorld() });
    const held = made(uri, silent(OTHER));
    expect(await collectedUntil(async () => (await codeOf(mine.client.login())) === 'no failure')).toBe(false);
    expect(held.client.getSnapshot()).toEqual({ status: 'loading' });
  });
});
