/** Every deviation: it changes something, exactly what it says, and nobody who is careful believes the hostile ones. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { deviationsFile, deviationsPage } from '../../../scripts/list-deviations.ts';
import { deviated } from '../src/authorization-server/deviation.answer.ts';
import type { Draft } from '../src/authorization-server/draft.ts';
import { HONEST } from '../src/authorization-server/rules.ts';
import { turnOf } from '../src/authorization-server/turn.ts';
import { DEVIATIONS, type DeviationName, type ServerRequest } from '../src/authorization-server.ts';
import { EXPECTED } from './deviations.expected.ts';
import {
  believeEverything,
  differencesIn,
  HONEST_OUTCOME,
  ISSUER,
  METADATA_URL,
  NAMES,
  NOW,
  outcomeAt,
  roundAt,
  type Server,
  serverWith,
  textOf,
} from './deviations.support.ts';

const honest: ReadonlyMap<string, string> = new Map(
  roundAt(serverWith()).map(({ label, response }) => [label, textOf(response)]),
);
const hostile = NAMES.filter((name) => DEVIATIONS[name].duty !== undefined);

/** What answers of the round are, where they are others than those of the honest server, and what they were there. */
const changedBy = (name: DeviationName): readonly { readonly text: string; readonly before: string }[] =>
  roundAt(serverWith(name))
    .map(({ label, response }) => ({ text: textOf(response), before: honest.get(label) ?? '' }))
    .filter(({ text, before }) => text !== before);

const misusesAfterRound = (...names: readonly DeviationName[]): Server['state']['misuses'] => {
  const server = serverWith(...names);
  roundAt(server);
  return server.state.misuses;
};

const misusesOf = ({ state }: Server): readonly string[] =>
  state.misuses.map(({ code, sentence }) => `${code}: ${sentence}`);

describe.each(NAMES)('%s', (name) => {
  const { does, seen, duty = '.', steps } = DEVIATIONS[name];
  const [differences, looks] = EXPECTED[name];

  test('changes an answer to what it says, where the honest server answers otherwise', () => {
    const changed = changedBy(name);
    expect(changed.map(({ text }) => text)).toContainEqual(expect.stringMatching(looks));
    expect(changed.some(({ text, before }) => looks.test(text) && !looks.test(before))).toBe(true);
  });

  test('says what it does, where it was seen, and at which steps, in sentences', () => {
    for (const sentence of [does, duty]) expect(sentence).toMatch(/\.$/);
    expect(seen).not.toBe('');
    expect(steps.length).toBeGreaterThan(0);
  });

  test(`our core ends it with ${differences.join(', ') || 'a login'}, and misuses nothing`, async () => {
    const server = serverWith(name);
    const issuer = name === 'issuer_with_trailing_slash' ? `${ISSUER}/` : ISSUER;
    expect(differencesIn(await outcomeAt(server, issuer))).toEqual(differences);
    expect(misusesOf(server)).toEqual([]);
  });
});

test('the round is the same at an honest server every time, so that a difference is one of the deviation', () => {
  for (const { label, response } of roundAt(serverWith())) expect(textOf(response), label).toBe(honest.get(label));
});

test('our core gets along with an honest server', async () => {
  const server = serverWith();
  expect(await outcomeAt(server)).toEqual(HONEST_OUTCOME);
  expect(misusesOf(server)).toEqual([]);
});

/** Hostile ones that a server can not see being believed, and why. */
const UNNOTICEABLE: { readonly [name in DeviationName]?: string } = {
  callback_is_forged_error: 'whoever believes it sends nothing',
  code_not_decodable: 'the code that is sent is none of the server',
  line_break_in_code: 'the code that is sent is none of the server',
  null_in_code: 'the code that is sent is none of the server',
  token_endpoint_redirects: 'what follows goes to another host',
  token_endpoint_redirects_with_302: 'what follows goes to another host',
  token_endpoint_redirects_to_http: 'what follows goes to another host',
  userinfo_of_another_person: 'nothing follows',
  userinfo_without_sub: 'nothing follows',
  userinfo_sub_is_number: 'nothing follows',
  userinfo_sub_in_prototype: 'nothing follows',
  userinfo_redirects: 'what follows goes to another host',
  key_set_for_encryption: 'keys may have been fetched before, or be in the settings',
  key_set_symmetric: 'keys may have been fetched before, or be in the settings',
  key_set_empty: 'keys may have been fetched before, or be in the settings',
  key_set_of_thousands: 'keys may have been fetched before, or be in the settings',
  key_set_redirects: 'what follows goes to another host',
};

describe('a client that believes everything', () => {
  test.each(hostile.filter((name) => UNNOTICEABLE[name] === undefined))('is told of %s', async (name) => {
    const server = serverWith(name);
    await believeEverything(server);
    const believed = server.state.misuses.filter(({ code }) => code === 'spoiled_answer_believed');
    expect(believed[0]?.sentence).toContain(`(${name}): ${DEVIATIONS[name].does} ${DEVIATIONS[name].duty}`);
  });

  test.each(Object.keys(UNNOTICEABLE) as DeviationName[])('is not told of %s', async (name) => {
    const server = serverWith(name);
    await believeEverything(server);
    expect(hostile).toContain(name);
    expect(misusesOf(server)).toEqual([]);
  });

  test.each(NAMES.filter((name) => !hostile.includes(name)))('may go on with %s', async (name) => {
    const server = serverWith(name);
    await believeEverything(server);
    expect(misusesOf(server).filter((one) => one.startsWith('spoiled_answer_believed'))).toEqual([]);
  });

  test('may go on with sound metadata that came after spoiled ones', async () => {
    const server = serverWith('metadata_of_another_issuer');
    server.get(METADATA_URL);
    server.deviate();
    await believeEverything(server);
    expect(misusesOf(server)).toEqual([]);
  });

  test('is still told of spoiled metadata that were the last', async () => {
    const server = serverWith('metadata_of_another_issuer');
    server.get(METADATA_URL);
    server.deviate('metadata_of_another_issuer', 'no_discovery');
    await believeEverything(server);
    expect(server.state.log.some(({ step, status }) => step === 'metadata' && status === 404)).toBe(true);
    expect(misusesOf(server)).toEqual([expect.stringContaining('(metadata_of_another_issuer)')]);
  });
});

test('metadata whose deviation was taken back are no trap any more', async () => {
  const server = serverWith('metadata_of_another_issuer');
  server.get(METADATA_URL);
  server.deviate('no_discovery');
  await believeEverything(server);
  expect(misusesOf(server)).toEqual([]);
});

describe('a server that lets something pass', () => {
  const misused = (...names: readonly DeviationName[]): ReadonlySet<string> =>
    new Set(misusesAfterRound(...names).map(({ code }) => code));
  const lenient = NAMES.filter((name) => DEVIATIONS[name].rules !== undefined && DEVIATIONS[name].alter === undefined);

  // There an old refresh token is good, and using it no misuse.
  const REUSABLE: readonly DeviationName[] = ['old_refresh_token_replaces_newer', 'refresh_token_kept'];

  test.each(lenient.filter((name) => !REUSABLE.includes(name)))(
    'does not make it right: %s hides no misuse of the client',
    (name) => {
      const strict = misused();
      expect(strict.size).toBeGreaterThan(7);
      expect([...strict].filter((code) => !misused(name).has(code))).toEqual([]);
    },
  );

  test('that takes every code_verifier still tells whose it was', () => {
    const [first] = misusesAfterRound('verifier_not_checked').filter(({ code }) => code === 'code_verifier_wrong');
    expect(first?.sentence).toContain('belongs to no login');
  });
});

describe('a deviation that did not change an answer', () => {
  test('sets no trap: a login without max_age need not look at auth_time', async () => {
    const server = serverWith('wrong_nonce');
    // A refresh has no nonce that could be wrong.
    server.deviate();
    await believeEverything(server);
    server.deviate('wrong_nonce');
    const [last] = server.state.authorizations.slice(-1);
    server.post(`${ISSUER}/oauth/token`, {
      grant_type: 'refresh_token',
      client_id: last?.request.clientId ?? '',
      refresh_token: last?.refreshTokens.at(-1)?.value ?? '',
    });
    expect(server.state.authorizations.at(-1)?.accessTokens.map(({ trap }) => trap)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(server.state.log.at(-1)).toMatchObject({ step: 'refresh', status: 200 });
    expect(server.state.log.at(-1)).not.toHaveProperty('deviations');
  });

  test('is not in the log, one that did is', () => {
    const server = serverWith('state_missing', 'metadata_is_html');
    server.get(METADATA_URL);
    server.get(`${ISSUER}/.well-known/jwks.json`);
    expect(server.state.log.map(({ deviations }) => deviations)).toEqual([['metadata_is_html'], undefined]);
  });
});

describe('answers before the endpoint is asked', () => {
  test('leave the code and the refresh token good for another try', async () => {
    const server = serverWith('too_many_requests');
    await believeEverything(server);
    expect(server.state.authorizations.at(-1)?.code).not.toHaveProperty('sentIn');
    expect(server.state.log.at(-1)?.status).toBe(401);
  });
});

describe('all at once', () => {
  const orders: readonly (readonly DeviationName[])[] = [
    NAMES,
    [...NAMES].reverse(),
    // Every third, in steps of 7 that reach all others: pairs that no list order has.
    ...[0, 1, 2].map((from) =>
      NAMES.map((_, at) => NAMES[(at * 7 + from) % NAMES.length] as DeviationName).filter((_, at) => at % 3 === from),
    ),
  ];

  test.each(orders)('they answer every request and throw nothing', (...names) => {
    const told = roundAt(serverWith(...names));
    expect(told.map(({ label }) => label)).toEqual([...honest.keys()]);
    for (const { response } of told) expect(response.status).toBeGreaterThanOrEqual(200);
  });

  test('two that change different members both do', () => {
    const [, body] = roundAt(serverWith('token_type_mac', 'expires_in_as_text'))
      .filter(({ label }) => label === 'code')
      .map(({ response }) => ['', response.body] as const)[0] ?? ['', ''];
    expect(JSON.parse(body)).toMatchObject({ token_type: 'mac', expires_in: '600' });
  });

  test('a page for unknown paths stands where metadata would be, in either order', () => {
    for (const names of [
      ['html_for_unknown_paths', 'only_rfc8414_metadata'],
      ['only_rfc8414_metadata', 'html_for_unknown_paths'],
    ] as const) {
      const response = serverWith(...names).get(METADATA_URL);
      expect([response.status, response.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    }
  });
});

describe('any draft', () => {
  const drafts: readonly Draft[] = [
    { type: 'callback', redirectUri: 'com.example.app:/cb?tenant=1', mode: 'form_post', parameters: {} },
    {
      type: 'callback',
      redirectUri: 'x',
      mode: 'fragment',
      parameters: { code: '$&', error: 'b', state: '', iss: '' },
    },
    { type: 'redirect', to: '' },
    { type: 'json', status: 200, members: {} },
    { type: 'json', status: 200, members: { id_token: 'text', access_token: null, keys: 'none', issuer: 1, scope: 2 } },
    {
      type: 'json',
      status: 200,
      members: { id_token: { type: 'jwt', header: {}, claims: {}, signWith: { type: 'nothing' } } },
    },
    { type: 'json', status: 599, members: { error: null } },
    { type: 'page', status: 200, html: '' },
    { type: 'raw', status: 200, body: '{' },
    { type: 'raw', status: 204, body: '' },
  ];
  const request: ServerRequest = { method: 'POST', url: `${ISSUER}/oauth/token`, headers: {}, body: '' };

  test.each(NAMES)('%s gives back a draft and throws nothing', (name) => {
    for (const draft of drafts) {
      const turn = turnOf(serverWith(name).state, request, NOW, new Uint8Array(192));
      expect(deviated(draft, turn, [name]).response.status).toBeGreaterThanOrEqual(200);
    }
  });

  test('is left to itself by a deviation that has nothing to do with it', () => {
    const turn = turnOf(serverWith('wrong_nonce').state, request, NOW, new Uint8Array(192));
    const draft: Draft = { type: 'page', status: 200, html: 'x' };
    expect(deviated(draft, turn, ['wrong_nonce'])).toMatchObject({ draft, changes: [] });
  });
});

test('every rule is bent by some deviation', () => {
  const bent = new Set(NAMES.flatMap((name) => Object.keys(DEVIATIONS[name].rules ?? {})));
  expect(Object.keys(HONEST).filter((rule) => !bent.has(rule))).toEqual([]);
});

test('a name that no object has of its own is no deviation', () => {
  expect(Object.hasOwn(DEVIATIONS, 'toString')).toBe(false);
  expect(new Set(NAMES).size).toBe(NAMES.length);
  expect(NAMES.filter((name) => !/^[a-z][a-z0-9_]+$/.test(name))).toEqual([]);
});

test('docs/deviations.md lists them all', () => {
  expect(readFileSync(deviationsFile, 'utf8')).toBe(deviationsPage());
});
