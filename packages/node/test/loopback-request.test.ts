/** Requests at the loopback listener, on real sockets: only the one callback ends the wait. RFC 8252, section 8.3. */
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { CALLBACK, finish, refused, started, type Visit, visit } from './listener.ts';

describe('a request that is not the callback gets its error, and the wait goes on', () => {
  type Wrong = (redirectUri: string) => Visit;
  const port = (uri: string): string => new URL(uri).port;
  const WRONG: readonly (readonly [name: string, status: number, visit: Wrong])[] = [
    ['lb-002: favicon', 404, (uri) => ({ url: new URL('/favicon.ico', uri).href })],
    ['lb-003: wrong path', 404, (uri) => ({ url: new URL(`/other${CALLBACK}`, uri).href })],
    ['lb-003: longer path', 404, (uri) => ({ url: `${uri}/${CALLBACK}` })],
    ['lb-003: clean path too early', 404, (uri) => ({ url: new URL('/', uri).href })],
    ['lb-005: wrong state', 400, (uri) => ({ url: `${uri}?code=evil&state=wrong` })],
    ['lb-007: error with wrong state', 400, (uri) => ({ url: `${uri}?error=access_denied&state=wrong` })],
    ['no parameters', 400, (uri) => ({ url: uri })],
    [
      'lb-008: Host of another site',
      421,
      (uri) => ({ url: uri + CALLBACK, headers: { host: `evil.example:${port(uri)}` } }),
    ],
    ['lb-009: Host localhost', 421, (uri) => ({ url: uri + CALLBACK, headers: { host: `localhost:${port(uri)}` } })],
    ['lb-010: Host with another port', 421, (uri) => ({ url: uri + CALLBACK, headers: { host: '127.0.0.1:80' } })],
    ['lb-012: POST', 405, (uri) => ({ url: uri, method: 'POST', body: CALLBACK.slice(1) })],
    ['POST with the parameters in the URL', 405, (uri) => ({ url: uri + CALLBACK, method: 'POST' })],
    ['HEAD', 405, (uri) => ({ url: uri + CALLBACK, method: 'HEAD' })],
    [
      'OPTIONS of another origin',
      405,
      (uri) => ({ url: uri + CALLBACK, method: 'OPTIONS', headers: { origin: 'https://evil.example' } }),
    ],
    ['lb-015: prefetch', 503, (uri) => ({ url: uri + CALLBACK, headers: { 'sec-purpose': 'prefetch;prerender' } })],
    ['prefetch as it was once written', 503, (uri) => ({ url: uri + CALLBACK, headers: { purpose: 'prefetch' } })],
    [
      'lb-017: request line longer than 16 KiB',
      431,
      (uri) => ({ url: `${uri}?code=${'a'.repeat(20_000)}&state=ours` }),
    ],
  ];

  test.each(WRONG)('%s: %i', async (_name, status, wrong) => {
    const login = await started();
    const answer = await visit(wrong(login.redirectUri));
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(answer.body).not.toMatch(/evil|wrong|access_denied|c0de|ours/);
    expect((await finish(login)).returned).toMatchObject({ type: 'returned' });
  });

  /** Octets that no HTTP client would send. @returns what came back before the listener closed the connection */
  const raw = (redirectUri: string, text: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = '';
      const socket = connect(Number(port(redirectUri)), '127.0.0.1', () => socket.write(text));
      socket.on('data', (part) => {
        answer += part;
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(answer));
    });

  test.each([
    [
      'lb-004: path traversal',
      404,
      (host: string) => `GET /x/../callback${CALLBACK} HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    ],
    [
      'absolute form',
      404,
      (host: string) => `GET http://${host}/callback${CALLBACK} HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    ],
    ['lb-011: HTTP/1.0 without Host', 400, () => `GET /callback${CALLBACK} HTTP/1.0\r\n\r\n`],
    ['HTTP/1.1 without Host', 400, () => `GET /callback${CALLBACK} HTTP/1.1\r\n\r\n`],
    [
      'two Host headers',
      400,
      (host: string) => `GET /callback${CALLBACK} HTTP/1.1\r\nhost: ${host}\r\nhost: ${host}\r\n\r\n`,
    ],
    ['no HTTP at all', 400, () => 'hello\r\n\r\n'],
  ])('%s: %i', async (_name, status, text) => {
    const login = await started();
    expect(await raw(login.redirectUri, text(new URL(login.redirectUri).host))).toContain(`HTTP/1.1 ${status} `);
    expect((await finish(login)).returned).toMatchObject({ type: 'returned' });
  });

  test('a request line longer than Node reads is cut off: 431, or the connection is gone', async () => {
    const login = await started();
    const { host } = new URL(login.redirectUri);
    const answer = await raw(
      login.redirectUri,
      `GET /callback?code=${'a'.repeat(90_000)} HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
    );
    expect(answer).toMatch(/^(HTTP\/1\.1 431 |$)/);
    expect((await finish(login)).returned).toMatchObject({ type: 'returned' });
  });

  test('a request that never ends keeps neither the login nor the port', async () => {
    const login = await started();
    const slow = raw(login.redirectUri, `GET /callback${CALLBACK} HTTP/1.1\r\nhost: `);
    expect((await finish(login)).returned).toMatchObject({ type: 'returned' });
    expect(await slow).toBe('');
    await refused(login.redirectUri);
  });
});
