/** The vector file, as `scripts/vectors.ts` finds it -> what each row proves, and how it came out. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, 'packages/core/test/vectors');
const LISTS = ['not_supported', 'wrongly_accepted', 'wrongly_refused', 'different_result'] as const;

type Given = { readonly id: string; readonly title: string; readonly expect: string };
type Tally = Readonly<Record<(typeof LISTS)[number], readonly string[]>>;
export type VectorRow = {
  readonly id: string;
  readonly title: string;
  /** Requirements and attacks that speak of this row. */
  readonly proves: readonly string[];
  readonly outcome: 'as_expected' | (typeof LISTS)[number];
};

/**
 * Every row that can come out wrong: one that allows both outcomes proves nothing.
 *
 * @param folder with `vectors.json`, and `requirements.json` that says which rows prove what
 */
export function vectorRows(folder: string = FOLDER): readonly VectorRow[] {
  const file = join(folder, 'vectors.json');
  const output = execFileSync(process.execPath, [join(ROOT, 'scripts/vectors.ts'), file], { encoding: 'utf8' });
  const tallies: readonly Tally[] = Object.values(JSON.parse(output).groups);
  const proofs: readonly (readonly [id: string, rows: readonly string[]])[] = Object.entries(
    JSON.parse(readFileSync(join(folder, 'requirements.json'), 'utf8')),
  );
  const given: readonly Given[] = Object.values<Given[]>(JSON.parse(readFileSync(file, 'utf8')).groups).flat();
  const decided = given.filter(({ expect }) => expect !== 'either');
  const known = new Set(decided.map(({ id }) => id));
  const unknown = proofs.flatMap(([, rows]) => rows.filter((row) => !known.has(row)));
  if (unknown.length > 0) throw new Error(`requirements.json names rows that prove nothing: ${unknown.join(', ')}`);
  return decided.map(({ id, title }) => ({
    id,
    title,
    proves: proofs.filter(([, rows]) => rows.includes(id)).map(([requirement]) => requirement),
    outcome: LISTS.find((list) => tallies.some((tally) => tally[list].includes(id))) ?? 'as_expected',
  }));
}
