/** `login-flow.table.ts` -> `docs/flows.md`: the login as a drawing and a table. `--check` fails when it is stale. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Effect } from '../packages/core/src/effect.ts';
import { LOGIN_TABLE, type Row } from '../packages/core/src/login-flow.table.ts';

type Status = keyof typeof LOGIN_TABLE;
type AnswerType = keyof (typeof LOGIN_TABLE)[Status];

const STATUSES = Object.keys(LOGIN_TABLE) as Status[];
const answersOf = (status: Status): AnswerType[] => Object.keys(LOGIN_TABLE[status]) as AnswerType[];

const HEAD = `# Flows

<!-- Made by \`pnpm flows\` from packages/core/src/login-flow.table.ts. Do not edit. -->

## Login

\`startLogin\` asks for \`save_transaction\` and then \`open_user_agent\`; \`stepLogin\` turns each answer into the next
state and what to do. Effects are carried out in their order, each finished before the next begins. An arrow is labelled
with the answer and, after a slash, with the effects that the step asks for. What ends a login unexpectedly is only in
the table below.

`;

/** What each effect asks of a platform, and the answer that it brings. */
const EFFECTS: Readonly<Record<Effect['type'], readonly [asks: string, answer: string]>> = {
  save_transaction: ['write the transaction under its `state`, before anything is opened', ''],
  open_user_agent: ['show a URL to the person', '`returned`, `departed`, `cancelled`, `dismissed`'],
  spend_transaction: ['replace the transaction by its receipt, atomically', '`spent`, `already_spent`, `unknown`'],
  forget_transaction: ['remove the transaction: the login is certainly over', ''],
  send_request: ['send a request, once', '`response_received`'],
  verify_signature: ['check a signature', '`signature_checked`'],
  save_session: ['write the session, unless the stored one is newer than its guard says', ''],
};

/** Which steps ask for an effect. */
function askedIn(effect: Effect['type']): string {
  const asking = STATUSES.filter((status) =>
    answersOf(status).some((answer) => LOGIN_TABLE[status][answer].some(({ effects }) => effects.includes(effect))),
  );
  return asking.map((status) => `\`${status}\``).join(', ') || '`startLogin`';
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
      ([effect, [asks, answer]]) => `| \`${effect}\` | ${asks} | ${answer} | ${askedIn(effect as Effect['type'])} |`,
    ),
    '',
  ].join('\n');

type Arrow = readonly [from: Status, to: Status, label: string];

/** What most answers of a state lead to: it does not wait for them. */
function usualOf(status: Status): string {
  const all = answersOf(status).map((answer) => JSON.stringify(LOGIN_TABLE[status][answer]));
  const times = (rows: string): number => all.filter((one) => one === rows).length;
  return all.reduce((most, rows) => (times(rows) > times(most) ? rows : most));
}

/** The answers that a state waits for. Several between the same two states share one arrow. */
function arrows(): readonly Arrow[] {
  const labels = new Map<string, string[]>();
  for (const from of STATUSES) {
    for (const answer of answersOf(from)) {
      const rows = LOGIN_TABLE[from][answer];
      if (JSON.stringify(rows) === usualOf(from)) continue;
      for (const { to, effects } of rows) {
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
    '  [*] --> awaiting_callback: startLogin / save_transaction / open_user_agent',
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

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  if (!values.check) {
    mkdirSync(dirname(flowsFile), { recursive: true });
    writeFileSync(flowsFile, flowsPage());
  } else if (readFileSync(flowsFile, 'utf8') !== flowsPage()) {
    console.error('docs/flows.md is out of date: run pnpm flows');
    process.exitCode = 1;
  }
}
