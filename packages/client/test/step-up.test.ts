/** What an API refused -> what the next login asks for. RFC 6750, section 3.1; RFC 9470. */
import { describe, expect, test } from 'vitest';
import { createClient, type ResponseLike, type Settings } from '../src/index.ts';
import { clientOf, codeOf, NOW, SETTINGS, userAgent, type World, world } from './world.ts';

const API = 'https://api.example/transfers';
const GOLD = 'urn:example:gold';

const answer = (status: number, challenge?: string): ResponseLike => ({
  status,
  headers: { get: (name) => (name.toLowerCase() === 'www-authenticate' ? (challenge ?? null) : null) },
});

/** A client whose API answers as the test says; `asked` are the authorization requests. */
async function loggedIn(settings: Partial<Settings> = {}, ports: World = world()) {
  const asked: Readonly<Record<string, string>>[] = [];
  const agent = userAgent(async ({ url }) => {
    asked.push(Object.fromEntries(new URL(url).searchParams));
    return { type: 'returned', url: ports.server.authorize(url) };
  });
  let respond: (authorization: string) => ResponseLike = () => answer(200);
  const all: World = {
    ...ports,
    userAgent: agent,
    resourceFetch: {
      prepare: (input) => ({
        url: `${input}`,
        method: 'GET',
        send: async (authorization) => respond(authorization),
      }),
    },
  };
  const client = createClient({ ...SETTINGS, ...settings } as Settings, all);
  await client.login();
  const call = async (how: typeof respond): Promise<ResponseLike> => {
    respond = how;
    return (await client.fetch(API)) as ResponseLike;
  };
  /** What the client reads in a response of this kind. */
  const refusedBy = async (status: number, challenge?: string) =>
    client.challengeIn(await call(() => answer(status, challenge)));
  return { client, ports: all, asked, call, refusedBy };
}

/** Members of authorization requests that are another value each time. */
const EACH_TIME = ['state', 'nonce', 'code_challenge'];
const comparable = (one: Readonly<Record<string, string>> = {}): object =>
  Object.fromEntries(Object.entries(one).filter(([name]) => !EACH_TIME.includes(name)));

describe('challengeIn', () => {
  test.each([[undefined], [null], [{}], [{ status: 401, headers: { 'www-authenticate': 'Bearer' } }]])(
    'says that %j is no response',
    (response) => {
      const client = clientOf(world());
      expect(() => client.challengeIn(response as never)).toThrow('invalid parameter (response)');
    },
  );

  test.each([
    [401, 'Bearer error="invalid_token"', { code: 'invalid_token' }],
    [401, undefined, { code: 'invalid_token' }],
    [401, 'Bearer', { code: 'invalid_token' }],
    [401, '', { code: 'invalid_token' }],
    [
      403,
      'Bearer error="insufficient_scope", scope="a b"',
      { code: 'insufficient_scope', stepUp: { scope: ['a', 'b'] } },
    ],
    [
      401,
      `Basic realm="x", Bearer error="insufficient_user_authentication", acr_values="${GOLD}", max_age="5"`,
      { code: 'insufficient_user_authentication', stepUp: { acrValues: [GOLD], maxAge: 5 } },
    ],
  ])('UI-04 UI-06 UI-07 reads %d with %j', async (status, challenge, expected) => {
    const { refusedBy } = await loggedIn();
    const failure = await refusedBy(status, challenge);
    expect(failure).toMatchObject({
      kind: 'oauth_error',
      recovery: 'log_in_again',
      sessionSurvives: true,
      ...expected,
    });
  });

  test.each([
    [200, undefined],
    [200, 'Bearer error="invalid_token"'],
    [204, undefined],
    [403, undefined],
    [403, 'Bearer error="other"'],
    [404, 'Bearer error="invalid_token"'],
    [401, 'Basic realm="proxy"'],
    [500, 'Bearer error="invalid_token"'],
  ])('UI-04 finds nothing for a login to do in %d with %j', async (status, challenge) => {
    const { refusedBy } = await loggedIn();
    expect(await refusedBy(status, challenge)).toBeUndefined();
  });

  test('UI-04 reads the response of another fetch as well', async () => {
    const { client } = await loggedIn();
    const response = new Response(null, {
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    });
    expect(client.challengeIn(response)).toMatchObject({ code: 'invalid_token' });
  });

  test('LG-01 does not repeat the access token that was sent, in no member and of no response before', async () => {
    const { client, call } = await loggedIn();
    const responses: ResponseLike[] = [];
    const tokens: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const token = await client.accessToken();
      tokens.push(token);
      const echo = `error_description="not with ${token}", acr_values="${token} ${GOLD}", scope="${token} a"`;
      responses.push(await call(() => answer(401, `Bearer error="insufficient_user_authentication", ${echo}`)));
      await client.login();
    }
    const failures = responses.map((response) => client.challengeIn(response));
    expect(failures).toMatchObject([
      { code: 'insufficient_user_authentication', stepUp: { acrValues: [GOLD], scope: ['a'] } },
      { code: 'insufficient_user_authentication', stepUp: { acrValues: [GOLD], scope: ['a'] } },
    ]);
    expect(new Set(tokens).size).toBe(2);
    expect(tokens.filter((token) => JSON.stringify(failures).includes(token))).toEqual([]);
    // Negative control: the same words are shown by a client that did not send that token.
    const other = createClient(SETTINGS, world());
    expect(JSON.stringify(other.challengeIn(responses[0] as ResponseLike))).toContain(tokens[0]);
  });
});

describe('login({ stepUp })', () => {
  test.each([[{ acrValues: [GOLD] }], [new Error('no failure')], [{}], ['insufficient_scope'], [null]])(
    'refuses %j, which no API has said: it would ask for nothing more, again and again',
    async (stepUp) => {
      const login = clientOf(world()).login({ stepUp: stepUp as never });
      await expect(login).rejects.toMatchObject({ failure: { code: 'invalid_parameter', at: 'stepUp' } });
    },
  );

  test.each<[name: string, challenge: string, expected: object]>([
    ['acr_values', `acr_values="${GOLD} silver"`, { acr_values: `${GOLD} silver` }],
    ['max_age', 'max_age="60"', { max_age: '60' }],
    ['both', `acr_values="${GOLD}", max_age=0`, { acr_values: GOLD, max_age: '0' }],
    ['nothing: a new authentication', 'realm="x"', { prompt: 'login' }],
  ])('UI-07 sends %s of insufficient_user_authentication', async (_name, challenge, expected) => {
    const { client, asked, refusedBy } = await loggedIn();
    const stepUp = await refusedBy(401, `Bearer error="insufficient_user_authentication", ${challenge}`);
    await client.login({ stepUp });
    expect(comparable(asked[1])).toEqual({ ...comparable(asked[0]), ...expected });
  });

  test('UI-06 asks for the scope that an API wants beside its own, each once', async () => {
    const { client, asked, refusedBy } = await loggedIn();
    const stepUp = await refusedBy(403, 'Bearer error="insufficient_scope", scope="transfer profile transfer"');
    const outcome = await client.login({ stepUp });
    expect(asked[1]).toMatchObject({ scope: 'openid profile offline_access transfer' });
    expect(outcome).toMatchObject({ scope: ['openid', 'profile', 'offline_access', 'transfer'] });
    expect(asked[1]).not.toHaveProperty('prompt');
  });

  test('UI-07 checks auth_time: a server that does not authenticate anew logs nobody in', async () => {
    const { client, ports, refusedBy } = await loggedIn();
    const stepUp = await refusedBy(401, 'Bearer error="insufficient_user_authentication", max_age="60"');
    ports.server.jwt = (jwt) => ({ ...jwt, claims: { ...jwt.claims, auth_time: NOW - 600 } });
    expect(await codeOf(client.login({ stepUp }))).toBe('id_token_auth_time_invalid');
    // Negative control: a login that nobody asked to be fresh takes the same token.
    expect(await codeOf(client.login())).toBe('no failure');
  });

  test('UI-07 takes the stricter age of the application and the API', async () => {
    const { client, asked, refusedBy } = await loggedIn();
    const stepUp = await refusedBy(401, 'Bearer error="insufficient_user_authentication", max_age="60"');
    await client.login({ stepUp, maxAge: 5 });
    await client.login({ stepUp, maxAge: 500 });
    expect(asked.slice(1).map(({ max_age }) => max_age)).toEqual(['5', '60']);
  });

  test('is an ordinary login where there is nothing to step up to', async () => {
    const { client, asked, refusedBy } = await loggedIn();
    await client.login({ stepUp: await refusedBy(200) });
    await client.login({ stepUp: await refusedBy(401) });
    expect(asked.slice(1).map(comparable)).toEqual([comparable(asked[0]), comparable(asked[0])]);
  });

  const HOSTILE = [
    'client_id="evil", redirect_uri="https://evil.example/", state="s", response_type="token", prompt="none"',
    'code_challenge="x", code_challenge_method="plain", nonce="n", audience="https://evil.example", login_hint="eve"',
    '__proto__="x", constructor="y", toString="z"',
    'acr_values="\x01\x02", max_age="-1", scope="\u00e9 \u{1f600}"',
    'acr_values="a&state=evil", max_age="1e9", scope="a&redirect_uri=https://evil.example/"',
    'max_age="99999999999"',
    'max_age="5 6"',
    `acr_values="${'x '.repeat(4000)}"`,
  ];
  test.each(HOSTILE)('UI-07 a hostile API adds no parameter and no odd word: %s', async (challenge) => {
    const { client, asked, refusedBy } = await loggedIn();
    for (const error of ['insufficient_user_authentication', 'insufficient_scope', 'invalid_token']) {
      const stepUp = await refusedBy(401, `Bearer error="${error}", ${challenge}`);
      expect(await codeOf(client.login({ stepUp }))).toBe('no failure');
    }
    const [first, ...more] = asked;
    for (const one of more) {
      const { acr_values = '', max_age = '0', scope = '', prompt, ...rest } = one;
      const { scope: own = '', ...expected } = first ?? {};
      expect(comparable(rest)).toEqual(comparable(expected));
      expect([undefined, 'login']).toContain(prompt);
      expect(max_age).toMatch(/^\d{1,9}$/);
      expect(`${acr_values} ${scope}`).toMatch(/^[!-~ ]*$/);
      expect(scope.split(' ')).toEqual(expect.arrayContaining(own.split(' ')));
      expect([acr_values.split(' ').length, scope.split(' ').length].every((words) => words <= 40)).toBe(true);
    }
  });

  test('UI-07 from 401 to 200: the API refuses, the person authenticates again, the API accepts', async () => {
    const { client, call, ports } = await loggedIn();
    const accepted = new Set<string>();
    const authenticatedAt = (): number => ports.server.state.authorizations.at(-1)?.session.authTime ?? 0;
    /** The API wants a login with this class, and knows the tokens of those. */
    const api = (authorization: string): ResponseLike =>
      accepted.has(authorization)
        ? answer(200)
        : answer(401, `Bearer error="insufficient_user_authentication", acr_values="${GOLD}", max_age="300"`);
    const refused = await call(api);
    const stepUp = client.challengeIn(refused);
    expect(stepUp).toMatchObject({ code: 'insufficient_user_authentication', recovery: 'log_in_again' });
    const before = await client.accessToken();
    const outcome = await client.login({ stepUp, appState: { returnTo: '/transfers' } });
    expect(outcome).toMatchObject({ status: 'logged_in', user: { acr: GOLD }, appState: { returnTo: '/transfers' } });
    expect(authenticatedAt()).toBeGreaterThanOrEqual(NOW - 300);
    const after = await client.accessToken();
    expect(after).not.toBe(before);
    accepted.add(`Bearer ${after}`);
    const response = await call(api);
    expect(response.status).toBe(200);
    expect(client.challengeIn(response)).toBeUndefined();
  });
});
