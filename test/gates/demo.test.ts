/** `npm run demo` as a person sees it, in a terminal: its lines, its end, and no secret in it. */
import { describe, expect, test } from 'vitest';
import { startAuthorizationServer } from '../../scripts/demo/authorization-server.ts';
import { actAsPerson } from '../../scripts/demo/person.ts';
import { ADDRESS, ELEVEN, expectNoSecret, inTerminal, linesOf, stepsIn } from './support/demo.ts';
import { recordSecrets, type Secret } from './support/secrets.ts';

/** What every finished login at the server of the demo has. */
const KINDS = ['code', 'state', 'nonce', 'code_verifier', 'access_token', 'refresh_token', 'id_token', 'password'];

const ADA = [
  'Logged in as Ada Lovelace (ada@example.com), sub ada.',
  '/userinfo says: sub ada, name Ada Lovelace, email ada@example.com.',
];

/** Nothing answers any more where the demo had listened. */
async function expectGone(shown: string): Promise<void> {
  const hosts = [...new Set(shown.replaceAll('%3A', ':').match(/127\.0\.0\.1:\d+/g) ?? [])];
  // The server, the API and, where it was shown, the listener of the client.
  expect(hosts).toHaveLength(shown.includes('Waiting on ') ? 3 : 2);
  for (const host of hosts) {
    await expect(fetch(`http://${host}`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  }
}

/** Without the one address that holds a state and a nonce, because the person has to open it. */
function withoutAddress(shown: string): string {
  expect(shown.match(new RegExp(ADDRESS, 'g'))).toHaveLength(1);
  return shown.replace(ADDRESS, '');
}

/** The person's browser on another machine: it ends on an address that nobody answers there. */
async function addressBarAfter(url: string): Promise<string> {
  const { url: last } = await actAsPerson(url, {}, { stopAt: ({ pathname }) => pathname === '/callback' });
  return last.href;
}

describe('the demo in a terminal', () => {
  test('prints eleven steps as they happen, then who is logged in and what was answered, and no secret', async () => {
    const { code, shown, secrets } = await inTerminal([]);
    const lines = linesOf(shown);
    expect(stepsIn(lines)).toEqual(ELEVEN);
    // How the ID Token is checked stands between its arrival and its use.
    const ninth = lines.findIndex((line) => line.startsWith('9 '));
    expect(lines.slice(ninth + 1, ninth + 4)).toEqual([
      '    App → Login server    asks for the key set: GET /.well-known/jwks.json',
      '    App                   checks the signature of the ID Token: RS256, a key of that set, valid',
      expect.stringMatching(/^10 /),
    ]);
    for (const line of [...ADA, 'The API says: contacts Charles Babbage, Mary Somerville.']) {
      expect(lines).toContain(line);
    }
    expect(lines.filter(Boolean).at(-1)).toMatch(
      /^Logged out\. The login server took the refresh token back; .+ now answers 401\.$/,
    );
    expect(code).toBe(0);
    expectNoSecret(shown, secrets, [...KINDS, 'authorization', 'token', 'cookie']);
    await expectGone(shown);
  });

  test.each([
    ['verifier', 7, /^Refused by the login server \(step 8\): invalid_grant\.$/],
    ['state', 11, /^ {4}Refused by the app: its listener answered 400, /],
    ['issuer', 6, /^Refused by the app: issuer_mismatch\.$/],
    ['signature', 9, /^Refused by the app: id_token_signature_invalid\.$/],
    ['replay', 11, /^Token request again\. Refused by the login server: 400 invalid_grant, /],
  ])('--break %s shows who refused it, and why, and no secret', async (attack, last, refusal) => {
    const { code, shown, secrets } = await inTerminal(['--break', attack]);
    const lines = linesOf(shown);
    expect(stepsIn(lines)).toEqual(ELEVEN.slice(0, last));
    expect(lines.filter((line) => refusal.test(line))).toHaveLength(1);
    expect(lines.some((line) => line.startsWith('Logged in as'))).toBe(attack === 'state');
    expect(code).toBe(0);
    expectNoSecret(shown, secrets, ['code', 'state', 'nonce', 'password', 'cookie']);
    await expectGone(shown);
  });

  test('--interactive opens the browser that BROWSER names, and lets a person log in there', async () => {
    const { code, shown, secrets } = await inTerminal(['--interactive'], undefined, { browser: [] });
    const lines = linesOf(shown);
    expect(stepsIn(lines)).toEqual(ELEVEN);
    expect(lines).toEqual(expect.arrayContaining(ADA));
    expect(code).toBe(0);
    expectNoSecret(withoutAddress(shown), secrets, KINDS);
    await expectGone(shown);
  });

  test('--interactive --no-browser takes a pasted callback, which is not echoed', async () => {
    const { code, shown, secrets } = await inTerminal(['--interactive', '--no-browser'], async (terminal) => {
      await terminal.until(/Waiting on /);
      const [url] = await terminal.until(ADDRESS);
      terminal.type(`${await addressBarAfter(url)}\r`);
    });
    const lines = linesOf(shown);
    expect(shown).toContain('No browser is opened');
    expect(stepsIn(lines)).toEqual(ELEVEN);
    expect(lines).toEqual(expect.arrayContaining(ADA));
    expect(code).toBe(0);
    expectNoSecret(withoutAddress(shown), secrets, KINDS);
    await expectGone(shown);
  });

  test('Ctrl+C while the person is away ends with 130, and nothing listens any more', async () => {
    const { code, shown, secrets } = await inTerminal(['--no-browser'], async (terminal) => {
      await terminal.until(/Waiting on /);
      await terminal.until(ADDRESS);
      terminal.type('\u0003');
    });
    expect(code).toBe(130);
    expect(stepsIn(linesOf(shown))).toEqual([1, 2, 3]);
    expectNoSecret(withoutAddress(shown), secrets, []);
    await expectGone(shown);
  });

  test('a person who does not come back in time is said to be late, and the end is not 0', async () => {
    const { code, shown } = await inTerminal(['--no-browser', '--time-limit', '1']);
    expect(code).toBe(1);
    const lines = linesOf(shown);
    const said = lines.indexOf('What: The person did not come back in time. (redirect_timeout)');
    expect(lines.slice(said, said + 3)).toEqual([
      lines[said],
      expect.stringMatching(/^Why: /),
      expect.stringMatching(/^Fix: /),
    ]);
    expect(stepsIn(lines)).toEqual([1, 2, 3]);
    await expectGone(shown);
  });
});

describe('the demo at your own server', () => {
  test('tells what it sees, and says what it only knows by its result', async () => {
    const secrets: Secret[] = [];
    const stop = recordSecrets((secret) => secrets.push(secret));
    const server = await startAuthorizationServer();
    try {
      const { accountId, password } = server.account;
      const args = ['--issuer', server.issuer, '--client-id', server.clientId, '--audience', 'contacts'];
      const run = await inTerminal(args, undefined, { browser: [accountId, password] });
      const lines = linesOf(run.shown);
      expect(stepsIn(lines)).toEqual(ELEVEN);
      const unseen = lines.filter((line) => line.includes('(known by its result)'));
      expect(stepsIn(unseen)).toEqual([4, 5, 8]);
      expect(lines).toEqual(expect.arrayContaining(ADA));
      expect(run.code).toBe(0);
      expect(server.requests).toContain('GET /userinfo');
      expect(lines).toContain('Logged out. Your server took the refresh token back.');
      expectNoSecret(withoutAddress(run.shown), [...secrets, ...run.secrets], KINDS);
    } finally {
      stop();
      await server.close();
    }
  });

  test('uses the port that it is given for the redirect URI', async () => {
    const server = await startAuthorizationServer();
    // A port that was free a moment ago: nobody can promise more.
    const other = await startAuthorizationServer();
    const { port } = new URL(other.issuer);
    await other.close();
    try {
      const args = ['--issuer', server.issuer, '--client-id', server.clientId, '--port', port, '--no-browser'];
      await inTerminal(args, async (terminal) => {
        const [url] = await terminal.until(ADDRESS);
        expect(new URL(url).searchParams.get('redirect_uri')).toBe(`http://127.0.0.1:${port}/callback`);
        await terminal.until(/Waiting on /);
        terminal.type('\u0003');
      });
    } finally {
      await server.close();
    }
  });

  test('that is not there says what, where, why and what to do', async () => {
    const gone = await startAuthorizationServer();
    await gone.close();
    const { code, shown } = await inTerminal(['--issuer', gone.issuer, '--client-id', 'any']);
    expect(code).toBe(1);
    const where = `${gone.issuer}/.well-known/openid-configuration`;
    expect(shown).toContain(` (network_error, ${where}, ECONNREFUSED)\r\nWhy:  `);
    expect(shown).toMatch(/^What: .+\r?\nWhy: {2}.+\r?\nFix: {2}/m);
  });
});
