/** The person and the browser: redirects, cookies, pages, and the callback where it has to go. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeClient } from '@proofkey/node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { formIn, sentenceIn } from '../src/html-form.ts';
import { createMockLogin, type MockLogin, type MockLoginOptions } from '../src/index.ts';
import { buildLogin } from '../src/mock-login.ts';
import { createMockLogin as createListeningLogin } from '../src/node.ts';
import { nodePlatform } from '../src/node-platform.ts';
import { authorizationOf, REDIRECT_URI } from './support/code-login.ts';
import { type Listener, startListener } from './support/listener.ts';

let as: MockLogin;
let listener: Listener;
let stranger: Listener;
beforeEach(async () => {
  as = createMockLogin(OPTIONS);
  stranger = await startListener();
  listener = await startListener({ '/moved': '/done', '/away': `${stranger.origin}/x`, '/round': '/round' });
});
afterEach(async () => {
  vi.useRealTimers();
  await listener.close();
  await stranger.close();
});

const OPTIONS: MockLoginOptions = {
  algorithm: 'ES256',
  users: [
    { sub: 'ada', name: 'Ada' },
    { sub: 'bob', username: 'Bob & <Co>', password: 'correct' },
  ],
};

type Parameters = Readonly<Record<string, string>>;

const open = async (parameters: Parameters = {}): Promise<URL | undefined> => {
  const { url } = await authorizationOf(as, parameters);
  const callback = await as.browser(url);
  return callback === undefined ? undefined : new URL(callback);
};

/** Who was logged in is only in tokens, so the server's memory is asked. */
async function subjectOf(callback: URL | undefined, verifier: string): Promise<unknown> {
  const response = await as.fetch(`${as.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: as.clientId,
      code: callback?.searchParams.get('code') ?? '',
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
    }),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  const told = await as.fetch(`${as.issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } });
  return ((await told.json()) as { sub: string }).sub;
}

async function whoLogsIn(parameters: Parameters = {}): Promise<unknown> {
  const { url, verifier } = await authorizationOf(as, parameters);
  const callback = await as.browser(url);
  return subjectOf(callback === undefined ? undefined : new URL(callback), verifier);
}

test('comes back with the code, the state and the issuer', async () => {
  const { url, state } = await authorizationOf(as);
  const callback = new URL((await as.browser(url)) ?? '');
  expect(callback.href.split('?')[0]).toBe(REDIRECT_URI);
  expect([...callback.searchParams.keys()]).toEqual(['code', 'state', 'iss']);
  expect(callback.searchParams.get('state')).toBe(state);
  expect(listener.heard).toEqual([]);
});

test('delivers the callback to a listener on loopback, once', async () => {
  const callback = await open({ redirect_uri: `${listener.origin}/callback` });
  expect(listener.heard).toEqual([`GET /callback${callback?.search}`]);
});

test('delivers it twice when that is asked for, and then once again', async () => {
  as.replayCallback();
  const first = await open({ redirect_uri: `${listener.origin}/callback` });
  const second = await open({ redirect_uri: `${listener.origin}/callback` });
  const [a, b, c, ...more] = listener.heard;
  expect([a, b, c]).toEqual([first, first, second].map((one) => `GET /callback${one?.search}`));
  expect(more).toEqual([]);
});

test('follows the listener to its page, but to nobody else, and not for ever', async () => {
  for (const path of ['/moved', '/away', '/round']) await open({ redirect_uri: `${listener.origin}${path}` });
  expect(listener.paths.slice(0, 3)).toEqual(['GET /moved', 'GET /done', 'GET /away']);
  expect(stranger.heard).toEqual([]);
  expect(listener.paths.filter((path) => path === 'GET /round').length).toBeLessThan(25);
});

test('delivers a callback on loopback, and no other one, whatever the server makes of it', async () => {
  const delivered: string[] = [];
  const deliver = async ({ url }: { readonly url: string }): Promise<void> => void delivered.push(new URL(url).origin);
  const { login } = buildLogin(OPTIONS, { ...nodePlatform(), deliver });
  login.deviate('callback_without_tls');
  for (const redirect_uri of [REDIRECT_URI, 'http://127.0.0.1:4000/callback', 'com.example.app:/callback']) {
    const { url } = await authorizationOf(login, { redirect_uri });
    await login.browser(url);
  }
  expect(delivered).toEqual(['http://127.0.0.1:4000']);
});

test('an issuer with a path has what is below it, and not what begins alike', async () => {
  as = createMockLogin({ ...OPTIONS, issuer: 'https://login.test/tenant' });
  await expect(as.browser('https://login.test/tenant2/authorize')).rejects.toThrow('Give the client this issuer');
  expect((await open())?.searchParams.get('iss')).toBe('https://login.test/tenant');
});

test('whoever an ID Token hints at logs in, also when nobody is logged in yet', async () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: as.issuer, aud: as.clientId, sub: 'bob' };
  expect(await whoLogsIn({ id_token_hint: `${part({ alg: 'ES256' })}.${part(claims)}.c2ln` })).toBe('bob');
});

test('leaves a listener alone that sends it on and on, or that never ends, after a while in all', async () => {
  // Each answer takes longer than nothing, so that one limit for all is over before the last; without it, all are asked.
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const next = Number(request.url?.slice(1)) + 1;
    if (request.url === '/drip') response.writeHead(302, { location: '/nowhere' }).write('...');
    else setTimeout(() => response.writeHead(302, { location: `/${next}` }).end(), 200);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const deliver = (path: string, limit?: number): Promise<void> =>
    nodePlatform('text/html', limit).deliver({ method: 'GET', url: `http://127.0.0.1:${port}${path}`, body: '' });
  await deliver('/drip', 300);
  expect(asked).toEqual(['/drip']);
  await deliver('/100', 300);
  expect(asked.filter((path) => path.startsWith('/10')).length).toBeLessThan(4);
  await deliver('/200');
  expect(asked.filter((path) => path.startsWith('/20')).length).toBe(6);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('nobody has to listen', async () => {
  await listener.close();
  expect((await open({ redirect_uri: `${listener.origin}/callback` }))?.origin).toBe(listener.origin);
});

test('keeps a fragment to itself, as browsers do, and tells the test', async () => {
  const callback = await open({ redirect_uri: `${listener.origin}/callback`, response_mode: 'fragment' });
  expect(new URLSearchParams(callback?.hash.slice(1)).get('code')).toBeTruthy();
  expect(listener.heard).toEqual(['GET /callback']);
});

test('posts the form of a form_post answer, and tells the test what was in it', async () => {
  const parameters = { redirect_uri: `${listener.origin}/callback`, response_mode: 'form_post' };
  const callback = await open(parameters);
  expect([...(callback?.searchParams.keys() ?? [])]).toEqual(['code', 'state', 'iss']);
  expect(listener.heard).toEqual([`POST /callback ${callback?.search.slice(1)}`]);
});

test('is the browser of a command-line program, whose listener is real', async () => {
  const listening = createListeningLogin({ user: { sub: 'ada', name: 'Ada' } });
  listening.listen();
  try {
    const { server, clientId, browser: openBrowser } = listening;
    const client = createNodeClient({ server, clientId, scope: ['openid', 'profile'], openBrowser, terminal: false });
    expect((await client.login()).user?.name).toBe('Ada');
    expect(listening.log.map(({ step }) => step)).toEqual(['authorize', 'token', 'keys']);
    listening.check();
  } finally {
    listening.close();
  }
});

test('the person refuses once; who changes their mind agrees', async () => {
  as.browser.deny();
  expect((await open())?.searchParams.get('error')).toBe('access_denied');
  as.browser.deny();
  as.browser.consent();
  expect((await open())?.searchParams.get('code')).toBeTruthy();
});

test('the person closes the window once: the server saw the request, nothing is delivered', async () => {
  as.browser.close();
  expect(await open({ redirect_uri: `${listener.origin}/callback` })).toBeUndefined();
  expect([as.log.length, listener.heard.length]).toEqual([1, 0]);
  expect(await open()).toBeDefined();
});

test('the person takes their time: milliseconds, or until something has happened, however it ended', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  as.browser.wait(60_000);
  let callback: URL | undefined;
  const opened = open().then((one) => {
    callback = one;
  });
  for (let turn = 0; turn < 10_000 && vi.getTimerCount() === 0; turn += 1) await new Promise(setImmediate);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(callback).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  await opened;
  expect(callback).toBeDefined();
  as.browser.wait(Promise.reject(new Error('not yours')));
  expect(await open()).toBeDefined();
});

test('somebody else logs in, by user name or sub, whoever was logged in before and is hinted at', async () => {
  expect(await whoLogsIn()).toBe('ada');
  as.browser.logInAs('Bob & <Co>');
  expect(await whoLogsIn()).toBe('bob');
  expect(await whoLogsIn({ login_hint: 'ada', prompt: 'login' })).toBe('bob');
  as.browser.logInAs('ada');
  expect(await whoLogsIn()).toBe('ada');
  expect(() => as.browser.logInAs('eve')).toThrow('The server knows nobody called eve. There are ada, Bob & <Co>.');
  as.browser.logInAs('bob');
  as.reset();
  expect(await whoLogsIn()).toBe('ada');
});

test('stays logged in until its cookies are cleared', async () => {
  expect((await open({ prompt: 'none' }))?.searchParams.get('error')).toBe('login_required');
  await open();
  expect((await open({ prompt: 'none' }))?.searchParams.get('code')).toBeTruthy();
  as.browser.forget();
  expect((await open({ prompt: 'none' }))?.searchParams.get('error')).toBe('login_required');
});

test('fills in the pages of a server that asks, with the password of who it is', async () => {
  as = createMockLogin({ ...OPTIONS, person: 'pages' });
  as.browser.logInAs('bob');
  expect(await whoLogsIn()).toBe('bob');
  const login = ['authorize', 'login_page', 'login_page', 'consent_page', 'consent_page'];
  const steps = as.log.map(({ step }) => step).filter((step) => step.endsWith('_page') || step === 'authorize');
  expect(steps.filter((step) => login.includes(step))[0]).toBe('authorize');
  expect(new Set(steps)).toEqual(new Set(login));
  // What was agreed to is not asked again, and who is logged in neither.
  const before = as.log.length;
  await open();
  expect(as.log.slice(before).map(({ step }) => step)).toEqual(['authorize']);
  as.check();
});

test('two windows at once each have their own page', async () => {
  as = createMockLogin({ ...OPTIONS, person: 'pages' });
  const callbacks = await Promise.all([open(), open()]);
  expect(callbacks.map((one) => one?.searchParams.has('code'))).toEqual([true, true]);
});

test('follows a logout to where it leads, or stays at the server', async () => {
  await open();
  const to = 'https://app.test/bye';
  const parameters = new URLSearchParams({ client_id: as.clientId, post_logout_redirect_uri: to });
  expect(await as.browser(`${as.server.endSessionEndpoint}?${parameters}`)).toBe(to);
  expect(await as.browser(as.server.endSessionEndpoint ?? '')).toBeUndefined();
  expect((await open({ prompt: 'none' }))?.searchParams.get('error')).toBe('login_required');
});

test('with pages, types the name and the password of whom the client hints at', async () => {
  as = createMockLogin({ ...OPTIONS, person: 'pages' });
  expect(await whoLogsIn({ login_hint: 'Bob & <Co>' })).toBe('bob');
  as.browser.forget();
  expect(await whoLogsIn({ login_hint: 'bob', prompt: 'login' })).toBe('bob');
  as.browser.forget();
  expect(await whoLogsIn({ login_hint: 'somebody else', prompt: 'login' })).toBe('ada');
  as.check();
});

test('changing their mind is of the person: a server that was told to fail still does', async () => {
  as.failNext('authorize', 'server_error');
  as.deny();
  as.dropAnswer('authorize');
  as.browser.consent();
  expect((await open())?.searchParams.get('error')).toBe('server_error');
  expect(await open()).toBeUndefined();
  expect((await open())?.searchParams.get('code')).toBeTruthy();
  as.check();
});

test('closes the window that somebody takes their time in, at once, and not the next one', async () => {
  as.browser.wait(new Promise(() => undefined));
  const opened = open({ redirect_uri: `${listener.origin}/callback` });
  await vi.waitFor(() => expect(as.log.length).toBe(1));
  as.browser.close();
  expect(await opened).toBeUndefined();
  expect(listener.heard).toEqual([]);
  expect(await open()).toBeDefined();
});

test('a reset closes the window that somebody takes their time in', async () => {
  as.browser.wait(new Promise(() => undefined));
  const opened = open();
  await vi.waitFor(() => expect(as.log.length).toBe(1));
  as.reset();
  expect(await opened).toBeUndefined();
});

test.each(['automatic', 'pages'] as const)('two people have two browsers (%s)', async (person) => {
  as = createMockLogin({ ...OPTIONS, person });
  const other = as.newBrowser();
  other.logInAs('bob');
  const { url, verifier } = await authorizationOf(as);
  const { url: another, verifier: second } = await authorizationOf(as);
  const [mine, theirs] = await Promise.all([as.browser(url), other(another)]);
  expect(await subjectOf(new URL(mine ?? ''), verifier)).toBe('ada');
  expect(await subjectOf(new URL(theirs ?? ''), second)).toBe('bob');
  // Each has its own cookies, and what one plans the other does not do.
  other.close();
  expect((await open({ prompt: 'none' }))?.searchParams.get('code')).toBeTruthy();
  expect(await other((await authorizationOf(as)).url)).toBeUndefined();
  const asked = await authorizationOf(as, { prompt: 'login', login_hint: 'ada' });
  expect(await subjectOf(new URL((await other(asked.url)) ?? ''), asked.verifier)).toBe('bob');
  as.browser.forget();
  expect((await open({ prompt: 'none' }))?.searchParams.get('error')).toBe('login_required');
  expect(await whoLogsIn()).toBe('ada');
  const silent = await authorizationOf(as, { prompt: 'none' });
  expect(await subjectOf(new URL((await other(silent.url)) ?? ''), silent.verifier)).toBe('bob');
  expect(() => other.logInAs('eve')).toThrow('The server knows nobody called eve.');
  other.close();
  as.reset();
  const again = await authorizationOf(as);
  expect(await subjectOf(new URL((await other(again.url)) ?? ''), again.verifier)).toBe('ada');
});

test('says so when the server shows a page that leads nowhere', async () => {
  as = createMockLogin({ redirectUris: ['https://app.test/other'] });
  await expect(open()).rejects.toThrow(
    'The server answered 400 with a page that leads nowhere: "This redirect_uri is not registered." (step 1 of the ' +
      'log, error invalid_request)',
  );
});

test('opens nothing that is not this server’s', async () => {
  await expect(as.browser('https://other.test/authorize')).rejects.toThrow('not one of https://login.test');
});

test('gives up where the connection breaks', async () => {
  as.dropAnswer('authorize');
  expect(await open()).toBeUndefined();
});

test('a window that is left open over a reset does nothing any more', async () => {
  let resolve = (): void => {};
  as.browser.wait(
    new Promise<void>((resolved) => {
      resolve = resolved;
    }),
  );
  const opened = open({ redirect_uri: `${listener.origin}/callback` });
  await vi.waitFor(() => expect(as.log.length).toBe(1));
  as.reset();
  resolve();
  expect(await opened).toBeUndefined();
  expect([as.log.length, listener.heard.length]).toEqual([0, 0]);
});

test('an application on the origin of the server gets its callback', async () => {
  expect((await open({ redirect_uri: `${as.issuer}/app/callback` }))?.pathname).toBe('/app/callback');
});

test('so does one that leaves its only redirect URI out', async () => {
  as = createMockLogin({ ...OPTIONS, clientId: 'app', redirectUris: ['https://login.test/app/callback'] });
  // OpenID Connect wants it every time, OAuth does not. OIDC Core, section 3.1.2.1; RFC 6749, section 3.1.2.3.
  const url = new URL((await authorizationOf(as, { scope: 'profile' })).url);
  url.searchParams.delete('redirect_uri');
  const callback = new URL((await as.browser(url)) ?? 'about:blank');
  expect([callback.pathname, callback.searchParams.has('code')]).toEqual(['/app/callback', true]);
  expect(as.log.map(({ step }) => step)).toEqual(['authorize']);
});

test('reads a form as browsers do, entities included', () => {
  const html = `<form method="post" action="/a?b=1&amp;c=2"><input name="x" value="&quot;&#39;&#x41;&lt;&unknown;">
    <input type="password"
    name="p"><button name="answer" value="agree">Yes</button><input type="submit" value="No"></form>`;
  expect(formIn(html)).toEqual({
    action: '/a?b=1&c=2',
    fields: [
      { name: 'x', type: 'text', value: '"\'A<&unknown;' },
      { name: 'p', type: 'password', value: '' },
    ],
    buttons: [
      { name: 'answer', type: 'submit', value: 'agree' },
      { name: '', type: 'submit', value: 'No' },
    ],
  });
  expect(formIn('<p>nothing</p>')).toBeUndefined();
  expect(sentenceIn('<h1>No</h1><p class="a">One &amp;\n<b>two</b>.</p><p>three</p>')).toBe('One & two.');
  expect(sentenceIn('')).toBeUndefined();
});
