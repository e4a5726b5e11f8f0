/** What scripts of other origins may read. Fetch, CORS protocol. */
import { describe, expect, test } from 'vitest';
import { exchange, logIn, requestFor } from './support/script.ts';
import { TestServer } from './support/server.ts';

const origin = 'https://app.example.com';

describe('a preflight request', () => {
  const preflight = (path: string, asked: string): ReturnType<TestServer['send']> =>
    new TestServer().send('OPTIONS', path, {
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': asked },
    });

  test.each(['/oauth/token', '/userinfo', '/oauth/revoke', '/.well-known/jwks.json'])('to %s is answered', (path) => {
    expect(preflight(path, 'authorization,x-test')).toEqual({
      status: 204,
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization,x-test',
        'access-control-max-age': '600',
        vary: 'Origin',
      },
      body: '',
      jwts: [],
    });
  });

  test('is no step of a login: it is not in the log, and changes nothing', () => {
    const server = new TestServer();
    const before = server.state;
    server.send('OPTIONS', '/oauth/token', { headers: { origin } });
    expect(server.state).toBe(before);
  });
});

describe('an answer', () => {
  test('to a token request may be read, also when it is an error', () => {
    const server = new TestServer();
    const login = logIn(server);
    const headers = { origin, 'content-type': 'application/x-www-form-urlencoded' };
    for (const status of [200, 400]) {
      expect(exchange(server, login, {}, { headers })).toMatchObject({
        status,
        headers: { 'access-control-allow-origin': origin, vary: 'Origin' },
      });
    }
  });

  test('shows the challenge of userinfo, which says what was wrong', () => {
    const { headers } = new TestServer().send('GET', '/userinfo', { headers: { origin } });
    expect(headers['access-control-expose-headers']).toContain('www-authenticate');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test.each(['/authorize', '/oidc/logout'])('to a navigation may not be read: %s', (path) => {
    const { request } = requestFor();
    const { headers } = new TestServer().send('GET', path, { query: request, headers: { origin } });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('to somebody who names no origin says nothing about origins', () => {
    const server = new TestServer();
    expect(exchange(server, logIn(server)).headers).not.toHaveProperty('access-control-allow-origin');
  });
});
