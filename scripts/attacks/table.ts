/** Results -> the table of the terminal, and the page docs/attacks-played.md. */
import { AWAITED, type Result } from './run.ts';

/** Attacks of the sections 1 to 4 and 7 that nobody can play against @proofkey/node -> what brings them. */
export const LATER: Readonly<Record<string, string>> = {
  'AT-12': 'the browser adapter: return targets',
  'AT-19': 'the browser adapter: tabs',
  'AT-20': 'the browser adapter: messages between windows',
  'AT-26': 'the browser adapter: insecure contexts',
  'AT-39': 'the DPoP package',
  'AT-40': 'the DPoP package',
  'AT-53': 'the session: refreshing',
  'AT-79': 'client authentication by private_key_jwt',
  'AT-80': 'pushed authorization requests',
};

const COLUMNS = ['id', 'attack', 'ways', 'ends with', 'verdict'] as const;

type Row = readonly [id: string, title: string, ways: string, outcomes: string, verdict: string];

function rowOf({ id, title, ways }: Result): Row {
  const outcomes = [...new Set(ways.flatMap(({ outcome }) => outcome.split(', ')))];
  const count = (wanted: string): number => ways.filter(({ verdict }) => verdict === wanted).length;
  const rest = count('awaited') > 0 ? `withstood, ${count('awaited')} awaited` : 'withstood';
  return [id, title, `${ways.length}`, outcomes.join(', '), count('FAILED') > 0 ? `${count('FAILED')} FAILED` : rest];
}

export const isWithstood = (results: readonly Result[]): boolean =>
  results.length > 0 &&
  results.every(({ ways }) => ways.length > 0 && ways.every(({ verdict }) => verdict !== 'FAILED'));

/** For a terminal of any width: the outcomes come last, because they are long. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map(rowOf).map(([id, title, ways, outcomes, verdict]) => [id, ways, verdict, title, outcomes]);
  const all = [['id', 'ways', 'verdict', 'attack', 'ends with'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const wrongs = results.flatMap(({ id, ways }) =>
    ways
      .filter(({ verdict }) => verdict === 'FAILED')
      .map(({ name, wrongs: all }) => `${id}, ${name}: ${all.join('; ')}`),
  );
  const later = Object.entries(LATER).map(([id, reason]) => `${id}  comes with ${reason}`);
  return `${[...lines, '', ...later, ...(wrongs.length > 0 ? ['', 'FAILED:', ...wrongs] : [])].join('\n')}\n`;
}

const HEAD = `# Attacks that were played

<!-- Made by \`npm run attacks -- --write\` from scripts/attacks. Do not edit. -->

The hostile server is the one of \`@proofkey/msw\` with its [deviations](deviations.md), on loopback, or one answer of
it replaced on the way. The victim is a client of \`createNodeClient\`. The numbers are those of
[attacks.md](attacks.md).

Before each way of attacking somebody is logged in, and another login of the same client waits. After it

- the outcome is the one below, and no token of the hostile answer is stored or shown;
- the session of before still reads userinfo, and the login of before still completes;
- nothing was asked of the server that the row does not need, and nothing of anybody else;
- nothing secret that crossed the wire is in an error, a step, or what the terminal showed;
- all of it came to an end in time.

Two codes are what the core says of that callback, and what \`handleCallback\` says, which asks first whose it is.
`;

const cell = (text: string): string =>
  text.replace(/[|\\]/g, '\\$&').replace(/</g, '&lt;').replace(/\*/g, '\\*').replace(/_/g, '\\_');
const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``);
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const codes = (text: string): string => text.split(', ').map(code).join(', ');

/** The whole page. */
export function pageOf(results: readonly Result[]): string {
  const summary = results.map((result) => {
    const [id, title, ways, outcomes, verdict] = rowOf(result);
    return line([id, title, ways, codes(outcomes), verdict]);
  });
  const ways = results.flatMap(({ id, ways: all }) =>
    all.map(({ name, outcome, verdict }) => line([id, cell(name), codes(outcome), verdict])),
  );
  return [
    HEAD,
    `\n## All of them\n\n${line(COLUMNS)}|---|---|---|---|---|\n${summary.join('')}`,
    `\n## Not played here\n\n${line(['id', 'comes with'])}|---|---|\n${Object.entries(LATER).map(line).join('')}`,
    Object.keys(AWAITED).length === 0
      ? ''
      : `\n## Awaited\n\n${line(['way', 'why'])}|---|---|\n${Object.entries(AWAITED).map(line).join('')}`,
    `\n## Every way\n\n${line(['id', 'what is played', 'ends with', 'verdict'])}|---|---|---|---|\n${ways.join('')}`,
  ].join('');
}
