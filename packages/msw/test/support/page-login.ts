/** What a page has to see of the login server, whatever it is that stands for a browser. */
import { createNodeClient } from '@proofkey/node';
import { expect, test } from 'vitest';
import { type UsedMockLogin, useMockLogin } from '../../src/vitest.ts';

/** Tests for an environment with a document. @returns the server, for tests of one environment alone */
export function describePage(): UsedMockLogin {
  const as = useMockLogin({ user: { sub: 'ada', name: 'Ada' } });

  test('logs in from the first request to the last', async () => {
    expect(typeof document).toBe('object');
    const { issuer, clientId, browser: openBrowser } = as;
    const scope = ['openid', 'profile'];
    const client = createNodeClient({ issuer, clientId, scope, openBrowser, terminal: false });
    const { user } = await client.login();
    expect(user?.name).toBe('Ada');
    expect(await client.userinfo()).toMatchObject({ sub: 'ada' });
    expect(as.log.map(({ step }) => step)).toEqual(['metadata', 'authorize', 'token', 'keys', 'userinfo']);
  });

  test('answers an XMLHttpRequest of a page on another origin', async () => {
    const answered = await new Promise<XMLHttpRequest>((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.onload = () => resolve(request);
      request.onerror = () => reject(new Error('the request failed'));
      request.open('POST', `${as.issuer}/oauth/token`);
      // With this header no request is simple, so that a preflight request goes ahead.
      request.setRequestHeader('x-requested-with', 'test');
      request.setRequestHeader('content-type', 'application/x-www-form-urlencoded');
      request.send('grant_type=authorization_code&client_id=a&code=unknown');
    });
    expect(answered.status).toBe(400);
    expect(JSON.parse(answered.responseText)).toMatchObject({ error: 'invalid_grant' });
  });

  test('refuses what is for nobody', async () => {
    await expect(fetch('https://nobody.example/logo.png?token=secret')).rejects.toThrow();
    const failed = await new Promise<boolean>((resolve) => {
      const request = new XMLHttpRequest();
      request.onload = () => resolve(false);
      request.onerror = () => resolve(true);
      request.open('GET', 'https://nobody.example/data');
      request.send();
    });
    expect(failed).toBe(true);
    expect(() => as.check()).toThrow(/(\n +\w+ https:\/\/nobody\.example\/(logo\.png|data)){2}\n/);
    as.reset();
  });

  return as;
}
