/** A hostile server, played -> a table of every attack and how it ended; `--write` keeps it as a page of docs/. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CARELESS } from './attacks/careless.ts';
import { guardOutside, strayConnections } from './attacks/outside.ts';
import { CASES, playAll } from './attacks/run.ts';
import { isWithstood, pageOf, tableOf } from './attacks/table.ts';

const HELP = `npm run attacks                     plays every attack of docs/attacks.md that @proofkey/node can meet
npm run attacks -- AT-43 AT-44      only these
npm run attacks -- --write          writes docs/attacks-played.md
npm run attacks -- --careless NAME  with a client that lacks a defence: the table has to fail
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, careless: { type: 'string' }, help: { type: 'boolean' } },
});
const wanted = CASES.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
const careless = values.careless === undefined ? {} : CARELESS[values.careless];
if (values.help || careless === undefined || wanted.length === 0) {
  const names = Object.keys(CARELESS).map((name) => `  ${name}\n`);
  process.stdout.write(`${HELP}\n${names.join('')}`);
  process.exitCode = values.help ? 0 : 2;
} else {
  guardOutside();
  const results = await playAll(wanted, { careless });
  process.stdout.write(tableOf(results));
  for (const target of strayConnections()) process.stdout.write(`FAILED: somebody connects to ${target}\n`);
  if (!isWithstood(results) || strayConnections().length > 0) process.exitCode = 1;
  if (values.write && positionals.length === 0)
    writeFileSync(join(import.meta.dirname, '../docs/attacks-played.md'), pageOf(results));
}
