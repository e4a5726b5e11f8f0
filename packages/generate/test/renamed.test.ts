/** Other paths, other fields, one more parameter: the command, the compiler and a real server see the new names. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, compilers, NODENEXT, openProject, type Project } from './consumer.ts';

const REALM = `        - name: realm
          in: query
          required: true
          description: Where the person has an account.
          schema: { type: string, minLength: 1 }
`;
/** In a copy of our description: a path, a field of a request, a member of a response, and a new parameter. */
const EDITS: readonly (readonly [from: string, to: string])[] = [
  ['/oauth/token:', '/connect/token:'],
  ['code_verifier', 'code_proof'],
  ['expires_in', 'valid_for'],
  ['      parameters:\n        - name: response_type\n', `      parameters:\n${REALM}        - name: response_type\n`],
];

const NEW = `import { buildAuthorize, createApi, type HttpRequest, operations, type TokenResponse } from './generated/index.js';

export const path: '/connect/token' = operations.requestTokens.path;
export const lifetime = (tokens: TokenResponse): number | string | undefined => tokens.valid_for;
export const start: HttpRequest = buildAuthorize('https://id.example/authorize', {
  realm: 'staff',
  response_type: 'code',
  client_id: 'c',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
});
export const api: ReturnType<typeof createApi> = createApi('https://id.example', () => Promise.reject(new Error()));
export const exchanged: unknown = api.codeExchange({
  grant_type: 'authorization_code',
  client_id: 'c',
  code: 'x',
  code_proof: 'v',
});
`;
const OLD = NEW.replace("'/connect/token'", "'/oauth/token'")
  .replace('tokens.valid_for', 'tokens.expires_in')
  .replace("  realm: 'staff',\n", '')
  .replace('code_proof', 'code_verifier');

describe('a copy of our description with other names', () => {
  let own: Project;
  const { 'TypeScript 5.9': compiler = '' } = compilers;

  beforeAll(() => {
    own = openProject(mkdtempSync(join(tmpdir(), 'proofkey-renamed-')));
    let text = own.read('openapi.yaml');
    for (const [from, to] of EDITS) {
      expect(text.includes(from), from).toBe(true);
      text = text.replaceAll(from, to);
    }
    own.write('openapi.yaml', text);
    own.write('new.ts', NEW);
    own.write('old.ts', OLD);
    expect(own.command('--spec', 'openapi.yaml', '--out', 'generated')).toMatchObject({ code: 0, stderr: '' });
    return () => rmSync(own.folder, { recursive: true, force: true });
  });

  test('compiles with a consumer that uses the new names, and becomes JavaScript', () => {
    expect(compile(own, compiler, { ...NODENEXT, outDir: 'dist' }, ['new.ts'])).toBe('');
  });

  test('refuses each of the old names, and nothing else, at the line where it stands', () => {
    const errors = compile(own, compiler, { ...NODENEXT, noEmit: true }, ['old.ts'])
      .split('\n')
      .filter(Boolean);
    const lines = errors.flatMap((error) => /^old\.ts\((\d+),/.exec(error)?.[1] ?? []);
    const lineOf = (text: string): string => `${OLD.slice(0, OLD.indexOf(text)).split('\n').length}`;
    const wrong = ["'/oauth/token'", 'tokens.expires_in', "buildAuthorize('", 'code_verifier'];
    expect([...new Set(lines)]).toEqual(wrong.map(lineOf));
    for (const word of ['/oauth/token', 'expires_in', 'realm', 'code_verifier'])
      expect(errors.join('\n')).toContain(word);
  });

  test('sends the new fields to the new path of a real server, and reads the new member of its answer', async () => {
    const seen: { method: string | undefined; url: string | undefined; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      request.on('end', () => {
        seen.push({ method: request.method, url: request.url, body });
        const isRight = request.url === '/connect/token' && /(^|&)code_proof=/.test(body);
        response.writeHead(isRight ? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ access_token: 'a', token_type: 'Bearer', valid_for: 60 }));
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const { port } = server.address() as AddressInfo;
      const generated = await import(pathToFileURL(own.path('dist/generated/index.js')).href);
      const api = generated.createApi(`http://127.0.0.1:${port}`, async ({ url, ...request }: { url: string }) => {
        const response = await fetch(url, request);
        return { status: response.status, headers: {}, body: await response.text() };
      });
      const code_proof = 'p'.repeat(43);
      const exchange = { grant_type: 'authorization_code', client_id: 'c', code: 'x', code_proof };
      expect(await api.codeExchange(exchange)).toMatchObject({ ok: true, status: 200, value: { valid_for: 60 } });
      const body = `grant_type=authorization_code&client_id=c&code=x&code_proof=${code_proof}`;
      expect(seen).toEqual([{ method: 'POST', url: '/connect/token', body }]);
      // The readers know the new names too: a lifetime that is no number is noticed under its new name.
      const wrong = { access_token: 'a', token_type: 'Bearer', valid_for: true };
      expect(generated.readTokenResponse(wrong)).toEqual({ ok: false, at: 'valid_for' });
      expect(generated.operations.requestTokens).toMatchObject({ method: 'POST', path: '/connect/token' });
    } finally {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  });
});
