/** `login-flow.table.ts` -> `docs/flows.md`: the login as a drawing and a table. `--check` fails when it is stale. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Effect } from '../packages/core/src/effect.ts';
import { LOGIN_TABLE, type Row } from '../packages/core/src/login-flow.table.ts';
import { writePage } from './page.ts';

type Status = keyof typeof LOGIN_TABLE;
type AnswerType = keyof (typeof LOGIN_TABLE)[Status];

const STATUSES = Object.keys(LOGIN_TABLE) as Status[];
const answersOf = (status: Status): AnswerType[] => Object.keys(LOGIN_TABLE[status]) as AnswerType[];

const HEAD = `# Flows

<!-- Made by \`pnpm flows\` from packages/core/src/login-flow.table.ts. Do not edit. -->

## Login

\`startLogin\` asks for \`save_transaction\` and then \`open_user_agent\`; \`stepLogin\` turns each answer into the next
state and what to do. Effects are carried out in their order, each finished before the next begins. An arrow is labelled
with the answer and, after a slash, with the effects that the step asks for. \`effect_failed\`, and answers to what was
not asked, are only in the tables below.

`;

/** What each effect asks of a platform, and the answer that it brings. */
const EFFECTS: Readonly<Record<Effect['type'], readonly [asks: string, ...answers: AnswerType[]]>> = {
  save_transaction: ['write the transaction under its `state`, before anything is opened'],
  open_user_agent: ['show a URL to the person', 'returned', 'departed', 'cancelled', 'dismissed'],
  spend_transaction: ['replace the transaction by its receipt, atomically', 'spent', 'already_spent', 'unknown'],
  forget_transaction: ['remove the transaction: the login is certainly over'],
  send_request: ['send a request, once', 'response_received'],
  verify_signature: ['check a signature', 'signature_checked'],
  save_session: ['write the session, unless the stored one is newer than its guard says'],
};
/** What `startLogin` asks for. */
const START: readonly Effect['type'][] = ['save_transaction', 'open_user_agent'];

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** Which steps ask for an effect. */
function askedIn(effect: Effect['type']): string {
  const asking = STATUSES.filter((status) =>
    answersOf(status).some((answer) => LOGIN_TABLE[status][answer].some(({ effects }) => effects.includes(effect))),
  );
  return quoted(asking) || '`startLogin`';
}

const effectsTable = (): string =>
  [
    '',
    '### Effects',
    '',
    'Any effect may also bring `effect_failed`, at once.',
    '',
    '| effect | asks the platform to | answer | asked for in |',
    '|---|---|---|---|',
    ...Object.entries(EFFECTS).map(
      ([effect, [asks, ...answers]]) =>
        `| \`${effect}\` | ${asks} | ${quoted(answers)} | ${askedIn(effect as Effect['type'])} |`,
    ),
    '',
  ].join('\n');

type Arrow = readonly [from: Status, to: Status, label: string];

/** The answers that a state waits for: those to the effects that the ways into it ask for. */
function awaitedIn(status: Status): readonly AnswerType[] {
  const rows = STATUSES.flatMap((from) => answersOf(from).flatMap((answer) => LOGIN_TABLE[from][answer]));
  const asked = rows.filter(({ to }) => to === status).flatMap(({ effects }) => effects);
  const effects = status === 'awaiting_callback' ? [...START, ...asked] : asked;
  const possible = effects.flatMap((effect) => EFFECTS[effect].slice(1));
  return isFinal(status) ? [] : answersOf(status).filter((answer) => possible.includes(answer));
}

const isFinal = (status: Status): boolean =>
  answersOf(status).every((answer) => LOGIN_TABLE[status][answer].every(({ to }) => to === status));

/** The answers that a state waits for. Several between the same two states share one arrow. */
function arrows(): readonly Arrow[] {
  const labels = new Map<string, string[]>();
  for (const from of STATUSES) {
    for (const answer of awaitedIn(from)) {
      for (const { to, effects } of LOGIN_TABLE[from][answer]) {
        const key = `${from} ${to}`;
        labels.set(key, [...(labels.get(key) ?? []), [answer, ...effects].join(' / ')]);
      }
    }
  }
  return [...labels].map(([key, all]) => {
    const [from, to] = key.split(' ') as [Status, Status];
    return [from, to, all.join('<br>')];
  });
}

const drawing = (): string =>
  [
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> awaiting_callback: ${['startLogin', ...START].join(' / ')}`,
    '  [*] --> failed: startLogin',
    ...arrows().map(([from, to, label]) => `  ${from} --> ${to}: ${label}`),
    '  logged_in --> [*]',
    '  failed --> [*]',
    '```',
    '',
  ].join('\n');

const cell = ({ to, effects }: Row, from: Status): string =>
  `${to === from ? 'stays' : to}${effects.map((effect) => `, \`${effect}\``).join('')}`;

/** One table per state: what every answer leads to. Equal answers share a line. */
function table(status: Status): string {
  const lines = new Map<string, string[]>();
  for (const answer of answersOf(status)) {
    const outcome = LOGIN_TABLE[status][answer].map((row) => cell(row, status)).join(' or ');
    lines.set(outcome, [...(lines.get(outcome) ?? []), `\`${answer}\``]);
  }
  const rows = [...lines].map(([outcome, answers]) => `| ${answers.join(', ')} | ${outcome} |`);
  return `\n### ${status}\n\n| answer | outcome |\n|---|---|\n${rows.join('\n')}\n`;
}

/** The whole page. */
export const flowsPage = (): string => `${HEAD}${drawing()}${effectsTable()}${STATUSES.map(table).join('')}`;

/** Where the page is. */
export const flowsFile: string = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/flows.md');

if (import.meta.main) writePage(flowsFile, flowsPage(), 'pnpm flows');
