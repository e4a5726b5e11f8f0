/** What the server says about the person who is logged in, and about nobody else. OpenID Connect Core, section 5.3. */
import type { DeviationName } from '@proofkey/msw/authorization-server';
import { describe, expect, test } from 'vitest';
import { createClient, type Settings, type Transport } from '../src/index.ts';
import {
  BY_ISSUER,
  clientOf,
  codeOf,
  gone,
  json,
  SETTINGS,
  type Server,
  WELL_KNOWN,
  type World,
  world,
} from './world.ts';

const ENDPOINT = SETTINGS.server.userinfoEndpoint;

async function loggedIn(ports: World = world(), settings: Settings = SETTINGS) {
  const client = createClient(settings, ports);
  await client.login();
  return { ports, client, asked: () => ports.server.requests.filter(({ url }) => url === ENDPOINT) };
}

describe('userinfo', () => {
  test('UI-02 is what the server says now, and the token travels in the header only', async () => {
    const { client, asked } = await loggedIn();
    expect(await client.userinfo()).toEqual({ sub: 'ada', name: 'Ada Lovelace' });
    const authorization = `Bearer ${await client.accessToken()}`;
    expect(asked()).toEqual([{ method: 'GET', url: ENDPOINT, headers: { accept: 'application/json', authorization } }]);
  });

  const large = json(200, { sub: 'ada', more: 'x'.repeat(1_048_576) });
  const status = (code: number) => (server: Server) => server.failNext('userinfo', { type: 'status', status: code });
  const deviating = (name: DeviationName) => (server: Server) => server.deviate(name);
  test.each<[name: string, spoil: (server: Server) => void, code: string]>([
    ['about somebody else', deviating('userinfo_of_another_person'), 'userinfo_sub_mismatch'],
    ['about nobody', deviating('userinfo_without_sub'), 'userinfo_sub_missing'],
    ['that is no JSON', deviating('userinfo_is_html'), 'malformed_userinfo_response'],
    ['that is a JWT', deviating('userinfo_is_jwt'), 'userinfo_jwt_unexpected'],
    ['that redirects', deviating('userinfo_redirects'), 'unexpected_redirect'],
    ['that is too large', (server) => server.replace('userinfo', () => large), 'response_too_large'],
    ['401', (server) => server.failNext('userinfo', { type: 'error', error: 'invalid_token' }), 'invalid_token'],
    ['429', status(429), 'http_error'],
    ['500', status(500), 'http_error'],
  ])('an answer %s is refused, and the session stays', async (_name, spoil, code) => {
    const { client, ports } = await loggedIn();
    const snapshot = client.getSnapshot();
    spoil(ports.server);
    await expect(client.userinfo()).rejects.toMatchObject({ failure: { code, sessionSurvives: true } });
    expect(client.getSnapshot()).toBe(snapshot);
    ports.server.behave();
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
    const asking = client.userinfo();
    ports.server.person = 'grace';
    const [info] = await Promise.all([asking, clientOf(ports).login()]);
    expect(info).toEqual({ sub: 'ada', name: 'Ada Lovelace' });
    expect(await client.userinfo()).toMatchObject({ sub: 'grace' });
    ports.server.replace('userinfo', () => json(200, info));
    expect(await codeOf(client.userinfo())).toBe('userinfo_sub_mismatch');
  });
});
