/** The house rules about files that no linter checks: short, narrow, introduced, and without a word about machines. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './support/processes.ts';

const MOST_LINES = 200;
const WIDEST_LINE = 120;

const folders = [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src`), 'scripts', 'test/gates'];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.(ts|mjs)$/.test(path) && !path.includes('/generated/')),
);

describe.each(files)('%s', (path) => {
  const lines = readFileSync(join(root, path), 'utf8').trimEnd().split('\n');

  test('is short', () => {
    expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
  });

  test('is narrow', () => {
    expect(lines.filter((line) => line.length > WIDEST_LINE)).toEqual([]);
  });

  test('says first what it is for', () => {
    // A command says before that which program runs it.
    expect(lines.find((line) => !line.startsWith('#!'))).toMatch(/^\/\*\*/);
  });
});

test('the rules about files look at every package', () => {
  const packages = readdirSync(join(root, 'packages'));
  expect(packages.filter((name) => !files.some((path) => path.startsWith(`packages/${name}/`)))).toEqual([]);
});
