/** Vector file -> one JSON object: what the public functions do with every row. Exit 0, or 2 if it cannot be read. */
import { readFileSync } from 'node:fs';
import { authorizationRunners } from './vectors/authorization.ts';
import { expand, type List, listOf } from './vectors/judge.ts';
import { loopbackRunners } from './vectors/loopback.ts';
import { resourceRunners } from './vectors/resource.ts';
import type { Row, Runner, Runners } from './vectors/rows.ts';
import { serverRunners } from './vectors/server.ts';
import { tokenRunners } from './vectors/tokens.ts';

const RUNNERS: Runners = {
  ...serverRunners,
  ...authorizationRunners,
  ...tokenRunners,
  ...loopbackRunners,
  ...resourceRunners,
};

type Tally = { run: number; as_expected: number } & Record<List, string[]>;

async function tallyOf(rows: readonly Row[], runner: Runner | undefined, file: Row): Promise<Tally> {
  const [wrongly_accepted, wrongly_refused, different_result, not_supported]: string[][] = [[], [], [], []];
  const tally = { run: 0, as_expected: 0, wrongly_accepted, wrongly_refused, different_result, not_supported } as Tally;
  for (const row of rows.map(expand)) {
    const outcome = await Promise.resolve(row)
      .then((given) => runner?.(given, file))
      .catch(() => ({ kind: 'thrown' }));
    if (outcome) tally.run++;
    const list = outcome ? listOf(row, outcome) : 'not_supported';
    if (list) tally[list].push(row['id']);
    else tally.as_expected++;
  }
  return tally;
}

try {
  const file: Row = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  const groups: Record<string, Tally> = {};
  for (const [name, rows] of Object.entries<Row[]>(file['groups'])) {
    groups[name] = await tallyOf(rows, RUNNERS[name], file);
  }
  process.stdout.write(`${JSON.stringify({ groups })}\n`);
} catch {
  process.stderr.write(`Cannot read ${process.argv[2] ?? 'a file: none was named'}. Usage: pnpm vectors FILE\n`);
  process.exitCode = 2;
}
