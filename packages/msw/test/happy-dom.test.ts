// @vitest-environment happy-dom
/** A login in happy-dom: its own fetch or XMLHttpRequest, with CORS, and what it has of WebCrypto. */
import { expect, test } from 'vitest';
import { describePage } from './support/page-login.ts';

const as = describePage();

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
