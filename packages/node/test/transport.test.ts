/** The transport against a real HTTP server on loopback: no cookies, no redirects, bounded body and time. RFC 9110. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { BODY_LIMIT, type HttpRequest } from '@proofkey/core';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { fetchTransport } from '../src/transport.ts';

const open: { close(): void; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(answer);
  open.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (url: string): HttpRequest => ({ method: 'GET', url, headers: { accept: 'application/json' } });

describe('a request', () => {
  test('arrives as it was written, and its answer as plain data with names in lower case', async () => {
    let seen: unknown;
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        seen = [request.method, request.url, request.headers['content-type'], body];
        response.writeHead(400, { 'Content-Type': 'application/json', 'X-Odd': 'Yes' }).end('{"error":"ü"}');
      });
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const answer = await fetchTransport().send({
      method: 'POST',
      url: `${url}/oauth/token?a=b`,
      headers,
      body: 'c=d+e',
    });
    expect(seen).toEqual(['POST', '/oauth/token?a=b', 'application/x-www-form-urlencoded', 'c=d+e']);
    expect(answer).toMatchObject({ status: 400, body: '{"error":"ü"}' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-odd': 'Yes' });
  });

  test('TR-05: keeps no cookie and shows none', async () => {
    const cookies: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      cookies.push(request.headers.cookie);
      response.writeHead(200, { 'set-cookie': 'a=b; Path=/' }).end('{}');
    });
    const transport = fetchTransport();
    expect((await transport.send(get(url))).headers).not.toHaveProperty('set-cookie');
    await transport.send(get(url));
    expect(cookies).toEqual([undefined, undefined]);
  });

  test.each([301, 302, 303, 307, 308])(
    'TR-04 AT-29: a redirect with %i is not followed: it arrives as its status',
    async (status) => {
      let requests = 0;
      const url = await serve((_request, response) => {
        requests += 1;
        response.writeHead(status, { location: '/elsewhere' }).end();
      });
      expect((await fetchTransport().send(get(url))).status).toBe(status);
      expect(requests).toBe(1);
    },
  );
});

test('AT-32: a byte order mark arrives, so that the core can refuse what follows it', async () => {
  const url = await serve((_request, response) => void response.end('\u{feff}{}'));
  expect((await fetchTransport().send(get(url))).body).toBe('\u{feff}{}');
});

describe('a request with a body', () => {
  type Arrived = Pick<IncomingMessage, 'headers'> & { readonly body: string };

  /** A server that answers everything with this status, and keeps every request that arrives. */
  async function keeper(status: number): Promise<{ readonly url: string; readonly arrived: readonly Arrived[] }> {
    const arrived: Arrived[] = [];
    const invitation = { location: '/elsewhere', 'retry-after': '0', 'www-authenticate': 'Basic' };
    const url = await serve((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        arrived.push({ headers: request.headers, body: `${Buffer.concat(parts)}` });
        response.writeHead(status, invitation).end('{}');
      });
    });
    return { url, arrived };
  }

  const post = (url: string, body: string): HttpRequest => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });

  // Of 421 fetch itself makes two requests, where it still has the body. Fetch, section 4.5.
  test.each([200, 307, 401, 408, 421, 425, 429, 503])(
    'is sent once, and an answer with %i arrives as such',
    async (status) => {
      const { url, arrived } = await keeper(status);
      expect(await fetchTransport().send(post(url, 'code=c0de'))).toMatchObject({ status, body: '{}' });
      expect(arrived.map(({ body }) => body)).toEqual(['code=c0de']);
    },
  );

  test.each([
    ['plain', 'code=c0de', '9'],
    ['with characters of one to four octets', 'a=a&ü=Ω&日=😀', '18'],
    ['empty', '', '0'],
    ['longer than one part of a stream', 'ü'.repeat(100_000), '200000'],
  ])('that is %s says how long it is, and arrives exactly', async (_what, body, length) => {
    const { url, arrived } = await keeper(200);
    await fetchTransport().send(post(url, body));
    expect(arrived).toEqual([{ body, headers: expect.objectContaining({ 'content-length': length }) }]);
    // Not every server takes a body in chunks.
    expect(arrived[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  test('is one with a body only when it has one', async () => {
    const { url, arrived } = await keeper(200);
    await fetchTransport().send(get(url));
    expect(arrived[0]?.body).toBe('');
    expect(arrived[0]?.headers).not.toHaveProperty('content-length');
  });
});

describe('a body', () => {
  test('of exactly the limit arrives whole', async () => {
    const url = await serve((_request, response) => void response.end('a'.repeat(BODY_LIMIT)));
    expect((await fetchTransport().send(get(url))).body).toHaveLength(BODY_LIMIT);
  });

  test('AT-34: that never ends is cut off after the limit, and its connection is dropped', async () => {
    let dropped: () => void = () => {};
    const end = new Promise<void>((resolve) => {
      dropped = resolve;
    });
    const url = await serve((_request, response) => {
      response.on('close', dropped);
      const more = (): void => {
        while (response.write('ü'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    const { body } = await fetchTransport().send(get(url));
    expect(body).toHaveLength(BODY_LIMIT + 1);
    await end;
  });

  test('RS-01: that ends within a character does not look whole', async () => {
    const url = await serve((_request, response) => {
      response.end(Buffer.from([...Buffer.from('{}'), 0xe2, 0x82]));
    });
    expect((await fetchTransport().send(get(url))).body).toBe('{}\uFFFD');
  });

  test('that was cut off by the server is an error, not a shorter body', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"access_token":"at"');
      setImmediate(() => response.destroy());
    });
    await expect(fetchTransport().send(get(url))).rejects.toMatchObject({ code: 'network_error', sent: 'maybe' });
  });
});

describe('what may have been sent', () => {
  const failure = (url: string, transport = fetchTransport()) => expect(transport.send(get(url))).rejects;

  test('a refused connection: nothing', async () => {
    const url = await serve(() => {});
    const closed = open.pop();
    await new Promise<void>((done) => (closed as Server).close(() => done()));
    await failure(url).toMatchObject({ code: 'network_error', sent: 'no', system: 'ECONNREFUSED' });
  });

  test('a name that does not exist: nothing', async () => {
    const system = expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/);
    await failure('https://does-not-exist.invalid/').toMatchObject({ sent: 'no', system });
  });

  test('a connection that is dropped without an answer: maybe', async () => {
    const server = createSocketServer((socket) => socket.on('data', () => socket.destroy()));
    open.push(server);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    await failure(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).toMatchObject({ sent: 'maybe' });
  });

  test('TR-07: a server that never answers: maybe, when the time is over', async () => {
    const url = await serve(() => {});
    await failure(url, fetchTransport({ timeLimit: 0.05 })).toMatchObject({ code: 'network_error', sent: 'maybe' });
  });

  test('TR-07: a body that never ends but stays small: maybe, when the time is over', async () => {
    const url = await serve((_request, response) => void response.write('{'));
    await failure(url, fetchTransport({ timeLimit: 0.05 })).toMatchObject({ sent: 'maybe' });
  });

  test('a request that was cancelled before it left: nothing', async () => {
    const url = await serve(() => {});
    const sent = fetchTransport().send(get(url), AbortSignal.abort());
    await expect(sent).rejects.toMatchObject({ code: 'network_error', sent: 'no' });
  });

  test("a request that was cancelled under way, by a signal that is not the platform's own: maybe", async () => {
    const listeners: (() => void)[] = [];
    const cancel = {
      aborted: false,
      addEventListener: (_type: 'abort', listener: () => void) => void listeners.push(listener),
      removeEventListener: () => {},
    };
    const url = await serve(() => {
      for (const listener of listeners) listener();
    });
    await expect(fetchTransport().send(get(url), cancel)).rejects.toMatchObject({ sent: 'maybe' });
  });
});

test('leaves no timer behind, which would keep a program alive that has nothing left to do', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/gone') response.destroy();
    else response.end('{}');
  });
  const set = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  onTestFinished(() => void vi.restoreAllMocks());
  const transport = fetchTransport({ timeLimit: 77 });
  await transport.send(get(url));
  await expect(transport.send(get(`${url}/gone`))).rejects.toMatchObject({ code: 'network_error' });
  const limits = set.mock.results.filter((_, at) => set.mock.calls[at]?.[1] === 77_000).map(({ value }) => value);
  expect(limits).toHaveLength(2);
  expect(cleared.mock.calls.flat()).toEqual(expect.arrayContaining(limits));
});

test('an error never quotes the request', async () => {
  const url = await serve((_request, response) => void response.destroy());
  const request = { ...get(`${url}/?code=sentinel`), method: 'POST', body: 'code_verifier=sentinel' } as const;
  const error = await fetchTransport()
    .send(request)
    .catch((thrown: Error) => thrown);
  expect(`${(error as Error).stack}${JSON.stringify(error)}`).not.toContain('sentinel');
});
