/** Transaction <-> stored text: what was written thaws for ever, and nothing else does. RFC 6749, section 10.12. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  freezeTransaction,
  readCodeExchangeResponse,
  receiptOf,
  resumeLogin,
  stepLogin,
  type ThawedTransaction,
  TRANSACTION_LIFETIME,
  type Transaction,
  type TransactionReceipt,
  thawTransaction,
} from '../src/index.ts';
import { at, callbackOf, responded, returned, tokensFor } from './login-states.ts';
import { CLIENT_ID, ISSUER, NOW, settingsOf, transactionOf } from './support/login.ts';
import { failureIn } from './support/result.ts';

const OWNER = { clientId: CLIENT_ID, issuer: ISSUER };
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const WRITTEN = JSON.parse(fixture('transaction-1.json')) as Transaction;
const RECEIPT = JSON.parse(fixture('receipt-1.json')) as TransactionReceipt;

const thaw = (record: unknown): ThawedTransaction =>
  thawTransaction(typeof record === 'string' ? record : JSON.stringify(record), OWNER);
const statusOf = (record: unknown): ThawedTransaction['status'] => thaw(record).status;

/** The claims that this transaction insists on. */
const ASKED = { auth_time: NOW - 60, acr: 'mfa', org_id: 'org_1' };

/** A copy in which one member, named by its path, is another value, or none. */
function changed(record: object, path: string, value: unknown): unknown {
  const copy = structuredClone(record) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce((inner, name) => inner[name] as Record<string, unknown>, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe('version 1', () => {
  test('of a transaction thaws for ever, as it was written', () => {
    expect(thaw(fixture('transaction-1.json'))).toEqual({ status: 'present', transaction: WRITTEN });
  });

  test('of a receipt thaws for ever, as it was written', () => {
    expect(thaw(fixture('receipt-1.json'))).toEqual({ status: 'spent', receipt: RECEIPT });
  });

  test('still finishes a login', () => {
    const settings = settingsOf({ clockTolerance: 0 });
    const url = `${callbackOf(WRITTEN)}&iss=${encodeURIComponent(ISSUER)}`;
    const state = resumeLogin(thaw(fixture('transaction-1.json')), url);
    const receipt = stepLogin(settings, state, returned(url));
    const tokens = stepLogin(settings, receipt.state, { type: 'spent', transaction: WRITTEN });
    const keys = stepLogin(settings, tokens.state, responded(tokensFor(WRITTEN, ASKED)));
    expect(at('awaiting_keys', keys).tokens.idToken?.claims['org_id']).toBe('org_1');
  });

  test('is still what a new login writes: a new member means a new version', () => {
    const now = transactionOf({
      scope: ['openid'],
      maxAge: 1,
      organization: 'o',
      claims: { id_token: { acr: { essential: true, value: 'mfa' }, auth_time: { essential: true } } },
      appState: 1,
    });
    expect(Object.keys(now).sort()).toEqual(Object.keys(WRITTEN).sort());
    expect(Object.keys(now.expects).sort()).toEqual(Object.keys(WRITTEN.expects).sort());
    expect(Object.keys(receiptOf(now)).sort()).toEqual(Object.keys(RECEIPT).sort());
  });
});

describe('freezing and thawing', () => {
  test.each([
    ['with openid', transactionOf()],
    ['without openid', transactionOf({ scope: ['contacts'] })],
    ['without scope', transactionOf({ scope: [] })],
    ['for an API', transactionOf({ resource: ['https://api.example.com/'], responseMode: 'fragment' })],
    ['with a name that touches prototypes', transactionOf({ audience: '__proto__', appState: { __proto__: 1 } })],
  ])('a transaction %s changes nothing', (_what, transaction) => {
    const text = freezeTransaction(transaction);
    const thawed = thaw(text);
    expect(thawed).toEqual({ status: 'present', transaction: JSON.parse(text) });
    expect(thawed.status === 'present' && freezeTransaction(thawed.transaction)).toBe(text);
  });

  test('finds nothing where there is nothing', () => {
    expect(thawTransaction(null, OWNER)).toEqual({ status: 'absent' });
  });

  test('lets a login live for an hour', () => {
    const { startedAt, expiresAt } = transactionOf();
    expect([startedAt, expiresAt]).toEqual([NOW, NOW + TRANSACTION_LIFETIME]);
    expect(TRANSACTION_LIFETIME).toBe(3600);
  });
});

describe('a receipt', () => {
  test('ST-10 CB-11 holds neither verifier nor nonce, nor anything else to log in with', () => {
    const receipt = receiptOf(WRITTEN);
    expect(receipt).toEqual(RECEIPT);
    const text = freezeTransaction(receipt);
    for (const secret of [WRITTEN.codeVerifier, WRITTEN.nonce]) expect(text).not.toContain(secret);
  });

  test.each(['version', 'spent', 'clientId', 'loginId', 'state', 'redirectUri', 'responseMode', 'expiresAt'])(
    'without %s is corrupt',
    (path) => {
      const status = path === 'spent' ? 'foreign' : 'corrupt';
      expect(statusOf(changed(RECEIPT, path, undefined))).toBe(status);
    },
  );
});

describe('what somebody changed', () => {
  const required = [
    ...['version', 'clientId', 'loginId', 'state', 'nonce', 'codeVerifier', 'redirectUri', 'responseMode', 'scope'],
    ...['tokenSet', 'expects', 'startedAt', 'expiresAt', 'server.authorizationEndpoint', 'server.tokenEndpoint'],
    'server.jwksUri',
  ];
  test.each(required)('is corrupt without %s', (path) => {
    expect(statusOf(changed(WRITTEN, path, undefined))).toBe('corrupt');
  });

  const wrong: readonly [path: string, values: readonly unknown[]][] = [
    ['version', [0, -1, '1', '2', null, [1], {}, true, { valueOf: 1, toString: 1 }]],
    ['clientId', [5, '', null, ['s6BhdRkqt3']]],
    ['loginId', [5, '', null]],
    ['state', [5, '', null, {}]],
    ['nonce', [5, '', null, []]],
    ['codeVerifier', [5, 'short', null, 'x'.repeat(129), `${'x'.repeat(42)}!`, { length: 43 }]],
    ['redirectUri', [5, '', null]],
    ['responseMode', [5, '', null, 'form_post', '__proto__']],
    ['scope', ['openid', null, [5], [''], { length: 0 }, 5]],
    ['tokenSet', [5, null, {}]],
    ['expects', [5, 'x', null]],
    ['expects.maxAge', ['5', null, {}]],
    ['expects.acrValues', ['mfa', null, [5], {}]],
    ['expects.organization', [5, '', null, {}]],
    ['startedAt', ['1', null, {}]],
    ['expiresAt', ['1', null, {}]],
    ['server.authorizationEndpoint', [5, '', null, {}, 'javascript:alert(1)', '/authorize']],
    ['server.tokenEndpoint', [5, '', null, {}, 'https://user@as.example.com/', 'https://as.example.com/#x']],
    ['server.jwksUri', [5, '', {}]],
    ['server.signingAlgorithms', ['RS256', null, [5], {}]],
    ['server.codeChallengeMethods', [5, {}, [], ['plain'], [5], 'plain']],
  ];
  test.each(wrong.flatMap(([path, values]) => values.map((value): [string, unknown] => [path, value])))(
    'is corrupt when %s is %j',
    (path, value) => {
      expect(statusOf(changed(WRITTEN, path, value))).toBe('corrupt');
    },
  );

  test.each([
    ...['authorizationEndpoint', 'tokenEndpoint', 'userinfoEndpoint', 'revocationEndpoint', 'endSessionEndpoint'],
    'jwksUri',
  ])('is corrupt when %s became insecure', (endpoint) => {
    expect(statusOf(changed(WRITTEN, `server.${endpoint}`, 'http://as.example.com/x'))).toBe('corrupt');
    expect(statusOf(changed(WRITTEN, `server.${endpoint}`, 'http://127.0.0.1/x'))).toBe('corrupt');
  });

  test.each(['server', 'server.issuer'])('is of nobody we know without %s', (path) => {
    for (const value of [undefined, null, 5, 'https://as.example.com/']) {
      if (path === 'server.issuer' && typeof value === 'string') continue;
      expect(statusOf(changed(WRITTEN, path, value))).toBe('foreign');
    }
  });

  test.each([
    ['expects', { issuer: 'https://attacker.example/' }, { iss: 'https://attacker.example/' }, 'id_token_iss_invalid'],
    ['expects', { original: { sub: 'eve', iat: 0 } }, { nonce: undefined }, 'id_token_nonce_invalid'],
    ['server', { original: { sub: 'eve', iat: 0 } }, { nonce: undefined }, 'id_token_nonce_invalid'],
    ['expects', { signingAlgorithms: ['PS512'] }, { sub: '' }, 'id_token_sub_invalid'],
  ] as const)('replaces no check by a further member of %s: %j', (path, more, claims, code) => {
    const { [path]: before } = WRITTEN;
    const thawed = thaw(changed(WRITTEN, path, { ...before, ...more }));
    const transaction = thawed.status === 'present' ? thawed.transaction : WRITTEN;
    const read = readCodeExchangeResponse(settingsOf(), transaction, tokensFor(WRITTEN, { ...ASKED, ...claims }), NOW);
    expect(failureIn(read).code).toBe(code);
  });

  test.each(['', 'null', '[]', '5', '"x"', '{', 'undefined', '{}', '[{"version":1}]'])(
    'is corrupt as a whole: %s',
    (text) => {
      expect(statusOf(text)).toBe('corrupt');
    },
  );
});

describe('what others wrote', () => {
  test('ST-07 of another client or another server is foreign, spent or not', () => {
    for (const record of [WRITTEN, RECEIPT]) {
      const text = JSON.stringify(record);
      expect(thawTransaction(text, { ...OWNER, clientId: 'another' })).toEqual({ status: 'foreign' });
      expect(thawTransaction(text, { ...OWNER, issuer: 'https://as.example.com' })).toEqual({ status: 'foreign' });
    }
  });

  test('ST-07 a later version is newer, whatever else it holds', () => {
    for (const version of [2, 1.5, 1e9]) {
      expect(thaw({ ...WRITTEN, version })).toEqual({ status: 'newer' });
      expect(thaw({ version })).toEqual({ status: 'newer' });
    }
  });
});

describe('whatever lies in the store', () => {
  const STATUSES = ['present', 'spent', 'absent', 'corrupt', 'foreign', 'newer'];
  const paths = [...Object.keys(WRITTEN), ...Object.keys(WRITTEN.server).map((name) => `server.${name}`)].concat(
    Object.keys(WRITTEN.expects).map((name) => `expects.${name}`),
  );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>({ toString: 1, valueOf: 1 }, { __proto__: { length: 1 } }, '__proto__', [], {}, 1e308),
  );

  test('thaws to one of the statuses and never throws: text and JSON', () => {
    const anything = fc.oneof(fc.string(), fc.json(), fc.constant(fixture('transaction-1.json').slice(0, 200)));
    fc.assert(
      fc.property(anything, (text) => {
        expect(STATUSES).toContain(statusOf(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('thaws to one of the statuses and never throws: records of ours with changed members', () => {
    const seen = new Set<string>();
    const settings = settingsOf();
    const changes = fc.array(fc.tuple(fc.constantFrom(...paths), value), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(changes, ([first, second]) => {
        const once = first ? changed(WRITTEN, ...first) : WRITTEN;
        const twice =
          second && !/^(server|expects)$/.test(first?.[0] ?? '') ? changed(once as object, ...second) : once;
        const thawed = thaw(JSON.stringify(twice));
        expect(STATUSES).toContain(thawed.status);
        seen.add(thawed.status);
        if (thawed.status !== 'present') return;
        // What is believed is believed to the end.
        const { transaction } = thawed;
        const mark = transaction.responseMode === 'query' ? '?' : '#';
        const url = `${callbackOf(transaction).replace('?', mark)}&iss=${encodeURIComponent(ISSUER)}`;
        const back = stepLogin(settings, resumeLogin(thawed, url), returned(url));
        const spent = stepLogin(settings, back.state, { type: 'spent', transaction });
        const claims = { auth_time: NOW, acr: 'mfa', org_id: 'org_1' };
        const end = stepLogin(settings, spent.state, responded(tokensFor(transaction, claims)));
        expect(['awaiting_keys', 'logged_in', 'failed']).toContain(end.state.status);
      }),
      { numRuns: 2000 },
    );
    expect([...seen]).toEqual(expect.arrayContaining(['present', 'corrupt', 'foreign']));
  });
});
