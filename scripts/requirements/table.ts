/** A list of requirements and what proves them -> a page, and what is wrong with the list. Touches no file. */
import { idsIn } from './titles.ts';

/** Rows of the vector file count like titles: each is a test of its own. */
export type Proof = { readonly file: string; readonly titles: readonly string[]; readonly rows?: boolean };
export type Proofs = ReadonlyMap<string, readonly Proof[]>;
type Entry = { readonly id: string; readonly later: string };

const cellsOf = (line: string): readonly string[] => line.split(/(?<!\\)\|/).map((cell) => cell.trim());
const isEntry = (line: string): boolean => /^\| [A-Z]{2}-\d\d \|/.test(line);

/** The rows of the tables: the first cell is the id, the last one says what brings the rest of it later. */
export const entriesOf = (source: string): readonly Entry[] =>
  source
    .split('\n')
    .filter(isEntry)
    .map(cellsOf)
    .map((cells) => ({ id: cells[1] ?? '', later: cells.at(-2) ?? '' }));

/** Files and their titles -> id -> the files whose titles bear it. */
export function proofsOf(files: ReadonlyMap<string, readonly string[]>): Proofs {
  const proofs = new Map<string, Proof[]>();
  for (const [file, titles] of files) {
    for (const id of idsIn(titles.join('\n'))) {
      const bearing = titles.filter((title) => idsIn(title).includes(id));
      proofs.set(id, [...(proofs.get(id) ?? []), { file, titles: bearing }]);
    }
  }
  return proofs;
}

/** Why an entry is wrong: no proof, or a proof of what is said to come later. */
function faultOf({ id, later }: Entry, proven: boolean): string | undefined {
  const partly = later.startsWith('partly: ');
  if (proven && later !== '' && !partly)
    return `${id} is proven, and said to come with ${later}: drop that, or say partly`;
  if (!proven && partly) return `${id} is said to be proven in part, and no title bears it`;
  return !proven && later === '' ? `${id} is proven by no test: no title bears it` : undefined;
}

/** One sentence for each fault. */
export function faultsOf(entries: readonly Entry[], proofs: Proofs): string[] {
  const ids = entries.map(({ id }) => id);
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is listed twice`),
    ...[...proofs.keys()].filter((id) => !ids.includes(id)).map((id) => `${id} is borne by a title, and is on no list`),
    ...entries.flatMap((entry) => faultOf(entry, proofs.has(entry.id)) ?? []),
  ];
}

/** In a cell, a bar ends it, and what looks like HTML would be HTML. */
const inCell = (text: string): string => text.replace(/\|/g, '\\|').replace(/</g, '&lt;');

/** Titles in words only where they are few, so that the page stays readable. */
function textOf({ file, titles, rows }: Proof, few: boolean): string {
  const link = `[${file.replace(/^packages\/|(?<=^packages\/[^/]+\/)test\//g, '')}](../${file})`;
  if (rows) return `${link}: ${titles.join(', ')}`;
  if (few) return `${link}: ${titles.map((title) => `"${inCell(title)}"`).join(', ')}`;
  return titles.length === 1 ? link : `${link} (${titles.length} titles)`;
}

/** The source with its last column written anew, and a line that says who wrote it. */
export function pageOf(source: string, proofs: Proofs, made: string): string {
  const lines = source.split('\n').map((line) => {
    if (line.startsWith('| id |')) return line.replace(/later \|$/, 'proven by |');
    if (!isEntry(line)) return line;
    const [{ id, later } = { id: '', later: '' }] = entriesOf(line);
    const rest = later === '' || later.startsWith('partly: ') ? later : `later: ${later}`;
    const proven = proofs.get(id) ?? [];
    const few = proven.flatMap(({ titles, rows }) => (rows ? [] : titles)).length <= 4;
    const said = [...proven.map((proof) => textOf(proof, few)), rest].filter(Boolean).join('; ');
    return `${line.replace(/(?<!\\)\|[^|]*\|$/, '')}| ${said || 'being written'} |`;
  });
  return lines.join('\n').replace('\n', `\n\n<!-- ${made} -->\n`);
}
