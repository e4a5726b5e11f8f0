/** Tokens <-> the session that is kept: what is saved, what thaws, what is fresh, what a refresh changes. RFC 6749, 6. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AccessToken,
  acceptIdToken,
  createSession,
  EXPIRY_MARGIN,
  freezeSession,
  isFresh,
  type NumericDate,
  readCodeExchangeResponse,
  readRefreshResponse,
  type Session,
  type ThawedSession,
  type TokenSet,
  type Transaction,
  thawSession,
} from '../src/index.ts';
import { ACCESS_TOKEN, REFRESH_TOKEN, settings, tokensFor } from './login-states.ts';
import { CLIENT_ID, ISSUER, jsonResponse, later, NOW, transactionOf } from './support/login.ts';
import { failureIn, valueIn } from './support/result.ts';
import { type Claims, claimsOf, unsigned } from './support/signing.ts';

const OWNER = { clientId: CLIENT_ID, issuer: ISSUER };
const TEXT = readFileSync(join(import.meta.dirname, 'fixtures/session-1.json'), 'utf8');
const WRITTEN = JSON.parse(TEXT) as Session;

const thaw = (record: unknown): ThawedSession => thawSession(JSON.stringify(record), OWNER);

/** The session that a login with this answer leads to. */
function sessionOf(transaction: Transaction, more: Claims = {}, claims: Claims = {}): Session {
  const response = tokensFor(transaction, claims, more);
  const tokens = valueIn(readCodeExchangeResponse(settings, transaction, response, NOW));
  return createSession(transaction, tokens, tokens.idToken && valueIn(acceptIdToken(tokens.idToken, 'verified')));
}

/** A copy in which one member, named by its path, is another value, or none. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(WRITTEN) as unknown as Record<string, unknown>;
  const names = path.split('/');
  const last = names.pop() ?? '';
  const parent = names.reduce((inner, name) => inner[name] as Record<string, unknown>, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe('createSession', () => {
  test('keeps what the first version keeps, and nothing else', () => {
    const session = sessionOf(transactionOf({ audience: 'https://api.example.com/' }), { unheard_of: 'x' });
    expect(Object.keys(session).sort()).toEqual(Object.keys(WRITTEN).sort());
    expect(Object.keys(session.grant).sort()).toEqual(Object.keys(WRITTEN.grant).sort());
    expect(Object.keys(session.idToken ?? {}).sort()).toEqual(Object.keys(WRITTEN.idToken ?? {}).sort());
    expect(Object.keys(session.tokenSets)).toEqual(Object.keys(WRITTEN.tokenSets));
    const [set, written] = [session, WRITTEN].map(({ tokenSets }) => Object.values(tokenSets)[0] ?? {});
    expect(Object.keys(set ?? {}).sort()).toEqual(Object.keys(written ?? {}).sort());
  });

  test('of a login with openid', () => {
    const transaction = transactionOf();
    const session = sessionOf(transaction);
    expect(session).toMatchObject({
      version: 1,
      issuer: ISSUER,
      clientId: CLIENT_ID,
      loginId: transaction.loginId,
      revision: 1,
      sub: '248289761001',
      grant: { refreshToken: REFRESH_TOKEN, scope: ['openid'], journal: null },
      tokenSets: { '': { accessToken: ACCESS_TOKEN, tokenType: 'Bearer', expiresAt: NOW + 3600, scope: ['openid'] } },
      idToken: { signature: 'verified', claims: { sub: '248289761001' } },
    });
    expect(freezeSession(session)).not.toContain(transaction.codeVerifier);
    expect(freezeSession(session)).not.toContain(transaction.state);
  });

  test('of a login without openid knows no person', () => {
    expect(sessionOf(transactionOf({ scope: ['contacts'] }))).toMatchObject({ sub: null, idToken: null });
  });

  test('without refresh token, without expiry and with a narrower scope', () => {
    const absent = { refresh_token: undefined, expires_in: undefined };
    const session = sessionOf(transactionOf({ scope: ['openid', 'contacts'] }), { ...absent, scope: 'openid' });
    expect(session.grant).toEqual({ refreshToken: null, scope: ['openid'], journal: null });
    expect(session.tokenSets['']).toMatchObject({ expiresAt: null, scope: ['openid'] });
  });

  test.each([
    [{ audience: 'https://api.example.com/' }, 'https://api.example.com/'],
    [{ extra: { audience: 'urn:api' } }, 'urn:api'],
    [{ resource: ['https://a.example/', 'https://b.example/'] }, 'https://a.example/ https://b.example/'],
    [{ audience: '__proto__' }, '__proto__'],
    [{}, ''],
  ])('names its first token set after what was asked for: %j', (options, name) => {
    const session = sessionOf(transactionOf(options));
    expect(Object.keys(session.tokenSets)).toEqual([name]);
    const thawed = thaw(session);
    expect(thawed).toEqual({ status: 'present', session: JSON.parse(freezeSession(session)) });
    expect(thawed.status === 'present' && Object.keys(thawed.session.tokenSets)).toEqual([name]);
  });
});

describe('isFresh', () => {
  const set = (expiresAt: number | null): TokenSet => ({
    accessToken: 'at' as AccessToken,
    tokenType: 'Bearer',
    expiresAt: expiresAt as NumericDate | null,
    scope: [],
  });

  test.each([
    [NOW + EXPIRY_MARGIN + 1, true],
    [NOW + EXPIRY_MARGIN, false],
    [NOW + EXPIRY_MARGIN - 1, false],
    [NOW, false],
    [NOW - 1, false],
    [0, false],
    [Number.NaN, false],
    [null, true],
  ])('of a token that expires at %j: %j', (expiresAt, fresh) => {
    expect(isFresh(set(expiresAt), NOW)).toBe(fresh);
  });

  test('a clock that says nothing makes nothing fresh', () => {
    expect(isFresh(set(NOW + 3600), Number.NaN as NumericDate)).toBe(false);
    expect(EXPIRY_MARGIN).toBe(30);
  });
});

describe('thawSession', () => {
  test('reads version 1 for ever, as it was written', () => {
    expect(thawSession(TEXT, OWNER)).toEqual({ status: 'present', session: WRITTEN });
  });

  test('gives back what was frozen', () => {
    for (const options of [{}, { scope: ['contacts'] }]) {
      const session = sessionOf(transactionOf(options));
      expect(thawSession(freezeSession(session), OWNER)).toEqual({ status: 'present', session });
    }
  });

  test('finds nothing where there is nothing', () => {
    expect(thawSession(null, OWNER)).toEqual({ status: 'absent' });
  });

  test('ST-07 leaves alone what a later version or somebody else wrote', () => {
    expect(thaw({ ...WRITTEN, version: 2 })).toEqual({ status: 'newer' });
    expect(thaw({ version: 2 })).toEqual({ status: 'newer' });
    expect(thaw({ ...WRITTEN, clientId: 'another' })).toEqual({ status: 'foreign' });
    expect(thaw({ ...WRITTEN, issuer: 'https://as.example.com' })).toEqual({ status: 'foreign' });
  });

  const set = `tokenSets/${Object.keys(WRITTEN.tokenSets)[0]}`;
  const below = (parent: string, names: readonly string[]): readonly string[] => names.map((one) => `${parent}/${one}`);

  test('is corrupt without any one of its members', () => {
    const paths = [
      ...Object.keys(WRITTEN),
      ...below('grant', Object.keys(WRITTEN.grant)),
      ...below('grant/journal', Object.keys(WRITTEN.grant.journal ?? {})),
      ...below('idToken', Object.keys(WRITTEN.idToken ?? {})),
      ...below('idToken/claims', ['iss', 'sub', 'aud', 'exp', 'iat']),
    ];
    expect(paths.length).toBeGreaterThan(20);
    expect(paths.map((path) => `${path}: ${thaw(changed(path, undefined)).status}`)).toEqual(
      paths.map((path) => `${path}: corrupt`),
    );
  });

  const wrong: readonly [path: string, values: readonly unknown[]][] = [
    ['version', [0, '1', '2', null, {}, { toString: 1, valueOf: 1 }]],
    ['issuer', [5, '', null]],
    ['clientId', [5, '', null]],
    ['loginId', [5, '', null]],
    ['revision', ['1', 1.5, null, 1e300]],
    ['sub', [5, 'somebody else', null, '']],
    ['grant', [5, null, [], 'x']],
    ['grant/refreshToken', [5, '', {}]],
    ['grant/scope', ['openid', null, [5], {}]],
    ['grant/journal', [5, [], 'x']],
    ['grant/journal/refreshToken', [5, '', null]],
    ['grant/journal/sentAt', ['1', null]],
    ['grant/journal/sends', ['1', 1.5, null]],
    ['tokenSets', [5, null, [], 'x', { x: null }, { x: [] }, { x: 5 }]],
    ['idToken', [5, [], 'x', null]],
    ['idToken/token', [5, '', null]],
    ['idToken/signature', ['none', true, null, '']],
    ['idToken/claims', [5, null, [], 'x', {}]],
    ['idToken/claims/sub', [5, '', 'somebody else']],
  ];
  test.each(wrong.flatMap(([path, values]) => values.map((value): [string, unknown] => [path, value])))(
    'is corrupt when %s is %j',
    (path, value) => {
      expect(thaw(changed(path, value))).toEqual({ status: 'corrupt' });
    },
  );

  test.each([
    ['accessToken', ['', 5, null, undefined, {}, ['at']]],
    ['tokenType', ['bearer', 'DPoP', 5, null, undefined]],
    ['expiresAt', ['1', {}, undefined]],
    ['scope', ['openid', [5], null, undefined]],
  ])('is corrupt when %s of a token set is wrong', (name, values) => {
    for (const value of values) {
      const sets = { [set.slice(10)]: { ...Object.values(WRITTEN.tokenSets)[0], [name]: value } };
      expect(thaw({ ...WRITTEN, tokenSets: sets })).toEqual({ status: 'corrupt' });
    }
  });

  const ofToken = (accessToken: string): unknown => {
    const [written] = Object.values(WRITTEN.tokenSets);
    return { ...WRITTEN, tokenSets: { '': { ...written, accessToken } } };
  };

  test.each([
    'at\n',
    '\nat',
    'at\r\nX-Admin: yes',
    'a t',
    ' at',
    'at ',
    'a\tt',
    'at\u0000',
    'at\u007f',
    'ät',
    'at\u2028',
    'at\u{1f600}',
  ])('is corrupt when an access token is %j, which no header can hold', (accessToken) => {
    expect(thaw(ofToken(accessToken))).toEqual({ status: 'corrupt' });
  });

  test.each(['a', 'a.b-c_d~e+f/g==', '!"#$%&\'()*,:;<=>?@[\\]^`{|}'])(
    'takes an access token of any visible characters: %j',
    (accessToken) => {
      expect(thaw(ofToken(accessToken))).toMatchObject({ status: 'present' });
    },
  );

  test('never throws, whatever lies in the store', () => {
    const statuses = ['present', 'absent', 'corrupt', 'foreign', 'newer'];
    const seen = new Set<string>();
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom({ toString: 1, valueOf: 1 }, '__proto__', []));
    const member = fc.constantFrom(
      ...Object.keys(WRITTEN),
      'grant/journal',
      'idToken/claims',
      'idToken/token',
      '__proto__',
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.tuple(member, odd).map(([path, value]) => JSON.stringify(changed(path, value))),
    );
    fc.assert(
      fc.property(text, (stored) => {
        const { status } = thawSession(stored, OWNER);
        seen.add(status);
        expect(statuses).toContain(status);
      }),
      { numRuns: 2000 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(['corrupt', 'foreign', 'present']));
  });
});

describe('readRefreshResponse', () => {
  const session = sessionOf(transactionOf({ scope: ['openid', 'contacts', 'offline_access'] }));
  const answer = (more: Claims = {}, status = 200) =>
    readRefreshResponse(
      settings,
      session,
      jsonResponse({ access_token: 'new', token_type: 'Bearer', ...more }, status),
      later(100),
    );

  test('keeps the refresh token when the server sends no other', () => {
    expect(valueIn(answer())).toMatchObject({ accessToken: 'new', refreshToken: REFRESH_TOKEN, idToken: null });
  });

  test('takes the new refresh token when the server rotates', () => {
    expect(valueIn(answer({ refresh_token: 'rotated' })).refreshToken).toBe('rotated');
  });

  test('grants what was granted at the login when the server says nothing, and what it says when it does', () => {
    expect(valueIn(answer()).scope).toEqual(['openid', 'contacts', 'offline_access']);
    expect(valueIn(answer({ scope: 'contacts' })).scope).toEqual(['contacts']);
    // The grant is as wide as before: reading an answer changes no session.
    expect(session.grant.scope).toEqual(['openid', 'contacts', 'offline_access']);
  });

  test('counts the expiry from the receipt', () => {
    expect(valueIn(answer({ expires_in: 60 })).expiresAt).toBe(NOW + 160);
    expect(valueIn(answer({ expires_in: '60' })).expiresAt).toBe(NOW + 160);
    expect(valueIn(answer()).expiresAt).toBeNull();
  });

  test('RF-08 takes an ID Token of the same person only', () => {
    const iat = NOW + 90;
    const same = unsigned(claimsOf({ iat, exp: iat + 300 }));
    expect(valueIn(answer({ id_token: same })).idToken?.claims.sub).toBe(session.sub);
    const other = failureIn(answer({ id_token: unsigned(claimsOf({ iat, exp: iat + 300, sub: 'eve' })) }));
    expect(other).toMatchObject({ code: 'id_token_sub_invalid', sessionSurvives: false, recovery: 'log_in_again' });
    const foreign = failureIn(answer({ id_token: unsigned(claimsOf({ iat, exp: iat + 300, iss: 'https://eve/' })) }));
    expect(foreign).toMatchObject({ code: 'id_token_iss_invalid', sessionSurvives: true });
  });

  test.each([
    ['invalid_grant', 400, false, 'log_in_again'],
    ['access_denied', 403, false, 'log_in_again'],
    ['access_denied', 400, true, 'log_in_again'],
    ['invalid_client', 401, true, 'fix_configuration'],
    ['temporarily_unavailable', 503, true, 'retry'],
    ['too_many_requests', 429, true, 'retry'],
  ])('%s with status %i leaves the session: %j', (error, status, sessionSurvives, recovery) => {
    expect(failureIn(answer({ error }, status))).toMatchObject({ sessionSurvives, recovery, oauth: { error } });
  });

  test('keeps the refresh token out of the failure, even where a server echoes it', () => {
    const echo = { error: 'invalid_grant', error_description: `${'x'.repeat(1000)} ${REFRESH_TOKEN}` };
    expect(JSON.stringify(failureIn(answer(echo, 400)))).not.toContain(REFRESH_TOKEN.slice(0, 12));
  });
});
