/** Clocks that are set, stand still or are wrong: no token becomes good again, and an error says whose clock it is. */
import type { NumericDate } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { type Clock, createClient } from '../src/index.ts';
import { clientOf, codeOf, movingClock, NOW, SETTINGS, type World, world } from './world.ts';

const DAY = 86_400;

/** Access tokens that are good for 600 seconds, and no refresh token. Without an ID Token, whose times are its own. */
function aging(clock: Clock & { wall: number; passed(seconds: number): void } = movingClock()) {
  const ports = { ...world(), clock };
  const client = createClient({ ...SETTINGS, scope: ['contacts'] }, ports);
  ports.server.settings({ scopes: ['contacts'] });
  const token = (): Promise<string> => codeOf(client.accessToken());
  return { clock, ports, client, token };
}

/** The same without a clock that nobody can set. */
function wallOnly() {
  const { monotonic: _, ...clock } = movingClock();
  const moved = {
    ...clock,
    now: () => moved.wall as NumericDate,
    passed: (seconds: number) => {
      moved.wall += seconds;
    },
  };
  return moved;
}

describe('an access token', () => {
  test('AT-63 sc-021 that has expired does not become good again by a clock that is set back a day', async () => {
    const { client, clock, token } = aging();
    await client.login();
    clock.passed(570);
    expect(await token()).toBe('session_expired');
    clock.wall -= DAY;
    expect(await token()).toBe('session_expired');
    expect(client.getSnapshot()).toMatchObject({ status: 'logged_out', reason: { code: 'session_expired' } });
    expect(await client.start()).toMatchObject({ status: 'logged_out' });
  });

  test('AT-63 sc-021 is good for its own time, whatever the clock is set to meanwhile', async () => {
    const { client, clock, token } = aging();
    await client.login();
    clock.wall -= DAY;
    expect(await token()).toBe('no failure');
    clock.passed(569);
    expect(await token()).toBe('no failure');
    clock.passed(1);
    expect(await token()).toBe('session_expired');
  });

  test('AT-63 negative control: without a clock that nobody can set, setting it back makes the token good', async () => {
    const { client, clock, token } = aging(wallOnly());
    await client.login();
    clock.passed(570);
    expect(await token()).toBe('session_expired');
    clock.wall -= DAY;
    expect(await token()).toBe('no failure');
  });

  test('AT-63 expires while the device sleeps, when the clock that nobody can set stands still', async () => {
    const { client, clock, token } = aging();
    await client.login();
    clock.wall += 569;
    expect(await token()).toBe('no failure');
    clock.wall += 1;
    expect(await token()).toBe('session_expired');
  });

  test('AT-63 of a later login is good, also after the clock was set back', async () => {
    const { client, clock, token } = aging();
    await client.login();
    clock.passed(570);
    clock.wall -= DAY;
    expect(await token()).toBe('session_expired');
    await client.login();
    expect(await token()).toBe('no failure');
    clock.passed(569);
    expect(await token()).toBe('no failure');
    clock.passed(1);
    expect(await token()).toBe('session_expired');
  });

  test('AT-63 that another client received is judged by the clock on the wall: nobody here saw it arrive', async () => {
    const { client, clock, ports, token } = aging();
    await client.login();
    clock.wall -= DAY;
    await createClient({ ...SETTINGS, scope: ['contacts'] }, ports).login();
    clock.passed(569);
    expect(await token()).toBe('no failure');
    clock.wall += 1;
    expect(await token()).toBe('session_expired');
  });

  test('sc-020 is good from the moment of its receipt, by a device whose clock is two hours wrong', async () => {
    for (const wrong of [-7200, 7200]) {
      const { client, clock, token } = aging();
      clock.wall += wrong;
      await client.login();
      clock.passed(569);
      expect(await token()).toBe('no failure');
      clock.passed(1);
      expect(await token()).toBe('session_expired');
    }
  });
});

/** A device whose clock is off, and a server that says in `Date` what it thinks the time is. */
function skewed(off: number, date?: number | string): World {
  const ports = { ...world(), clock: { now: () => (NOW + off) as NumericDate } };
  const text = typeof date === 'number' ? new Date((NOW + date) * 1000).toUTCString() : date;
  if (text !== undefined)
    ports.server.rewrite = (response) => ({ ...response, headers: { ...response.headers, date: text } });
  return ports;
}

/** What a login says of its failure; undefined where it succeeds. */
const failureOf = (ports: World): Promise<{ code: string; clockOffset?: number } | undefined> =>
  clientOf(ports)
    .login()
    .then(
      () => undefined,
      (error: { failure: { code: string } }) => error.failure,
    );

describe('a clock that is wrong', () => {
  test.each([
    [-7200, 'id_token_iat_invalid', 7200],
    [7200, 'id_token_expired', -7200],
  ])(
    'ER-07 AT-63 sc-020 by %d seconds is named in the failure, which no check is widened by',
    async (off, code, clockOffset) => {
      expect(await failureOf(skewed(off))).toMatchObject({ code, clockOffset });
      expect(await failureOf(skewed(off, 0))).toMatchObject({ code, clockOffset });
    },
  );

  test('ER-07 sc-020 is measured by the Date of the server rather than by the token', async () => {
    expect(await failureOf(skewed(-7200, -100))).toMatchObject({ code: 'id_token_iat_invalid', clockOffset: 7100 });
  });

  test.each(['yesterday', '', '0', 'Thu, 01 Jan 1970'])(
    'ER-07 is measured by the token where the Date is %j',
    async (date) => {
      expect(await failureOf(skewed(-7200, date))).toMatchObject({ clockOffset: 7200 });
    },
  );

  test('ER-07 is not blamed when it is right: then the token is wrong', async () => {
    for (const wrong of [-7200, 7200]) {
      const ports = skewed(0, 0);
      ports.server.jwt = (jwt) => ({
        ...jwt,
        claims: { ...jwt.claims, iat: NOW + wrong, exp: NOW + wrong + 600, auth_time: NOW + wrong },
      });
      const failure = await failureOf(ports);
      expect(failure?.code).toMatch(/^id_token_(iat_invalid|expired)$/);
      expect(failure).not.toHaveProperty('clockOffset');
    }
  });

  test('ER-07 is not blamed for a failure that has nothing to do with times', async () => {
    const ports = skewed(-7200, 0);
    ports.server.deviate('wrong_nonce');
    ports.server.jwt = (jwt) => ({ ...jwt, claims: { ...jwt.claims, iat: NOW - 7200, auth_time: NOW - 7200 } });
    const failure = await failureOf(ports);
    expect(failure?.code).toBe('id_token_nonce_invalid');
    expect(failure).not.toHaveProperty('clockOffset');
  });

  test('ER-07 a Date that is far off changes nothing where the times are right', async () => {
    for (const date of [-DAY, DAY]) expect(await failureOf(skewed(0, date))).toBeUndefined();
  });

  test('ER-07 a Date that excuses an old token does not make it good', async () => {
    for (const wrong of [-7200, 7200]) {
      const ports = skewed(0, wrong);
      ports.server.jwt = (jwt) => ({
        ...jwt,
        claims: { ...jwt.claims, iat: NOW + wrong, exp: NOW + wrong + 600, auth_time: NOW + wrong },
      });
      expect(await failureOf(ports)).toMatchObject({ clockOffset: wrong });
      expect(ports.sessionStore.entries.size).toBe(0);
    }
  });
});
