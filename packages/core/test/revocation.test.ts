/** Token -> request to take it back; answer -> done, or why not. RFC 7009. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BODY_LIMIT,
  type HttpResponse,
  type Recovery,
  readRevocationResponse,
  retryAtOf,
  revocationRequest,
} from '../src/index.ts';
import { CLIENT_ID, ISSUER, jsonResponse, NOW, SERVER } from './support/login.ts';
import { failureIn, outcomeOf, valueIn } from './support/result.ts';

const TOKEN = '8xLOxBtZp8/+=&secret';
const revocationEndpoint = `${ISSUER}oauth/revoke?tenant=1`;
const read = (response: HttpResponse) => readRevocationResponse(response, [TOKEN]);
const answer = (status: number, body = '', headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  body,
});

describe('revocationRequest', () => {
  test.each(['refresh_token', 'access_token'] as const)('LO-05 sends a %s as a form, and never in the URL', (hint) => {
    const server = { ...SERVER, revocationEndpoint };
    const request = valueIn(revocationRequest(server, { clientId: CLIENT_ID }, TOKEN, hint));
    const { body, ...rest } = request;
    expect(rest).toEqual({
      method: 'POST',
      url: revocationEndpoint,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([...new URLSearchParams(body)]).toEqual([
      ['client_id', CLIENT_ID],
      ['token', TOKEN],
      ['token_type_hint', hint],
    ]);
  });

  test('LO-05 says when a server takes no tokens back', () => {
    expect(outcomeOf(revocationRequest(SERVER, { clientId: CLIENT_ID }, TOKEN, 'refresh_token'))).toBe(
      'endpoint_missing',
    );
  });
});

describe('an answer about a revocation', () => {
  test('LO-06 AT-32 that is nested deeply is a refusal, and throws nothing', () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    expect(outcomeOf(read(answer(400, `{"error":"invalid_request","x":${deep}}`)))).toBe('revocation_refused');
  });

  test.each([
    ['nothing', answer(200)],
    ['OK', answer(200, 'OK', { 'content-type': 'text/plain' })],
    ['a page', answer(200, '<html>', { 'content-type': 'text/html' })],
    ['an error', jsonResponse({ error: 'invalid_token' })],
    ['more than anybody reads', answer(200, 'x'.repeat(BODY_LIMIT + 1))],
    ['no content', answer(204)],
  ])('LO-06 lo-011 is done whatever the body holds: %s', (_what, response) => {
    expect(read(response)).toEqual({ ok: true, value: true });
  });

  test.each([301, 302, 307, 308])('that sends the token elsewhere is not followed: %i', (status) => {
    expect(outcomeOf(read(answer(status, '', { location: 'https://attacker.example/' })))).toBe('unexpected_redirect');
  });

  test.each<[status: number, body: unknown, recovery: Recovery]>([
    [503, '', 'retry'],
    [503, { error: 'server_error' }, 'retry'],
    [500, '<html>', 'retry'],
    [429, { error: 'slow_down' }, 'retry'],
    [400, { error: 'temporarily_unavailable' }, 'retry'],
    [400, { error: 'unsupported_token_type' }, 'fix_configuration'],
    [401, { error: 'invalid_client' }, 'fix_configuration'],
    [400, { error: 'invalid_request' }, 'fix_configuration'],
    [404, '', 'fix_configuration'],
    [401, '', 'none'],
    [400, { error: 'invalid_token' }, 'none'],
    [400, { error: 'invalid_grant' }, 'none'],
    [403, { error: 'access_denied' }, 'none'],
    [415, { message: 'Unsupported Media Type', code: 'x' }, 'none'],
  ])('LO-06 of %i %j is no revocation, and what to do is: %s', (status, body, recovery) => {
    const failure = failureIn(read(jsonResponse(body, status)));
    expect(failure).toMatchObject({
      kind: 'oauth_error',
      code: 'revocation_refused',
      recovery,
      sessionSurvives: true,
      http: { status },
    });
    expect(failure.oauth?.error).toBe((body as { error?: string }).error);
  });

  test('LO-06 lo-009 of 503 says when to ask again', () => {
    expect(retryAtOf(failureIn(read(answer(503, '', { 'retry-after': '7' }))), NOW)).toBe(NOW + 7);
  });

  test('that is too large to be read is a refusal without words', () => {
    const padded = JSON.stringify({ error: 'invalid_client', padding: 'x'.repeat(BODY_LIMIT) });
    expect(failureIn(read(answer(400, padded)))).not.toHaveProperty('oauth');
  });

  test('brings no token back', () => {
    const form = new URLSearchParams({ token: TOKEN }).toString().slice(6);
    for (const echo of [TOKEN, form, encodeURIComponent(TOKEN)]) {
      const said = { error: `no ${echo}`, error_description: echo, error_uri: `https://as/${echo}`, more: echo };
      const failure = failureIn(read(jsonResponse(said, 400, { 'retry-after': echo, 'www-authenticate': echo })));
      expect(failure.oauth?.error).toBe('no ***');
      const printed = inspect(failure, { depth: 9, showHidden: true }) + JSON.stringify(failure);
      expect(printed).not.toContain(echo);
      expect(printed).not.toContain(TOKEN);
    }
  });

  test('negative control: without the token to strike out, the echo is there', () => {
    const failure = failureIn(readRevocationResponse(jsonResponse({ error: 'x', error_description: TOKEN }, 400), []));
    expect(failure.oauth?.error_description).toBe(TOKEN);
  });

  test('throws nothing, whatever it is', () => {
    const status = fc.oneof(fc.integer({ min: 0, max: 700 }), fc.constantFrom(Number.NaN, -1, 200.5));
    const body = fc.oneof(fc.string(), fc.json(), fc.constant('['.repeat(100_000)));
    fc.assert(
      fc.property(
        status,
        body,
        fc.dictionary(fc.constantFrom('retry-after', 'x'), fc.string()),
        (code, text, headers) => {
          const { ok } = read({ status: code, headers, body: text });
          expect(ok).toBe(code >= 200 && code < 300);
        },
      ),
    );
  });
});
