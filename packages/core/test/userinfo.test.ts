/** Access token -> claims about the same person. OpenID Connect Core, section 5.3; RFC 6750, sections 2.1 and 3. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  type AccessToken,
  BODY_LIMIT,
  type HttpResponse,
  readUserinfoResponse,
  retryAtOf,
  userinfoRequest,
} from '../src/index.ts';
import { ISSUER, jsonResponse, NOW, SERVER } from './support/login.ts';
import { failureIn, outcomeOf, valueIn } from './support/result.ts';

type Row = {
  readonly id: string;
  readonly title: string;
  readonly expected_sub: string;
  readonly response: HttpResponse;
  readonly expect: 'accept' | 'reject' | 'http_error';
  readonly error?: string;
};
const VECTORS = readFileSync(join(import.meta.dirname, 'vectors/vectors.json'), 'utf8');
const ROWS: readonly Row[] = JSON.parse(VECTORS).groups.userinfo;
const rowsThat = (expected: Row['expect']): readonly Row[] =>
  ROWS.filter(({ expect: outcome }) => outcome === expected);

const SUB = '248289761001';
const TOKEN = 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y' as AccessToken;
const read = (response: HttpResponse, sub = SUB) => readUserinfoResponse(response, sub, TOKEN);
const outcome = (body: unknown, status?: number, headers?: Record<string, string>): string =>
  outcomeOf(read(jsonResponse(body, status, headers)));

describe('userinfoRequest', () => {
  test('UI-02 sends the token in the header, and nowhere else', () => {
    const userinfoEndpoint = 'https://as.example.com/userinfo?tenant=1';
    const request = valueIn(userinfoRequest({ ...SERVER, userinfoEndpoint }, 'ada', TOKEN));
    expect(request).toEqual({
      method: 'GET',
      url: userinfoEndpoint,
      headers: { accept: 'application/json', authorization: `Bearer ${TOKEN}` },
    });
  });

  test('needs to know whom it asks about', () => {
    expect(outcomeOf(userinfoRequest({ ...SERVER, userinfoEndpoint: ISSUER }, null, TOKEN))).toBe('invalid_scope');
  });

  test('needs a server that has the endpoint', () => {
    expect(failureIn(userinfoRequest(SERVER, 'ada', TOKEN))).toMatchObject({
      kind: 'misuse',
      code: 'endpoint_missing',
    });
  });
});

describe('the rows of the vectors, ui-001 ui-002 ui-003 ui-004 ui-006 ui-007 ui-008 ui-009 ui-010 ui-011 ui-015,', () => {
  test('are the ones below', () => {
    expect(ROWS.map(({ id }) => id).join(' ')).toBe(
      'ui-001 ui-002 ui-003 ui-004 ui-006 ui-007 ui-008 ui-009 ui-010 ui-011 ui-015',
    );
    expect([rowsThat('accept'), rowsThat('reject'), rowsThat('http_error')].flat()).toHaveLength(ROWS.length);
  });

  test.each(rowsThat('accept'))('$id $title: is taken as it is', ({ response, expected_sub }) => {
    expect(valueIn(read(response, expected_sub))).toEqual(JSON.parse(response.body));
  });

  test.each(rowsThat('reject'))('$id $title: is refused', ({ response, expected_sub, error }) => {
    expect(failureIn(read(response, expected_sub))).toMatchObject({ kind: 'untrusted_response', code: error });
  });

  test.each(rowsThat('http_error'))('$id $title: is no answer', ({ response, expected_sub }) => {
    const failure = failureIn(read(response, expected_sub));
    expect(failure).toMatchObject({ code: 'http_error', http: { status: response.status }, sessionSurvives: true });
  });
});

describe('an answer about a person', () => {
  test('passes on what no standard names, and what has a wrong type is left out', () => {
    const body = { sub: SUB, 'https://app.example/roles': ['admin'], email: 5, name: 'Jane' };
    expect(valueIn(read(jsonResponse(body)))).toEqual({ ...body, email: undefined });
  });

  test.each(['248289761002', ` ${SUB}`, `${SUB} `, SUB.slice(1), `${SUB}\u0000`, SUB.toUpperCase().concat('A')])(
    'who is %j is about another one, letter for letter',
    (sub) => {
      expect(outcome({ sub })).toBe('userinfo_sub_mismatch');
    },
  );

  test('UI-01 AT-52 compares case', () => {
    expect(outcomeOf(read(jsonResponse({ sub: 'Ada' }), 'ada'))).toBe('userinfo_sub_mismatch');
  });

  test.each([[{}], [{ sub: '' }], [{ sub: null }], [{ sub: [SUB] }], [{ sub: { toString: SUB } }], [{ SUB }]])(
    'UI-01 AT-52 %j names nobody',
    (body) => {
      expect(outcome(body)).toBe('userinfo_sub_missing');
    },
  );

  test.each([['null'], ['5'], ['"x"'], ['true'], [''], ['{'], ['[{"sub":"248289761001"}]']])(
    '%s is no JSON object',
    (body) => {
      expect(outcome(body)).toBe('malformed_userinfo_response');
    },
  );

  test.each([
    ['application/json', 'accepted'],
    ['Application/JSON ; charset=UTF-8', 'accepted'],
    ['application/jsonx', 'malformed_userinfo_response'],
    ['text/plain', 'malformed_userinfo_response'],
    ['', 'malformed_userinfo_response'],
    ['application/jwt', 'userinfo_jwt_unexpected'],
    [' Application/JWT;charset=utf-8', 'userinfo_jwt_unexpected'],
    ['application/jwtx', 'malformed_userinfo_response'],
    ['x-application/jwt', 'malformed_userinfo_response'],
  ])('of the media type %j is %s', (type, code) => {
    expect(outcome({ sub: SUB }, 200, { 'content-type': type })).toBe(code);
  });

  test('without a media type is nothing', () => {
    expect(outcome({ sub: SUB }, 200, {})).toBe('malformed_userinfo_response');
  });

  test('UI-05 is a JWT only where it is an answer at all', () => {
    expect(outcome('a.b.c', 401, { 'content-type': 'application/jwt' })).toBe('invalid_token');
    expect(outcome('a.b.c', 403, { 'content-type': 'application/jwt' })).toBe('http_error');
  });

  test('is read up to 1 MiB', () => {
    const text = JSON.stringify({ sub: SUB });
    expect(outcome(text.padEnd(BODY_LIMIT))).toBe('accepted');
    expect(outcome(text.padEnd(BODY_LIMIT + 1))).toBe('response_too_large');
  });

  test.each([
    [201, 'malformed_userinfo_response'],
    [204, 'malformed_userinfo_response'],
    [301, 'unexpected_redirect'],
    [302, 'unexpected_redirect'],
    [307, 'unexpected_redirect'],
    [399, 'unexpected_redirect'],
    [400, 'http_error'],
  ])('with the status %i is %s', (status, code) => {
    expect(outcome({ sub: SUB }, status)).toBe(code);
  });
});

describe('a server that says no', () => {
  const challenged = (status: number, challenge: string) =>
    failureIn(read(jsonResponse('', status, { 'www-authenticate': challenge, 'retry-after': '5' })));

  test('UI-04 by 401 refuses the token, and the failure still says how the endpoint answered', () => {
    const failure = challenged(401, 'Bearer error="invalid_token", error_description="expired"');
    expect(failure).toMatchObject({
      kind: 'oauth_error',
      code: 'invalid_token',
      recovery: 'log_in_again',
      sessionSurvives: true,
      oauth: { error: 'invalid_token', error_description: 'expired' },
      http: { status: 401, challenge: 'Bearer', retryAfter: '5' },
    });
  });

  test('by 401 without a challenge, or without one that can be read, says the same', () => {
    expect(outcome('', 401, {})).toBe('invalid_token');
    expect(challenged(401, 'Unauthorized').code).toBe('invalid_token');
  });

  test('UI-06 UI-07 may want another login, and the failure says which', () => {
    expect(challenged(403, 'Bearer error="insufficient_scope", scope="email"')).toMatchObject({
      code: 'insufficient_scope',
      stepUp: { scope: ['email'] },
    });
    expect(challenged(401, 'Bearer error="insufficient_user_authentication", max_age=60')).toMatchObject({
      code: 'insufficient_user_authentication',
      stepUp: { maxAge: 60 },
    });
  });

  test('may be a proxy that wants no token', () => {
    expect(challenged(401, 'Basic realm="proxy"')).toMatchObject({ code: 'http_error', recovery: 'log_in_again' });
  });

  test.each([
    [403, 'log_in_again'],
    [404, 'fix_configuration'],
    [405, 'fix_configuration'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('by %i leaves the session alone and recommends %s', (status, recovery) => {
    const failure = failureIn(read(jsonResponse({ error: 'invalid_token' }, status)));
    expect(failure).toMatchObject({ code: 'http_error', recovery, sessionSurvives: true, http: { status } });
    expect(failure).not.toHaveProperty('oauth');
  });

  test('ui-015 may say when to ask again, and by which scheme', () => {
    const limited = failureIn(read(jsonResponse('', 429, { 'x-ratelimit-reset': `${NOW + 9}` })));
    expect(retryAtOf(limited, NOW)).toBe(NOW + 9);
    const asked = failureIn(read(jsonResponse('', 401, { 'www-authenticate': 'Bearer error="invalid_token"' })));
    expect(asked.http?.challenge).toBe('Bearer');
  });

  test.each([
    ['retry-after', TOKEN],
    ['x-ratelimit-reset', `soon, ${TOKEN}`],
    ['www-authenticate', TOKEN],
    ['www-authenticate', `Bearer${TOKEN}`],
    ['www-authenticate', `Bearer error="insufficient_scope", error_description="${TOKEN}", scope="a ${TOKEN}"`],
    ['retry-after', encodeURIComponent(`Bearer ${TOKEN}`)],
  ])('brings no token back, not even in %s: %s', (header, value) => {
    for (const [status, body] of [
      [401, `{"error":"${TOKEN}"}`],
      [403, `{"error":"${TOKEN}"}`],
      [429, TOKEN],
      [302, TOKEN],
      [200, TOKEN],
      [200, `{"sub":"${TOKEN}"}`],
    ] as const) {
      const failure = failureIn(
        read(jsonResponse(body, status, { 'content-type': 'application/json', [header]: value })),
      );
      expect(inspect(failure, { depth: 9, showHidden: true }) + JSON.stringify(failure)).not.toContain(TOKEN);
    }
  });

  test('negative control: without the token to strike out, the echo is there', () => {
    const failure = failureIn(readUserinfoResponse(jsonResponse('', 429, { 'retry-after': TOKEN }), SUB));
    expect(failure.http?.retryAfter).toBe(TOKEN);
  });
});
