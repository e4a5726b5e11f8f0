/** Every state x every answer against `server-flow.table.ts`: nothing is left out, nothing is promised in vain. */
import { describe, expect, test } from 'vitest';
import type * as tables from '../src/flow-table.ts';
import { type Answer, refusalOf, type ServerState, stepServer } from '../src/index.ts';
import { SERVER_TABLE } from '../src/server-flow.table.ts';
import { KEY, keySet } from './login-states.ts';
import { status as answering, HTML, OAUTH, OPENID, published, received, redirect, STATES } from './server-states.ts';
import { jsonResponse, transactionOf } from './support/login.ts';

type Status = ServerState['status'];
type AnswerType = Answer['type'];
type Row = tables.Row<Status>;
type Table = tables.Table<Status>;

const ANSWERS: { readonly [T in AnswerType]: readonly Answer[] } = {
  returned: [{ type: 'returned', url: 'https://client.example.org/cb?code=c', now: 0 as never }],
  departed: [{ type: 'departed' }],
  cancelled: [{ type: 'cancelled' }],
  dismissed: [{ type: 'dismissed' }],
  spent: [{ type: 'spent', transaction: transactionOf() }],
  already_spent: [{ type: 'already_spent', receipt: {} as never }],
  unknown: [{ type: 'unknown' }],
  digested: [{ type: 'digested', octets: new Uint8Array(32) }],
  response_received: [
    published(),
    published({ issuer: 'https://attacker.example/' }),
    published({ token_endpoint: undefined }),
    published({ code_challenge_methods_supported: ['plain'] }),
    HTML,
    jsonResponse([]),
    jsonResponse('x'.repeat(2_000_000)),
    redirect(`${OPENID}/`),
    redirect(`${OPENID}//`, 308),
    redirect(`${OAUTH}/`, 302),
    redirect('https://attacker.example/'),
    redirect(undefined),
    ...[0, 204, 304, 400, 401, 403, 404, 410, 429, 500, 503, Number.NaN].map(answering),
  ].map((response) => received(response)),
  keys_received: [
    keySet(KEY),
    { type: 'keys_received', keys: refusalOf('untrusted_response', 'malformed_key_set', 'report') },
  ],
  signature_checked: [
    { type: 'signature_checked', valid: true },
    { type: 'signature_checked', valid: false },
  ],
  effect_failed: (['network_error', 'user_cancelled', 'storage_read_failed'] as const).flatMap((code): Answer[] => [
    { type: 'effect_failed', effect: 'send_request', code, sent: 'no' },
    { type: 'effect_failed', effect: 'send_request', code, sent: 'maybe' },
    { type: 'effect_failed', effect: 'save_session', code },
  ]),
};

const ANSWER_TYPES = Object.keys(ANSWERS) as AnswerType[];
const cells = (Object.keys(STATES) as Status[]).flatMap((status) =>
  ANSWER_TYPES.map((answer): [Status, AnswerType] => [status, answer]),
);

const text = (row: Row): string => [row.to, ...row.effects].join(' ');
/** What the table does not list, and what it lists in vain. */
function differences(table: Table, status: Status, type: AnswerType): readonly string[] {
  const seen = STATES[status].flatMap((state) =>
    ANSWERS[type].map((answer) => {
      const next = stepServer(state, answer);
      return text({ to: next.state.status, effects: next.effects.map((effect) => effect.type) });
    }),
  );
  const listed = table[status][type].map(text);
  const unlisted = [...new Set(seen)].filter((row) => !listed.includes(row)).map((row) => `not listed: ${row}`);
  return [...unlisted, ...listed.filter((row) => !seen.includes(row)).map((row) => `never seen: ${row}`)];
}

describe('the table of discovery', () => {
  test('has a cell for every state and every answer, and no other', () => {
    const names = Object.entries(SERVER_TABLE).flatMap(([status, row]) =>
      Object.keys(row).map((answer) => `${status} ${answer}`),
    );
    expect(names.sort()).toEqual(cells.map((cell) => cell.join(' ')).sort());
    expect(cells).toHaveLength(48);
  });

  test.each(cells)('tells the truth about %s that gets %s', (status, type) => {
    expect(differences(SERVER_TABLE, status, type)).toEqual([]);
  });

  test('negative control: a row too few and a row too many are both noticed', () => {
    const { awaiting_openid_configuration: first } = SERVER_TABLE;
    const table = (rows: readonly Row[]): Table => ({
      ...SERVER_TABLE,
      awaiting_openid_configuration: { ...first, response_received: rows },
    });
    const cell = ['awaiting_openid_configuration', 'response_received'] as const;
    const [known, ...others] = first.response_received;
    expect(differences(table(others), ...cell)).toEqual([`not listed: ${text(known as Row)}`]);
    const more: Row = { to: 'known', effects: ['save_session'] };
    const found = differences(table([...first.response_received, more]), ...cell);
    expect(found).toEqual(['never seen: known save_session']);
  });

  test('the states of this test are really in the status under which they stand', () => {
    for (const [status, states] of Object.entries(STATES)) {
      expect(states.map((state) => state.status)).toEqual(states.map(() => status));
    }
  });
});
