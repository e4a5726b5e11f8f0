/** Failures: documented one by one, in plain words, and without a secret. RFC 6749, sections 4.1.2.1 and 5.2. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { flowsFile, flowsPage } from '../../../scripts/draw-flows.ts';
import { failuresFile, failuresPage } from '../../../scripts/list-failures.ts';
import { saidTexts } from '../src/explain.server.ts';
import { explain, explainText, explanations } from '../src/explain.ts';
import {
  type AccessToken,
  type Answer,
  type CodeVerifier,
  checkRedirectUri,
  checkServerMetadata,
  codeChallengeFor,
  codeVerifierFrom,
  type Failure,
  type FailureCode,
  type HttpResponse,
  type LoginOptions,
  type LoginState,
  locate,
  type Recovery,
  readKeySet,
  readRefreshResponse,
  readRevocationResponse,
  readServerMetadata,
  readUserinfoResponse,
  receiptOf,
  refusalOf,
  resourceAuthorization,
  resourceFailureOf,
  startLogin,
  startServer,
  stepLogin,
  stepServer,
  type ThawedSession,
  tokenSetFor,
  userinfoRequest,
  wellKnownUrls,
} from '../src/index.ts';
import {
  ACCESS_TOKEN,
  at,
  atCallback,
  atChallenge,
  atEnd,
  atHash,
  atKeys,
  atReceipt,
  atSignature,
  atTokens,
  callbackOf,
  digested,
  give,
  KEY,
  keySet,
  keysIn,
  REFRESH_TOKEN,
  responded,
  returned,
  tokensFor,
} from './login-states.ts';
import {
  CODE,
  entropyOf,
  ISSUER,
  jsonResponse,
  later,
  NOW,
  optionsOf,
  SERVER,
  settingsOf,
  started,
  untyped,
} from './support/login.ts';
import { type Claims, claimsOf, unsigned } from './support/signing.ts';

const CODES = Object.keys(explanations) as FailureCode[];
const DOCUMENT = {
  issuer: ISSUER,
  authorization_endpoint: SERVER.authorizationEndpoint,
  token_endpoint: SERVER.tokenEndpoint,
};
const ROOT = join(import.meta.dirname, '../../..');
const page = readFileSync(failuresFile, 'utf8');
const anchors = Array.from(page.matchAll(/^### (\w+)$/gm), ([, name]) => name);

const settings = settingsOf();
const failureOfState = ({ state }: { readonly state: LoginState }): Failure => {
  if (state.status === 'failed') return state.failure;
  if (state.status === 'awaiting_callback' && state.refused) return state.refused;
  throw new Error(`the login is ${state.status}`);
};
const refused = (result: { readonly ok: boolean; readonly failure?: Failure } | undefined): Failure => {
  if (!result?.failure) throw new Error('accepted');
  return result.failure;
};

const asked = (more: object): Failure => failureOfState(started(settings, { ...optionsOf(), ...more } as LoginOptions));
/** What becomes of discovery when these are the answers. */
function discovered(...responses: readonly HttpResponse[]): Failure {
  const { state } = responses.reduce(
    (step, response) => stepServer(step.state, responded(response)),
    startServer(ISSUER),
  );
  if (state.status === 'failed') return state.failure;
  throw new Error(`discovery is ${state.status}`);
}
const called = (url: string, server: object = {}): Failure =>
  failureOfState(give(atCallback({ server }), returned(url)));
const answered = (status: number, body: unknown, headers?: Record<string, string>): Failure =>
  failureOfState(give(atTokens(), responded(jsonResponse(body, status, headers))));
/** What becomes of an ID Token with these claims and this header. */
function identified(claims: Claims, header: Claims = {}, options: Partial<LoginOptions> = {}): Failure {
  const state = atTokens({ options });
  const right = claimsOf({ nonce: state.transaction.nonce, ...claims });
  const id_token = unsigned(right, { alg: 'RS256', ...header });
  return failureOfState(give(state, responded(tokensFor(state.transaction, {}, { id_token }))));
}
const odd = (id_token: string): Failure =>
  failureOfState(give(atTokens(), responded(tokensFor(atTokens().transaction, {}, { id_token }))));
const url = callbackOf(atCallback().transaction);
const here: Answer = returned(url);
const late: Answer = { type: 'returned', url, now: (NOW + 99_999) as typeof NOW };
const effectFailed = (code: Extract<Answer, { type: 'effect_failed' }>['code']): Failure =>
  failureOfState(give(atTokens(), { type: 'effect_failed', effect: 'send_request', code }));

/** What a session that was found gives away: nothing. */
const unusable = (found: ThawedSession, audience = '', now = NOW): Failure =>
  refused(tokenSetFor(found, { audience }, now));
const present: ThawedSession = { status: 'present', session: atEnd().session };
/** What the UserInfo endpoint of a server says to somebody who echoes the token back. */
const userinfo = (body: unknown, status = 200, type = 'application/json'): Failure => {
  const echo = { 'content-type': type, 'retry-after': ACCESS_TOKEN, 'www-authenticate': ACCESS_TOKEN };
  return refused(readUserinfoResponse(jsonResponse(body, status, echo), '248289761001', ACCESS_TOKEN as AccessToken));
};

/** What an API says that wants something else than this token, which it sends back. */
const challenged = (error: string): Failure => {
  const params = ['error_description', 'scope', 'acr_values'].map((name) => `${name}="${ACCESS_TOKEN}"`);
  const challenge = `Bearer error="${error}", ${params.join(', ')}`;
  const failure = resourceFailureOf({ status: 401, challenge }, [ACCESS_TOKEN]);
  return refused({ ok: false, ...(failure && { failure }) });
};
const kept = (status: number, error: string): Failure => {
  const said = { error, error_description: REFRESH_TOKEN, token: REFRESH_TOKEN };
  return refused(readRevocationResponse(jsonResponse(said, status), [REFRESH_TOKEN]));
};

/** Every failure that the core makes, made. */
const MADE: { readonly [C in FailureCode]: () => Failure } = {
  authorization_refused: () => called(callbackOf(atCallback().transaction, 'error=access_denied')),
  token_request_refused: () => answered(400, { error: 'invalid_grant' }),
  revocation_refused: () => kept(400, 'invalid_token'),
  invalid_token: () => challenged('invalid_token'),
  insufficient_scope: () => challenged('insufficient_scope'),
  insufficient_user_authentication: () => challenged('insufficient_user_authentication'),
  callback_too_large: () => called(`${url}${'x'.repeat(70_000)}`),
  redirect_uri_mismatch: () => called('https://client.example.org/other'),
  malformed_parameter: () => called(callbackOf(atCallback().transaction, 'code=%07')),
  duplicate_parameter: () => called(`${url}&code=x`),
  unexpected_parameter: () => called(`${url}&access_token=at`),
  state_missing: () => called(`https://client.example.org/cb?code=${CODE}`),
  state_mismatch: () => called(`https://client.example.org/cb?code=${CODE}&state=x`),
  issuer_missing: () => called(url, { issParameterSupported: true }),
  issuer_mismatch: () => called(`${url}&iss=x`),
  code_missing: () => called(callbackOf(atCallback().transaction, '')),
  unknown_transaction: () => failureOfState(give(atReceipt(), { type: 'unknown' })),
  // The client makes these two of what an application gave it.
  claims_refused: () => refusalOf('untrusted_response', 'claims_refused', 'report').failure,
  redirect_uri_shared: () => refusalOf('misuse', 'redirect_uri_shared', 'fix_configuration').failure,
  digest_failed: () =>
    failureOfState(give(atChallenge(), { type: 'effect_failed', effect: 'digest', code: 'digest_failed' })),
  pushed_authorization_request_required: () =>
    refused(checkServerMetadata({ ...SERVER, requirePushedAuthorizationRequests: true })),
  metadata_not_found: () => discovered(jsonResponse('', 404), jsonResponse('', 404)),
  transaction_expired: () => failureOfState(give(atCallback(), late)),
  transaction_consumed: () =>
    failureOfState(give(atReceipt(), { type: 'already_spent', receipt: receiptOf(atReceipt().transaction) })),
  unexpected_redirect: () => answered(302, ''),
  response_too_large: () => answered(200, 'x'.repeat(2_000_000)),
  malformed_token_response: () => answered(200, {}),
  unsupported_token_type: () => answered(200, { access_token: 'x', token_type: 'DPoP' }),
  http_error: () => answered(500, '<html>'),
  malformed_key_set: () => failureOfState(give(atKeys(), keysIn(jsonResponse({})))),
  malformed_metadata_response: () => refused(readServerMetadata(jsonResponse([]), ISSUER)),
  invalid_metadata: () => refused(checkServerMetadata({ ...SERVER, tokenEndpoint: '/token' })),
  insecure_endpoint: () => refused(checkServerMetadata({ ...SERVER, tokenEndpoint: 'http://as.example.com/' })),
  malformed_userinfo_response: () => userinfo([ACCESS_TOKEN]),
  userinfo_sub_missing: () => userinfo({ name: ACCESS_TOKEN }),
  userinfo_sub_mismatch: () => userinfo({ sub: ACCESS_TOKEN }),
  userinfo_jwt_unexpected: () => userinfo('eyJ.eyJ.x', 200, 'application/jwt'),
  pkce_not_supported: () => refused(checkServerMetadata({ ...SERVER, codeChallengeMethods: ['plain'] })),
  id_token_missing: () => answered(200, { access_token: 'x', token_type: 'Bearer' }),
  id_token_too_large: () => odd('x'.repeat(300_000)),
  id_token_malformed: () => odd('x'),
  id_token_encrypted: () => odd('a.b.c.d.e'),
  id_token_expired: () => identified({ iat: NOW - 300, exp: NOW - 31 }),
  id_token_key_not_found: () => failureOfState(give(atKeys(), keySet())),
  id_token_signature_invalid: () => failureOfState(give(atSignature(KEY), { type: 'signature_checked', valid: false })),
  id_token_alg_invalid: () => identified({}, { alg: 'HS256' }),
  id_token_typ_invalid: () => identified({}, { typ: 'at+jwt' }),
  id_token_crit_invalid: () => identified({}, { crit: ['x'] }),
  id_token_iss_invalid: () => identified({ iss: 'https://as.example.com' }),
  id_token_sub_invalid: () => identified({ sub: '' }),
  id_token_aud_invalid: () => identified({ aud: 'another' }),
  id_token_exp_invalid: () => identified({ exp: 'soon' }),
  id_token_iat_invalid: () => identified({ iat: NOW + 31 }),
  id_token_nbf_invalid: () => identified({ nbf: NOW + 31 }),
  id_token_auth_time_invalid: () => identified({}, {}, { maxAge: 60 }),
  id_token_nonce_invalid: () => identified({ nonce: undefined }),
  id_token_azp_invalid: () => identified({ azp: 'another' }),
  id_token_acr_invalid: () => identified({}, {}, { claims: { id_token: { acr: { essential: true, value: 'mfa' } } } }),
  id_token_amr_invalid: () => identified({ amr: 5 }),
  id_token_at_hash_invalid: () => failureOfState(give(atHash('x'), digested(ACCESS_TOKEN))),
  id_token_sid_invalid: () => identified({ sid: 5 }),
  id_token_org_id_invalid: () => identified({}, {}, { organization: 'org_1' }),
  id_token_org_name_invalid: () => identified({}, {}, { organization: 'ours' }),
  id_token_events_invalid: () => identified({ events: {} }),
  insufficient_entropy: () => refused(codeVerifierFrom(new Uint8Array(31))),
  storage_read_failed: () => effectFailed('storage_read_failed'),
  storage_write_failed: () => effectFailed('storage_write_failed'),
  user_agent_failed: () => effectFailed('user_agent_failed'),
  user_cancelled: () => failureOfState(give(atCallback(), { type: 'cancelled' })),
  redirect_timeout: () => effectFailed('redirect_timeout'),
  loopback_port_unavailable: () => effectFailed('loopback_port_unavailable'),
  network_error: () => effectFailed('network_error'),
  key_set_unavailable: () =>
    failureOfState(give(atKeys(), { type: 'effect_failed', effect: 'get_keys', code: 'key_set_unavailable' })),
  signature_check_failed: () => effectFailed('signature_check_failed'),
  not_logged_in: () => unusable({ status: 'absent' }),
  session_expired: () => unusable(present, '', later(3600)),
  session_unreadable: () => unusable({ status: 'corrupt' }),
  token_set_missing: () => unusable(present, 'https://other.example/'),
  endpoint_missing: () => refused(userinfoRequest(SERVER, 'ada', ACCESS_TOKEN as AccessToken)),
  api_not_listed: () =>
    refused(resourceAuthorization([], 'https://api.example/', { accessToken: ACCESS_TOKEN as AccessToken })),
  invalid_settings: () =>
    failureOfState(startLogin(settingsOf({ clockTolerance: untyped('30') }), optionsOf(), entropyOf(), NOW)),
  invalid_issuer: () => refused(wellKnownUrls('http://as.example.com')),
  invalid_redirect_uri: () => refused(checkRedirectUri('http://app.example/')),
  invalid_scope: () => asked({ scope: ['a b'] }),
  invalid_resource: () => asked({ resource: ['x'] }),
  invalid_parameter: () => asked({ maxAge: -1 }),
  reserved_parameter: () => asked({ extra: { state: 'x' } }),
  invalid_code_verifier: () => refused(codeChallengeFor('x' as CodeVerifier)),
  answer_not_expected: () => failureOfState(give(atTokens(), { type: 'departed' })),
};

const refreshed = (status: number, body: unknown): Failure =>
  refused(readRefreshResponse(settings, atEnd().session, jsonResponse(body, status), NOW));
const published = (metadata: object): Failure => refused(readServerMetadata(jsonResponse(metadata), ISSUER));
const refusing = (error: string): Failure => called(callbackOf(atCallback().transaction, `error=${error}`));
const ofAnother = { access_token: 'x', token_type: 'Bearer', id_token: unsigned(claimsOf({ sub: 'another' })) };
function notSaved(code: 'storage_read_failed' | 'storage_write_failed'): Failure {
  const { notSaved } = at('logged_in', give(atEnd(), { type: 'effect_failed', effect: 'save_session', code }));
  return refused(notSaved && { ok: false, failure: notSaved });
}

/** What else the core makes of a code, beside the usual recovery. */
const ALSO: readonly (readonly [FailureCode, Recovery, () => Failure])[] = [
  ['authorization_refused', 'fix_configuration', () => refusing('invalid_scope')],
  ['authorization_refused', 'retry', () => refusing('server_error')],
  ['token_request_refused', 'fix_configuration', () => answered(401, { error: 'invalid_client' })],
  ['token_request_refused', 'fix_configuration', () => answered(404, { error: 'Not Found' })],
  ['token_request_refused', 'log_in_again', () => answered(404, { error: 'invalid_grant' })],
  ['token_request_refused', 'log_in_again', () => answered(503, { error: 'server_error' })],
  ['token_request_refused', 'retry', () => refreshed(503, { error: 'server_error' })],
  ['revocation_refused', 'retry', () => kept(503, 'server_error')],
  ['revocation_refused', 'fix_configuration', () => kept(401, 'invalid_client')],
  ['malformed_parameter', 'none', () => called(`${url}&iss=%E0`)],
  ['issuer_mismatch', 'fix_configuration', () => published({ ...DOCUMENT, issuer: 'https://as.example.com' })],
  ['unknown_transaction', 'report', () => failureOfState(stepLogin(settingsOf({ clientId: 'x' }), atCallback(), here))],
  ['invalid_metadata', 'report', () => published({ issuer: ISSUER })],
  ['http_error', 'fix_configuration', () => failureOfState(give(atKeys(), keysIn(jsonResponse('', 404))))],
  ['http_error', 'log_in_again', () => failureOfState(give(atKeys(), keysIn(jsonResponse('', 503))))],
  ['http_error', 'fix_configuration', () => answered(404, '<html>')],
  ['http_error', 'fix_configuration', () => answered(405, '<html>')],
  ['http_error', 'log_in_again', () => answered(406, '<html>')],
  ['http_error', 'retry', () => refreshed(429, '<html>')],
  ['http_error', 'report', () => refused(readServerMetadata(jsonResponse('', 403), ISSUER))],
  ['http_error', 'retry', () => discovered(jsonResponse('', 500))],
  ['http_error', 'retry', () => discovered(jsonResponse('', 404), jsonResponse('', 429))],
  ['http_error', 'fix_configuration', () => refused(readServerMetadata(jsonResponse('', 404), ISSUER))],
  ['http_error', 'log_in_again', () => userinfo('<html>', 403)],
  ['http_error', 'retry', () => userinfo('<html>', 503)],
  ['id_token_sub_invalid', 'log_in_again', () => refreshed(200, ofAnother)],
  ['storage_write_failed', 'retry', () => notSaved('storage_write_failed')],
  ['storage_read_failed', 'retry', () => notSaved('storage_read_failed')],
  ['loopback_port_unavailable', 'log_in_again', () => effectFailed('loopback_port_unavailable')],
];

/** What only other packages make: before the core is asked for anything. */
const OUTSIDE: readonly (readonly [FailureCode, Recovery])[] = [
  ['loopback_port_unavailable', 'retry'],
  ['network_error', 'retry'],
  ['storage_read_failed', 'retry'],
  ['user_agent_failed', 'retry'],
];

const recoveriesOf = (code: FailureCode): readonly Recovery[] => {
  const { recovery, also = [] } = explanations[code];
  return [recovery, ...also];
};

const sources = readdirSync(join(ROOT, 'packages'))
  .flatMap((name) => {
    const folder = join(ROOT, 'packages', name, 'src');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => /^[^/]*\.ts$/.test(file)).map((file) => readFileSync(join(folder, file), 'utf8'));
  })
  .join('\n');

describe('docs/failures.md', () => {
  test('is what scripts/list-failures.ts makes of the texts today', () => {
    expect(page).toBe(failuresPage());
  });

  test('has one section for every code, and no other', () => {
    expect([...anchors].sort()).toEqual([...CODES].sort());
  });

  test('explains every code that stands in a source of any package', () => {
    const made = Array.from(
      sources.matchAll(/\b(?:untrusted|misuse|PortError|refusalOf\('\w+', |refusedByServer)\(?\s*'(\w+)'/g),
      ([, code]) => code,
    );
    expect(new Set(made).size).toBeGreaterThan(40);
    expect(made.filter((code) => !anchors.includes(code ?? ''))).toEqual([]);
  });

  test('knows every recovery that stands beside a code in a source of any package', () => {
    const made = Array.from(
      sources.matchAll(/\b(?:untrusted\(|misuse\(|refusalOf\(\s*'\w+',)\s*'(\w+)',\s*'(\w+)'/g),
      ([, code, recovery]) => [code, recovery] as [FailureCode, Recovery],
    );
    expect(made.length).toBeGreaterThan(25);
    expect(made.filter(([code, recovery]) => !recoveriesOf(code).includes(recovery))).toEqual([]);
  });

  test.each(CODES.filter((code) => explanations[code].also))('says when %s has another recovery', (code) => {
    const [, section = ''] = page.split(`### ${code}\n`);
    const own = section.slice(0, section.search(/^#/m));
    for (const recovery of recoveriesOf(code)) expect(own).toContain(`\`${recovery}\``);
    const made = [...ALSO, ...OUTSIDE].filter(([name]) => name === code).map(([, recovery]) => recovery);
    expect([...new Set([explanations[code].recovery, ...made])].sort()).toEqual([...recoveriesOf(code)].sort());
  });
});

test('docs/flows.md is what scripts/draw-flows.ts makes of the table today', () => {
  expect(readFileSync(flowsFile, 'utf8')).toBe(flowsPage());
});

test.each(ALSO)('%s can also be %s', (code, recovery, make) => {
  const failure = make();
  expect([failure.code, failure.recovery]).toEqual([code, recovery]);
  expect(recoveriesOf(code)).toContain(recovery);
});

describe.each(CODES)('%s', (code) => {
  const { kind, what, why, fix } = explanations[code];

  test('is made with its own code and the documented kind', () => {
    const failure = MADE[code]();
    expect([failure.code, failure.kind]).toEqual([code, kind]);
  });

  test('has the documented recovery', () => {
    // The usual one is made before the core is asked: `OUTSIDE`.
    const usual = code === 'loopback_port_unavailable' ? 'log_in_again' : explanations[code].recovery;
    expect(MADE[code]().recovery).toBe(usual);
  });

  test('ends its message with a link whose anchor exists', () => {
    const { message } = MADE[code]();
    const link = message.slice(message.lastIndexOf(' ') + 1);
    expect(link).toBe(`https://github.com/proofkey/proofkey/blob/main/docs/failures.md#${code}`);
    expect(anchors).toContain(link.slice(link.indexOf('#') + 1));
    expect(message).toMatch(/^[^\n]{1,200}$/);
  });

  test('is explained in four lines of short sentences', () => {
    const failure = MADE[code]();
    const lines = explainText(failure).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^Why: [A-Z`]/);
    expect(lines[2]).toMatch(/^Fix: [A-Z]/);
    expect(failure.message.endsWith(lines[3] ?? '?')).toBe(true);
    for (const text of [what, why, fix]) {
      expect(text).toMatch(/[.?]$/);
      expect(text.length).toBeLessThan(240);
    }
  });

  test('holds no secret, in any way of printing it', () => {
    const { state, nonce, codeVerifier } = atCallback().transaction;
    const failure = MADE[code]();
    const printed = [JSON.stringify(failure), inspect(failure, { depth: 9, showHidden: true }), explainText(failure)];
    for (const secret of [state, nonce, codeVerifier, CODE, ACCESS_TOKEN, REFRESH_TOKEN, 'eyJ']) {
      expect(printed.join('\n')).not.toContain(secret);
    }
  });
});

describe('explain', () => {
  const said = (code: 'authorization_refused' | 'token_request_refused', error: string): Failure =>
    refusalOf('oauth_error', code, 'report', { oauth: { error } }).failure;

  test('names the cause that the server gave away', () => {
    expect(explain(said('token_request_refused', 'invalid_client')).why).toContain('web or machine application');
    expect(explain(said('authorization_refused', 'login_required')).fix).toContain('prompt');
    expect(explain(said('token_request_refused', 'invalid_grant')).why).toContain('used twice');
    expect(explain(answered(404, ''))).toEqual(saidTexts['http_error/404']);
  });

  test('tells metadata of another issuer from a callback of another server, by what an application has to do', () => {
    const refused = (recovery: Recovery): Failure =>
      refusalOf('untrusted_response', 'issuer_mismatch', recovery).failure;
    expect(explain(refused('fix_configuration')).what).toContain('metadata');
    expect(explain(refused('report')).what).toContain('answer');
  });

  test('says the status of an answer that was an error', () => {
    expect(explainText(answered(503, '')).split('\n')[0]).toContain('(HTTP 503)');
    const located = locate(answered(503, ''), { at: 'https://as.example.com/jwks' });
    expect(explainText(located).split('\n')[0]).toContain('(https://as.example.com/jwks, HTTP 503)');
  });

  test.each(['unheard_of', '', '__proto__', 'constructor', 'toString', 'x'.repeat(1000)])(
    'falls back on the code for an error that is no friend of ours: %s',
    (error) => {
      const { what, why, fix } = explanations.token_request_refused;
      expect(explain(said('token_request_refused', error))).toEqual({ what, why, fix });
    },
  );

  test('names the true causes that were seen in the field', () => {
    const causes: readonly (readonly [FailureCode, RegExp])[] = [
      ['id_token_nonce_invalid', /consent.* page .*drops `nonce`/],
      ['id_token_alg_invalid', /HS256/],
      ['id_token_iss_invalid', /trailing slash/],
      ['issuer_mismatch', /trailing slash/],
      ['transaction_consumed', /opened twice/],
      ['id_token_expired', /clock of this device is ahead/],
      ['id_token_iat_invalid', /clock of this device is behind/],
      ['unknown_transaction', /private window/],
      ['storage_write_failed', /private window/],
      ['network_error', /origin/],
    ];
    for (const [code, cause] of causes) expect(explanations[code].why).toMatch(cause);
  });

  test('has texts for what servers say under codes that exist', () => {
    const names = Object.keys(saidTexts);
    expect(names.filter((name) => !CODES.includes(name.split('/')[0] as FailureCode))).toEqual([]);
    for (const { what, why, fix } of Object.values(saidTexts)) {
      for (const text of [what, why, fix]) expect(text).toMatch(/^[A-Z`][^\n]{10,160}\.$/);
    }
  });
});

describe('refusalOf', () => {
  test('keeps members that no standard names reachable, and out of sight', () => {
    const failure = answered(403, { error: 'mfa_required', mfa_token: 'mfa-secret' });
    expect(failure.oauth?.additional).toEqual({ mfa_token: 'mfa-secret' });
    expect(JSON.stringify(failure) + inspect(failure)).not.toContain('mfa-secret');
  });

  test('quotes a server in one bounded line without control characters', () => {
    const error_description = `a\u0000b\r\nc\u202ed${'x'.repeat(5000)}`;
    const { oauth } = answered(400, { error: 'invalid_request', error_description });
    expect(oauth?.error_description).toMatch(/^a b {2}c dx+$/);
    expect(oauth?.error_description).toHaveLength(1024);
  });

  test('leaves out an error_uri that is no web address', () => {
    for (const error_uri of ['javascript:alert(1)', 'data:text/html,x', ' https://as.example', '/x']) {
      expect(answered(400, { error: 'x', error_uri }).oauth?.error_uri).toBeUndefined();
    }
    expect(answered(400, { error: 'x', error_uri: 'https://as.example/e' }).oauth?.error_uri).toBe(
      'https://as.example/e',
    );
  });

  test('cuts off no secret in the middle', () => {
    const { codeVerifier } = atTokens().transaction;
    for (let before = 960; before < 1030; before += 1) {
      const error_description = `${'x'.repeat(before)}${codeVerifier}${CODE}`;
      const { oauth } = answered(400, { error: 'invalid_grant', error_description });
      expect(oauth?.error_description).not.toContain(codeVerifier.slice(0, 4));
      expect(oauth?.error_description).not.toContain(CODE.slice(0, 4));
    }
  });

  test('is made of keys that cannot be read from a key set', () => {
    expect(refused(readKeySet(jsonResponse({ keys: 5 }))).code).toBe('malformed_key_set');
    expect(stepLogin(settings, atKeys(), keySet(KEY)).state.status).toBe('awaiting_signature');
  });
});

describe('locate', () => {
  const { failure } = refusalOf('effect_failed', 'network_error', 'retry');

  test('says where it was and what the platform calls it, in the message and in the four lines', () => {
    const at = 'https://as.example.com/oauth/token';
    const once = locate(failure, { at });
    const twice = locate(once, { system: 'ECONNREFUSED' });
    expect(once).toMatchObject({ at, message: expect.stringContaining(`network error (${at}). See https://`) });
    expect(twice).toMatchObject({ at, system: 'ECONNREFUSED' });
    expect(twice.message).toContain(`network error (${at}, ECONNREFUSED). See https://`);
    expect(explainText(twice).split('\n')[0]).toMatch(/ \(https:\/\/as\.example\.com\/oauth\/token, ECONNREFUSED\)$/);
  });

  test('changes nothing where nothing is known', () => {
    expect(locate(failure, { at: undefined })).toEqual(failure);
    expect(explainText(failure).split('\n')[0]).not.toContain('(');
  });

  test('takes the words of a server as they are', () => {
    const oauth = { error: '$& (x). See' };
    const said = refusalOf('oauth_error', 'token_request_refused', 'retry', { oauth }).failure;
    expect(locate(said, { at: 'here' }).message).toContain('"$& (x). See" (here). See https://');
  });
});
