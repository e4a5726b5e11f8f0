/** What the server says about the person who is logged in, and about nobody else. OpenID Connect Core, section 5.3. */
import { describe, expect, test } from 'vitest';
import { createClient, type Settings, type Transport } from '../src/index.ts';
import { BY_ISSUER, clientOf, codeOf, gone, json, SETTINGS, WELL_KNOWN, type World, world } from './world.ts';

const ENDPOINT = SETTINGS.server.userinfoEndpoint;

async function loggedIn(ports: World = world(), settings: Settings = SETTINGS) {
  const client = createClient(settings, ports);
  await client.login();
  return { ports, client, asked: () => ports.server.requests.filter(({ url }) => url === ENDPOINT) };
}

describe('userinfo', () => {
  test('is what the server says now, and the token travels in the header only', async () => {
    const { client, asked } = await loggedIn();
    expect(await client.userinfo()).toEqual({ sub: 'ada', email: 'ada@example.com' });
    const authorization = `Bearer ${await client.accessToken()}`;
    expect(asked()).toEqual([{ method: 'GET', url: ENDPOINT, headers: { accept: 'application/json', authorization } }]);
  });

  test.each([
    ['about somebody else', json(200, { sub: 'grace', email: 'grace@example.com' }), 'userinfo_sub_mismatch'],
    ['about nobody', json(200, { email: 'ada@example.com' }), 'userinfo_sub_missing'],
    [
      'that is no JSON',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' },
      'malformed_userinfo_response',
    ],
    [
      'that is a JWT',
      { status: 200, headers: { 'content-type': 'application/jwt' }, body: 'a.b.c' },
      'userinfo_jwt_unexpected',
    ],
    [
      'that redirects',
      { status: 302, headers: { location: 'https://evil.example/' }, body: '' },
      'unexpected_redirect',
    ],
    ['that is too large', json(200, { sub: 'ada', more: 'x'.repeat(1_048_576) }), 'response_too_large'],
    ['401', json(401, { error: 'invalid_token' }), 'http_error'],
    ['429', json(429, {}), 'http_error'],
    ['500', json(500, {}), 'http_error'],
  ])('an answer %s is refused, and the session stays', async (_name, answer, code) => {
    const { client, ports } = await loggedIn();
    const snapshot = client.getSnapshot();
    ports.server.userinfo = () => answer;
    await expect(client.userinfo()).rejects.toMatchObject({ failure: { code, sessionSurvives: true } });
    expect(client.getSnapshot()).toBe(snapshot);
    ports.server.userinfo = undefined;
    expect(await client.userinfo()).toMatchObject({ sub: 'ada' });
  });

  test('no answer is a network error, which may be tried again', async () => {
    const ports = world();
    await clientOf(ports).login();
    const transport: Transport = { send: () => Promise.reject(gone()) };
    const work = clientOf({ ...ports, transport }).userinfo();
    await expect(work).rejects.toMatchObject({
      failure: { code: 'network_error', recovery: 'retry' },
      cause: { system: 'ECONNRESET' },
    });
  });

  test('without `openid` nobody can tell whom the answer is about, and nobody is asked', async () => {
    const ports = world();
    ports.server.more = { id_token: undefined };
    const { client, asked } = await loggedIn(ports, { ...SETTINGS, scope: ['contacts'] });
    expect(client.getSnapshot()).toEqual({ status: 'logged_in' });
    expect(await codeOf(client.userinfo())).toBe('invalid_scope');
    expect(asked()).toEqual([]);
  });

  test('needs a server that has the endpoint', async () => {
    const { userinfoEndpoint: _, ...server } = SETTINGS.server;
    const { client, asked } = await loggedIn(world(), { ...SETTINGS, server });
    expect(await codeOf(client.userinfo())).toBe('endpoint_missing');
    expect(asked()).toEqual([]);
  });

  test('needs somebody who is logged in', async () => {
    const ports = world();
    expect(await codeOf(clientOf(ports).userinfo())).toBe('not_logged_in');
    expect(ports.server.requests).toEqual([]);
  });

  test('finds its endpoint by discovery, once', async () => {
    const ports = world();
    await clientOf(ports).login();
    const client = createClient(BY_ISSUER, ports);
    expect(await client.userinfo()).toMatchObject({ sub: 'ada' });
    expect(await client.userinfo()).toMatchObject({ sub: 'ada' });
    expect(ports.server.requests.filter(({ url }) => url === WELL_KNOWN)).toHaveLength(1);
  });

  test('is about the person who was logged in when it was asked for, also when somebody else logs in meanwhile', async () => {
    const { client, ports } = await loggedIn();
    // The server knows whose token it is.
    ports.server.userinfo = () => json(200, { sub: 'ada' });
    const asking = client.userinfo();
    ports.server.person = 'grace';
    const [info] = await Promise.all([asking, clientOf(ports).login()]);
    expect(info).toEqual({ sub: 'ada' });
    expect(await codeOf(client.userinfo())).toBe('userinfo_sub_mismatch');
  });
});
