/** Each row of the vector file is a test that bears the requirements which it proves: `vectors/requirements.json`. */
import { expect, test } from 'vitest';
import { vectorRows } from '../../../scripts/requirements/rows.ts';

/** What we knowingly do otherwise; `vectors.test.ts` has the reasons, and sees that there is no other one. */
const OTHERWISE = ['idt-125'];

const rows = vectorRows();
const run = rows.filter(({ id, outcome }) => outcome !== 'not_supported' && !OTHERWISE.includes(id));

test.each(
  run.map((row) => [row.id, row.proves.length > 0 ? ` (${row.proves.join(' ')})` : '', row.title, row] as const),
)('%s%s: %s', (_id, _proves, _title, { outcome }) => {
  expect(outcome).toBe('as_expected');
});

test('a row that comes out otherwise is no proof', () => {
  const { proves, outcome } = rows.find(({ id }) => id === OTHERWISE[0]) ?? {};
  expect(outcome).toBe('wrongly_accepted');
  expect(proves).toEqual([]);
});

test('most rows prove something', () => {
  expect(run.filter(({ proves }) => proves.length > 0).length).toBeGreaterThan(300);
});
