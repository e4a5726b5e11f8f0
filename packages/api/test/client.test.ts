/** A server and a transport -> typed methods; here the transport is a script. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  createApi,
  type ErrorResponse,
  type HttpRequest,
  type HttpResponse,
  type TokenResponse,
} from '../src/index.ts';

const exchange = {
  grant_type: 'authorization_code',
  client_id: 'c',
  code: 'x',
  code_verifier: 'v'.repeat(43),
} as const;

/** A transport that gives one answer and keeps what was sent. */
const scripted = (status: number, body: string) => {
  const sent: HttpRequest[] = [];
  const transport = (request: HttpRequest): Promise<HttpResponse> => {
    sent.push(request);
    return Promise.resolve({ status, headers: {}, body });
  };
  return { sent, transport };
};

describe('a method', () => {
  test('sends the built request to the path under the base URL', async () => {
    const { sent, transport } = scripted(200, '{"access_token":"a","token_type":"Bearer"}');
    const result = await createApi('https://id.example/', transport).codeExchange(exchange, { dpop: 'proof' });
    expect(sent).toMatchObject([{ method: 'POST', url: 'https://id.example/oauth/token', headers: { dpop: 'proof' } }]);
    expect(result).toMatchObject({ ok: true, status: 200, value: { access_token: 'a', token_type: 'Bearer' } });
  });

  test('uses the URL that was given for its operation', async () => {
    const { sent, transport } = scripted(404, '');
    const api = createApi({ base: 'https://id.example', urls: { getKeySet: 'https://keys.example/all' } }, transport);
    await api.getKeySet();
    await api.getOpenIdConfiguration();
    expect(sent.map((one) => one.url)).toEqual([
      'https://keys.example/all',
      'https://id.example/.well-known/openid-configuration',
    ]);
  });

  test('gives a documented error with its members', async () => {
    const { transport } = scripted(403, '{"error":"invalid_grant","error_description":7}');
    const result = await createApi('https://id.example', transport).codeExchange(exchange);
    expect(result).toMatchObject({ ok: false, status: 403, error: { error: 'invalid_grant' } });
    expect(result).not.toHaveProperty('error.error_description');
  });

  test.each([
    ['not JSON', 200, '<html>', ''],
    ['empty', 400, '', ''],
    ['a list', 200, '[]', ''],
    ['without a token type', 200, '{"access_token":"a"}', 'token_type'],
    ['an error without a code', 400, '{"message":"no"}', 'error'],
  ])('gives a failure, and throws nothing, if the body is %s', async (_, status, body, at) => {
    const { transport } = scripted(status, body);
    const result = await createApi('https://id.example', transport).codeExchange(exchange);
    expect(result).toEqual({ ok: false, status, at, response: { status, headers: {}, body } });
  });

  test('gives a failure for a status that is not documented', async () => {
    const { transport } = scripted(500, '{"error":"server_error"}');
    const result = await createApi('https://id.example', transport).codeExchange(exchange);
    expect(result).toEqual({
      ok: false,
      status: 500,
      response: { status: 500, headers: {}, body: '{"error":"server_error"}' },
    });
  });

  test('accepts a body that means nothing, whatever it is', async () => {
    const { transport } = scripted(200, 'OK');
    const result = await createApi('https://id.example', transport).revoke({ client_id: 'c', token: 't' });
    expect(result).toMatchObject({ ok: true, status: 200, value: undefined });
  });

  test('gives a page as text', async () => {
    const { transport } = scripted(400, '<h1>Unknown client</h1>');
    const result = await createApi('https://id.example', transport).logout();
    expect(result).toMatchObject({ ok: false, status: 400, error: '<h1>Unknown client</h1>' });
  });

  test('rejects only if the transport does', async () => {
    const api = createApi('https://id.example', () => Promise.reject(new Error('offline')));
    await expect(api.getKeySet()).rejects.toThrow('offline');
  });

  test('is typed by status', async () => {
    const { transport } = scripted(200, '{"access_token":"a","token_type":"Bearer"}');
    const result = await createApi('https://id.example', transport).codeExchange(exchange);
    if (result.ok) {
      expectTypeOf(result.status).toEqualTypeOf<200>();
      expectTypeOf(result.value).toEqualTypeOf<TokenResponse>();
    } else expectTypeOf(result.error).toEqualTypeOf<ErrorResponse | undefined>();
    expect(result.ok).toBe(true);
  });
});
