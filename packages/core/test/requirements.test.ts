/** docs/requirements.md and docs/attacks.md say what proves what; here it is checked that they tell the truth. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { titlesBelow } from './support/titles.ts';

const ROOT = join(import.meta.dirname, '../../..');
const titles = titlesBelow(import.meta.dirname);
const vectors = new Set(
  Object.values(JSON.parse(readFileSync(join(import.meta.dirname, 'vectors/vectors.json'), 'utf8')).groups)
    .flat()
    .map((row) => (row as { id: string }).id),
);

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
const OURS = /^[A-F1-4]$/;
const ours = [...requirements, ...attacks].filter(({ section }) => OURS.test(section));
const filesOf = (provenBy: string): string[] => provenBy.match(/[\w.-]+\.test\.ts/g) ?? [];
const namedIn = (file: string): string => (titles.get(file) ?? []).join('\n');
const names = (text: string, id: string): boolean => new RegExp(`\\b${id}\\b`).test(text);

describe('docs/requirements.md and docs/attacks.md', () => {
  test('list everything once', () => {
    expect(requirements).toHaveLength(220);
    expect(attacks).toHaveLength(80);
    const ids = [...requirements, ...attacks].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ours.length).toBeGreaterThan(150);
  });

  test.each(ours)('$id is proven by tests that name it, or elsewhere for a reason', ({ id, provenBy }) => {
    const files = filesOf(provenBy);
    const elsewhere = /elsewhere: (.*)$/.exec(provenBy)?.[1] ?? '';
    expect(files.length > 0 || elsewhere.length > 20).toBe(true);
    for (const file of files) expect([file, names(namedIn(file), id)]).toEqual([file, true]);
  });

  test.each([...requirements, ...attacks])(
    '$id says in words what proves it, or when something will',
    ({ provenBy }) => {
      expect(provenBy.length).toBeGreaterThan(4);
    },
  );

  test('name only vectors that are in the file', () => {
    const named = ours.flatMap(({ provenBy }) => provenBy.match(/\b[a-z]{2,4}-\d{3}\b/g) ?? []);
    expect(named.length).toBeGreaterThan(150);
    expect(named.filter((id) => !vectors.has(id))).toEqual([]);
  });

  test('are named by no title that they do not know', () => {
    const known = new Set([...requirements, ...attacks].map(({ id }) => id));
    const named = [...titles.values()].flat().flatMap((title) => title.match(/\b(?:[A-Z]{2})-\d\d\b/g) ?? []);
    expect(named.length).toBeGreaterThan(200);
    expect([...new Set(named)].filter((id) => !known.has(id))).toEqual([]);
  });
});
