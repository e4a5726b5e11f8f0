/** Token response -> tokens. RFC 6749, sections 5.1, 5.2 and 6; OpenID Connect Core, sections 3.1.3.3 and 12.2. */
import { describe, expect, test } from 'vitest';
import {
  acceptIdToken,
  BODY_LIMIT,
  createSession,
  type HttpResponse,
  type RefreshToken,
  readCodeExchangeResponse,
  readRefreshResponse,
  readTokenResponse,
  type Session,
  stepLogin,
} from '../src/index.ts';
import { digestOf } from './support/digest.ts';
import { CODE, jsonResponse, NOW, settingsOf, transactionOf } from './support/login.ts';
import { failureIn, outcomeOf, valueIn } from './support/result.ts';
import { claimsOf, halfHash, unsigned } from './support/signing.ts';

const T = transactionOf({ scope: ['read:a', 'write:a'] });
const BODY = { access_token: '2YotnFZFEjr1zCsicMWpAA', token_type: 'Bearer', expires_in: 3600 };
const read = (response: HttpResponse, transaction = T) =>
  readCodeExchangeResponse(settingsOf(), transaction, response, NOW);
const tokens = (more: object = {}) => valueIn(read(jsonResponse({ ...BODY, ...more })));
const outcome = (more: object): string => outcomeOf(read(jsonResponse({ ...BODY, ...more })));
const raw = (members: string): string =>
  outcomeOf(read(jsonResponse(`{"access_token":"a","token_type":"Bearer"${members}}`)));

describe('access_token', () => {
  test.each([['a'], ['!'], ['~'], ['eyJ.e30.'], ['x'.repeat(16_384)], ['"\\']])(
    'RS-02 RS-11 takes %j',
    (access_token) => {
      expect(tokens({ access_token }).accessToken).toBe(access_token);
    },
  );

  test.each([
    [''],
    [null],
    [1],
    [true],
    [false],
    [{}],
    [['a']],
    ['a b'],
    ['abc\r\nX-Evil: 1'],
    ['a\0'],
    ['\u00e9'],
    [' a'],
  ])('RS-02 refuses %j (tok-030, tok-031, AT-36)', (access_token) => {
    expect(outcome({ access_token })).toBe('malformed_token_response');
  });

  test('RS-02 refuses an answer without one', () => {
    expect(outcomeOf(read(jsonResponse({ token_type: 'Bearer' })))).toBe('malformed_token_response');
  });
});

describe('token_type', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'bEARER'])('RS-03 takes %s', (token_type) => {
    expect(tokens({ token_type }).tokenType).toBe('Bearer');
  });

  test.each(['DPoP', 'dpop', 'mac', 'N_A', 'Bearer,DPoP', 'xBearer', 'urn:x'])(
    'RS-03 RS-10 refuses %s (tok-018, 040 to 042, AT-38)',
    (token_type) => {
      expect(outcome({ token_type })).toBe('unsupported_token_type');
    },
  );

  test.each([[null], [1], [''], ['Bearer '], [' Bearer'], [['Bearer']], [{}], [true]])(
    'RS-03 refuses %j (tok-035, 036, 038)',
    (token_type) => {
      expect(outcome({ token_type })).toBe('malformed_token_response');
    },
  );

  test('RS-03 refuses an answer without one, as one server in the field sends it', () => {
    expect(outcomeOf(read(jsonResponse({ access_token: 'a' })))).toBe('malformed_token_response');
  });
});

describe('expires_in', () => {
  test.each([
    [0, NOW],
    [1, NOW + 1],
    [3600, NOW + 3600],
    [3600.7, NOW + 3600],
    ['3600', NOW + 3600],
    ['0', NOW],
    [3_155_760_000, NOW + 3_155_760_000],
    [2 ** 31, NOW + 2 ** 31],
  ])('RS-04 %j counts from the receipt', (expires_in, expiresAt) => {
    expect(tokens({ expires_in }).expiresAt).toBe(expiresAt);
  });

  test('RS-04 absent means unknown', () => {
    expect(tokens({ expires_in: undefined }).expiresAt).toBeNull();
  });

  test.each([
    [-1],
    [-0.5],
    ['abc'],
    ['3600abc'],
    ['3600.5'],
    ['+1'],
    ['-1'],
    [''],
    [' 1'],
    ['1\n'],
    ['0x10'],
    ['1e9'],
    ['\u0661'],
    [null],
    [true],
    [false],
    [[3600]],
    [{}],
    [1e15],
    [3_155_760_001],
    ['99999999999'],
  ])('RS-04 refuses %j (tok-046, 049, AT-37)', (expires_in) => {
    expect(outcome({ expires_in })).toBe('malformed_token_response');
  });

  test.each(['1e400', '-1e400'])('RS-04 refuses %s, which JSON.parse makes infinite (tok-054)', (number) => {
    expect(raw(`,"expires_in":${number}`)).toBe('malformed_token_response');
  });

  test('RS-04 an expiry is a safe integer, as digits in a string too', () => {
    for (const expires_in of ['9999999999', 3_155_760_000, '0000003600']) {
      const result = read(jsonResponse({ ...BODY, expires_in }));
      if (result.ok) expect(Number.isSafeInteger(result.value.expiresAt)).toBe(true);
      else expect(result.failure.code).toBe('malformed_token_response');
    }
  });
});

describe('scope', () => {
  test('RS-05 absent means what was asked for (tok-006)', () => {
    expect(tokens().scope).toEqual(['read:a', 'write:a']);
  });

  test.each([
    ['read:a', ['read:a']],
    ['', []],
    ['a  b ', ['a', 'b']],
    ['read:a more:b', ['read:a', 'more:b']],
  ])('RS-05 %j is what was granted', (scope, granted) => {
    expect(tokens({ scope }).scope).toEqual(granted);
  });

  test.each([[null], [['a']], [1], [{}], ['a"b'], ['a\tb'], ['a\r\nb'], ['caf\u00e9']])(
    'RS-05 refuses %j (tok-062)',
    (scope) => {
      expect(outcome({ scope })).toBe('malformed_token_response');
    },
  );

  test('RS-05 nobody infers from it that a person is known', () => {
    expect(tokens({ scope: 'openid' }).idToken).toBeNull();
  });
});

describe('refresh_token', () => {
  test.each([['a'], ['a b'], ['~']])('RS-06 takes %j', (refresh_token) => {
    expect(tokens({ refresh_token }).refreshToken).toBe(refresh_token);
  });

  test.each([[''], [null], [1], [{}], [['a']], ['a\r\nb'], ['\u00e9']])(
    'RS-06 refuses %j (tok-057)',
    (refresh_token) => {
      expect(outcome({ refresh_token })).toBe('malformed_token_response');
    },
  );
});

describe('other members', () => {
  test('RS-06 keeps what no standard names, apart from the tokens (tok-012)', () => {
    const { additional } = tokens({ example_parameter: 'x', authorization_details: [{ type: 'a' }] });
    expect(additional).toEqual({ example_parameter: 'x', authorization_details: [{ type: 'a' }] });
  });

  test('tok-015 RS-13 RS-06 a "__proto__" member changes nothing (AT-33)', () => {
    const body = `{"access_token":"a","token_type":"Bearer","__proto__":{"refresh_token":"evil","scope":"admin"}}`;
    const result = valueIn(read(jsonResponse(body)));
    expect(result.refreshToken).toBeNull();
    expect(result.scope).toEqual(['read:a', 'write:a']);
    expect(Object.getPrototypeOf(result.additional)).toBe(Object.prototype);
    expect('refresh_token' in {}).toBe(false);
    expect(outcomeOf(read(jsonResponse('{"__proto__":{"access_token":"a","token_type":"Bearer"}}')))).toBe(
      'malformed_token_response',
    );
  });

  test('tok-016 RS-13 a "constructor" member changes nothing', () => {
    raw(',"constructor":{"prototype":{"polluted":1}}');
    expect(raw(',"constructor":{"prototype":{"polluted":1}}')).toBe('accepted');
    expect('polluted' in {}).toBe(false);
  });
});

describe('status, media type and body', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    ' application/json ',
  ])('RS-07 takes the media type %j (tok-014, AT-31)', (type) => {
    expect(outcomeOf(read(jsonResponse(BODY, 200, { 'content-type': type })))).toBe('accepted');
  });

  test.each([
    'text/html',
    'text/plain',
    'application/jsonp',
    'application/json-seq',
    'application/x-json',
    'text/json',
    '',
    'x application/json',
  ])('RS-07 refuses the media type %j (tok-069)', (type) => {
    expect(outcomeOf(read(jsonResponse(BODY, 200, { 'content-type': type })))).toBe('malformed_token_response');
  });

  test('RS-07 refuses an answer without a media type (tok-070), and one that says it is a key set', () => {
    expect(outcomeOf(read(jsonResponse(BODY, 200, {})))).toBe('malformed_token_response');
    const type = { 'content-type': 'application/jwk-set+json' };
    expect(outcomeOf(read(jsonResponse(BODY, 200, type)))).toBe('malformed_token_response');
  });

  test.each([201, 202, 203, 204, 206, 0, 100, 299, Number.NaN])('RS-01 refuses status %d', (status) => {
    expect(outcomeOf(read(jsonResponse(BODY, status)))).toBe('malformed_token_response');
  });

  test.each([300, 301, 302, 303, 304, 307, 308, 399])('TR-04 refuses the redirect %i (AT-29)', (status) => {
    const headers = { 'content-type': 'application/json', location: 'https://attacker.example/token' };
    expect(outcomeOf(read(jsonResponse(BODY, status, headers)))).toBe('unexpected_redirect');
  });

  test.each([
    '{"access_token":"a","token_type":"Bearer"',
    'null',
    '[]',
    '"x"',
    '1',
    'true',
    '',
    '{}{}',
    '{a:1}',
    '<!doctype html>',
    '\u0000',
  ])('RS-01 refuses the body %j (tok-075, 076, 079, 082, AT-30, AT-32)', (body) => {
    expect(outcomeOf(read(jsonResponse(body)))).toBe('malformed_token_response');
  });

  test('RS-08 reads a body of 1 MiB and none that is longer (AT-34)', () => {
    const body = (length: number): string => JSON.stringify(BODY).padEnd(length);
    expect(outcomeOf(read(jsonResponse(body(BODY_LIMIT))))).toBe('accepted');
    expect(outcomeOf(read(jsonResponse(body(BODY_LIMIT + 1))))).toBe('response_too_large');
    expect(BODY_LIMIT).toBe(2 ** 20);
  });

  test.each([400, 401, 403, 429, 500])('RS-08 does not read a longer body of an error %i either', (status) => {
    const body = JSON.stringify({ error: 'invalid_grant' }).padEnd(BODY_LIMIT + 1);
    expect(outcomeOf(read(jsonResponse(body, status)))).toBe('response_too_large');
  });

  test('RS-08 survives what is nested deeply', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(raw(`,"x":${deep}`)).toMatch(/^(accepted|malformed_token_response)$/);
    expect(outcomeOf(read(jsonResponse(deep)))).toBe('malformed_token_response');
    expect(outcomeOf(read(jsonResponse(`{"error":${deep}}`, 400)))).toBe('http_error');
    expect(outcomeOf(read(jsonResponse(`{"error":"invalid_grant","x":${deep}}`, 400)))).toBe('http_error');
  });
});

describe('id_token', () => {
  const withOpenid = transactionOf({ scope: ['openid'] });
  const claims = claimsOf({ nonce: withOpenid.nonce });
  const answer = (more: object): string => outcomeOf(read(jsonResponse({ ...BODY, ...more }), withOpenid));

  test('RS-09 is required when openid was asked for', () => {
    expect(answer({})).toBe('id_token_missing');
    expect(answer({ id_token: unsigned(claims) })).toBe('accepted');
    expect(outcomeOf(read(jsonResponse(BODY)))).toBe('accepted');
  });

  test.each([[1], [null], [''], [{}], ['a b']])('RS-09 refuses %j', (id_token) => {
    expect(answer({ id_token })).toBe('malformed_token_response');
  });

  test('RS-12 an answer whose ID Token is refused yields no token at all', () => {
    const result = read(jsonResponse({ ...BODY, id_token: unsigned({ ...claims, nonce: 'other' }) }), withOpenid);
    expect(result).toEqual({ ok: false, failure: expect.objectContaining({ code: 'id_token_nonce_invalid' }) });
    expect(JSON.stringify(result)).not.toContain(BODY.access_token);
  });

  test('RS-12 ID-15 the access token beside it is compared with at_hash', () => {
    const outcomeFor = (accessToken: string): string => {
      const id_token = unsigned({ ...claims, at_hash: halfHash(accessToken) });
      const { idToken } = valueIn(read(jsonResponse({ ...BODY, id_token }), withOpenid));
      expect(idToken?.hashed).toEqual({ algorithm: 'SHA-256', ascii: BODY.access_token });
      const digest = digestOf('SHA-256', idToken?.hashed?.ascii ?? '');
      return idToken ? outcomeOf(acceptIdToken(idToken, 'verified', digest)) : 'no ID Token';
    };
    expect(outcomeFor(BODY.access_token)).toBe('accepted');
    expect(outcomeFor('another')).toBe('id_token_at_hash_invalid');
  });

  test('RS-09 one that was not asked for is checked nevertheless', () => {
    expect(outcome({ id_token: unsigned(claimsOf({ aud: 'other' })) })).toBe('id_token_aud_invalid');
  });
});

describe('error responses', () => {
  const failure = (body: unknown, status = 400, headers?: Record<string, string>) =>
    failureIn(read(jsonResponse(body, status, headers)));

  test.each([
    ['invalid_request', 400, 'fix_configuration'],
    ['invalid_client', 401, 'fix_configuration'],
    ['invalid_grant', 400, 'log_in_again'],
    ['unauthorized_client', 400, 'fix_configuration'],
    ['unsupported_grant_type', 400, 'fix_configuration'],
    ['invalid_scope', 400, 'fix_configuration'],
    ['access_denied', 403, 'log_in_again'],
    ['invalid_code', 400, 'fix_configuration'],
    // The code was sent: what may be tried again is a new login.
    ['server_error', 500, 'log_in_again'],
    ['temporarily_unavailable', 503, 'log_in_again'],
    ['too_many_requests', 429, 'log_in_again'],
  ])('ER-01 ER-04 says that the server said %s with %i, and to %s (tok-094, 096, 111)', (error, status, recovery) => {
    expect(failure({ error }, status)).toMatchObject({
      kind: 'oauth_error',
      code: 'token_request_refused',
      recovery,
      sessionSurvives: true,
      oauth: { error },
      http: { status },
    });
  });

  test.each(['text/html', 'text/plain', ''])('ER-02 reads the error under the media type %j too', (type) => {
    expect(failure({ error: 'invalid_grant' }, 400, { 'content-type': type }).oauth?.error).toBe('invalid_grant');
  });

  test('ER-06 reads the body before the challenge', () => {
    const headers = {
      'content-type': 'application/json',
      'www-authenticate': 'Bearer realm="x", error="invalid_token"',
    };
    expect(failure({ error: 'invalid_grant' }, 401, headers)).toMatchObject({
      oauth: { error: 'invalid_grant' },
      http: { status: 401, challenge: 'Bearer' },
    });
  });

  test.each([
    [''],
    ['{}'],
    ['[]'],
    ['null'],
    ['"invalid_grant"'],
    ['{"error":null}'],
    ['{"error":""}'],
    ['{"error":["invalid_grant"]}'],
    ['{"error":"a\\"b"}'],
    ['{"error":"a\\u0000"}'],
    ['{"__proto__":{"error":"invalid_grant"}}'],
    ['{"Error":"invalid_grant"}'],
    ['error=invalid_grant'],
    ['<h1>oops</h1>'],
  ])('ER-02 %j with 400 is an HTTP error (LG-04, tok-115)', (body) => {
    expect(failure(body)).toMatchObject({ code: 'http_error', http: { status: 400 } });
    expect(failure(body).oauth).toBeUndefined();
  });

  test.each([
    [{ error_description: 1, error_uri: {} }, undefined, undefined],
    [{ error_description: 'a\r\nb\u2028c', error_uri: 'javascript:alert(1)' }, 'a  b c', undefined],
    [{ error_description: '<b>', error_uri: 'https://as.example.com/e' }, '<b>', 'https://as.example.com/e'],
  ])('ER-02 CB-16 keeps %j as one line of text', (more, description, uri) => {
    const { oauth } = failure({ error: 'invalid_grant', ...more });
    expect(oauth).toEqual({ error: 'invalid_grant', error_description: description, error_uri: uri });
  });

  test('tok-102 ER-03 keeps further members within reach, and prints none of them', () => {
    const said = failure({ error: 'mfa_required', mfa_token: 'Fe26...Ha' }, 403);
    expect(said.oauth?.additional).toEqual({ mfa_token: 'Fe26...Ha' });
    expect(JSON.stringify(said)).not.toContain('Fe26');
    expect(Object.keys(said.oauth ?? {})).not.toContain('additional');
  });

  test('ER-05 repeats neither verifier nor state nor nonce', () => {
    const { codeVerifier, state, nonce } = transactionOf();
    const error_description = `bad ${codeVerifier} ${state} ${nonce}`;
    const said = failureIn(read(jsonResponse({ error: 'invalid_grant', error_description }, 400), transactionOf()));
    for (const secret of [codeVerifier, state, nonce]) expect(JSON.stringify(said)).not.toContain(secret);
  });

  test('ER-05 repeats the code neither: eight of thirteen servers keep it usable after a refusal', () => {
    const transaction = transactionOf();
    const waiting = { status: 'awaiting_receipt', transaction, code: CODE } as const;
    const sent = stepLogin(settingsOf(), waiting, { type: 'spent', transaction });
    const response = jsonResponse({ error: 'invalid_grant', error_description: `no such code: ${CODE}` }, 400);
    const { state } = stepLogin(settingsOf(), sent.state, { type: 'response_received', response, now: NOW });
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'token_request_refused' } });
    expect(JSON.stringify(state)).not.toContain(CODE);
  });

  test('PK-12 AT-04 after a refused code the login is over: no second request', () => {
    const waiting = { status: 'awaiting_tokens', code: CODE, transaction: T } as const;
    const response = jsonResponse({ error: 'invalid_grant' }, 400);
    const { state, effects } = stepLogin(settingsOf(), waiting, { type: 'response_received', response, now: NOW });
    expect(state).toMatchObject({ status: 'failed', failure: { recovery: 'log_in_again' } });
    expect(effects).toEqual([]);
    expect(JSON.stringify(state)).not.toContain(T.codeVerifier);
  });

  test('TR-07 a code whose request got no answer is not sent again (AT-64)', () => {
    const waiting = { status: 'awaiting_tokens', code: CODE, transaction: T } as const;
    for (const sent of ['no', 'maybe'] as const) {
      const lost = { type: 'effect_failed', effect: 'send_request', sent, code: 'network_error' } as const;
      const { state, effects } = stepLogin(settingsOf(), waiting, lost);
      expect(state).toMatchObject({ status: 'failed', failure: { code: 'network_error', recovery: 'log_in_again' } });
      expect(effects).toEqual([]);
    }
  });
});

describe('refresh', () => {
  const login = transactionOf({ scope: ['openid', 'profile'] });
  const first = valueIn(
    readCodeExchangeResponse(
      settingsOf(),
      login,
      jsonResponse({ ...BODY, refresh_token: 'old', id_token: unsigned(claimsOf({ nonce: login.nonce })) }),
      NOW,
    ),
  );
  const session: Session = createSession(
    login,
    first,
    first.idToken && valueIn(acceptIdToken(first.idToken, 'verified')),
  );
  const refresh = (body: unknown, status = 200) =>
    readRefreshResponse(settingsOf(), session, jsonResponse(body, status), NOW);

  test('ID-05 an ID Token makes nobody of a session without a person, whatever it says', () => {
    const nobody = { ...session, sub: null, idToken: null };
    const id_token = unsigned(claimsOf({ sub: 'admin' }));
    const tokens = valueIn(readRefreshResponse(settingsOf(), nobody, jsonResponse({ ...BODY, id_token }), NOW));
    expect(tokens.idToken).toBeNull();
    expect(JSON.stringify(tokens)).not.toContain('admin');
  });

  test('tok-019 tok-021 RF-02 without a new refresh token the old one stays (AT-58)', () => {
    expect(valueIn(refresh(BODY)).refreshToken).toBe('old');
  });

  test('tok-020 RF-01 a new refresh token takes the place of the old one', () => {
    const answer = valueIn(refresh({ ...BODY, refresh_token: 'new' }));
    expect(answer.refreshToken).toBe('new');
    expect(JSON.stringify(answer)).not.toContain('old');
  });

  test('tok-022 RF-03 a narrower scope is that of the new token; the grant stays as it was', () => {
    expect(valueIn(refresh({ ...BODY, scope: 'openid' })).scope).toEqual(['openid']);
    expect(session.grant.scope).toEqual(['openid', 'profile']);
  });

  test.each([
    ['tok-100', 'invalid_grant', 403],
    ['tok-091', 'invalid_grant', 400],
    ['tok-101', 'access_denied', 403],
  ])('%s RF-06 %s with %i ends the session', (_id, error, status) => {
    expect(failureIn(refresh({ error }, status))).toMatchObject({ sessionSurvives: false, recovery: 'log_in_again' });
  });

  test.each([
    ['tok-103', 'too_many_requests', 429],
    ['tok-104', 'slow_down', 429],
    ['a fault', 'server_error', 500],
    ['a wrong client', 'invalid_client', 401],
    ['no consent', 'access_denied', 400],
    ['an unknown scope', 'invalid_scope', 400],
  ])('%s RF-07 ER-04 %s with %i keeps the session', (_id, error, status) => {
    expect(failureIn(refresh({ error }, status)).sessionSurvives).toBe(true);
  });

  test.each([500, 502, 503, 404, 400])('tok-110 RF-07 HTML with %i keeps the session', (status) => {
    expect(failureIn(refresh('<h1>oops</h1>', status))).toMatchObject({ code: 'http_error', sessionSurvives: true });
  });

  test('RF-07 a captive portal keeps the session', () => {
    expect(failureIn(refresh('<!doctype html>')).sessionSurvives).toBe(true);
  });

  test('RF-08 an ID Token of another person ends it (AT-53)', () => {
    const answer = refresh({ ...BODY, id_token: unsigned(claimsOf({ sub: 'someone else' })) });
    expect(failureIn(answer)).toMatchObject({ code: 'id_token_sub_invalid', sessionSurvives: false });
  });

  test('RF-08 ER-05 repeats no refresh token that the server echoes', () => {
    const long = { ...session, grant: { ...session.grant, refreshToken: 'RT-0123456789' as RefreshToken } };
    const response = jsonResponse({ error: 'invalid_grant', error_description: 'RT-0123456789 is unknown' }, 400);
    const said = failureIn(readRefreshResponse(settingsOf(), long, response, NOW));
    expect(JSON.stringify(said)).not.toContain('RT-0123456789');
  });
});

describe('device grant', () => {
  const poll = (error: string, status: number) =>
    failureIn(readTokenResponse(jsonResponse({ error }, status), [], [], NOW));

  test.each([
    ['tok-106', 'authorization_pending'],
    ['tok-107', 'slow_down'],
    ['tok-108', 'expired_token'],
    ['tok-109', 'access_denied'],
  ])('%s DV-02 %s is told by its name, whatever the status', (_id, error) => {
    for (const status of [400, 403, 429])
      expect(poll(error, status)).toMatchObject({ oauth: { error }, http: { status } });
  });
});
