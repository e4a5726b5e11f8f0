/** The rows of the vector file about the listener: each request is sent to the real one, over a real socket. RFC 8252. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refused, visit } from './listener.ts';
import {
  CODE,
  complete,
  sendRaw,
  settingsFor,
  startTokenEndpoint,
  visibleStore,
  type WaitingLogin,
  waitingLogin,
} from './waiting-login.ts';

type Request = {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};
type Row = {
  readonly id: string;
  readonly title: string;
  readonly listener: { readonly host: string; readonly port: number; readonly path: string; readonly state: string };
  readonly request: Request | { readonly none: true } | { readonly listen_error: string };
  readonly expect: 'accept' | 'ignore' | 'reject';
  readonly response: { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
};
type Sent = Row & { readonly request: Request };

const ROOT = join(import.meta.dirname, '../../..');
const VECTORS = join(ROOT, 'packages/core/test/vectors/vectors.json');
const rows: readonly Row[] = JSON.parse(readFileSync(VECTORS, 'utf8')).groups.loopback_request;
const sent = rows.filter((row): row is Sent => 'method' in row.request);

const vectors = (file: string) => {
  const output = execFileSync(process.execPath, [join(ROOT, 'scripts/vectors.ts'), file], { encoding: 'utf8' });
  return JSON.parse(output).groups;
};

let tokens: Awaited<ReturnType<typeof startTokenEndpoint>>;
beforeEach(async () => {
  tokens = await startTokenEndpoint();
});
afterEach(() => tokens.close());

/** The row's request as octets, with this listener's port and this login's state in the place of the row's. */
function octetsOf({ listener, request }: Sent, { port, state }: WaitingLogin): string {
  const { method, target, headers, body = '' } = request;
  const length: Record<string, string> = body === '' ? {} : { 'content-length': `${body.length}` };
  const lines = Object.entries({ ...headers, ...length, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  // Without Host it is a request of the time before that header. RFC 9112, section 3.2.
  const version = headers['host'] === undefined ? 'HTTP/1.0' : 'HTTP/1.1';
  return [`${method} ${target} ${version}`, ...lines, '', body]
    .join('\r\n')
    .replace(/<<repeat:(.):(\d+)>>/, (_, text: string, times: string) => text.repeat(Number(times)))
    .replaceAll(listener.state, state)
    .replaceAll(`:${listener.port}`, `:${port}`);
}

/** An answer of HTTP/1.1 -> its parts. */
function answerOf(text: string): { status: number; headers: Record<string, string>; body: string } {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [line = '', ...headers] = head.split('\r\n');
  const pairs = headers.map((header) => /^([^:]+): ?(.*)$/.exec(header) ?? []);
  const named = pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value] as const);
  return { status: Number(line.split(' ')[1]), headers: Object.fromEntries(named), body };
}

const login = ({ listener }: Row): Promise<WaitingLogin> =>
  waitingLogin(settingsFor(tokens, { redirectUri: `http://${listener.host}${listener.path}` }));

describe('a row sent to the real listener', () => {
  test.each(sent.filter((row) => row.expect === 'ignore'))('$id: $title', async (row) => {
    const waiting = await login(row);
    const { status, headers } = answerOf(await sendRaw(waiting, octetsOf(row, waiting)).answer);
    expect(status).toBe(row.response.status);
    expect(headers).toMatchObject(row.response.headers ?? {});
    expect(tokens.codes).toEqual([]);
    expect(await complete(waiting)).toMatchObject({ status: 'logged_in' });
    await refused(waiting.redirectUri);
  });

  test.each(sent.filter((row) => row.expect === 'accept'))('$id: $title', async (row) => {
    const waiting = await login(row);
    const { status, headers } = answerOf(await sendRaw(waiting, octetsOf(row, waiting)).answer);
    expect(status).toBe(row.response.status);
    expect(headers).toMatchObject(row.response.headers ?? {});
    const page = visit({ url: new URL(headers['location'] ?? '', waiting.redirectUri).href });
    // The code is the row's: our server does not know it, and the page says how the login ended.
    await expect(waiting.outcome).rejects.toMatchObject({ failure: { code: 'token_request_refused' } });
    const code = new URLSearchParams(row.request.target.split('?')[1]).get('code');
    expect(tokens.codes).toEqual([code]);
    expect(code).not.toBe(CODE);
    const shown = await page;
    expect(shown).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    });
    expect(shown.headers['content-type']).toMatch(/^text\/html\b/);
    expect(shown.headers['content-security-policy']).toMatch(/^default-src 'none';/);
    expect(shown.body).toContain('You are not logged in');
    await refused(waiting.redirectUri);
  });

  test('lb-019: no request at all within the time limit: the port is closed, and the transaction is gone', async () => {
    const transactionStore = visibleStore();
    const waiting = await waitingLogin(settingsFor(tokens, { timeLimit: 0.2, transactionStore }));
    expect([...transactionStore.entries.values()].join()).toContain('codeVerifier');
    await expect(waiting.outcome).rejects.toMatchObject({ failure: { code: 'redirect_timeout' } });
    await refused(waiting.redirectUri);
    expect([...transactionStore.entries.values()].join()).not.toContain('codeVerifier');
  });
});

describe('scripts/vectors.ts', () => {
  const { loopback_request } = vectors(VECTORS);

  test('runs every row about the listener, and finds it as it says', () => {
    expect(rows.length).toBeGreaterThan(10);
    expect(loopback_request).toEqual({
      run: rows.length,
      as_expected: rows.length,
      wrongly_accepted: [],
      wrongly_refused: [],
      different_result: [],
      not_supported: [],
    });
  });

  test('reports every row that says something false', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
    try {
      const file = join(folder, 'vectors.json');
      const reportOf = (changed: readonly object[]) => {
        writeFileSync(file, JSON.stringify({ groups: { loopback_request: changed } }));
        return vectors(file).loopback_request;
      };
      const ids = (kind: Row['expect']): string[] => rows.filter((row) => row.expect === kind).map(({ id }) => id);
      const turned = rows.map((row) => ({ ...row, expect: row.expect === 'accept' ? 'ignore' : 'accept' }));
      expect(reportOf(turned)).toMatchObject({
        as_expected: 0,
        wrongly_accepted: ids('accept'),
        wrongly_refused: rows.filter((row) => row.expect !== 'accept').map(({ id }) => id),
      });
      const otherStatus = sent.map((row) => ({
        ...row,
        response: { ...row.response, status: row.response.status + 1 },
      }));
      expect(reportOf(otherStatus).different_result).toEqual(sent.map(({ id }) => id));
      const otherHeader = sent.map((row) => ({ ...row, response: { ...row.response, headers: { location: '/x' } } }));
      expect(reportOf(otherHeader).different_result).toEqual(sent.map(({ id }) => id));
      const otherError = rows
        .filter((row) => row.expect === 'reject')
        .map((row) => ({ ...row, error: 'network_error' }));
      expect(reportOf(otherError).different_result).toEqual(ids('reject'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
