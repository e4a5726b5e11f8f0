/** Test files -> their titles, for the tables under docs/ that say what proves what. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A title follows `test(`, `describe(` or, after `.each(...)`, another bracket. */
const TITLE = /(?:\b(?:test|describe)\(|\)\()\s*(['"`])((?:\\.|(?!\1)[^\n])*)\1/g;

/** File name -> its titles, for every test file below the folder. */
export function titlesBelow(folder: string): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  return new Map(
    files.map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return [basename(name), Array.from(text.matchAll(TITLE), ([, , title = '']) => title)];
    }),
  );
}
