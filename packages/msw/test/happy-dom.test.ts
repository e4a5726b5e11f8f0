// @vitest-environment happy-dom
/** A login in happy-dom: its own fetch or XMLHttpRequest, with CORS, and what it has of WebCrypto. */
import { createNodeClient } from '@proofkey/node';
import { expect, test } from 'vitest';
import { useMockLogin } from '../src/vitest.ts';

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

test('reads headers whose names are not written small, which happy-dom keeps as they are', async () => {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', ACCEPT: 'application/json' };
  const body = 'grant_type=refresh_token&client_id=a&refresh_token=unknown';
  for (const send of [fetch, as.fetch]) {
    const answered = await send(`${as.issuer}/oauth/token`, { method: 'POST', headers, body });
    expect(await answered.json()).toMatchObject({ error: 'invalid_grant' });
    const told = await send(`${as.issuer}/userinfo`, { headers: { Authorization: 'Bearer unknown' } });
    expect(told.headers.get('www-authenticate')).toContain('invalid_token');
  }
  as.check();
});

test('gives up what was aborted', async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(as.fetch(`${as.issuer}/userinfo`, { signal: controller.signal })).rejects.toThrow();
  expect(as.log).toEqual([]);
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
