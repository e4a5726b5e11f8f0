/** A device whose clock is wrong, at a real oidc-provider: what fails says so, and what expires does. RFC 9110, 6.6.1. */
import { type Clock, createClient, memoryStore, type Settings } from '@proofkey/client';
import type { NumericDate } from '@proofkey/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { NodeSettings } from '../src/index.ts';
import { nodePorts } from '../src/node-client.ts';
import { cookieBrowser } from './cookie-browser.ts';
import { expectNoSecretIn } from './refused-login.ts';
import { CLIENT_ID, LIFETIME, type SigningServer, startSigningServer, TOKEN } from './signing-server.ts';
import { visibleStore } from './waiting-login.ts';

let server: SigningServer;
beforeAll(async () => {
  server = await startSigningServer('ES256');
});
afterAll(() => server.close());
afterEach(() => server.honest());

const HOURS = 3600;

/** A clock that goes on only when somebody says so. */
type Hands = { wall: number; monotonic: number | undefined };

function clientWith(hands: Hands, more: Partial<Settings> = {}) {
  const clock: Clock = {
    now: () => hands.wall as NumericDate,
    ...(hands.monotonic !== undefined && { monotonic: () => hands.monotonic as number }),
  };
  const sessionStore = visibleStore();
  const settings = {
    issuer: server.issuer,
    clientId: CLIENT_ID,
    scope: ['openid'],
    terminal: false,
    openBrowser: cookieBrowser(server).open,
    sessionStore,
    // The whole device has this clock, and a store in memory forgets by it.
    transactionStore: memoryStore(clock),
    ...more,
  } as NodeSettings;
  return { client: createClient(settings, { ...nodePorts(settings), clock }), sessionStore };
}

const realTime = (): number => Math.floor(Date.now() / 1000);

/** What the token endpoint says that the time is. */
const sayTime = (seconds: number | undefined): void =>
  server.change(TOKEN, (answer) => {
    const date = seconds === undefined ? undefined : new Date(seconds * 1000).toUTCString();
    return { ...answer, headers: { ...answer.headers, date } };
  });

async function failed(hands: Hands, more: Partial<Settings> = {}): Promise<object> {
  const { client, sessionStore } = clientWith(hands, more);
  const error = await client.login().catch((thrown: unknown) => thrown);
  expect(sessionStore.entries.size).toBe(0);
  expectNoSecretIn(server, error);
  return error as object;
}

const saying = (words: string) => expect.stringContaining(`${server.issuer}${TOKEN}, this device's clock is ${words})`);

describe('a login with a clock that is wrong', () => {
  test.each([
    [-2 * HOURS, 'id_token_iat_invalid', '2 hours slow'],
    [2 * HOURS + 60, 'id_token_expired', '2 hours fast'],
    [-14 * 60, 'id_token_iat_invalid', '14 minutes slow'],
    [-40, 'id_token_iat_invalid', '45 seconds slow'],
    [3 * 24 * HOURS, 'id_token_expired', '3 days fast'],
  ])('sc-020 ER-07 AT-63: by %i seconds fails and says how much: %s, %s', async (off, code, words) => {
    const now = realTime();
    // Some seconds after the token was issued, so that it is this time that is told.
    sayTime(now + 5);
    expect(await failed({ wall: now + off, monotonic: 0 })).toMatchObject({
      message: saying(words),
      failure: { kind: 'untrusted_response', code, clockOffset: 5 - off, message: saying(words) },
    });
    // Negative control: with the right time the same token is a good one.
    const { client } = clientWith({ wall: realTime(), monotonic: 0 });
    expect(await client.login()).toMatchObject({ status: 'logged_in', signature: 'verified' });
  });

  test('sc-020 ER-07: is named by the token itself where the server does not tell the time', async () => {
    sayTime(undefined);
    const now = realTime();
    const slow = await failed({ wall: now - 2 * HOURS, monotonic: 0 });
    expect(slow).toMatchObject({ failure: { code: 'id_token_iat_invalid', message: saying('2 hours slow') } });
    const { clockOffset } = (slow as { readonly failure: { readonly clockOffset: number } }).failure;
    expect(clockOffset).toBeGreaterThanOrEqual(2 * HOURS);
    // A minute more, because the token is issued a moment after the clock was read.
    const fast = await failed({ wall: now + 2 * HOURS + 60, monotonic: 0 });
    expect(fast).toMatchObject({ failure: { code: 'id_token_expired', message: saying('2 hours fast') } });
  });

  test('ER-07: is not blamed where the server agrees about the time: then its token is the odd one', async () => {
    for (const [off, code] of [
      [-2 * HOURS, 'id_token_iat_invalid'],
      [2 * HOURS, 'id_token_expired'],
    ] as const) {
      const wall = realTime() + off;
      sayTime(wall);
      const error = await failed({ wall, monotonic: 0 });
      expect(error).toMatchObject({ failure: { code } });
      expect(error).not.toHaveProperty('failure.clockOffset');
      expect(`${error}`).not.toContain('clock is');
      server.honest();
    }
  });

  test('by less than the tolerance logs in, and a tolerance of none is kept, whatever the server says', async () => {
    const now = realTime();
    for (const off of [-10, 10]) {
      const { client } = clientWith({ wall: now + off, monotonic: 0 });
      expect(await client.login()).toMatchObject({ status: 'logged_in' });
    }
    sayTime(now);
    expect(await failed({ wall: now - 20, monotonic: 0 }, { clockTolerance: 0 })).toMatchObject({
      failure: { code: 'id_token_iat_invalid', clockOffset: 20, message: saying('20 seconds slow') },
    });
  });
});

describe('an access token', () => {
  const EXPIRED = { failure: { code: 'session_expired' } };
  /** Seconds before its end from which on it is not given out any more. */
  const MARGIN = 30;
  const DAY = 24 * HOURS;

  test.each([-2 * HOURS, 2 * HOURS])(
    'sc-020 AT-63: of a device whose clock is off by %i seconds lasts as long as any other',
    async (off) => {
      // Without an ID Token there is no time in it that could be wrong.
      const hands = { wall: realTime() + off, monotonic: 77.5 };
      const { client } = clientWith(hands, { scope: ['profile'] });
      await client.login();
      const token = await client.accessToken();
      for (const passed of [1, LIFETIME - MARGIN - 2]) {
        hands.wall += passed;
        hands.monotonic += passed;
        expect(await client.accessToken()).toBe(token);
      }
      hands.wall += 1;
      hands.monotonic += 1;
      await expect(client.accessToken()).rejects.toMatchObject(EXPIRED);
    },
  );

  test('AT-63: does not come back to life when the clock is set back by a day', async () => {
    const hands = { wall: realTime(), monotonic: 1000.25 };
    const { client } = clientWith(hands);
    await client.login();
    const token = await client.accessToken();
    hands.wall -= DAY;
    hands.monotonic += LIFETIME - MARGIN - 2;
    expect(await client.accessToken()).toBe(token);
    hands.monotonic += 3;
    await expect(client.accessToken()).rejects.toMatchObject(EXPIRED);
    await expect(client.userinfo()).rejects.toMatchObject(EXPIRED);
    expect(client.getSnapshot().status).toBe('logged_out');
  });

  test('AT-63, negative control: without a monotonic clock it does', async () => {
    const hands: Hands = { wall: realTime(), monotonic: undefined };
    const { client } = clientWith(hands);
    await client.login();
    const token = await client.accessToken();
    hands.wall += LIFETIME;
    await expect(client.accessToken()).rejects.toMatchObject(EXPIRED);
    hands.wall -= DAY;
    expect(await client.accessToken()).toBe(token);
  });

  test('AT-63: expires by the clock on the wall where the other one stood still, as in a device that slept', async () => {
    const hands = { wall: realTime(), monotonic: 5 };
    const { client } = clientWith(hands);
    await client.login();
    hands.wall += LIFETIME;
    await expect(client.accessToken()).rejects.toMatchObject(EXPIRED);
  });
});
