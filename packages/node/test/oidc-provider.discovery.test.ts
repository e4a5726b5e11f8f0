/** Issuer -> login at a real oidc-provider, whatever is in front of it makes of its metadata. OIDC Discovery; RFC 8414. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createNodeClient, type NodeSettings, type ServerMetadata } from '../src/index.ts';
import { settingsFor, withMembers } from './refused-login.ts';
import {
  type Answer,
  type Change,
  KEYS,
  METADATA,
  OAUTH_METADATA,
  partsOf,
  type SigningServer,
  startSigningServer,
  TOKEN,
} from './signing-server.ts';
import { serve, visibleStore } from './waiting-login.ts';

const PAGE: Answer = { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Welcome</p>' };
const page = (): Answer => PAGE;
const absent = (): Answer => ({ ...PAGE, status: 404 });
const moved =
  (location: string, status = 301): Change =>
  () => ({ status, headers: { location }, body: '' });

describe.each([
  ['at an origin', '', METADATA, OAUTH_METADATA],
  ['below a path', '/tenant/one', `/tenant/one${METADATA}`, `${OAUTH_METADATA}/tenant/one`],
  ['with a slash at its end', '/', METADATA, OAUTH_METADATA],
])('an issuer %s', (_name, path, openid, oauth) => {
  let server: SigningServer;
  let origin: string;
  let document: string;
  beforeAll(async () => {
    server = await startSigningServer('ES256', path);
    ({ origin } = new URL(server.issuer));
    document = await (await fetch(origin + openid)).text();
  });
  afterAll(() => server.close());
  afterEach(() => server.honest());

  const published = (): Answer => ({ status: 200, headers: { 'content-type': 'application/json' }, body: document });
  const counts = (): number[] => [openid, `${openid}/`, oauth, `${oauth}/`].map(server.count);
  /** How often each of the four addresses was asked. */
  async function asked(task: () => Promise<unknown>): Promise<number[]> {
    const before = counts();
    await task();
    return counts().map((count, index) => count - (before[index] ?? 0));
  }

  async function logsIn(more: Partial<NodeSettings> = {}): Promise<void> {
    const sessionStore = visibleStore();
    const client = createNodeClient(settingsFor(server, { sessionStore, ...more }));
    expect(await client.login()).toMatchObject({ signature: 'verified', user: { sub: 'ada' } });
    expect(await client.userinfo()).toMatchObject({ sub: 'ada' });
    const [text = ''] = sessionStore.entries.values();
    const { idToken } = JSON.parse(text) as { readonly idToken: { readonly token: string } };
    // Letter for letter, the slash included.
    expect(partsOf(idToken.token).claims['iss']).toBe(origin + path);
  }

  async function refused(code: string, more: object = {}): Promise<void> {
    const opened: string[] = [];
    const client = createNodeClient(settingsFor(server, { timeLimit: 5, openBrowser: (url) => void opened.push(url) }));
    await expect(client.login()).rejects.toMatchObject({ failure: { code, ...more } });
    expect(opened).toEqual([]);
  }

  test('DI-02: publishes it where OpenID Connect says', async () => {
    expect(await asked(logsIn)).toEqual([1, 0, 0, 0]);
  });

  test.each([
    ['a page with 404', absent],
    ['a page with 200 for every address', page],
    ['a redirect to its first page', moved('/')],
  ])('DI-02: that answers there with %s publishes it where RFC 8414 says', async (_answer, change) => {
    server.change(openid, change);
    server.change(oauth, published);
    expect(await asked(logsIn)).toEqual([1, 0, 1, 0]);
  });

  test.each([
    ['as a path', () => `${openid}/`, 301],
    ['as an address', () => `${origin}${openid}/`, 308],
  ] as const)('that redirects to the same address with a slash, %s, is followed', async (_as, location, status) => {
    server.change(openid, moved(location(), status));
    server.change(`${openid}/`, published);
    expect(await asked(logsIn)).toEqual([1, 1, 0, 0]);
  });

  test('that redirects so for ever is left', async () => {
    server.change(openid, moved(`${openid}/`));
    server.change(`${openid}/`, moved(`${openid}//`));
    server.change(oauth, absent);
    expect(await asked(() => refused('unexpected_redirect'))).toEqual([1, 1, 1, 0]);
  });

  test('AT-77: that redirects to another server is not followed, and that one hears nothing', async () => {
    const heard: string[] = [];
    const another = await serve(({ url }, response) => {
      heard.push(`${url}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end(document);
    });
    try {
      for (const status of [301, 302, 303, 307, 308]) {
        server.honest();
        server.change(openid, moved(`${another.origin}${openid}/`, status));
        server.change(oauth, moved(`//${new URL(another.origin).host}${oauth}/`, status));
        expect(await asked(() => refused('unexpected_redirect'))).toEqual([1, 0, 1, 0]);
      }
      expect(heard).toEqual([]);
    } finally {
      await another.close();
    }
  });

  test('that publishes nothing is told so, and with metadata of our own nothing is asked', async () => {
    server.change(openid, absent);
    server.change(oauth, absent);
    expect(await asked(() => refused('metadata_not_found', { http: { status: 404 } }))).toEqual([1, 0, 1, 0]);
    server.change(openid, page);
    server.change(oauth, page);
    expect(await asked(() => refused('malformed_metadata_response'))).toEqual([1, 0, 1, 0]);
    const said = JSON.parse(document) as Record<string, string>;
    const metadata = {
      issuer: server.issuer,
      authorizationEndpoint: said['authorization_endpoint'],
      tokenEndpoint: said['token_endpoint'],
      userinfoEndpoint: said['userinfo_endpoint'],
      jwksUri: said['jwks_uri'],
    } as ServerMetadata;
    expect(await asked(() => logsIn({ server: metadata, issuer: undefined } as Partial<NodeSettings>))).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test('that is out of order is asked again by the next login, and not at the other address', async () => {
    const client = createNodeClient(settingsFor(server));
    server.change(openid, () => ({ ...PAGE, status: 503 }));
    const failure = { code: 'http_error', recovery: 'retry', http: { status: 503 } };
    const once = (): Promise<void> => expect(client.login()).rejects.toMatchObject({ failure });
    expect(await asked(once)).toEqual([1, 0, 0, 0]);
    server.honest();
    expect(await asked(() => client.login())).toEqual([1, 0, 0, 0]);
  });

  test('DI-01: with or without a slash more is another issuer', async () => {
    const issuer = server.issuer.endsWith('/') ? server.issuer.slice(0, -1) : `${server.issuer}/`;
    const client = createNodeClient(settingsFor(server, { issuer } as Partial<NodeSettings>));
    await expect(client.login()).rejects.toMatchObject({ failure: { code: 'issuer_mismatch' } });
  });

  test.each([
    [
      'DI-04 AT-27: an endpoint without TLS on another host',
      { token_endpoint: 'http://as.example/token' },
      'insecure_endpoint',
    ],
    ['AT-77: keys in the network of somebody else', { jwks_uri: 'http://169.254.169.254/keys' }, 'insecure_endpoint'],
    ['AT-28: an endpoint that is a script', { authorization_endpoint: 'javascript:alert(1)//' }, 'invalid_metadata'],
    ['PK-10 AT-23: only the plain challenge', { code_challenge_methods_supported: ['plain'] }, 'pkce_not_supported'],
    [
      'requests that have to be pushed',
      { require_pushed_authorization_requests: true },
      'pushed_authorization_request_required',
    ],
  ] as const)('%s in the metadata sends nobody anywhere', async (_what, members, code) => {
    server.change(openid, withMembers(members));
    const before = [server.count(TOKEN), server.count(KEYS)];
    await refused(code);
    expect([server.count(TOKEN), server.count(KEYS)]).toEqual(before);
    server.honest();
    await logsIn();
  });
});
