/** `*-flow.table.ts` -> `docs/flows.md`: each machine as a drawing and as tables. `--check` fails when it is stale. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, Effect } from '../packages/core/src/effect.ts';
import type { Row, Table } from '../packages/core/src/flow-table.ts';
import { LOGIN_TABLE } from '../packages/core/src/login-flow.table.ts';
import { SERVER_TABLE } from '../packages/core/src/server-flow.table.ts';
import { writePage } from './page.ts';

type AnswerType = Answer['type'];
type EffectType = Effect['type'];

type Machine = {
  readonly title: string;
  readonly about: string;
  /** The function that starts it, the state that it starts in, and what it asks for then. */
  readonly start: string;
  readonly first: string;
  readonly asks: EffectType;
  readonly table: Table<string>;
};

const MACHINES: readonly Machine[] = [
  {
    title: 'Login',
    about: `\`startLogin\` asks for a \`digest\`, the code challenge; \`stepLogin\` turns each answer into the next
state and what to do.

Who carries out \`get_keys\` keeps what \`receiveKeys\` made of a key set, and asks \`findKeys\`, which gives the
keys or says that the set is to be fetched. A set is good for ten minutes; a key that is not in it makes us fetch it
again, at most once a minute.`,
    start: 'startLogin',
    first: 'awaiting_challenge',
    asks: 'digest',
    table: LOGIN_TABLE,
  },
  {
    title: 'Server',
    about: `\`startServer\` asks an issuer for its OpenID configuration; \`stepServer\` asks for its OAuth metadata
only where there is no such document. Either request follows one redirect: to the same address with a slash.`,
    start: 'startServer',
    first: 'awaiting_openid_configuration',
    asks: 'send_request',
    table: SERVER_TABLE,
  },
];

const HEAD = `# Flows

<!-- Made by \`pnpm flows\` from packages/core/src/*-flow.table.ts. Do not edit. -->

Effects are carried out in their order, each finished before the next begins. An arrow is labelled with the answer
and, after a slash, with the effects that the step asks for. \`effect_failed\`, and answers to what was not asked, are
only in the tables below the drawings.
`;

/** What each effect asks of a platform, and the answer that it brings. */
const EFFECTS: Readonly<Record<EffectType, readonly [asks: string, ...answers: AnswerType[]]>> = {
  save_transaction: ['write the transaction under its `state`, before anything is opened'],
  open_user_agent: ['show a URL to the person', 'returned', 'departed', 'cancelled', 'dismissed'],
  spend_transaction: ['replace the transaction by its receipt, atomically', 'spent', 'already_spent', 'unknown'],
  forget_transaction: ['remove the transaction: the login is certainly over'],
  digest: ['hash a text', 'digested'],
  send_request: ['send a request, once', 'response_received'],
  get_keys: ['find the keys that may have signed', 'keys_received'],
  verify_signature: ['check a signature', 'signature_checked'],
  save_session: ['write the session, unless the stored one is newer than its guard says'],
};

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
const answersOf = ({ table }: Machine, status: string): readonly (readonly [AnswerType, readonly Row<string>[]])[] =>
  Object.entries(table[status] ?? {}) as [AnswerType, readonly Row<string>[]][];
const rowsOf = (machine: Machine, status: string): readonly Row<string>[] =>
  answersOf(machine, status).flatMap(([, rows]) => rows);
const isFinal = (machine: Machine, status: string): boolean => rowsOf(machine, status).every(({ to }) => to === status);

/** What asks for an effect. */
function askedIn(machine: Machine, effect: EffectType): readonly string[] {
  const asking = Object.keys(machine.table).filter((status) =>
    rowsOf(machine, status).some(({ effects }) => effects.includes(effect)),
  );
  return effect === machine.asks ? [machine.start, ...asking] : asking;
}

function effectsTable(machine: Machine): string {
  const lines = Object.entries(EFFECTS).flatMap(([effect, [asks, ...answers]]) => {
    const asking = quoted(askedIn(machine, effect as EffectType));
    return asking ? [`| \`${effect}\` | ${asks} | ${quoted(answers)} | ${asking} |`] : [];
  });
  const head = ['| effect | asks the platform to | answer | asked for in |', '|---|---|---|---|'];
  return [`### Effects`, '', 'Any effect may also bring `effect_failed`, at once.', '', ...head, ...lines, ''].join(
    '\n',
  );
}

/** The answers that a state waits for: those to the effects that the ways into it ask for. */
function awaitedIn(machine: Machine, status: string): readonly AnswerType[] {
  if (isFinal(machine, status)) return [];
  const rows = Object.keys(machine.table).flatMap((from) => rowsOf(machine, from));
  const asked = rows.filter(({ to }) => to === status).flatMap(({ effects }) => effects);
  const effects = status === machine.first ? [machine.asks, ...asked] : asked;
  return effects.flatMap((effect) => EFFECTS[effect].slice(1) as AnswerType[]);
}

/** Several answers between the same two states share one arrow. */
function arrows(machine: Machine): readonly string[] {
  const labels = new Map<string, string[]>();
  for (const from of Object.keys(machine.table)) {
    const awaited = awaitedIn(machine, from);
    for (const [answer, rows] of answersOf(machine, from).filter(([one]) => awaited.includes(one))) {
      for (const { to, effects } of rows) {
        const arrow = `${from} --> ${to}`;
        labels.set(arrow, [...(labels.get(arrow) ?? []), [answer, ...effects].join(' / ')]);
      }
    }
  }
  return [...labels].map(([arrow, all]) => `  ${arrow}: ${all.join('<br>')}`);
}

const drawing = (machine: Machine): string =>
  [
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${machine.first}: ${machine.start} / ${machine.asks}`,
    `  [*] --> failed: ${machine.start}`,
    ...arrows(machine),
    ...Object.keys(machine.table).flatMap((status) => (isFinal(machine, status) ? [`  ${status} --> [*]`] : [])),
    '```',
    '',
  ].join('\n');

const cell = ({ to, effects }: Row<string>, from: string): string =>
  [to === from ? 'stays' : to, ...effects.map((effect) => `\`${effect}\``)].join(', ');

/** One table per state: what every answer leads to. Equal answers share a line. */
function table(machine: Machine, status: string): string {
  const lines = new Map<string, AnswerType[]>();
  for (const [answer, rows] of answersOf(machine, status)) {
    const outcome = rows.map((row) => cell(row, status)).join(' or ');
    lines.set(outcome, [...(lines.get(outcome) ?? []), answer]);
  }
  const text = [...lines].map(([outcome, answers]) => `| ${quoted(answers)} | ${outcome} |\n`);
  return `\n### ${status}\n\n| answer | outcome |\n|---|---|\n${text.join('')}`;
}

function section(machine: Machine): string {
  const tables = Object.keys(machine.table).map((status) => table(machine, status));
  return `\n## ${machine.title}\n\n${machine.about}\n\n${drawing(machine)}\n${effectsTable(machine)}${tables.join('')}`;
}

/** The whole page. */
export const flowsPage = (): string => `${HEAD}${MACHINES.map(section).join('')}`;

/** Where the page is. */
export const flowsFile: string = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/flows.md');

if (import.meta.main) writePage(flowsFile, flowsPage(), 'pnpm flows');
