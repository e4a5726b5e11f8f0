/** Titles of tests, rows of vectors -> `docs/requirements.md`, `docs/attacks.md`. `--check` fails when one is stale. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writePage } from './page.ts';
import { vectorRows } from './requirements/rows.ts';
import { entriesOf, faultsOf, type Proof, type Proofs, pageOf, proofsOf } from './requirements/table.ts';
import { titlesOf } from './requirements/titles.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROW_TESTS = 'packages/core/test/vectors.rows.test.ts';
const LISTS = ['requirements', 'attacks'] as const;

export type Page = { readonly file: string; readonly text: string };
export type Listing = { readonly pages: readonly Page[]; readonly faults: readonly string[] };

/** Titles first, and then the rows that come out as they say. */
function everyProof(): Proofs {
  const proofs = new Map(proofsOf(titlesOf(ROOT)));
  const rows = vectorRows().filter(({ outcome }) => outcome === 'as_expected');
  for (const id of new Set(rows.flatMap(({ proves }) => proves))) {
    const titles = rows.filter(({ proves }) => proves.includes(id)).map((row) => row.id);
    const proof: Proof = { file: ROW_TESTS, titles, rows: true };
    proofs.set(id, [...(proofs.get(id) ?? []), proof]);
  }
  return proofs;
}

/** Both pages, and what is wrong with the lists. */
export function listing(): Listing {
  const proofs = everyProof();
  const sources = LISTS.map((name) => ({ name, text: readFileSync(join(ROOT, `docs/${name}.source.md`), 'utf8') }));
  const pages = sources.map(({ name, text }) => ({
    file: join(ROOT, `docs/${name}.md`),
    text: pageOf(
      text,
      proofs,
      `Made by \`npm run requirements\` from ${name}.source.md and the titles of tests. Do not edit.`,
    ),
  }));
  return { pages, faults: faultsOf(entriesOf(sources.map(({ text }) => text).join('\n')), proofs) };
}

if (import.meta.main) {
  const { pages, faults } = listing();
  for (const { file, text } of pages) writePage(file, text, 'npm run requirements');
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}
