/** The login and the consent page, as the pure server has them: whose they are, how often, and where they lead. */
import { describe, expect, test } from 'vitest';
import { ADA, authorizePath, BOB, headingIn, hintOf, locationOf, PagesServer } from './support/pages-server.ts';
import { REDIRECT_URI } from './support/script.ts';
import { ISSUER } from './support/server.ts';

describe('the login page', () => {
  test('has an address of its own, where it can be loaded again', () => {
    const browser = new PagesServer().browser();
    const begun = browser.visit(authorizePath());
    expect(begun.status).toBe(302);
    const page = locationOf(begun);
    expect(page).toMatch(/^\/interaction\/[\w-]{43}$/);
    for (const time of [1, 2]) {
      const shown = browser.visit(page);
      expect([time, shown.status, headingIn(shown)]).toEqual([time, 200, 'Log in']);
      expect(shown.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
    }
  });

  test('refuses a wrong password, keeps the name, and takes the right one afterwards', () => {
    const server = new PagesServer();
    const browser = server.browser();
    const page = locationOf(browser.visit(authorizePath()));
    const wrong = browser.visit(page, { form: { ...ADA, password: 'guess' } });
    expect([wrong.status, headingIn(wrong)]).toEqual([403, 'Log in']);
    expect(wrong.body).toContain('User name or password is wrong.');
    expect(wrong.body).toContain('value="ada@example.test"');
    expect(wrong.body).not.toContain('guess');
    expect(server.state.sessions).toEqual([]);
    const right = browser.visit(page, { form: ADA });
    expect(right.status).toBe(303);
    expect(right.headers['set-cookie']).toMatch(/^login_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  });

  test.each([
    ['nobody', { username: 'nobody', password: 'engine' }],
    ['no name', { password: 'engine' }],
    ['no password, though there is one', { username: 'ada@example.test' }],
    ['another person’s password', { username: 'ada@example.test', password: 'whatever' }],
    ['a name of JavaScript', { username: '__proto__', password: 'constructor' }],
    ['nothing', {}],
  ])('lets %s not in', (_who, form) => {
    const browser = new PagesServer().browser();
    expect(browser.visit(locationOf(browser.visit(authorizePath())), { form: { x: '', ...form } }).status).toBe(403);
  });

  test('takes any password of somebody who has none, the name by sub, and with spaces around it', () => {
    for (const form of [BOB, { username: 'bob' }, { username: ' bob ', password: '' }])
      expect(new PagesServer().browser().logIn({}, form).status).toBe(303);
  });

  test('holds the name that login_hint gave', () => {
    const browser = new PagesServer().browser();
    expect(browser.visit(locationOf(browser.visit(authorizePath({ login_hint: 'bob' })))).body).toContain(
      'value="bob"',
    );
  });

  test('is good for one login', () => {
    const browser = new PagesServer().browser();
    const page = locationOf(browser.visit(authorizePath()));
    expect(browser.visit(page, { form: ADA }).status).toBe(303);
    for (const again of [browser.visit(page), browser.visit(page, { form: ADA })]) {
      expect([again.status, headingIn(again)]).toEqual([404, 'This does not work']);
      expect(again.headers['set-cookie']).toBeUndefined();
    }
  });

  test('is over after ten minutes', () => {
    const server = new PagesServer();
    const browser = server.browser();
    const page = locationOf(browser.visit(authorizePath()));
    server.now += 599;
    expect(browser.visit(page).status).toBe(200);
    server.now += 1;
    expect(browser.visit(page, { form: ADA }).status).toBe(404);
  });

  test('belongs to the browser that began: another one can not be made to finish that login', () => {
    const server = new PagesServer();
    const [attacker, victim] = [server.browser(), server.browser()];
    const page = locationOf(attacker.visit(authorizePath()));
    victim.visit(authorizePath());
    const forged = victim.visit(page, { form: BOB });
    expect(forged.status).toBe(403);
    expect(forged.headers['set-cookie']).toBeUndefined();
    expect(server.state.sessions).toEqual([]);
    expect(attacker.visit(page, { form: BOB }).status).toBe(303);
  });

  test('two of them in one browser are each good', () => {
    const browser = new PagesServer().browser();
    const [first, second] = [1, 2].map(() => locationOf(browser.visit(authorizePath())));
    expect(browser.visit(second ?? '', { form: ADA }).status).toBe(303);
    expect(browser.visit(first ?? '', { form: ADA }).status).toBe(303);
  });

  test('other methods and other addresses are refused', () => {
    const browser = new PagesServer().browser();
    for (const path of ['/interaction/', '/interaction/x', '/interaction/__proto__', '/interaction/a/b'])
      expect(browser.visit(path).status).toBe(404);
    const page = locationOf(browser.visit(authorizePath()));
    for (const method of ['PUT', 'DELETE']) {
      const refused = browser.visit(page, { method, form: ADA });
      expect([refused.status, refused.headers['allow']]).toEqual([405, 'GET, POST']);
    }
    expect(browser.visit(page, { form: ADA }).status).toBe(303);
  });
});

describe('the consent page', () => {
  test('comes after the login, and agreeing leads to the client with a code, by 303', () => {
    const server = new PagesServer();
    const browser = server.browser();
    const page = locationOf(browser.logIn({ state: 'mine' }));
    expect(headingIn(browser.visit(page))).toBe('Do you agree?');
    const agreed = browser.visit(page, { form: { answer: 'agree' } });
    expect(agreed.status).toBe(303);
    const callback = new URL(locationOf(agreed));
    expect(callback.origin + callback.pathname).toBe(REDIRECT_URI);
    expect(callback.searchParams.get('code')).toMatch(/^[\w-]{43}$/);
    expect(callback.searchParams.get('state')).toBe('mine');
    expect(server.state.log.map(({ step, status, login }) => [step, status, login])).toEqual([
      ['authorize', 302, 1],
      ['login_page', 303, 1],
      ['consent_page', 200, 1],
      ['consent_page', 303, 1],
    ]);
    expect(server.misuses).toEqual([]);
  });

  test('refusing leads to the client with access_denied and its state', () => {
    const server = new PagesServer();
    const browser = server.browser();
    const page = locationOf(browser.logIn({ state: 'mine' }));
    const refused = browser.visit(page, { form: { answer: 'refuse' } });
    expect(refused.status).toBe(303);
    expect(Object.fromEntries(new URL(locationOf(refused)).searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'mine',
      iss: 'https://login.test',
    });
    expect(server.state).toMatchObject({ authorizations: [], consents: [], interactions: [] });
    expect(browser.visit(page, { form: { answer: 'agree' } }).status).toBe(404);
  });

  test('is good for one answer, and no answer is none', () => {
    const server = new PagesServer();
    const browser = server.browser();
    const page = locationOf(browser.logIn());
    expect(browser.visit(page, { form: { answer: 'perhaps' } }).status).toBe(400);
    expect(browser.visit(page, { form: { answer: 'agree' } }).status).toBe(303);
    expect(browser.visit(page, { form: { answer: 'agree' } }).status).toBe(404);
    expect(server.state.authorizations).toHaveLength(1);
  });

  test('belongs to who is logged in: neither nobody nor somebody else can answer it', () => {
    const server = new PagesServer();
    const [ada, bob, nobody] = [server.browser(), server.browser(), server.browser()];
    const page = locationOf(ada.logIn());
    bob.logIn({}, BOB);
    for (const other of [bob, nobody])
      for (const form of [{ answer: 'agree' }, ADA]) expect(other.visit(page, { form }).status).toBe(403);
    for (const other of [bob, nobody]) expect(other.visit(page).body).not.toContain('Ada');
    expect(server.state.authorizations).toEqual([]);
    expect(ada.visit(page, { form: { answer: 'agree' } }).status).toBe(303);
  });

  test('can be answered after the same person has logged in again in another tab, and tells of that session', () => {
    const server = new PagesServer();
    const browser = server.browser();
    const [first, second] = [1, 2].map(() => locationOf(browser.visit(authorizePath())));
    const consent = locationOf(browser.visit(first ?? '', { form: ADA }));
    server.now += 5;
    browser.visit(second ?? '', { form: ADA });
    expect(browser.visit(consent, { form: { answer: 'agree' } }).status).toBe(303);
    expect(server.state.sessions).toHaveLength(1);
    expect(server.state.authorizations[0]?.session).toEqual(server.state.sessions[0]);
  });

  test('is over for who was logged out meanwhile', () => {
    const browser = new PagesServer().browser();
    const page = locationOf(browser.logIn());
    expect(locationOf(browser.visit('/interaction/logout', { form: { answer: 'agree' } }))).toBe(
      '/interaction/logged-out',
    );
    expect(browser.visit(page, { form: { answer: 'agree' } }).status).toBe(403);
  });

  test('is not shown again for what was agreed to, for more it is, and both are remembered together', () => {
    const server = new PagesServer();
    const browser = server.browser();
    browser.agree({ scope: 'openid' });
    expect(locationOf(browser.visit(authorizePath({ scope: 'openid' })))).toContain('code=');
    const more = locationOf(browser.visit(authorizePath({ scope: 'openid email' })));
    expect(headingIn(browser.visit(more))).toBe('Do you agree?');
    browser.visit(more, { form: { answer: 'agree' } });
    browser.visit(locationOf(browser.visit(authorizePath({ scope: 'phone' }))), { form: { answer: 'agree' } });
    expect(locationOf(browser.visit(authorizePath({ scope: 'phone email' })))).toContain('code=');
    expect(server.state.consents).toEqual([{ clientId: 'app', sub: 'ada', scope: ['openid', 'email', 'phone'] }]);
    expect(locationOf(browser.visit(authorizePath({ client_id: 'other', scope: 'openid' })))).toMatch(/^\/interaction/);
  });

  test('what was agreed to is remembered for so many clients and no more', () => {
    const server = new PagesServer();
    const browser = server.browser();
    for (let at = 0; at < 105; at += 1) {
      const page = locationOf(at === 0 ? browser.logIn() : browser.visit(authorizePath({ client_id: `app-${at}` })));
      browser.visit(page, { form: { answer: 'agree' } });
    }
    expect(server.state.consents).toHaveLength(100);
    expect(server.state.consents.at(-1)?.clientId).toBe('app-104');
  });
});

describe('prompt and max_age with pages', () => {
  test('prompt=consent asks once more, and once is enough', () => {
    const browser = new PagesServer().browser();
    browser.agree();
    const page = locationOf(browser.visit(authorizePath({ prompt: 'consent' })));
    expect(headingIn(browser.visit(page))).toBe('Do you agree?');
    expect(locationOf(browser.visit(page, { form: { answer: 'agree' } }))).toContain('code=');
  });

  test('prompt=login asks who is there once more, and once is enough', () => {
    const server = new PagesServer();
    const browser = server.browser();
    browser.agree();
    const [before] = server.state.sessions;
    server.now += 100;
    const page = locationOf(browser.visit(authorizePath({ prompt: 'login' })));
    expect(headingIn(browser.visit(page))).toBe('Log in');
    expect(locationOf(browser.visit(page, { form: ADA }))).toContain('code=');
    expect(server.state.sessions).toEqual([
      { ...before, id: expect.not.stringContaining(before?.id ?? ''), authTime: server.now },
    ]);
  });

  test('a new login takes the old cookie its worth', () => {
    const server = new PagesServer();
    const browser = server.browser();
    browser.agree();
    const old = `login_session=${server.state.sessions[0]?.id}`;
    expect(server.visit(authorizePath(), {}, old).headers['location']).toContain('code=');
    browser.logIn({ prompt: 'login' });
    expect(server.visit(authorizePath(), {}, old).headers['location']).toMatch(/^\/interaction/);
  });

  test('somebody else who logs in after prompt=login has a session of their own', () => {
    const server = new PagesServer();
    const browser = server.browser();
    browser.agree();
    const callback = browser.agree({ prompt: 'login' }, BOB);
    expect(callback.searchParams.has('code')).toBe(true);
    const [ada, bob] = server.state.authorizations;
    expect([ada?.session.sub, bob?.session.sub]).toEqual(['ada', 'bob']);
    expect(ada?.session.sid).not.toBe(bob?.session.sid);
  });

  test.each([
    ['nobody is logged in', 'login_required', false],
    ['somebody has to agree', 'consent_required', true],
  ])('prompt=none when %s is %s, and shows no page', (_when, error, isLoggedIn) => {
    const browser = new PagesServer().browser();
    if (isLoggedIn) browser.logIn();
    const { searchParams } = new URL(locationOf(browser.visit(authorizePath({ prompt: 'none' }))));
    expect(searchParams.get('error')).toBe(error);
  });

  test('max_age asks who is there when the login is older', () => {
    const server = new PagesServer();
    const browser = server.browser();
    browser.agree();
    server.now += 61;
    expect(locationOf(browser.visit(authorizePath({ max_age: '61' })))).toContain('code=');
    const page = locationOf(browser.visit(authorizePath({ max_age: '60' })));
    expect(headingIn(browser.visit(page))).toBe('Log in');
    expect(locationOf(browser.visit(page, { form: ADA }))).toContain('code=');
  });

  test('an id_token_hint of somebody else than who logs in is login_required', () => {
    const server = new PagesServer();
    const id_token_hint = hintOf({ iss: ISSUER, aud: 'app', sub: 'bob' });
    const refused = server.browser().logIn({ id_token_hint });
    expect(refused.headers['set-cookie']).toBeUndefined();
    expect(new URL(locationOf(refused)).searchParams.get('error')).toBe('login_required');
    expect(server.state).toMatchObject({ authorizations: [], sessions: [], interactions: [] });
    expect(server.browser().agree({ id_token_hint }, BOB).searchParams.has('code')).toBe(true);
  });

  test('an issuer with a path keeps its pages below it', () => {
    const server = new PagesServer({ issuer: 'https://login.test/realms/one/' });
    const browser = server.browser();
    const page = locationOf(browser.visit(`/realms/one${authorizePath()}`));
    expect(page).toMatch(/^\/realms\/one\/interaction\//);
    expect(browser.visit(page, { form: ADA }).headers['location']).toMatch(/^\/realms\/one\/interaction\//);
  });

  test('form_post shows a page with the answer, which a person sends on', () => {
    const browser = new PagesServer().browser();
    const page = locationOf(browser.logIn({ response_mode: 'form_post', state: 'mine' }));
    const agreed = browser.visit(page, { form: { answer: 'agree' } });
    expect([agreed.status, headingIn(agreed)]).toEqual([200, 'Almost there']);
    expect(agreed.body).toContain(`<form method="post" action="${REDIRECT_URI}">`);
    expect(agreed.body).toContain('<input type="hidden" name="state" value="mine">');
  });

  test('servers side by side on one host have cookies of their own names', () => {
    const cookies = ['http://127.0.0.1:4001', 'http://127.0.0.1:4002'].map((issuer) => {
      const server = new PagesServer({ issuer, person: 'automatic' });
      return server.visit(authorizePath()).headers['set-cookie'];
    });
    expect(cookies).toEqual([
      expect.stringMatching(/^login_session_4001=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^login_session_4002=/),
    ]);
  });
});
