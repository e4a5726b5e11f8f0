/** Random discoveries at servers that lie: nothing throws, nothing goes astray, nobody else is believed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Answer,
  type Effect,
  type HttpResponse,
  type NumericDate,
  type ServerState,
  startServer,
  stepServer,
} from '../src/index.ts';
import { SERVER_TABLE } from '../src/server-flow.table.ts';
import { documentOf } from './server-states.ts';
import { NOW, untyped } from './support/login.ts';

const RUNS = 3000;
/** Each form, each with one redirect. */
const MOST_REQUESTS = 4;

type Machine = { readonly startServer: typeof startServer; readonly stepServer: typeof stepServer };

/** In what a server says, `§` is the address that was asked, `¶` its path and `¤` its origin. */
const filled = (text: string, url: string): string =>
  text.replaceAll('§', url).replaceAll('¶', new URL(url).pathname).replaceAll('¤', new URL(url).origin);

const issuer = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      ...['https://as.example.com', 'https://as.example.com/', 'https://as.example.com/realms/a', 'https://a.b/c/d/'],
      ...['https://as.example.com:8443/x', 'http://localhost:3000', 'http://127.0.0.1:9/a', 'https://[2001:db8::1]/a'],
      ...['https://as.example.com//', 'https://as.example.com/a//', 'https://as.example.com/$&/$1'],
    ),
  },
  fc.webUrl(),
  fc.string(),
  fc.jsonValue({ maxDepth: 1 }),
);

const location = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('§/', '¶/') },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[
        '§',
        '§//',
        '¶//',
        '§/?x',
        '§/#x',
        ' §/',
        '/',
        '',
        '//attacker.example/',
        '/\\attacker.example/',
        './',
        '$&/',
      ],
      ...['https://attacker.example¶/', '//attacker.example¶/', '¤@attacker.example/', '¤.attacker.example¶/', '¤:1¶/'],
      ...['http://169.254.169.254/', 'javascript:alert(1)', 'data:,x', '/a/../¶/', '\\/attacker.example/'],
    ),
  },
  fc.webUrl(),
  fc.string(),
);

/** Names that mean something to JavaScript, or in a document. */
const name = fc.constantFrom(
  ...['__proto__', 'constructor', 'toString', 'issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri'],
  ...['code_challenge_methods_supported', 'require_pushed_authorization_requests', 'end_session_endpoint'],
  ...['id_token_signing_alg_values_supported', 'authorization_response_iss_parameter_supported'],
);
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('http://as.example.com/', 'https://attacker.example/', '§', '¤', '¤/', ['S256'], ['plain'], true),
);
const changes = fc.oneof(
  fc.constant({}),
  fc.record({ issuer: fc.constantFrom('https://attacker.example/', '§', '¤', '¤/', '¤//', '') }),
  fc.dictionary(name, odd, { maxKeys: 2, noNullPrototype: true }),
);
const status = fc.constantFrom(200, 200, 204, 301, 302, 307, 308, 303, 304, 400, 403, 404, 404, 429, 500, 503, 0, 1e9);
const media = fc.constantFrom('application/json', 'application/json', 'text/html', '');
const json = fc.constant('application/json');
const moment = fc.constantFrom(NOW, NOW, NOW + 60, 0, Number.NaN, Number.POSITIVE_INFINITY);

type Move =
  | readonly [what: 'document', changes: object, status: number, media: string, now: number]
  | readonly [what: 'redirect', location: string, status: number]
  | readonly [what: 'text', text: string, status: number, media: string]
  | readonly [what: 'answer', answer: unknown];

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('document' as const), changes, status, media, moment) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('document' as const), changes, fc.constant(200), json, moment) },
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constant('redirect' as const), location, fc.constantFrom(301, 302, 307, 308, 303, 200)),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(
      fc.constant('text' as const),
      fc.oneof(fc.string(), fc.constantFrom('<html>', '[]', 'null', '['.repeat(20_000), 'x'.repeat(1_100_000))),
      status,
      media,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('answer' as const),
      fc.oneof(
        fc.constantFrom(
          { type: 'effect_failed', effect: 'send_request', code: 'network_error', sent: 'maybe' },
          { type: 'signature_checked', valid: true },
          { type: 'digested', octets: new Uint8Array(32) },
        ),
        fc.record({ type: fc.constantFrom('departed', 'unknown', 'unheard_of', '__proto__') }),
      ),
    ),
  },
);
/** Long enough to see what a final state does. */
const sequence = fc.tuple(issuer, fc.array(move, { minLength: 1, maxLength: 8 }));

/** Takes one discovery through the moves and says what is wrong with how the machine took them. */
function play(machine: Machine, [wanted, moves]: readonly [unknown, readonly Move[]]): readonly string[] {
  const asking = wanted as string;
  const wrong: string[] = [];
  let sends = 0;
  let url = 'https://nobody.example/';
  let state: ServerState;
  let effects: readonly Effect[];

  const answerTo = (one: Move): Answer => {
    const respond = (status: number, headers: HttpResponse['headers'], body: string, now: number = NOW): Answer => ({
      type: 'response_received',
      response: { status, headers, body: filled(body, url) },
      now: now as NumericDate,
    });
    switch (one[0]) {
      case 'document':
        return respond(one[2], { 'content-type': one[3] }, JSON.stringify(documentOf(asking, one[1])), one[4]);
      case 'redirect':
        return respond(one[2], { location: filled(one[1], url), 'content-type': 'text/html' }, '');
      case 'text':
        return respond(one[2], { 'content-type': one[3] }, one[1]);
      case 'answer':
        return untyped(one[1]);
    }
  };

  function check(before: ServerState | undefined): void {
    const over = before?.status === 'known' || before?.status === 'failed';
    if (over && (state !== before || effects.length > 0)) wrong.push('a final state is not final');
    if (!Object.hasOwn(SERVER_TABLE, state.status)) wrong.push(`unknown status ${state.status}`);
    if (effects.length > 1) wrong.push('two requests at once');
    if (state.status.startsWith('awaiting_') !== (effects.length === 1))
      wrong.push('waits for nothing, or asks in vain');
    for (const effect of effects) {
      if (effect.type !== 'send_request') return void wrong.push(`unknown effect ${effect.type}`);
      sends += 1;
      ({ url } = effect.request);
      if (new URL(url).origin !== new URL(asking).origin) wrong.push(`asks ${url} for ${asking}`);
      if (!/^https?:\/\/[^?#\\]*$/.test(url)) wrong.push(`asks the odd address ${url}`);
    }
    if (sends > MOST_REQUESTS) wrong.push(`request ${sends}`);
    if (state.status === 'known' && state.server.issuer !== wanted) wrong.push(`believes ${state.server.issuer}`);
    if (state.status === 'known' && !before) wrong.push('knows without asking');
  }

  try {
    ({ state, effects } = machine.startServer(asking));
    check(undefined);
    for (const one of moves) {
      const before: ServerState = state;
      ({ state, effects } = machine.stepServer(state, answerTo(one)));
      check(before);
    }
  } catch (error) {
    wrong.push(`threw ${(error as Error).stack}`);
  }
  return wrong;
}

describe(`${RUNS} random discoveries`, () => {
  // Others each time, and then those of one seed, of which it is known where they go.
  test.each([undefined, 20_261_121])(
    'DI-01 AT-77 never throw, ask four times at most, never anybody else, believe nobody else, end once, %s',
    (of) => {
      const seen = new Set<string>();
      let most = 0;
      const machine: Machine = {
        startServer,
        stepServer: (state, answer) => {
          const step = stepServer(state, answer);
          for (const one of [state, step.state]) {
            seen.add(one.status);
            if (one.status === 'failed') seen.add(one.failure.code);
            if ('redirected' in one && one.redirected) most = Math.max(most, one.refused ? MOST_REQUESTS : 2);
          }
          return step;
        },
      };
      fc.assert(
        fc.property(sequence, (played) => {
          expect(play(machine, played)).toEqual([]);
        }),
        { numRuns: RUNS, ...(of !== undefined && { seed: of }) },
      );
      if (of === undefined) return;
      // The discoveries went somewhere, and not all to the same end.
      const refusals = ['issuer_mismatch', 'invalid_issuer', 'http_error', 'metadata_not_found', 'unexpected_redirect'];
      expect([...seen]).toEqual(expect.arrayContaining([...Object.keys(SERVER_TABLE), ...refusals]));
      expect(most).toBe(MOST_REQUESTS);
    },
  );

  const controls: readonly (readonly [what: string, change: typeof stepServer, complaint: RegExp])[] = [
    [
      'follows every redirect',
      (state, answer) => {
        const { location } = answer.type === 'response_received' ? answer.response.headers : {};
        const step = stepServer(state, answer);
        const [effect] = step.effects;
        if (!location || effect?.type !== 'send_request') return step;
        const url = URL.canParse(location, effect.request.url) ? new URL(location, effect.request.url).href : location;
        return { ...step, effects: [{ ...effect, request: { ...effect.request, url } }] };
      },
      /^asks /,
    ],
    [
      'believes whoever answers',
      (state, answer) => {
        const step = stepServer(state, answer);
        const mistaken = step.state.status === 'failed' && step.state.failure.code === 'issuer_mismatch';
        const server = { issuer: 'https://attacker.example/', authorizationEndpoint: '', tokenEndpoint: '' };
        return mistaken ? { state: { status: 'known', server, receivedAt: NOW }, effects: [] } : step;
      },
      /^believes /,
    ],
    [
      'follows redirects for ever',
      (state, answer) => stepServer('redirected' in state ? { ...state, redirected: false } : state, answer),
      /^request 5/,
    ],
    [
      'starts again after the end',
      (state, answer) =>
        state.status === 'failed' ? startServer('https://as.example.com/') : stepServer(state, answer),
      /not final/,
    ],
    [
      'throws',
      (state, answer) => {
        if (answer.type === 'response_received' && answer.response.status === 503) throw new Error('on purpose');
        return stepServer(state, answer);
      },
      /threw Error: on purpose/,
    ],
  ];

  test.each(controls)('negative control: a machine that %s is found out', (_what, change, complaint) => {
    const complaints = fc
      .sample(sequence, { numRuns: 1500, seed: 1 })
      .flatMap((played) => play({ startServer, stepServer: change }, played));
    expect(complaints.filter((one) => complaint.test(one)).length).toBeGreaterThan(0);
  });
});
