/** docs/requirements.md and docs/attacks.md say what proves what; here it is checked that they tell the truth. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { titlesBelow } from './support/titles.ts';

const ROOT = join(import.meta.dirname, '../../..');
const titles = titlesBelow(import.meta.dirname);

type Tally = Readonly<
  Record<'not_supported' | 'wrongly_accepted' | 'wrongly_refused' | 'different_result', readonly string[]>
>;
const VECTORS = join(import.meta.dirname, 'vectors/vectors.json');
const rows: readonly { readonly id: string; readonly expect: string }[] = Object.values(
  JSON.parse(readFileSync(VECTORS, 'utf8')).groups as Record<string, []>,
).flat();
const output = execFileSync(process.execPath, [join(ROOT, 'scripts/vectors.ts'), VECTORS], { encoding: 'utf8' });
const tallies: readonly Tally[] = Object.values(JSON.parse(output).groups);
/** What the script leaves out, or finds otherwise than the row says, or could not find otherwise, proves nothing. */
const unproven = new Set([
  ...tallies.flatMap((tally) => [...tally.not_supported, ...tally.wrongly_accepted, ...tally.wrongly_refused]),
  ...tallies.flatMap((tally) => tally.different_result),
  ...rows.filter((row) => row.expect === 'either').map(({ id }) => id),
]);
const proofs = new Set(rows.map(({ id }) => id).filter((id) => !unproven.has(id)));

type Entry = { readonly id: string; readonly section: string; readonly provenBy: string };

/** The rows of the tables in a document: the first cell is the id, the last one says what proves it. */
function entriesOf(file: string): readonly Entry[] {
  const entries: Entry[] = [];
  let section = '';
  for (const line of readFileSync(join(ROOT, 'docs', file), 'utf8').split('\n')) {
    section = /^## (\w+)/.exec(line)?.[1] ?? section;
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (/^[A-Z]{2}-\d\d$/.test(cells[1] ?? '')) {
      entries.push({ id: cells[1] ?? '', section, provenBy: cells.at(-2) ?? '' });
    }
  }
  return entries;
}

const requirements = entriesOf('requirements.md');
const attacks = entriesOf('attacks.md');
const OURS = /^[A-FI1-46]$/;
const all = [...requirements, ...attacks];
const ours = all.filter(({ section }) => OURS.test(section));
/** A name without a folder is a file of this package, whose titles carry the id. */
const filesOf = (provenBy: string): string[] => provenBy.match(/(?<![\w./-])[\w.-]+\.test\.ts/g) ?? [];
/** A file elsewhere is named with its folder and, in brackets and quotes, how the titles in it begin that are meant. */
const titlesElsewhere = (provenBy: string): (readonly [file: string, begin: string])[] =>
  Array.from(provenBy.matchAll(/(packages\/[\w./-]+\.test\.ts)(?: \(("[^)]*")\))?/g)).flatMap(([, file = '', quoted]) =>
    (quoted?.match(/"[^"]+"/g) ?? ['']).map((text) => [file, text.slice(1, -1)] as const),
  );
const titlesIn = (file: string): readonly string[] =>
  existsSync(join(ROOT, file)) ? (titlesBelow(join(ROOT, dirname(file))).get(basename(file)) ?? []) : [];
/** The titles in quotes speak of rows and scenarios too; there it is the title that is checked. */
const rowsOf = (provenBy: string): string[] => provenBy.replace(/"[^"]*"/g, '').match(/\b[a-z]{2,4}-\d{3}\b/g) ?? [];
/** What is left when the proofs that are checked otherwise are taken away. */
const wordsOf = (provenBy: string): string[] =>
  provenBy.split('; ').filter((part) => !/^(?:rows? [a-z]{2,4}-\d{3}|[\w.-]+\.test\.ts)(?:, |$)/.test(part));
const namedIn = (file: string): string => (titles.get(file) ?? []).join('\n');
const names = (text: string, id: string): boolean => new RegExp(`\\b${id}\\b`).test(text);

describe('docs/requirements.md and docs/attacks.md', () => {
  test('list everything once', () => {
    expect(requirements).toHaveLength(220);
    expect(attacks).toHaveLength(80);
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ours.length).toBeGreaterThan(150);
  });

  test.each(ours)('$id is proven by tests that name it, or elsewhere for a reason', ({ provenBy }) => {
    const files = filesOf(provenBy);
    const elsewhere = /elsewhere: (.*)$/.exec(provenBy)?.[1] ?? '';
    expect(files.length > 0 || elsewhere.length > 20).toBe(true);
  });

  test.each(all)('$id names a test file of the core only if a title there names it', ({ id, provenBy }) => {
    for (const file of filesOf(provenBy)) expect([file, names(namedIn(file), id)]).toEqual([file, true]);
  });

  test.each(all)('$id says in three words or more what no file and no row says', ({ provenBy }) => {
    expect(provenBy).not.toBe('');
    for (const part of wordsOf(provenBy)) expect(part.match(/[\w'-]+/g)?.length).toBeGreaterThanOrEqual(3);
  });

  test('name only titles elsewhere that are there', () => {
    const named = all.flatMap(({ provenBy }) => titlesElsewhere(provenBy));
    expect(named.length).toBeGreaterThan(10);
    const found = ([file, begin]: (typeof named)[number]): boolean =>
      begin !== '' && titlesIn(file).some((title) => title.startsWith(begin));
    expect(named.filter((one) => !found(one))).toEqual([]);
  });

  test('name only vectors that the script runs, and that come out as the row says', () => {
    const named = all.flatMap(({ id, provenBy }) => rowsOf(provenBy).map((row) => [id, row] as const));
    expect(named.length).toBeGreaterThan(150);
    expect(named.filter(([, row]) => !proofs.has(row))).toEqual([]);
  });

  test('would be caught naming one that is left out, comes out otherwise or is not there', () => {
    expect(['tok-118', 'tok-043', 'wm-001', 'idt-125', 'tok-999'].filter((row) => proofs.has(row))).toEqual([]);
    expect(proofs.size).toBeGreaterThan(300);
  });

  test('are named by no title that they do not know', () => {
    const known = new Set(all.map(({ id }) => id));
    const named = [...titles.values()].flat().flatMap((title) => title.match(/\b(?:[A-Z]{2})-\d\d\b/g) ?? []);
    expect(named.length).toBeGreaterThan(200);
    expect([...new Set(named)].filter((id) => !known.has(id))).toEqual([]);
  });
});
