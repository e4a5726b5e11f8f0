/** The vector file, run by `scripts/vectors.ts`, and the rows whose statement needs a state that no single row holds. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  isOurCallback,
  type LoginState,
  readAuthorizationResponse,
  readTokenResponse,
  receiptOf,
  refusalOf,
  resumeLogin,
  retryAtOf,
  stepLogin,
} from '../src/index.ts';
import { endOf, logIn } from './support/authorization-server.ts';
import { CODE, jsonResponse, later, NOW, REDIRECT_URI, settingsOf, transactionOf } from './support/login.ts';
import { failureIn, outcomeOf } from './support/result.ts';
import { signingKey } from './support/signing.ts';

const ROOT = join(import.meta.dirname, '../../..');
const VECTORS = join(import.meta.dirname, 'vectors/vectors.json');
const run = (...files: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts/vectors.ts'), ...files], { encoding: 'utf8' });

type Level = 'MUST' | 'SHOULD' | 'POLICY';
type Row = { readonly id: string; readonly level: Level };
type Tally = {
  readonly run: number;
  readonly as_expected: number;
  readonly wrongly_accepted: readonly string[];
  readonly wrongly_refused: readonly string[];
  readonly different_result: readonly string[];
  readonly not_supported: readonly string[];
};

const rows: Readonly<Record<string, readonly Row[]>> = JSON.parse(readFileSync(VECTORS, 'utf8')).groups;
const output = execFileSync(process.execPath, [join(ROOT, 'scripts/vectors.ts'), VECTORS], { encoding: 'utf8' });
const groups: Readonly<Record<string, Tally>> = JSON.parse(output).groups;

const GROUPS = [
  'pkce',
  'pkce_metadata',
  'callback',
  'authorization_request',
  'token_request',
  'token_response',
  'redirect_uri',
  'discovery',
  'well_known_url',
  'log_redaction',
  'id_token',
  'userinfo',
  'loopback_request',
  'www_authenticate',
  'logout',
];

/** Where we knowingly do otherwise than a SHOULD or POLICY row says, and why. */
const ACCEPTED: Readonly<Record<string, string>> = {
  'idt-125':
    'A repeated member name in an ID Token is read as JSON.parse reads it: nothing else parses the token, and the ' +
    'signature covers the text.',
};

/** Rows of these groups that say something about a part that is still to come. */
const COMING = {
  token_response: [
    ['tok-017', 'tok-043', 'tok-097', 'tok-098', 'tok-099'], // DPoP
    ['tok-118', 'tok-119', 'tok-120', 'tok-121'], // The answer never came: a matter of the session machine.
  ].flat(),
};

describe('scripts/vectors.ts', () => {
  test.each(GROUPS)('no MUST row of %s comes out otherwise', (group) => {
    const { wrongly_accepted, wrongly_refused, different_result } = groups[group] as Tally;
    const musts = (rows[group] ?? []).filter(({ level }) => level === 'MUST').map(({ id }) => id);
    expect(musts.filter((id) => wrongly_accepted.includes(id))).toEqual([]);
    expect(musts.filter((id) => wrongly_refused.includes(id))).toEqual([]);
    expect(musts.filter((id) => different_result.includes(id))).toEqual([]);
  });

  test('no other row comes out otherwise than written down here', () => {
    const differences = GROUPS.flatMap((group) => {
      const { wrongly_accepted, wrongly_refused, different_result } = groups[group] as Tally;
      return [...wrongly_accepted, ...wrongly_refused, ...different_result];
    });
    expect(differences.sort()).toEqual(Object.keys(ACCEPTED).sort());
    for (const reason of Object.values(ACCEPTED)) expect(reason.length).toBeGreaterThan(60);
  });

  test('every group is there, and every row is counted once', () => {
    expect(Object.keys(groups)).toEqual(Object.keys(rows));
    for (const [group, tally] of Object.entries(groups)) {
      const wrong = [...tally.wrongly_accepted, ...tally.wrongly_refused, ...tally.different_result];
      expect([group, tally.run + tally.not_supported.length]).toEqual([group, rows[group]?.length]);
      expect([group, tally.as_expected + wrong.length]).toEqual([group, tally.run]);
    }
  });

  test('leaves out no row of the groups that the core answers for, but those of parts to come', () => {
    const left = Object.fromEntries(GROUPS.map((group) => [group, (groups[group] as Tally).not_supported]));
    const none = Object.fromEntries(GROUPS.map((group) => [group, []]));
    expect(left).toEqual({ ...none, ...COMING });
  });

  test('prints exactly one JSON object and nothing else, and ends with 0', () => {
    const { stdout, stderr, status } = run(VECTORS);
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(Object.keys(JSON.parse(stdout))).toEqual(['groups']);
    expect(stdout).toBe(output);
  });

  test.each([[[]], [['/nowhere/vectors.json']], [[import.meta.dirname]]])('ends with 2 for %j', (files) => {
    const { stdout, stderr, status } = run(...files);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Cannot read /);
  });

  test('ends with 2 for a file that is no JSON', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
    writeFileSync(join(folder, 'a.json'), '{"groups":');
    expect(run(join(folder, 'a.json')).status).toBe(2);
    rmSync(folder, { recursive: true });
  });

  test('does not shape its answer to the statement of a row: a false statement is reported', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vectors-'));
    const [first] = rows['redirect_uri'] as readonly Row[];
    const [callback] = rows['callback'] as readonly Row[];
    const [challenge] = rows['www_authenticate'] as readonly Row[];
    const logout = rows['logout']?.find(({ id }) => id === 'lo-009');
    const cleared = { local_cleared: false, revoked: false };
    const changed = {
      redirect_uri: [{ ...first, expect: 'reject' }],
      callback: [{ ...callback, result: { code: 'other' } }],
      www_authenticate: [{ ...challenge, challenges: [{ scheme: 'basic', params: {} }] }],
      logout: [{ ...logout, result: cleared }],
      nobody_knows: [{ id: 'x-1', expect: 'accept' }],
    };
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ groups: changed }));
    const { groups: found } = JSON.parse(run(join(folder, 'a.json')).stdout);
    expect(found.redirect_uri.wrongly_accepted).toEqual(['ru-001']);
    expect(found.callback.different_result).toEqual(['cb-001']);
    expect(found.www_authenticate.different_result).toEqual(['wa-002']);
    expect(found.logout.different_result).toEqual(['lo-009']);
    expect(found.nobody_knows.not_supported).toEqual(['x-1']);
    rmSync(folder, { recursive: true });
  });
});

describe('rows with a state of their own', () => {
  const T = transactionOf();
  const url = `${REDIRECT_URI}?code=${CODE}&state=${T.state}`;
  const waiting = resumeLogin({ status: 'present', transaction: T }, url);
  const returned = (state: LoginState, callbackUrl: string, now = NOW) =>
    stepLogin(settingsOf(), state, { type: 'returned', url: callbackUrl, now });

  test('cb-019 a "__proto__" parameter pollutes nothing', () => {
    const odd = `${REDIRECT_URI}?__proto__=x&__proto__[polluted]=1&constructor=y&code=${CODE}&state=${T.state}`;
    expect(outcomeOf(readAuthorizationResponse(settingsOf(), T, odd, NOW))).toBe('accepted');
    expect('polluted' in {}).toBe(false);
  });

  test('cb-038 an error beside a code: no token request is made', () => {
    const { state, effects } = returned(waiting, `${url}&error=access_denied`);
    expect(state).toMatchObject({ status: 'failed', failure: { oauth: { error: 'access_denied' } } });
    expect(effects.map(({ type }) => type)).toEqual(['spend_transaction']);
    expect(JSON.stringify(state)).not.toContain(CODE);
  });

  test('cb-039 markup in error_description is inert text', () => {
    const markup = '<img src=x onerror=alert(1)>';
    const said = `${REDIRECT_URI}?error=access_denied&error_description=${encodeURIComponent(markup)}&state=${T.state}`;
    const { oauth } = failureIn(readAuthorizationResponse(settingsOf(), T, said, NOW));
    expect(oauth?.error_description).toBe(markup);
  });

  test('cb-040 a javascript: error_uri is dropped', () => {
    const said = `${REDIRECT_URI}?error=access_denied&error_uri=javascript:alert(1)&state=${T.state}`;
    const { oauth } = failureIn(readAuthorizationResponse(settingsOf(), T, said, NOW));
    expect(oauth).toEqual({ error: 'access_denied', error_description: undefined, error_uri: undefined });
  });

  test('cb-066 cb-067 an error with a wrong state, or none, neither surfaces nor uses up the transaction', () => {
    for (const state of ['&state=evil', '']) {
      const forged = `${REDIRECT_URI}?error=access_denied${state}`;
      const step = returned(waiting, forged);
      expect(isOurCallback(T, forged)).toBe(false);
      expect(step).toMatchObject({ state: { status: 'awaiting_callback', transaction: T }, effects: [] });
      expect(JSON.stringify(step.state)).not.toContain('access_denied');
      expect(returned(step.state, url).state.status).toBe('awaiting_receipt');
    }
  });

  test('cb-089 a transaction older than its lifetime is refused, and spent', () => {
    const { state, effects } = returned(waiting, url, later(3601));
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'transaction_expired' } });
    expect(effects).toEqual([{ type: 'spend_transaction', state: T.state }]);
  });

  test('cb-090 the same callback a second time finds the receipt, and sends nothing', () => {
    const asked = returned(waiting, url);
    const { state, effects } = stepLogin(settingsOf(), asked.state, { type: 'already_spent', receipt: receiptOf(T) });
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'transaction_consumed' }, receipt: receiptOf(T) });
    expect(effects).toEqual([]);
    expect(JSON.stringify(receiptOf(T))).not.toMatch(new RegExp(`${T.codeVerifier}|${T.nonce}`));
    expect(resumeLogin({ status: 'spent', receipt: receiptOf(T) }, url)).toMatchObject({
      failure: { code: 'transaction_consumed' },
    });
  });

  test.each([
    ['idt-101', { jku: 'https://attacker.example/jwks.json' }],
    ['idt-102', { x5u: 'https://attacker.example/c.pem' }],
    ['idt-100', { jwk: signingKey('ES256').jwk }],
  ])('%s a key, or an address of one, in the header is neither used nor fetched', (_id, header) => {
    const attacker = signingKey('ES256');
    const honest = signingKey('ES256');
    const run = logIn({ key: attacker, keys: [honest.jwk], header });
    expect(endOf(run)).toBe('id_token_signature_invalid');
    expect(run.requests.map(({ url: to }) => new URL(to).host)).toEqual(['as.example.com', 'as.example.com']);
  });

  test('idt-103 an unknown kid: the keys are fetched for this login, once, and then it is refused', () => {
    const run = logIn({ header: { kid: 'nope' } });
    expect(endOf(run)).toBe('id_token_key_not_found');
    expect(run.requests.filter(({ url: to }) => to.endsWith('jwks.json'))).toHaveLength(1);
  });

  test('tok-103 tok-104 a rate limit says when to ask again', () => {
    const limited = (headers: Record<string, string>) =>
      failureIn(readTokenResponse(jsonResponse({ error: 'slow_down' }, 429, headers), [], [], NOW));
    expect(retryAtOf(limited({ 'x-ratelimit-reset': String(NOW + 7) }), NOW)).toBe(NOW + 7);
    expect(retryAtOf(limited({ 'retry-after': '5' }), NOW)).toBe(NOW + 5);
    expect(limited({ 'retry-after': '5' })).toMatchObject({ sessionSurvives: true, recovery: 'retry' });
  });

  test.each(['tok-118', 'tok-119', 'tok-120', 'tok-121'])('%s a request without an answer keeps what was there', () => {
    const { failure } = refusalOf('effect_failed', 'network_error', 'retry');
    expect(failure).toMatchObject({ sessionSurvives: true, kind: 'effect_failed' });
    const lost = { type: 'effect_failed', effect: 'send_request', sent: 'maybe', code: 'network_error' } as const;
    const { state, effects } = stepLogin(settingsOf(), { status: 'awaiting_tokens', code: CODE, transaction: T }, lost);
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'network_error', sessionSurvives: true } });
    expect(effects).toEqual([]);
  });
});
