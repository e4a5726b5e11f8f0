/** Thousands of random logins at servers that lie: nothing throws, nothing ends twice, no secret reaches a failure. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainText } from '../src/explain.ts';
import {
  type Answer,
  type Effect,
  ENTROPY_LENGTH,
  type Failure,
  freezeTransaction,
  type LoginOptions,
  type LoginState,
  type NumericDate,
  receiptOf,
  resumeLogin,
  stepLogin,
  thawTransaction,
} from '../src/index.ts';
import { LOGIN_TABLE } from '../src/login-flow.table.ts';
import {
  atCallback,
  atChallenge,
  callbackOf,
  digested,
  EFFECTS,
  KEY,
  type Kind,
  keySet,
  responded,
  tokensFor,
} from './login-states.ts';
import { entropyOf, jsonResponse, NOW, optionsOf, settingsOf, started, untyped } from './support/login.ts';
import { claimsOf, halfHash, unsigned } from './support/signing.ts';

const RUNS = 2500;

type Machine = { readonly stepLogin: typeof stepLogin; readonly resumeLogin: typeof resumeLogin };
/** One thing that happens to a login, as data, so that a counterexample can be read. */
type Move = readonly [what: string, ...details: readonly unknown[]];

const KNOWN: ReadonlySet<string> = new Set(EFFECTS);

/** Names that mean something to JavaScript, or to the protocol. */
const name = fc.constantFrom(
  ...['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'length', 'error', 'error_description'],
  ...['error_uri', 'access_token', 'refresh_token', 'id_token', 'token_type', 'expires_in', 'scope', 'keys', 'kid'],
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'nbf', 'auth_time', 'nonce', 'at_hash', 'acr', 'alg', 'typ', 'crit'],
);
const huge = fc.constantFrom('x'.repeat(70_000), '%41'.repeat(30_000), '\u0000'.repeat(2000), '['.repeat(20_000));
const odd = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 2, arbitrary: fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4, noNullPrototype: true }) },
  fc.constantFrom(null, 0, -1, 1e300, true, '', [], {}, [[]], { toString: 1, valueOf: 1 }, '\ud800'),
  huge,
);
const members = fc.dictionary(name, odd, { maxKeys: 3, noNullPrototype: true });
/** Headers of an ID Token, some of whose members cannot even be printed. */
const header = fc.dictionary(
  fc.constantFrom('kid', 'typ', 'alg', 'crit', 'jwk', 'x5u'),
  fc.oneof(odd, fc.constant({ toString: 1, valueOf: 1 })),
  { maxKeys: 2, noNullPrototype: true },
);
/** How a server says what it knows: the secrets stand where `§` is. */
const echo = fc.oneof(
  fc.constantFrom('§', 'invalid_grant', 'no such code: §', '"§"', 'a\u202e§\n§', `${'x'.repeat(1000)}§`),
  fc.integer({ min: 960, max: 1030 }).map((length) => `${'y'.repeat(length)}§`),
  fc.string({ maxLength: 20 }),
);
const status = fc.constantFrom(200, 200, 201, 204, 301, 400, 400, 401, 403, 429, 500, 503, 0, 1e9, Number.NaN);
const media = fc.constantFrom('application/json', 'application/json', 'text/html', '', 'application/jwk-set+json');
const moment = fc.constantFrom(NOW, NOW, NOW + 60, NOW + 4000, 0, Number.NaN, Number.POSITIVE_INFINITY);

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(fc.constant('right')) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('callback'), fc.array(fc.tuple(name, echo), { maxLength: 3 }), moment) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('url'), fc.oneof(fc.webUrl(), fc.string(), echo, huge)) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('tokens'), members, members, header) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('error'), status, echo, echo, echo, media, members) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('json'), status, odd, media) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('text'), status, fc.oneof(fc.string(), echo, huge), media) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('keys'), fc.array(fc.oneof(members, odd), { maxLength: 3 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('signature'), fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('digest'), fc.uint8Array({ maxLength: 64 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('spend'), fc.constantFrom('spent', 'already_spent', 'unknown')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('agent'), fc.constantFrom('departed', 'dismissed', 'cancelled')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('failed'), fc.constantFrom(...EFFECTS)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('unheard_of'), name) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('resume'), name, odd) },
);

const kind: fc.Arbitrary<Kind> = fc.record({
  options: fc.constantFrom<Partial<LoginOptions>>({}, { scope: ['contacts'] }, { maxAge: 0, organization: 'org_1' }),
  server: fc.constantFrom<NonNullable<Kind['server']>>({}, { jwksUri: null }, { issParameterSupported: true }),
});

/** Codes as servers make them: some need to be encoded. */
const CODES = ['SplxlOBeZQQYbYS6WxSbIA', '4/0AX4XfWjQ+z1~a==', '0.AXXX code with spaces!', 'abcd-1234-efgh'];

/** Takes one login through the moves and says what is wrong with how the machine took them. */
function play(machine: Machine, { options, server }: Kind, seed: number, moves: readonly Move[]): readonly string[] {
  const settings = settingsOf({}, server);
  const first = atChallenge({ options: options ?? {}, server: server ?? {} }, seed);
  const { transaction } = first;
  const code = CODES[seed % CODES.length] ?? '';
  const tokens = { access_token: `at-${seed}-${'a1B2'.repeat(5)}`, refresh_token: `rt-${seed}-${'c3D4'.repeat(5)}` };
  // Some servers bind the ID Token to the access token.
  const bound = seed % 2 ? { at_hash: halfHash(tokens.access_token) } : {};
  const idToken = unsigned(claimsOf({ nonce: transaction.nonce, ...bound }));
  // What a server can echo is what it was sent; its tokens it can put where they do not belong.
  const sent = [transaction.state, transaction.nonce, transaction.codeVerifier, code].filter(
    (one) => one !== undefined,
  );
  const secrets = [...sent, ...Object.values(tokens), idToken];
  const tell = (text: string, known: readonly string[] = sent): string =>
    text.replaceAll('§', `${known.join(' ')} ${known.map(encodeURIComponent).join('&')} ${JSON.stringify(known)}`);

  let state: LoginState = first;
  let asked: readonly Effect[] = [{ type: 'digest', algorithm: 'SHA-256', ascii: transaction.codeVerifier }];
  let sends = 0;
  const wrong: string[] = [];

  /** What a platform and a server that mean well would answer. */
  function right(): Answer {
    const last = asked.at(-1);
    if (last?.type === 'spend_transaction') return { type: 'spent', transaction };
    if (last?.type === 'verify_signature') return { type: 'signature_checked', valid: true };
    if (last?.type === 'digest') return digested(last.ascii, last.algorithm);
    if (last?.type === 'get_keys') return keySet(KEY);
    if (last?.type === 'send_request') return responded(tokensFor(transaction, bound, tokens));
    const more = `code=${encodeURIComponent(code)}&iss=${encodeURIComponent(transaction.server.issuer)}`;
    return { type: 'returned', url: callbackOf(transaction, more), now: NOW };
  }

  const json = (body: unknown, code: unknown, type: unknown): Answer =>
    responded(
      jsonResponse(body, code as number, {
        'content-type': type as string,
        'www-authenticate': tell('§ Bearer'),
        'retry-after': tell('§'),
      }),
    );

  function answerTo([what, a, b, c, d, e, f]: Move): Answer {
    const said = (value: unknown): string => tell(String(value));
    switch (what) {
      case 'callback': {
        // Whoever makes this URL has seen the authorization request, and nothing of the code exchange.
        const seen = sent.slice(0, -2);
        const pairs = (a as [string, string][]).map(([key, value]) => [key, encodeURIComponent(tell(value, seen))]);
        const query = ['error=server_error', ...pairs.map((pair) => pair.join('='))];
        const url = callbackOf(transaction, query.slice(pairs.length % 2).join('&'));
        return { type: 'returned', url, now: b as NumericDate };
      }
      case 'url':
        return { type: 'returned', url: said(a), now: NOW };
      case 'tokens': {
        const claims = { ...claimsOf({ nonce: transaction.nonce }), ...(b as object) };
        const id_token = unsigned(claims, { alg: 'RS256', ...(c as object) });
        return responded(tokensFor(transaction, {}, { ...tokens, id_token, ...(a as object) }));
      }
      case 'error': {
        const error = { error: said(b), error_description: said(c), error_uri: `https://as.example/?${said(d)}` };
        return json({ ...error, ...tokens, id_token: idToken, mfa_token: said('§'), ...(f as object) }, a, e);
      }
      case 'json':
        return json(a === 200 ? { ...tokens, ...Object(b) } : b, a, c);
      case 'text':
        return json(said(b), a, c);
      case 'keys':
        return keySet(...(a as (typeof KEY)[]));
      case 'digest':
        return { type: 'digested', octets: a as Uint8Array };
      case 'signature':
        return { type: 'signature_checked', valid: a as boolean };
      case 'spend':
        return untyped({ type: a, transaction, receipt: receiptOf(transaction) });
      case 'agent':
      case 'unheard_of':
        return untyped({ type: a });
      case 'failed':
        return { type: 'effect_failed', effect: a as Effect['type'], code: 'network_error', sent: 'maybe' };
      default:
        return right();
    }
  }

  function check(before: LoginState, now: readonly Effect[]): void {
    const over = before.status === 'logged_in' || before.status === 'failed';
    if (over && (state.status !== before.status || now.length > 0)) wrong.push('a final state is not final');
    if (!Object.hasOwn(LOGIN_TABLE, state.status)) wrong.push(`unknown status ${state.status}`);
    for (const effect of now) {
      if (!KNOWN.has(effect.type)) wrong.push(`unknown effect ${effect.type}`);
      const exchange = effect.type === 'send_request' && effect.purpose === 'code_exchange';
      if (exchange) sends += 1;
      else if (effect.type !== 'save_transaction' && JSON.stringify(effect).includes(transaction.codeVerifier))
        wrong.push(`${effect.type} has the verifier`);
    }
    if (sends > 1) wrong.push('the code was sent twice');
    const { transaction: _, ...rest } = state as LoginState & { readonly transaction?: unknown };
    if (JSON.stringify(rest).includes(transaction.codeVerifier)) wrong.push('the verifier left the transaction');
    for (const failure of failuresIn(state)) wrong.push(...leaksOf(failure, secrets));
  }

  try {
    for (const one of moves) {
      const before = state;
      // A login whose challenge is still being made was not stored.
      if (one[0] === 'resume' && !/^awaiting_(?!challenge)/.test(state.status)) continue;
      if (one[0] === 'resume') {
        // The page was reloaded; what was stored may have been changed by whoever else can write there.
        const text = freezeTransaction({ ...transaction, [one[1] as string]: one[2] });
        const receipt = freezeTransaction(receiptOf(transaction));
        const thawed = thawTransaction(state.status === 'awaiting_callback' ? text : receipt, {
          clientId: settings.clientId,
          issuer: settings.server.issuer,
        });
        [state, asked] = [machine.resumeLogin(thawed, callbackOf(transaction)), []];
      } else {
        ({ state, effects: asked } = machine.stepLogin(settings, state, answerTo(one)));
      }
      check(before, asked);
    }
  } catch (error) {
    wrong.push(`threw ${(error as Error).stack}`);
  }
  return wrong;
}

const failuresIn = (state: LoginState): readonly Failure[] =>
  [
    'failure' in state ? state.failure : undefined,
    'refused' in state ? state.refused : undefined,
    'notSaved' in state ? state.notSaved : undefined,
  ].filter((failure) => failure !== undefined);

/** Half a secret is a secret too. */
function leaksOf(failure: Failure, secrets: readonly string[]): readonly string[] {
  const printed = [
    JSON.stringify(failure),
    inspect(failure, { depth: Number.POSITIVE_INFINITY }),
    explainText(failure),
  ].join('\n');
  return secrets
    .filter((one) => printed.includes(one.slice(0, 16)) || printed.includes(encodeURIComponent(one)))
    .map((secret) => `${failure.code} tells ${secret}`);
}

/** Some logins go well for a while, so that every state sees its share of what is wrong. */
const moves = fc
  .tuple(fc.nat(7), fc.array(move, { minLength: 1, maxLength: 8 }))
  .map(([well, others]): readonly Move[] => [...Array.from({ length: well }, (): Move => ['right']), ...others]);
const sequence = fc.tuple(kind, fc.nat(200), moves);

describe(`${RUNS} random logins`, () => {
  // Others each time, and then those of one seed, of which it is known where they go.
  test.each([undefined, 20_261_121])('never throw, end once, send the code once and keep their secrets, %s', (of) => {
    const seen = new Set<string>();
    const machine: Machine = {
      resumeLogin,
      stepLogin: (...given) => {
        const step = stepLogin(...given);
        seen.add(given[1].status);
        seen.add(step.state.status);
        for (const failure of failuresIn(step.state)) seen.add(failure.code);
        return step;
      },
    };
    fc.assert(
      fc.property(sequence, ([what, seed, moves]) => {
        expect(play(machine, what, seed, moves)).toEqual([]);
      }),
      { numRuns: RUNS, ...(of !== undefined && { seed: of }) },
    );
    if (of === undefined) return;
    // The logins went somewhere, and not all to the same end.
    const refusals = ['token_request_refused', 'authorization_refused', 'http_error', 'malformed_token_response'];
    expect([...seen]).toEqual(expect.arrayContaining([...Object.keys(LOGIN_TABLE), ...refusals]));
    expect(seen.size).toBeGreaterThan(30);
  });

  const controls: readonly [what: string, machine: Machine, complaint: RegExp][] = [
    [
      'throws',
      {
        resumeLogin,
        stepLogin: (settings, state, answer) => {
          if (answer.type === 'response_received' && answer.response.status === 503) throw new Error('on purpose');
          return stepLogin(settings, state, answer);
        },
      },
      /threw Error: on purpose/,
    ],
    [
      'tells what the server said, word for word',
      {
        resumeLogin,
        stepLogin: (settings, state, answer) => {
          const next = stepLogin(settings, state, answer);
          if (next.state.status !== 'failed' || answer.type !== 'response_received') return next;
          const failure = { ...next.state.failure, message: answer.response.body };
          return { ...next, state: { ...next.state, failure } };
        },
      },
      / tells /,
    ],
    [
      'starts again after the end',
      {
        resumeLogin,
        stepLogin: (settings, state, answer) =>
          state.status === 'failed' ? { state: atCallback(), effects: [] } : stepLogin(settings, state, answer),
      },
      /not final/,
    ],
    [
      'sends the code a second time',
      {
        resumeLogin,
        stepLogin: (settings, state, answer) => {
          const next = stepLogin(settings, state, answer);
          const twice = next.state.status === 'awaiting_tokens';
          return twice ? { ...next, effects: [...next.effects, ...next.effects] } : next;
        },
      },
      /sent twice/,
    ],
  ];

  test.each(controls)('negative control: a machine that %s is found out', (_what, machine, complaint) => {
    const complaints = fc
      .sample(sequence, { numRuns: 400, seed: 1 })
      .flatMap(([what, seed, moves]) => play(machine, what, seed, moves));
    expect(complaints.filter((one) => complaint.test(one)).length).toBeGreaterThan(0);
  });
});

describe('startLogin with anything', () => {
  // An object that cannot be printed is beyond what even a careless caller passes.
  const printable = odd.filter((one) => !JSON.stringify(one).includes('"toString"'));
  const value = fc.oneof(printable, fc.webUrl(), fc.array(fc.string()), fc.string());
  const options = fc.dictionary(
    fc.constantFrom(
      ...['redirectUri', 'scope', 'audience', 'resource', 'connection', 'organization', 'prompt', 'maxAge', 'claims'],
      ...['loginHint', 'acrValues', 'uiLocales', 'display', 'extra', 'appState', '__proto__', 'constructor'],
    ),
    value,
    { maxKeys: 4, noNullPrototype: true },
  );
  const entropy = fc.oneof(
    { weight: 4, arbitrary: fc.nat(200).map((seed) => entropyOf(seed)) },
    fc.uint8Array({ maxLength: 2 * ENTROPY_LENGTH }),
  );

  test('never throws, and what it opens is the authorization endpoint with PKCE', () => {
    let opened = 0;
    fc.assert(
      fc.property(options, entropy, (more, octets) => {
        const settings = settingsOf();
        const { state, effects } = started(settings, { ...optionsOf(), ...untyped(more) }, octets);
        if (state.status === 'failed') {
          expect(effects).toEqual([]);
          expect(['misuse', 'effect_failed']).toContain(state.failure.kind);
          return;
        }
        const [save, open] = effects;
        if (save?.type !== 'save_transaction' || open?.type !== 'open_user_agent') throw new Error('other effects');
        opened += 1;
        const { searchParams, origin } = new URL(open.url);
        expect(`${origin}/`).toBe(settings.server.issuer);
        for (const one of ['state', 'nonce', 'code_challenge', 'response_type', 'client_id', 'redirect_uri']) {
          expect(searchParams.getAll(one).length).toBeLessThan(2);
        }
        expect(searchParams.get('code_challenge_method')).toBe('S256');
        expect(searchParams.get('state')).toBe(save.transaction.state);
        expect(open.url).not.toContain(save.transaction.codeVerifier);
      }),
      { numRuns: RUNS },
    );
    expect(opened).toBeGreaterThan(RUNS / 10);
  });
});
