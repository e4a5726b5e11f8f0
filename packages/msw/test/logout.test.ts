/** Logout at the pure server: who leaves, where it leads, what stays good. OIDC RP-Initiated Logout 1.0. */
import { describe, expect, test } from 'vitest';
import type { ServerSettings } from '../src/authorization-server.ts';
import { authorizePath, type Browser, headingIn, hintOf, locationOf, PagesServer } from './support/pages-server.ts';
import { CLIENT_ID, REDIRECT_URI, requestFor } from './support/script.ts';
import { encoded, ISSUER } from './support/server.ts';

const GOODBYE = 'https://app.example/goodbye';
const LOGGED_OUT = '/interaction/logged-out';

/** Somebody who is logged in, and the hint of their session. */
function loggedIn(settings: Partial<ServerSettings> = {}): { server: PagesServer; browser: Browser; hint: string } {
  const server = new PagesServer(settings);
  const browser = server.browser();
  if (settings.person === 'automatic') browser.visit(authorizePath());
  else browser.agree();
  const [session] = server.state.sessions;
  return { server, browser, hint: hintOf({ iss: ISSUER, aud: 'app', sub: 'ada', sid: session?.sid }) };
}

const query = (parameters: Readonly<Record<string, string>>): string =>
  `/oidc/logout?${new URLSearchParams(parameters)}`;

const isLoggedIn = (browser: Browser): boolean => locationOf(browser.visit(authorizePath())).includes('code=');

describe('a logout with the hint of this session', () => {
  test.each(['GET', 'POST'])(
    'by %s ends it without a question, and goes where the client wants, with its state',
    (method) => {
      const { server, browser, hint } = loggedIn();
      const parameters = { id_token_hint: hint, post_logout_redirect_uri: GOODBYE, state: 'a b&c' };
      const answer =
        method === 'GET' ? browser.visit(query(parameters)) : browser.visit('/oidc/logout', { form: parameters });
      expect([answer.status, locationOf(answer)]).toEqual([302, `${GOODBYE}?state=a+b%26c`]);
      expect(answer.headers['set-cookie']).toMatch(/^login_session=; Path=\/; .*Max-Age=0$/);
      expect(server.state.sessions).toEqual([]);
      expect(isLoggedIn(browser)).toBe(false);
      expect(server.misuses).toEqual([]);
    },
  );

  test('without an address ends at a page that says so', () => {
    const { browser, hint } = loggedIn();
    const answer = browser.visit(query({ id_token_hint: hint }));
    expect(locationOf(answer)).toBe(LOGGED_OUT);
    expect(headingIn(browser.visit(LOGGED_OUT))).toBe('You are logged out');
  });

  test('puts the state behind a query that is there already, and sends no state that was not sent', () => {
    const address = `${GOODBYE}?from=app`;
    for (const [more, expected] of [
      [{ state: 's' }, `${address}&state=s`],
      [{}, address],
    ] as const) {
      const { browser, hint } = loggedIn();
      const answer = browser.visit(query({ id_token_hint: hint, post_logout_redirect_uri: address, ...more }));
      expect(locationOf(answer)).toBe(expected);
    }
  });

  test('is good although it has expired, and without a cookie', () => {
    const { server, hint } = loggedIn();
    server.now += 3000;
    expect(server.visit(query({ id_token_hint: hint })).status).toBe(302);
    expect(server.state.sessions).toEqual([]);
  });

  test('leaves others logged in', () => {
    const { server, browser, hint } = loggedIn();
    const other = server.browser();
    other.agree();
    browser.visit(query({ id_token_hint: hint }));
    expect([isLoggedIn(browser), isLoggedIn(other)]).toEqual([false, true]);
  });
});

describe('what was issued', () => {
  const tokensOf = (server: PagesServer, browser: Browser, scope: string): Readonly<Record<string, string>> => {
    const { verifier, request } = requestFor({ scope });
    const { searchParams } = new URL(locationOf(browser.visit(`/authorize?${encoded(request)}`)));
    const code = searchParams.get('code') ?? '';
    const form = {
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    };
    return JSON.parse(server.visit('/oauth/token', { form }).body);
  };
  const statusWith = (server: PagesServer, token = ''): number =>
    server.visit('/userinfo', { form: { access_token: token } }).status;

  test('ends with the session, but with offline_access it stays good', () => {
    const { server, browser } = loggedIn({ person: 'automatic' });
    const online = tokensOf(server, browser, 'openid');
    const offline = tokensOf(server, browser, 'openid offline_access');
    expect([online, offline].map((one) => statusWith(server, one['access_token']))).toEqual([200, 200]);
    browser.visit('/oidc/logout');
    expect([online, offline].map((one) => statusWith(server, one['access_token']))).toEqual([401, 200]);
    const refresh = { grant_type: 'refresh_token', client_id: 'app', refresh_token: offline['refresh_token'] ?? '' };
    expect(server.visit('/oauth/token', { form: refresh }).status).toBe(200);
  });

  test('in another browser stays good', () => {
    const { server, browser } = loggedIn({ person: 'automatic' });
    const other = server.browser();
    other.visit(authorizePath());
    const [own, others] = [tokensOf(server, browser, 'openid'), tokensOf(server, other, 'openid')];
    browser.visit('/oidc/logout');
    expect([own, others].map((one) => statusWith(server, one['access_token']))).toEqual([401, 200]);
  });

  test('a code that was not sent before the logout is of no use after it', () => {
    const { server, browser } = loggedIn({ person: 'automatic' });
    const { verifier, request } = requestFor({ scope: 'openid' });
    const callback = new URL(locationOf(browser.visit(`/authorize?${encoded(request)}`)));
    browser.visit('/oidc/logout');
    const form = {
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
    };
    const refused = server.visit('/oauth/token', { form });
    expect([refused.status, JSON.parse(refused.body).error]).toEqual([400, 'invalid_grant']);
  });
});

describe('a logout that has to ask', () => {
  const toQuestion = (browser: Browser, parameters: Readonly<Record<string, string>> = {}): string => {
    const answer = browser.visit(query(parameters));
    expect(answer.status).toBe(302);
    expect(locationOf(answer)).toMatch(/^\/interaction\/logout\?/);
    return locationOf(answer);
  };
  /** The fields of the form, as a browser sends them. */
  const fieldsIn = (body: string): Record<string, string> =>
    Object.fromEntries([...body.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, a, b]) => [a, b]));

  test('without a hint ends nothing until the person agrees, and then leads where the client wants', () => {
    const { browser } = loggedIn();
    const page = browser.visit(
      toQuestion(browser, { client_id: 'app', post_logout_redirect_uri: GOODBYE, state: 's', ui_locales: 'en' }),
    );
    expect([page.status, headingIn(page)]).toEqual([200, 'Do you want to log out?']);
    const fields = fieldsIn(page.body);
    expect(fields).toEqual({ client_id: 'app', post_logout_redirect_uri: GOODBYE, state: 's' });
    expect(isLoggedIn(browser)).toBe(true);
    const agreed = browser.visit('/interaction/logout', { form: { ...fields, answer: 'agree' } });
    expect(locationOf(agreed)).toBe(`${GOODBYE}?state=s`);
    expect(isLoggedIn(browser)).toBe(false);
  });

  test('and a person who stays is still logged in', () => {
    const { browser } = loggedIn();
    toQuestion(browser);
    const stayed = browser.visit('/interaction/logout', { form: { answer: 'refuse' } });
    expect([stayed.status, headingIn(stayed)]).toEqual([200, 'You are still logged in']);
    expect(isLoggedIn(browser)).toBe(true);
  });

  test('with the hint of another session', () => {
    const { browser } = loggedIn();
    toQuestion(browser, { id_token_hint: hintOf({ iss: ISSUER, aud: 'app', sub: 'ada', sid: 'another' }) });
    expect(isLoggedIn(browser)).toBe(true);
  });

  /** As a browser does with the form of another site: SameSite=Lax keeps cookies from it, but not from the redirect. */
  const postFromElsewhere = (server: PagesServer, path: string, form: Readonly<Record<string, string>>) =>
    server.visit(path, { form: { x: '', ...form } });

  test('its form from another site has no cookie: the person is asked, and nothing has ended', () => {
    const { server, browser } = loggedIn();
    const answer = postFromElsewhere(server, '/interaction/logout', { answer: 'agree', client_id: 'app', state: 's' });
    expect([answer.status, locationOf(answer)]).toEqual([302, '/interaction/logout?client_id=app&state=s']);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(headingIn(browser.visit(locationOf(answer)))).toBe('Do you want to log out?');
    expect(isLoggedIn(browser)).toBe(true);
  });

  test('by POST of another site, which has no cookie', () => {
    const { server, browser } = loggedIn();
    const answer = postFromElsewhere(server, '/oidc/logout', { client_id: 'app', post_logout_redirect_uri: GOODBYE });
    expect([answer.status, locationOf(answer)]).toEqual([302, expect.stringMatching(/^\/interaction\/logout\?/)]);
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(headingIn(browser.visit(locationOf(answer)))).toBe('Do you want to log out?');
    expect(isLoggedIn(browser)).toBe(true);
  });

  test('by POST of another site, and its page finds that nobody is logged in', () => {
    const server = new PagesServer();
    const answer = postFromElsewhere(server, '/oidc/logout', { client_id: 'app', post_logout_redirect_uri: GOODBYE });
    expect(locationOf(server.browser().visit(locationOf(answer)))).toBe(GOODBYE);
  });

  test('not with the hint of somebody else in a form that they made: it ends their own session', () => {
    const { server, browser, hint } = loggedIn();
    const other = server.browser();
    other.agree();
    const answer = postFromElsewhere(server, '/oidc/logout', { id_token_hint: hint });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect([isLoggedIn(browser), isLoggedIn(other)]).toEqual([false, true]);
  });

  test.each([
    ['cross-site', true],
    ['same-site', true],
    ['none', true],
    ['same-origin', false],
    [undefined, false],
  ])('its form counts by where it comes from: sec-fetch-site %s leaves the person logged in: %s', (site, stays) => {
    const { server, browser } = loggedIn();
    const cookie = `login_session=${server.state.sessions[0]?.id}`;
    const headers = { cookie, ...(site && { 'sec-fetch-site': site }) };
    const answer = server.send('POST', '/interaction/logout', { form: { answer: 'agree' }, headers });
    expect([answer.status, isLoggedIn(browser)]).toEqual([stays ? 200 : 302, stays]);
    if (stays) expect(headingIn(answer)).toBe('Do you want to log out?');
  });

  test('its form is checked like the request', () => {
    const { server, browser } = loggedIn({ clients: [{ clientId: 'app', postLogoutRedirectUris: [GOODBYE] }] });
    const form = { client_id: 'app', post_logout_redirect_uri: 'https://evil.example/', answer: 'agree' };
    expect(browser.visit('/interaction/logout', { form }).status).toBe(400);
    expect(isLoggedIn(browser)).toBe(true);
    expect(server.misuses).toEqual(['post_logout_redirect_uri_not_registered']);
  });

  test('does not ask where nobody is logged in, nor where the person is automatic', () => {
    expect(locationOf(new PagesServer().browser().visit('/oidc/logout'))).toBe(LOGGED_OUT);
    const { server, browser } = loggedIn({ person: 'automatic' });
    expect(locationOf(browser.visit('/oidc/logout'))).toBe(LOGGED_OUT);
    expect(server.state.sessions).toEqual([]);
  });
});

describe('a logout that is refused on a page, and ends nothing', () => {
  const CLIENTS = [
    { clientId: 'app', postLogoutRedirectUris: [GOODBYE, 'http://127.0.0.1/bye'] },
    { clientId: 'other', postLogoutRedirectUris: ['https://other.example/'] },
  ];
  const good = { iss: ISSUER, aud: 'app', sub: 'ada' };
  const NOT_REGISTERED = ['post_logout_redirect_uri_not_registered'];
  const WRONG_HINT = ['id_token_hint_wrong'];

  test.each([
    [
      'an address that is not registered',
      { client_id: 'app', post_logout_redirect_uri: `${GOODBYE}/` },
      NOT_REGISTERED,
    ],
    [
      'the address of another client',
      { client_id: 'app', post_logout_redirect_uri: 'https://other.example/' },
      NOT_REGISTERED,
    ],
    [
      'the address of another client than the hint’s',
      { id_token_hint: hintOf(good), post_logout_redirect_uri: 'https://other.example/' },
      NOT_REGISTERED,
    ],
    ['an unknown client', { client_id: 'nobody' }, ['client_unknown']],
    ['a hint that is no JWT', { id_token_hint: 'opaque', client_id: 'app' }, WRONG_HINT],
    ['a hint of another issuer', { id_token_hint: hintOf({ ...good, iss: 'https://evil.example' }) }, WRONG_HINT],
    ['a hint for another client', { id_token_hint: hintOf(good), client_id: 'other' }, WRONG_HINT],
    ['a hint for an unknown client', { id_token_hint: hintOf({ ...good, aud: 'nobody' }) }, WRONG_HINT],
    ['a hint about nobody', { id_token_hint: hintOf({ iss: ISSUER, aud: 'app' }) }, WRONG_HINT],
    [
      'a hint for an API',
      { id_token_hint: hintOf({ ...good, aud: 'https://api.example' }), client_id: 'app' },
      WRONG_HINT,
    ],
  ])('%s', (_what, parameters, misuses) => {
    const { server, browser } = loggedIn({ clients: CLIENTS });
    const sent = Object.fromEntries(Object.entries(parameters as Record<string, string>));
    const answer = browser.visit(query(sent));
    expect([answer.status, headingIn(answer)]).toEqual([400, 'This does not work']);
    expect(answer.headers['location']).toBeUndefined();
    expect(isLoggedIn(browser)).toBe(true);
    expect(server.misuses).toEqual(misuses);
  });

  test('a parameter that is there twice', () => {
    const { server, browser } = loggedIn();
    expect(browser.visit('/oidc/logout?state=a&state=b').status).toBe(400);
    expect(server.misuses).toEqual(['parameter_repeated']);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'http://app.example/', '//evil.example', `${GOODBYE}#x`])(
    'the address %s, even when every client and address is taken',
    (post_logout_redirect_uri) => {
      const { browser } = loggedIn({ person: 'automatic' });
      expect(browser.visit(query({ client_id: 'app', post_logout_redirect_uri })).status).toBe(400);
      expect(browser.visit(`/v2/logout?${new URLSearchParams({ returnTo: post_logout_redirect_uri })}`).status).toBe(
        400,
      );
    },
  );

  test('an address nobody can vouch for is not followed, but the logout goes on', () => {
    const { server, browser } = loggedIn({ person: 'automatic' });
    expect(locationOf(browser.visit(query({ post_logout_redirect_uri: GOODBYE })))).toBe(LOGGED_OUT);
    expect(server.state.sessions).toEqual([]);
  });

  test('but a port more on loopback is fine, as in a login', () => {
    const { browser } = loggedIn({ clients: CLIENTS, person: 'automatic' });
    const post_logout_redirect_uri = 'http://127.0.0.1:5123/bye';
    expect(locationOf(browser.visit(query({ client_id: 'app', post_logout_redirect_uri })))).toBe(
      post_logout_redirect_uri,
    );
  });

  test('a hint for several clients counts for each of them', () => {
    const { browser } = loggedIn({ clients: CLIENTS, person: 'automatic' });
    const id_token_hint = hintOf({ ...good, aud: ['app', 'other'] });
    expect(browser.visit(query({ id_token_hint, client_id: 'other' })).status).toBe(302);
  });
});

describe('/v2/logout', () => {
  const clients = [
    { clientId: 'app', postLogoutRedirectUris: [GOODBYE] },
    { clientId: 'other', postLogoutRedirectUris: [] },
  ];
  const at = (parameters: Readonly<Record<string, string>>): string => `/v2/logout?${new URLSearchParams(parameters)}`;

  test.each([
    ['returnTo of the client', { client_id: 'app', returnTo: GOODBYE }, GOODBYE],
    ['returnTo of any client when none is named', { returnTo: GOODBYE }, GOODBYE],
    ['the first registered address without returnTo', { client_id: 'app' }, GOODBYE],
    ['a page when there is no address', { client_id: 'other' }, LOGGED_OUT],
    ['a page without parameters', {}, LOGGED_OUT],
  ])('ends the session without a question and leads to %s', (_what, parameters, expected) => {
    const { server, browser } = loggedIn({ clients });
    const answer = browser.visit(at(parameters as Record<string, string>));
    expect([answer.status, locationOf(answer)]).toEqual([302, expected]);
    expect(server.state.sessions).toEqual([]);
  });

  test.each([
    ['an address of another client', { client_id: 'other', returnTo: GOODBYE }],
    ['an address of nobody', { returnTo: 'https://evil.example/' }],
    ['an unknown client', { client_id: 'nobody' }],
  ])('refuses %s', (_what, parameters) => {
    const { browser } = loggedIn({ clients });
    expect(browser.visit(at(parameters as Record<string, string>)).status).toBe(400);
    expect(isLoggedIn(browser)).toBe(true);
  });
});

test('a failure that was asked for is shown on a page', () => {
  const { server, browser } = loggedIn();
  server.state = { ...server.state, failing: { logout: [{ type: 'error', error: 'server_error' }] } };
  const answer = browser.visit('/oidc/logout');
  expect([answer.status, headingIn(answer)]).toEqual([500, 'This does not work']);
  expect(isLoggedIn(browser)).toBe(true);
});
