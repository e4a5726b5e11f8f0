/** What an application says once stays as it was checked, whatever becomes of the object that it was said in. */
import { describe, expect, test } from 'vitest';
import { type Client, createClient, type Settings } from '../src/index.ts';
import { codeOf, ISSUER, NOW, SETTINGS, userAgent, type World, world } from './world.ts';

const EVIL = 'https://evil.example';

/** As an application without types has them: everything can be changed. */
type Loose = Omit<Settings, 'server'> & Record<string, unknown> & { server: Record<string, unknown> };

type Played = { readonly client: Client; readonly ports: World; readonly opened: string[]; readonly sent: string[] };

/** A client whose settings are changed when it has been made. */
function changedLater(change: (settings: Loose) => void, more: object = {}): Played {
  const settings = structuredClone({ ...SETTINGS, ...more }) as unknown as Loose;
  const ports = world();
  const opened: string[] = [];
  const sent: string[] = [];
  const agent = userAgent(async ({ url }) => {
    opened.push(url);
    return { type: 'returned', url: ports.server.authorize(url) };
  });
  const resourceFetch: World['resourceFetch'] = {
    prepare: (input) => ({
      url: `${input}`,
      method: 'GET',
      send: async () => {
        sent.push(`${input}`);
        return { status: 200 };
      },
    }),
  };
  const client = createClient(settings as unknown as Settings, { ...ports, userAgent: agent, resourceFetch });
  change(settings);
  return { client, ports, opened, sent };
}

const list = (settings: Loose, name: string): unknown[] => settings[name] as unknown[];

describe('settings that are changed when the client has been made', () => {
  test.each<[name: string, change: (settings: Loose) => void]>([
    ['an origin is added to apis', (settings) => list(settings, 'apis').push(EVIL)],
    ['the first origin of apis is replaced', (settings) => list(settings, 'apis').splice(0, 1, EVIL)],
    ['apis is another list', (settings) => void Object.assign(settings, { apis: [EVIL] })],
  ])('%s: the token goes where it went before, and nowhere else', async (_name, change) => {
    const { client, sent } = changedLater(change);
    await client.login();
    expect(await codeOf(client.fetch(`${EVIL}/contacts`))).toBe('api_not_listed');
    expect(await client.fetch('https://api.example/contacts')).toEqual({ status: 200 });
    expect(sent).toEqual(['https://api.example/contacts']);
  });

  test.each<[name: string, change: (settings: Loose) => void]>([
    ['an endpoint', ({ server }) => void Object.assign(server, { tokenEndpoint: `${EVIL}/token` })],
    ['the page of the login', ({ server }) => void Object.assign(server, { authorizationEndpoint: `${EVIL}/login` })],
    ['the keys', ({ server }) => void Object.assign(server, { jwksUri: `${EVIL}/keys` })],
    ['the issuer', ({ server }) => void Object.assign(server, { issuer: EVIL })],
    ['the whole server', (settings) => void Object.assign(settings, { server: { ...settings.server, issuer: EVIL } })],
    ['the client id', (settings) => void Object.assign(settings, { clientId: 'another' })],
    ['where user information is', ({ server }) => void Object.assign(server, { userinfoEndpoint: `${EVIL}/me` })],
  ])('%s: everything goes to the server that was checked', async (_name, change) => {
    const { client, ports, opened } = changedLater(change);
    expect(await client.login()).toMatchObject({ user: { sub: 'ada' } });
    expect(await client.userinfo()).toMatchObject({ sub: 'ada' });
    expect(new URL(opened[0] ?? '').origin).toBe(ISSUER);
    expect(new URL(opened[0] ?? '').searchParams.get('client_id')).toBe('app');
    expect(new Set(ports.server.requests.map(({ url }) => new URL(url).origin))).toEqual(new Set([ISSUER]));
  });

  test.each<[name: string, parameter: string, expected: string[], change: (settings: Loose) => void]>([
    ['scope', 'scope', ['openid profile'], (settings) => list(settings, 'scope').push('admin')],
    ['resource', 'resource', ['https://a.example/'], (settings) => list(settings, 'resource').push(`${EVIL}/`)],
    ['audience', 'audience', [], (settings) => void Object.assign(settings, { audience: 'urn:evil' })],
  ])('%s: a login asks for what it asked for before', async (_name, parameter, expected, change) => {
    const more = { scope: ['openid', 'profile'], resource: ['https://a.example/'] };
    const { client, opened } = changedLater(change, more);
    await client.login();
    expect(new URL(opened[0] ?? '').searchParams.getAll(parameter)).toEqual(expected);
  });

  test.each<[name: string, change: (settings: Loose) => void]>([
    ['algorithms of the settings', (settings) => list(settings, 'signingAlgorithms').splice(0, 1, 'RS256')],
    ['algorithms of the server', ({ server }) => list(server as Loose, 'signingAlgorithms').splice(0, 1, 'RS256')],
    ['challenge methods of the server', ({ server }) => list(server as Loose, 'codeChallengeMethods').splice(0, 1)],
  ])('%s: a login is checked as before', async (_name, change) => {
    const server = { ...SETTINGS.server, signingAlgorithms: ['ES256'], codeChallengeMethods: ['S256'] };
    const { client } = changedLater(change, { server, signingAlgorithms: ['ES256'] });
    expect(await client.login()).toMatchObject({ user: { sub: 'ada' } });
  });

  /** What becomes of a login whose ID Token has these claims. */
  async function loginWith(more: object, change: (settings: Loose) => void, claims: object): Promise<string> {
    const { client, ports } = changedLater(change, more);
    ports.server.jwt = (jwt) => ({ ...jwt, claims: { ...jwt.claims, azp: 'app', ...claims } });
    return codeOf(client.login());
  }

  test('an audience that is trusted later is not trusted', async () => {
    const trusting = (settings: Loose) => void list(settings, 'trustedAudiences').push('another');
    const claims = { aud: ['app', 'another'] };
    expect(await loginWith({ trustedAudiences: ['another'] }, () => {}, claims)).toBe('no failure');
    expect(await loginWith({ trustedAudiences: [] }, trusting, claims)).toBe('id_token_aud_invalid');
  });

  test('an ID Token may be as old as was said, also when that was without end', async () => {
    const claims = { iat: NOW - 3600 };
    const later = (maxIdTokenAge: number) => (settings: Loose) => void Object.assign(settings, { maxIdTokenAge });
    expect(await loginWith({ maxIdTokenAge: 60 }, later(7200), claims)).toBe('id_token_iat_invalid');
    expect(await loginWith({ maxIdTokenAge: 7200 }, later(60), claims)).toBe('no failure');
    expect(await loginWith({ maxIdTokenAge: Number.POSITIVE_INFINITY }, later(60), claims)).toBe('no failure');
  });
});

test('the settings themselves are neither changed nor frozen', async () => {
  const settings = structuredClone(SETTINGS);
  await createClient(settings, world()).login();
  expect(settings).toEqual(SETTINGS);
  expect([settings, settings.server, settings.apis, settings.scope].some(Object.isFrozen)).toBe(false);
});

describe('a mistake in the settings is named when the client is made', () => {
  const { jwksUri: _, ...withoutKeys } = SETTINGS.server;

  test.each<[name: string, settings: object]>([
    ['server.jwksUri', { server: withoutKeys }],
    ['server.jwksUri', { server: { ...withoutKeys, jwks_uri: SETTINGS.server.jwksUri } }],
    ['signingAlgorithms', { signingAlgorithms: ['RS265'] }],
    ['signingAlgorithms', { signingAlgorithms: ['RS256', 'HS256'] }],
    ['signingAlgorithms', { signingAlgorithms: [] }],
  ])('%s: before a person is asked, or a code is spent', (at, more) => {
    const made = (): Client => createClient({ ...SETTINGS, ...more } as Settings, world());
    expect(made).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'invalid_settings', at }) }),
    );
  });

  test('nothing is missed: a server that publishes no keys says so, and without openid there is nothing to sign', () => {
    createClient({ ...SETTINGS, server: { ...withoutKeys, jwksUri: null } }, world());
    createClient({ ...SETTINGS, scope: ['contacts'], server: withoutKeys }, world());
    createClient({ ...SETTINGS, signingAlgorithms: ['ES256', 'EdDSA'] }, world());
  });
});
