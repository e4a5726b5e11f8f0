/** docs/requirements.md and docs/attacks.md say what proves what: they are made from titles, and no id is forgotten. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listing } from '../../scripts/list-requirements.ts';
import { vectorRows } from '../../scripts/requirements/rows.ts';
import { entriesOf, faultsOf, pageOf, proofsOf } from '../../scripts/requirements/table.ts';
import { titlesIn, titlesOf } from '../../scripts/requirements/titles.ts';
import { root, withFolder } from './support/processes.ts';

const { pages, faults } = listing();

describe('docs/requirements.md and docs/attacks.md', () => {
  test.each(pages)('$file is current: `npm run requirements` makes it again', ({ file, text }) => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('every id has a test, or says what brings it later; no title bears another one', () => {
    expect(faults).toEqual([]);
  });

  test('list 220 requirements and 80 attacks', () => {
    expect(pages.map(({ text }) => entriesOf(text).length)).toEqual([220, 80]);
  });

  test('link to files that are there', () => {
    for (const { file, text } of pages) {
      const links = Array.from(text.matchAll(/\]\((\.\.\/[^)]+)\)/g), ([, link = '']) => link);
      expect(new Set(links).size).toBeGreaterThan(30);
      for (const link of new Set(links)) expect(readFileSync(join(file, '..', link), 'utf8')).not.toBe('');
    }
  });
});

const HEAD = '# Some\n\n| id | requirement | later |\n|---|---|---|\n';
const sourceOf = (...rows: readonly (readonly [id: string, later: string])[]): string =>
  HEAD + rows.map(([id, later]) => `| ${id} | Do \`a \\| b\` | ${later} |\n`).join('');
/** The faults of a list whose proofs are these titles of one file. */
const faultsWith = (source: string, titles: readonly string[]): readonly string[] =>
  faultsOf(entriesOf(source), proofsOf(new Map([['packages/core/test/a.test.ts', titles]])));

describe('what is wrong with a list', () => {
  test('nothing, where each id is borne by a title or comes later', () => {
    const source = sourceOf(['ID-05', ''], ['AT-45', 'the session'], ['CB-20', 'partly: the session']);
    expect(faultsWith(source, ['ID-05 CB-20 is sound', 'a title of its own'])).toEqual([]);
  });

  test.each<[string, ReturnType<typeof sourceOf>, readonly string[], string]>([
    ['an id that no title bears', sourceOf(['ID-05', '']), ['id-05', 'ID-055'], 'ID-05 is proven by no test'],
    ['a title with an id of no list', sourceOf(['ID-05', '']), ['ID-05', 'ID-06 a'], 'ID-06 is borne by a title'],
    ['what comes later, and is proven', sourceOf(['ID-05', 'DPoP']), ['a (ID-05)'], 'ID-05 is proven, and said to'],
    ['what is proven in part, by nothing', sourceOf(['ID-05', 'partly: DPoP']), [], 'ID-05 is said to be proven'],
    ['an id that is listed twice', sourceOf(['ID-05', ''], ['ID-05', '']), ['ID-05'], 'ID-05 is listed twice'],
  ])('%s', (_what, source, titles, fault) => {
    expect(faultsWith(source, titles)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('a title', () => {
  test('is read from test, describe and what follows each, in any quotes', () => {
    const text = [
      "test('ID-01 it\\'s one', () => {});",
      '  describe("ID-02 two", () => {});',
      "test.each([[1], [2]])(\n  'ID-03 %s three',\n  () => {},\n);",
      "describe.each(ROWS)('ID-04 four ' + 'and on', () => {});",
      `test(\`ID-05 \${name} five\`, () => {});`,
    ];
    const titles = ["ID-01 it's one", 'ID-02 two', 'ID-03 %s three', 'ID-04 four and on', `ID-05 \${name} five`];
    expect(titlesIn(text.join('\n'))).toEqual(titles);
  });

  test('is none where nothing runs', () => {
    const text = [
      ...["// test('ID-01 a', () => {});", "/* test('ID-02 b', () => {}); */", "test.skip('ID-03 c', () => {});"],
      ...["test.todo('ID-04 d');", `const e = "test('ID-05 e', () => {})";`, "it.each(ROWS)('ID-06 f', () => {});"],
    ];
    expect(titlesIn(text.join('\n'))).toEqual([]);
  });

  test('is none inside of what is left out, or may be', () => {
    const inside = "test('ID-01 a', () => {});";
    for (const around of ['describe.skip', 'describe.todo', 'describe.skip.each(ROWS)', 'describe.skipIf(true)'])
      expect(titlesIn(`${around}('ID-02 b', () => { ${inside} });\ntest('ID-03 c', () => {});`)).toEqual(['ID-03 c']);
    for (const test of ['test.skip.each(ROWS)', 'test.skipIf(true)', 'test.runIf(false)'])
      expect(titlesIn(`${test}('ID-01 a', () => {});`)).toEqual([]);
  });

  test('is looked for in every package and among the gates', () => {
    const files = [...titlesOf(root).keys()];
    for (const place of [
      'packages/core/test/conformance/',
      'packages/node/test/',
      'packages/msw/test/',
      'test/gates/',
    ]) {
      expect(files.filter((file) => file.startsWith(place)).length).toBeGreaterThan(3);
    }
    expect(files).toContain('packages/core/test/types.test-d.ts');
  });
});

describe('a page', () => {
  const cellsOf = (titles: readonly string[], later = ''): string => {
    const proofs = proofsOf(new Map([['packages/core/test/a.test.ts', titles]]));
    return (
      pageOf(sourceOf(['ID-05', later]), proofs, 'Made.')
        .split('\n')
        .at(-2) ?? ''
    );
  };

  test('quotes four titles, and counts more', () => {
    const link = '[core/a.test.ts](../packages/core/test/a.test.ts)';
    expect(cellsOf(['ID-05 a | <b>'])).toBe(`| ID-05 | Do \`a \\| b\` | ${link}: "ID-05 a \\| &lt;b>" |`);
    expect(cellsOf(['ID-05 a', 'ID-05 b', 'ID-05 c', 'ID-05 d'])).toContain(
      `| ${link}: "ID-05 a", "ID-05 b", "ID-05 c",`,
    );
    expect(cellsOf(['ID-05 a', 'ID-05 b', 'ID-05 c', 'ID-05 d', 'ID-05 e'])).toContain(`| ${link} (5 titles) |`);
  });

  test('says what comes later, and what is left', () => {
    expect(cellsOf([], 'DPoP')).toBe('| ID-05 | Do `a \\| b` | later: DPoP |');
    expect(cellsOf(['ID-05 a'], 'partly: DPoP')).toMatch(/"ID-05 a"; partly: DPoP \|$/);
  });
});

describe('a row of the vector file', () => {
  const row = { id: 'ru-001', title: 'https', expect: 'accept', redirect_uri: 'https://a.test/cb' };
  const rowsOf = async (rows: readonly object[], proves: object) => {
    const files = { 'vectors.json': { groups: { redirect_uri: rows } }, 'requirements.json': proves };
    const texts = Object.fromEntries(Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)]));
    let found: ReturnType<typeof vectorRows> = [];
    await withFolder(texts, (folder) => {
      found = vectorRows(folder);
    });
    return found;
  };

  test('proves what requirements.json says, as long as it comes out as it says', async () => {
    const rows = [row, { ...row, id: 'ru-002', expect: 'reject' }];
    const proves = { 'AR-13': ['ru-001', 'ru-002'], 'AR-14': ['ru-001'] };
    expect(await rowsOf(rows, proves)).toEqual([
      { id: 'ru-001', title: 'https', proves: ['AR-13', 'AR-14'], outcome: 'as_expected' },
      { id: 'ru-002', title: 'https', proves: ['AR-13'], outcome: 'wrongly_accepted' },
    ]);
  });

  test('proves nothing when either outcome suits it, or when it is not there', async () => {
    const either = rowsOf([{ ...row, expect: 'either' }], { 'AR-13': ['ru-001'] });
    await expect(either).rejects.toThrow('prove nothing: ru-001');
    await expect(rowsOf([row], { 'AR-13': ['ru-009'] })).rejects.toThrow('prove nothing: ru-009');
  });
});
