/** Whatever is sent in whatever order: `answer` never throws, changes nothing it was given, and tells no secret. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answer,
  createState,
  DEVIATIONS,
  type DeviationName,
  ENTROPY_LENGTH,
  type ServerRequest,
  type ServerResponse,
  type ServerState,
} from '../src/authorization-server.ts';
import { challengeOf } from './support/script.ts';
import { defaults, encoded, type Fields, ISSUER, NOW } from './support/server.ts';

/** Texts that no answer, log or sentence may repeat outside the place where the protocol wants them. */
const MARK = 'S3cretS3cret';
const HOSTILE = `"'><script>alert(1)</script>&${MARK}`;
const VERIFIERS = [`${MARK}${'v'.repeat(43)}`, `${MARK}${'w'.repeat(43)}`];

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('', '0', 'a', HOSTILE, '\uD800', 'é😀', '%', '%E0%A4', '\r\nx: y', 'a.b.c') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
);
const oneOf = (...usual: (string | undefined)[]): fc.Arbitrary<string | undefined> =>
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: text });

const authorize = fc.record({
  response_type: oneOf('code', 'code', 'code', 'token'),
  client_id: oneOf('app', 'app', 'other'),
  redirect_uri: oneOf('https://app.example.com/cb', 'http://127.0.0.1:1/cb', 'com.example.app:/cb'),
  scope: oneOf('openid offline_access', 'openid profile', undefined),
  state: oneOf(MARK, `${MARK}2`, HOSTILE, undefined),
  nonce: oneOf(MARK, `${MARK}2`, undefined),
  code_challenge: oneOf(...VERIFIERS.map(challengeOf)),
  code_challenge_method: oneOf('S256', 'S256', 'S256', 'plain'),
  response_mode: oneOf(undefined, 'query', 'fragment', 'form_post'),
  prompt: oneOf(undefined, undefined, 'none', 'login', 'consent'),
  max_age: oneOf(undefined, '0', '10', '-1'),
  login_hint: oneOf(undefined, 'ada', HOSTILE),
  id_token_hint: oneOf(undefined, undefined, `e30.${MARK}.x`),
  audience: oneOf(undefined, 'https://api.example.com'),
});

/** `#0`, `#1` ... stand for secrets that the server has given away so far. */
const known = oneOf('#0', '#1', '#2', '#3', '#4', '#5');
const tokenRequest = fc.record({
  grant_type: oneOf('authorization_code', 'authorization_code', 'refresh_token', undefined),
  client_id: oneOf('app', 'app', 'app', 'other'),
  code: known,
  refresh_token: known,
  redirect_uri: oneOf('https://app.example.com/cb', 'http://127.0.0.1:1/cb', 'com.example.app:/cb'),
  code_verifier: oneOf(...VERIFIERS, undefined),
  scope: oneOf(undefined, undefined, 'openid', MARK),
  client_secret: oneOf(undefined, undefined, undefined, MARK),
  resource: oneOf(undefined, undefined, 'https://api.example.com'),
});

type Sent = {
  readonly method: string;
  readonly path: string;
  readonly fields: Fields;
  readonly inBody: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds until it is sent. */
  readonly later: number;
};

const later = fc.constantFrom(0, 0, 0, 1, 30, 700);
const cookie = fc.constantFrom<Record<string, string>>({}, { cookie: 'login_session=#9' }, { cookie: HOSTILE });
const request: fc.Arbitrary<Sent> = fc.oneof(
  fc.record({
    method: fc.constantFrom('GET', 'GET', 'POST', 'HEAD'),
    path: fc.constant('/authorize'),
    fields: authorize,
    inBody: fc.boolean(),
    headers: cookie,
    later,
  }),
  fc.record({
    method: fc.constant('POST'),
    path: fc.constantFrom('/oauth/token', '/oauth/token', '/oauth/revoke'),
    fields: fc.tuple(tokenRequest, known).map(([fields, token]) => ({ ...fields, token })),
    inBody: fc.constantFrom(true, true, true, false),
    headers: fc.constantFrom<Record<string, string>>({}, {}, { authorization: `Basic ${MARK}` }),
    later,
  }),
  fc.record({
    method: fc.constantFrom('GET', 'POST'),
    path: fc.constantFrom('/userinfo', '/oidc/logout', '/v2/logout', '/interaction/#8', '/interaction/logout'),
    fields: fc.record({
      access_token: oneOf(undefined, '#1', MARK),
      id_token_hint: oneOf(undefined, `e30.${MARK}.x`),
      post_logout_redirect_uri: oneOf(undefined, 'https://app.example.com/', HOSTILE),
      returnTo: oneOf(undefined, HOSTILE),
      state: oneOf(undefined, HOSTILE),
      username: oneOf('ada', HOSTILE),
      password: oneOf(undefined, MARK),
      answer: oneOf('agree', 'refuse', undefined),
    }),
    inBody: fc.boolean(),
    headers: fc.oneof(cookie, fc.constant({ authorization: 'Bearer #1' }), fc.constant({ authorization: HOSTILE })),
    later,
  }),
  fc.record({
    method: fc.constantFrom('GET', 'PUT', 'OPTIONS', MARK.toLowerCase()),
    path: fc.oneof(fc.constantFrom('/', '//', '/.well-known/openid-configuration', `/x/${MARK.repeat(4)}/y`), text),
    fields: fc.dictionary(fc.oneof(fc.constantFrom(MARK, '__proto__', 'constructor', HOSTILE), text), text),
    inBody: fc.boolean(),
    headers: fc.dictionary(fc.constantFrom('origin', 'cookie', 'content-type', '__proto__', 'authorization'), text),
    later,
  }),
);

const post = (path: string, fields: Fields): Sent => ({
  method: 'POST',
  path,
  fields,
  inBody: true,
  headers: {},
  later: 0,
});
const sound = {
  client_id: 'app',
  redirect_uri: 'https://app.example.com/cb',
  state: MARK,
  nonce: MARK,
  response_type: 'code',
  scope: 'openid offline_access',
  code_challenge: challengeOf(VERIFIERS[0] ?? ''),
  code_challenge_method: 'S256',
};
const exchange = { grant_type: 'authorization_code', client_id: 'app', code: '#c', code_verifier: VERIFIERS[0] };
/** What a sound client does, so that there is something to go wrong. */
const soundly: readonly Sent[] = [
  post('/authorize', sound),
  post('/authorize', { ...sound, state: HOSTILE, response_mode: 'form_post' }),
  post('/oauth/token', { ...exchange, redirect_uri: sound.redirect_uri }),
  post('/oauth/token', { grant_type: 'refresh_token', client_id: 'app', refresh_token: '#r' }),
  { ...post('/userinfo', {}), headers: { authorization: 'Bearer #1' } },
  { ...post('/interaction/#8', { username: 'ada' }), headers: { cookie: 'login_page=#7' } },
];

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
  return value;
}

/** Everything that whoever has it can use, as far as the server knows. */
const secretsIn = ({ authorizations, sessions, interactions }: ServerState): readonly string[] => [
  ...authorizations.flatMap(({ code, accessTokens, refreshTokens }) => [
    code.value,
    ...accessTokens.map(({ id }) => id),
    ...refreshTokens.map(({ value }) => value),
  ]),
  ...sessions.map(({ id }) => id),
  ...interactions.map(({ id }) => id),
];

type Seen = { readonly state: ServerState; readonly response: ServerResponse };

/** Sends the requests one after another, and shows each answer to `look`. */
function play(start: ServerState, sequence: readonly Sent[], look: (seen: Seen) => void): void {
  let state = deepFreeze(start);
  let now = NOW;
  sequence.forEach(({ method, path, fields, inBody, headers, later: seconds }, n) => {
    const secrets = secretsIn(state);
    const filled = (value: string): string =>
      value
        .replace('#c', state.authorizations.at(-1)?.code.value ?? '')
        .replace('#r', state.authorizations.at(-1)?.refreshTokens.at(-1)?.value ?? '')
        .replace('#9', state.sessions.at(-1)?.id ?? '')
        .replace('#7', state.interactions.at(-1)?.secret ?? '')
        .replace('#8', state.interactions.at(-1)?.id ?? '')
        .replace(/#(\d)/, (_, at: string) => secrets.at(Number(at)) ?? '');
    const members = Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, filled(value)] as const] : [],
    );
    const form = encoded(Object.fromEntries(members));
    const sent: ServerRequest = {
      method,
      url: `${ISSUER}${filled(path)}${inBody ? '' : `?${form}`}`,
      headers: {
        ...(inBody && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value)])),
      },
      body: inBody ? form : '',
    };
    now += seconds;
    const entropy = new Uint8Array(ENTROPY_LENGTH).fill(n + 1).map((octet, at) => octet + (at >> 5) * 16);
    const answered = answer(state, deepFreeze(sent), now, entropy);
    state = deepFreeze(answered.state);
    look({ state, response: answered.response });
  });
}

const started = (person: 'automatic' | 'pages', deviations: readonly DeviationName[] = []): ServerState => ({
  ...createState({ ...defaults, person, grace: 10 }, [{ kid: 'k1', alg: 'ES256', jwk: { kty: 'EC' } }]),
  deviations,
});

/** What is told to people and programs, but for the parameters that go back to the client and its own tokens. */
function told({ state, response }: Seen): string {
  const { body, headers } = response;
  const isError = response.status >= 400 && headers['content-type'] === 'application/json';
  const location = new URL(headers['location'] ?? '/', ISSUER);
  const carried = [location.searchParams, new URLSearchParams(location.hash.slice(1))];
  return JSON.stringify([
    state.log,
    state.misuses,
    isError ? body : '',
    headers['www-authenticate'],
    carried.flatMap((one) => [one.get('error'), one.get('error_description')]),
  ]);
}

const sequences = fc.array(fc.oneof(request, fc.constantFrom(...soundly)), { minLength: 1, maxLength: 16 });
const person = fc.constantFrom('automatic', 'pages');
const RUNS = { numRuns: 400, seed: 20261121 };

describe('any sequence of requests', () => {
  test('is answered; the state stays plain data, and what was given is not changed', () => {
    fc.assert(
      fc.property(person, sequences, (who, sequence) => {
        play(started(who), sequence, ({ state, response }) => {
          expect(JSON.parse(JSON.stringify(state))).toEqual(state);
          expect(response.status).toBeGreaterThanOrEqual(200);
          expect(response.status).toBeLessThan(500);
          for (const value of Object.values(response.headers)) expect(value).not.toMatch(/[\r\n]/);
        });
      }),
      RUNS,
    );
  });

  test('is answered without a secret in the log, in a sentence or in an error', () => {
    fc.assert(
      fc.property(person, sequences, (who, sequence) => {
        play(started(who), sequence, (seen) => {
          const text = told(seen);
          expect(text).not.toContain(MARK);
          for (const secret of secretsIn(seen.state)) expect(text).not.toContain(secret);
        });
      }),
      RUNS,
    );
  });

  test('is answered with pages that show hostile text as text', () => {
    let pages = 0;
    let shown = 0;
    fc.assert(
      fc.property(person, sequences, (who, sequence) => {
        play(started(who), sequence, ({ response }) => {
          if (!response.headers['content-type']?.startsWith('text/html')) return;
          pages += 1;
          shown += response.body.includes('alert(1)') ? 1 : 0;
          expect(response.body).not.toContain('<script');
        });
      }),
      RUNS,
    );
    // Or nothing was proven.
    expect(pages).toBeGreaterThan(100);
    expect(shown).toBeGreaterThan(10);
  });

  test('is answered by a server with any deviations too, and not in its log', () => {
    const names = Object.keys(DEVIATIONS) as DeviationName[];
    fc.assert(
      fc.property(person, fc.subarray(names, { maxLength: 3 }), sequences, (who, deviations, sequence) => {
        play(started(who, deviations), sequence, ({ state }) => {
          expect(JSON.parse(JSON.stringify(state))).toEqual(state);
          const text = JSON.stringify([state.log, state.misuses]);
          for (const secret of [MARK, ...secretsIn(state)]) expect(text).not.toContain(secret);
        });
      }),
      RUNS,
    );
  });

  test('reaches what it is about: codes, tokens, pages, refreshes and replays', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(person, sequences, (who, sequence) => {
        play(started(who), sequence, ({ state }) => {
          const { step, status, error } = state.log.at(-1) ?? {};
          reached.add([step, status, error].join(' ').trim());
          for (const { code } of state.misuses) reached.add(code);
        });
      }),
      RUNS,
    );
    for (const one of [
      'token 200',
      'authorize 302',
      'login_page 303',
      'code_used_twice',
      'userinfo 200',
      'refresh 200',
    ])
      expect([...reached]).toContain(one);
  });
});
