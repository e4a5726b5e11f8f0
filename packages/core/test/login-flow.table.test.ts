/** Every state x every answer against `login-flow.table.ts`: it leaves nothing out and promises nothing that never comes. */
import { describe, expect, test } from 'vitest';
import type * as tables from '../src/flow-table.ts';
import {
  type Answer,
  type EffectFailedCode,
  type LoginState,
  receiptOf,
  refusalOf,
  stepLogin,
  type Transaction,
} from '../src/index.ts';
import { LOGIN_TABLE } from '../src/login-flow.table.ts';
import {
  ACCESS_TOKEN,
  atCallback,
  callbackOf,
  digested,
  EFFECTS,
  KEY,
  keySet,
  responded,
  returned,
  STATES,
  settings,
  tokensFor,
} from './login-states.ts';
import { jsonResponse, NOW, REDIRECT_URI } from './support/login.ts';
import { halfHash } from './support/signing.ts';

type Status = LoginState['status'];
type AnswerType = Answer['type'];
type Row = tables.Row<Status>;
type Table = tables.Table<Status>;

const CODES: readonly EffectFailedCode[] = ['storage_write_failed', 'network_error', 'user_cancelled'];
const OTHER = atCallback({}, 7).transaction;

/** Good and bad answers of every type, for the login of this transaction. */
const ANSWERS: { readonly [T in AnswerType]: (transaction: Transaction) => readonly Answer[] } = {
  returned: (transaction) => {
    const query = callbackOf(transaction);
    return [
      query,
      query.replace('?', '#'),
      `${query}&iss=${encodeURIComponent(transaction.server.issuer)}`,
      `${query}&iss=https%3A%2F%2Fattacker.example%2F`,
      `${query}&access_token=at`,
      callbackOf(transaction, 'error=access_denied'),
      callbackOf(transaction, 'error=%22'),
      callbackOf(transaction, ''),
      `${query}&code=another`,
      `${query}&code=%E0`,
      callbackOf(OTHER),
      `${REDIRECT_URI}?code=c`,
      `${REDIRECT_URI}/other?code=c&state=${transaction.state}`,
      `${query}&x=${'y'.repeat(70_000)}`,
      'about:blank',
      '',
    ].flatMap((url): Answer[] => [returned(url), { type: 'returned', url, now: (NOW + 7200) as typeof NOW }]);
  },
  digested: (transaction) => [
    digested(transaction.codeVerifier),
    digested(ACCESS_TOKEN),
    { type: 'digested', octets: new Uint8Array() },
    digested(ACCESS_TOKEN, 'SHA-512'),
  ],
  keys_received: () => [
    keySet(KEY),
    keySet(KEY, KEY),
    keySet({ kty: 'oct' }),
    keySet(),
    { type: 'keys_received', keys: refusalOf('untrusted_response', 'malformed_key_set', 'report') },
  ],
  departed: () => [{ type: 'departed' }],
  cancelled: () => [{ type: 'cancelled' }],
  dismissed: () => [{ type: 'dismissed' }],
  spent: (transaction) => [
    { type: 'spent', transaction },
    { type: 'spent', transaction: OTHER },
  ],
  already_spent: (transaction) => [{ type: 'already_spent', receipt: receiptOf(transaction) }],
  unknown: () => [{ type: 'unknown' }],
  response_received: (transaction) => [
    responded(tokensFor(transaction)),
    responded(tokensFor(transaction, { nonce: 'another' })),
    responded(tokensFor(transaction, {}, { id_token: undefined })),
    responded(tokensFor(transaction, { at_hash: halfHash('another token') })),
    responded(jsonResponse({ error: 'invalid_grant' }, 400)),
    responded(jsonResponse({ error: 'temporarily_unavailable' }, 503)),
    responded(jsonResponse('<html>', 502, { 'content-type': 'text/html' })),
    responded(jsonResponse([])),
    responded(jsonResponse({}, 302)),
  ],
  signature_checked: () => [
    { type: 'signature_checked', valid: true },
    { type: 'signature_checked', valid: false },
    { type: 'signature_checked', valid: 'yes' as unknown as boolean },
  ],
  effect_failed: () =>
    EFFECTS.flatMap((effect) =>
      CODES.map((code): Answer => ({ type: 'effect_failed', effect, code, sent: effect.length > 12 ? 'maybe' : 'no' })),
    ),
};

const ANSWER_TYPES = Object.keys(ANSWERS) as AnswerType[];
const cells = (Object.keys(STATES) as Status[]).flatMap((status) =>
  ANSWER_TYPES.map((answer): [Status, AnswerType] => [status, answer]),
);

/** What really happens in this cell: every different outcome, as a row of the table. */
function outcomesOf(status: Status, type: AnswerType): readonly Row[] {
  const outcomes = new Map<string, Row>();
  for (const state of STATES[status]) {
    const transaction = 'transaction' in state ? state.transaction : OTHER;
    for (const answer of ANSWERS[type](transaction)) {
      const next = stepLogin(settings, state, answer);
      const row: Row = { to: next.state.status, effects: next.effects.map((effect) => effect.type) };
      outcomes.set(JSON.stringify(row), row);
    }
  }
  return [...outcomes.values()];
}

const text = (row: Row): string => [row.to, ...row.effects].join(' ');
/** What the table does not list, and what it lists in vain. */
const differences = (table: Table, status: Status, type: AnswerType): readonly string[] => {
  const listed = table[status][type].map(text);
  const seen = outcomesOf(status, type).map(text);
  const unlisted = seen.filter((row) => !listed.includes(row)).map((row) => `not listed: ${row}`);
  return [...unlisted, ...listed.filter((row) => !seen.includes(row)).map((row) => `never seen: ${row}`)];
};

describe('the table of the login', () => {
  test('has a cell for every state and every answer, and no other', () => {
    const names = Object.entries(LOGIN_TABLE).flatMap(([status, row]) =>
      Object.keys(row).map((answer) => `${status} ${answer}`),
    );
    expect(names.sort()).toEqual(cells.map((cell) => cell.join(' ')).sort());
    expect(cells).toHaveLength(108);
  });

  test.each(cells)('tells the truth about %s that gets %s', (status, type) => {
    expect(differences(LOGIN_TABLE, status, type)).toEqual([]);
  });

  test('negative control: a row too few and a row too many are both noticed', () => {
    const { returned: rows } = LOGIN_TABLE.awaiting_callback;
    const [first, ...others] = rows;
    const table = (changed: readonly Row[]): Table => ({
      ...LOGIN_TABLE,
      awaiting_callback: { ...LOGIN_TABLE.awaiting_callback, returned: changed },
    });
    expect(differences(table(others), 'awaiting_callback', 'returned')).toEqual([`not listed: ${text(first as Row)}`]);
    const more: Row = { to: 'logged_in', effects: [] };
    expect(differences(table([...rows, more]), 'awaiting_callback', 'returned')).toEqual(['never seen: logged_in']);
  });

  test('the states of this test are really in the status under which they stand', () => {
    for (const [status, states] of Object.entries(STATES)) {
      expect(states.map((state) => state.status)).toEqual(states.map(() => status));
    }
    expect(new Set(cells.map(([status]) => status)).size).toBe(9);
  });
});
