/** Tests that have to fail, run by `vitest.test.ts`: misuse of the protocol, swallowed errors, concurrent tests. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createMockLogin } from '../../src/index.ts';
import { useMockLogin } from '../../src/vitest.ts';
import { logIn } from '../support/code-login.ts';

const earlyFetch = fetch;

describe('one after the other', () => {
  const as = useMockLogin({ algorithm: 'ES256' });
  const misuse = (): Promise<Response> => fetch(`${as.issuer}/nowhere`, { method: 'POST' });
  const { issuer } = as;

  test('misuse fails', async () => {
    await misuse();
  });
  test('the next test begins anew', () => {
    expect(as.log).toEqual([]);
  });
  test('a refused request fails, also when the application did not care', async () => {
    await fetch('https://nobody.example/?code=hunter2').catch(() => undefined);
  });
  test('a test that failed anyway keeps its own error in front', async () => {
    await misuse();
    expect('its own').toBe('error');
  });
  test('expected misuse is right', async () => {
    as.expectMisuse('unknown_endpoint');
    await misuse();
  });
  test('expected misuse that does not happen fails', () => {
    as.expectMisuse('unknown_endpoint');
  });
  test('expected misuse that could not happen any more is not told', () => {
    as.expectMisuse('unknown_endpoint');
    expect('its own').toBe('error');
  });
  test('what was asked for and never happened fails', () => {
    as.failNext('userinfo', 503);
  });
  test('what was asked for and could not happen any more is not told', () => {
    as.failNext('userinfo', 503);
    expect('its own').toBe('error');
  });
  test('a connection that msw does not see fails', async () => {
    await earlyFetch('https://nobody.example:8443/?code=hunter2').catch(() => undefined);
  });
  test('the clock follows fake timers', async () => {
    vi.useFakeTimers({ now: new Date('2040-01-01T00:00:00Z'), toFake: ['Date'] });
    const { headers } = await fetch(`${issuer}/.well-known/openid-configuration`);
    vi.useRealTimers();
    expect(headers.get('date')).toBe('Sun, 01 Jan 2040 00:00:00 GMT');
  });
});

describe('with another server', () => {
  const other = createMockLogin({ issuer: 'https://other.test', algorithm: 'ES256' });
  const as = useMockLogin({ algorithm: 'ES256', others: [other] });

  test('misuse of the other fails', async () => {
    await fetch(`${other.issuer}/nowhere`, { method: 'POST' });
    expect(as.log).toEqual([]);
  });
  test('the other begins anew too', () => {
    expect(other.log).toEqual([]);
  });
});

describe('called too late', () => {
  test('in a test', () => {
    useMockLogin();
  });
  describe('before each', () => {
    beforeEach(() => {
      useMockLogin();
    });
    test('in beforeEach', () => undefined);
  });
});

describe('with fake timers', () => {
  const as = useMockLogin();

  test('a whole login needs no real timer', async () => {
    vi.useFakeTimers();
    try {
      expect((await logIn(as)).claims?.sub).toBe('ada');
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('at the same time', () => {
  const as = useMockLogin({ algorithm: 'ES256' });
  let arrived = 0;
  const together = async (): Promise<void> => {
    arrived += 1;
    await vi.waitFor(() => expect(arrived).toBe(2));
  };

  test.concurrent('the quick one is not blamed, and takes nothing away from the other', async () => {
    await fetch(`${as.issuer}/nowhere`, { method: 'POST' });
    await together();
  });
  test.concurrent('the slow one fails', async () => {
    await together();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(as.log.length).toBe(1);
  });
});
