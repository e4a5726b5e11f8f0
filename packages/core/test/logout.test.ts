/** Session -> URL that ends it at the server; URL of a return -> is it that one? RP-Initiated Logout 1.0. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LogoutOptions, logoutUrl, readLogoutReturn, type ServerMetadata, thawLogout } from '../src/index.ts';
import { CLIENT_ID, ISSUER } from './support/login.ts';
import { outcomeOf, valueIn } from './support/result.ts';

type Server = Pick<ServerMetadata, 'issuer' | 'endSessionEndpoint' | 'vendorLogoutEndpoint'>;
const OIDC: Server = { issuer: ISSUER, endSessionEndpoint: `${ISSUER}oidc/logout` };
const VENDOR: Server = { issuer: ISSUER, vendorLogoutEndpoint: `${ISSUER}v2/logout` };
const RETURN_TO = 'https://client.example.org/';

const made = (options: LogoutOptions, server = OIDC) => logoutUrl(server, CLIENT_ID, options);
const urlOf = (options: LogoutOptions, server = OIDC): URL => new URL(valueIn(made(options, server)) ?? 'none:');
const paramsOf = (options: LogoutOptions, server = OIDC): Record<string, string> =>
  Object.fromEntries(urlOf(options, server).searchParams);

describe('the logout of OpenID Connect', () => {
  test('LO-01 LO-02 lo-001 sends the hint, the client, the way back and its state', () => {
    const options = { idToken: 'eyJ.eyJ.c2ln', returnTo: RETURN_TO, state: 'abc', uiLocales: ['de', 'en'] };
    const { origin, pathname } = urlOf(options);
    expect(origin + pathname).toBe(OIDC.endSessionEndpoint);
    expect(paramsOf(options)).toEqual({
      id_token_hint: 'eyJ.eyJ.c2ln',
      client_id: CLIENT_ID,
      post_logout_redirect_uri: RETURN_TO,
      state: 'abc',
      ui_locales: 'de en',
    });
  });

  test('LO-01 lo-003 sends a logout_hint where no ID Token was kept', () => {
    expect(paramsOf({ logoutHint: 'sid-1' })).toEqual({ logout_hint: 'sid-1', client_id: CLIENT_ID });
  });

  test('LO-01 keeps the query of the endpoint', () => {
    const server = { ...OIDC, endSessionEndpoint: `${ISSUER}logout?tenant=1` };
    expect(paramsOf({}, server)).toEqual({ tenant: '1', client_id: CLIENT_ID });
  });

  test('sends no state without a way back', () => {
    expect(paramsOf({ state: 'abc' })).toEqual({ client_id: CLIENT_ID });
  });

  test('LO-02 leaves out an ID Token that is too long for a URL, and still says who is leaving', () => {
    const options = { logoutHint: 'sid-1', returnTo: RETURN_TO };
    const without = { logout_hint: 'sid-1', client_id: CLIENT_ID, post_logout_redirect_uri: RETURN_TO };
    const longest = 'x'.repeat(4000);
    expect(paramsOf({ ...options, idToken: longest })).toEqual({ ...without, id_token_hint: longest });
    expect(paramsOf({ ...options, idToken: `${longest}x` })).toEqual(without);
    expect(paramsOf({ ...options, idToken: '' })).toEqual(without);
  });

  test('wins over the older one', () => {
    expect(urlOf({}, { ...VENDOR, ...OIDC }).pathname).toBe('/oidc/logout');
  });

  test('goes on to the identity provider behind the server when asked to', () => {
    expect(paramsOf({ federated: true })).toEqual({ client_id: CLIENT_ID, federated: '' });
    expect(paramsOf({ federated: false })).toEqual({ client_id: CLIENT_ID });
  });
});

describe('the older logout of a vendor', () => {
  test('LO-07 lo-002 sends the client and the way back, and nothing that it does not know', () => {
    const options = { idToken: 'eyJ', logoutHint: 'sid-1', returnTo: RETURN_TO, state: 'abc', uiLocales: ['de'] };
    expect(paramsOf(options, VENDOR)).toEqual({ client_id: CLIENT_ID, returnTo: RETURN_TO });
    expect(urlOf(options, VENDOR).pathname).toBe('/v2/logout');
  });

  test('LO-07 goes on to the identity provider behind the server when asked to', () => {
    expect(paramsOf({ federated: true }, VENDOR)).toEqual({ client_id: CLIENT_ID, federated: '' });
  });
});

describe('a logout', () => {
  test('lo-007 is a local one where the server has no place for it, and that is no failure', () => {
    expect(made({ returnTo: RETURN_TO, idToken: 'eyJ' }, { issuer: ISSUER })).toEqual({ ok: true, value: null });
  });

  test.each([
    'javascript:alert(document.domain)//',
    'JavaScript://as.example.com/%0aalert(1)',
    'data:text/html,x',
    'http://as.example.com/logout',
    'http://127.0.0.1/logout',
    'https://user@as.example.com/logout',
    'https://as.example.com/logout#x',
    '//as.example.com/logout',
    '/logout',
    ' https://as.example.com/',
    '',
  ])('AT-28 lo-008 is not begun at %j, whatever was checked before', (endpoint) => {
    for (const server of [{ endSessionEndpoint: endpoint }, { vendorLogoutEndpoint: endpoint }]) {
      expect(outcomeOf(made({}, { issuer: ISSUER, ...server }))).toBe('insecure_endpoint');
    }
  });

  test('is begun over http where the server and its issuer are on this machine, and nowhere else', () => {
    const endSessionEndpoint = 'http://127.0.0.1:4711/logout';
    expect(urlOf({}, { issuer: 'http://localhost:4711', endSessionEndpoint }).port).toBe('4711');
    const plain = { issuer: 'http://as.example.com', endSessionEndpoint: 'http://as.example.com/logout' };
    expect(outcomeOf(made({}, plain))).toBe('insecure_endpoint');
  });

  test.each([
    RETURN_TO,
    'https://client.example.org',
    'https://client.example.org/a?b=c',
    'http://127.0.0.1:51004/',
    'org.example.app:/out',
  ])('may lead back to %s', (returnTo) => {
    expect(paramsOf({ returnTo })['post_logout_redirect_uri']).toBe(returnTo);
    expect(paramsOf({ returnTo }, VENDOR)['returnTo']).toBe(returnTo);
  });

  test.each(['http://client.example.org/', 'javascript:alert(1)', '/', '', `${RETURN_TO}#x`, `${RETURN_TO}?state=x`])(
    'does not lead back to %j, on any server',
    (returnTo) => {
      for (const server of [OIDC, VENDOR, { issuer: ISSUER }]) {
        expect(outcomeOf(made({ returnTo }, server))).toBe('invalid_redirect_uri');
      }
    },
  );
});

describe('a return from a logout', () => {
  const asked = (url: string, state: string | undefined = 'abc', returnTo = RETURN_TO) =>
    readLogoutReturn(returnTo, state, url);

  test.each([
    ['with the state that was sent', `${RETURN_TO}?state=abc`, true],
    ['with more beside it', `${RETURN_TO}?x=1&state=a%62c#top`, true],
    ['lo-005 with another state', `${RETURN_TO}?state=evil`, false],
    ['lo-006 without a state', RETURN_TO, false],
    ['with an empty one', `${RETURN_TO}?state=`, false],
    ['with two', `${RETURN_TO}?state=abc&state=abc`, false],
    ['with one that cannot be decoded', `${RETURN_TO}?state=%E0`, false],
    ['with one in the fragment', `${RETURN_TO}#state=abc`, false],
  ])('LO-03 %s is one, and says whether it matches', (_what, url, stateMatched) => {
    expect(asked(url)).toEqual({ returned: true, stateMatched });
  });

  test.each([
    'https://attacker.example/?state=abc',
    'https://client.example.org/other?state=abc',
    'https://client.example.org.attacker.example/?state=abc',
    'https://client.example.org@attacker.example/?state=abc',
    'http://client.example.org/?state=abc',
    '?state=abc',
    '',
  ])('LO-03 is not at %j', (url) => {
    expect(asked(url)).toEqual({ returned: false, stateMatched: false });
  });

  test('LO-03 without a state matches when none was sent', () => {
    expect(readLogoutReturn(RETURN_TO, undefined, RETURN_TO)).toEqual({ returned: true, stateMatched: true });
    expect(readLogoutReturn(RETURN_TO, undefined, `${RETURN_TO}?state=x`).stateMatched).toBe(false);
  });

  test('arrives with the slash that a user agent adds, and with the query that was registered', () => {
    expect(asked(`${RETURN_TO}?state=abc`, 'abc', 'https://client.example.org').returned).toBe(true);
    expect(asked(`${RETURN_TO}?a=b&state=abc`, 'abc', `${RETURN_TO}?a=b`).returned).toBe(true);
    expect(asked(`${RETURN_TO}?state=abc`, 'abc', `${RETURN_TO}?a=b`).returned).toBe(false);
  });

  test('LO-03 throws nothing, whatever arrives', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl({ withQueryParameters: true, withFragments: true }));
    const tail = fc.string().map((end) => `${RETURN_TO}?${end}`);
    fc.assert(
      fc.property(fc.oneof(text, tail), fc.option(fc.string(), { nil: undefined }), (url, state) => {
        const { returned, stateMatched } = readLogoutReturn(RETURN_TO, state, url);
        expect(returned || !stateMatched).toBe(true);
      }),
    );
  });
});

describe('what is stored of a logout', () => {
  test('is read back, and nothing beside it', () => {
    const stored = { returnTo: RETURN_TO, state: 's' };
    expect(thawLogout(JSON.stringify({ ...stored, more: 1 }))).toEqual(stored);
  });

  test.each(['{"', 'null', '[]', '{}', '{"returnTo":"x"}', '{"state":"s"}', '{"returnTo":"x","state":1}'])(
    'LO-03 %s is none: a URL without a state must not match it',
    (text) => {
      expect(thawLogout(text)).toBeUndefined();
    },
  );
});
