/** Words of a command line -> what the generator did, said on stdout and stderr, and an exit code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commandOf } from './command.ts';
import { GenerateError, said } from './failure.ts';
import type { Imports } from './files.ts';
import { generate, mergeDescription } from './generate.ts';

/** What a command does that is not told otherwise. */
export interface Defaults {
  readonly spec?: string;
  /** `--overlay none` does without them. */
  readonly overlays?: readonly string[];
  readonly out?: string;
  readonly imports?: Imports;
  readonly command?: string;
}

const HELP = `npx @proofkey/generate --spec FILE --out FOLDER [options]

Writes types, the table of operations, request builders, response readers and createApi
for the server that an OpenAPI 3.1 description describes. The files need no other package.

  --spec FILE       the description, YAML or JSON
  --overlay FILE    an OpenAPI Overlay that changes it; can be repeated
  --out FOLDER      where the files go; only files that were generated before are replaced or removed
  --imports js|ts   how the files name each other: ./x.js (default) or ./x.ts
  --check           writes nothing; fails if a file is out of date
  --merged FILE     only writes the description with its overlays, as one YAML file
  --help            says this

Exit codes: 0 done, or nothing is out of date; 1 --check found a file that is; 2 refused, and stderr says why.
`;

const misuse = (what: string): GenerateError => new GenerateError('wrong_arguments', 'arguments', what, 'See --help.');

const parse = (words: readonly string[]) =>
  parseArgs({
    args: [...words],
    options: {
      spec: { type: 'string' },
      overlay: { type: 'string', multiple: true },
      out: { type: 'string' },
      imports: { type: 'string' },
      check: { type: 'boolean', default: false },
      merged: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;

const importsOf = (given: string | undefined, usual: Imports = 'js'): Imports => {
  if (given === undefined) return usual;
  if (given !== 'js' && given !== 'ts') throw misuse(`--imports is js or ts, and not ${given}`);
  return given;
};

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** The description with its overlays, as a file. */
const writeMerged = (file: string, spec: string, overlays: readonly string[]): void => {
  if ([spec, ...overlays].some((one) => resolve(one) === resolve(file)))
    throw new GenerateError('foreign_file', file, 'it is read, and would be overwritten', 'Choose another name.');
  const text = mergeDescription({ spec, overlays });
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw new GenerateError('unwritable_folder', file, said(error), 'Choose a place that you can write to.', error);
  }
};

const run = async (words: readonly string[], usual: Defaults): Promise<0 | 1> => {
  const given = parse(words);
  if (given.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { spec = usual.spec, out = usual.out, check, merged } = given;
  const chosen = given.overlay ?? usual.overlays ?? [];
  const overlays = usual.overlays === undefined ? chosen : chosen.filter((file) => file !== 'none');
  if (!spec) throw misuse('--spec is missing');
  if (merged !== undefined) {
    writeMerged(merged, spec, overlays);
    return 0;
  }
  if (!out) throw misuse('--out is missing');
  const options = { spec, overlays, out, check, imports: importsOf(given.imports, usual.imports) };
  const command = usual.command ?? commandOf(options);
  const { written, removed } = await generate({ ...options, command });
  const names = [...written, ...removed];
  if (check) for (const name of names) complain(`${join(out, name)} is out of date: run ${command}`);
  else say(names.length > 0 ? `wrote ${names.join(', ')}` : 'nothing has changed');
  return check && names.length > 0 ? 1 : 0;
};

/** @returns 0 if it is done, 1 if `--check` found a file that is out of date, 2 if something was refused */
export async function main(words: readonly string[], usual: Defaults = {}): Promise<0 | 1 | 2> {
  try {
    return await run(words, usual);
  } catch (error) {
    const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
    const failure = isUsage ? misuse(said(error)) : error;
    if (!(failure instanceof GenerateError)) throw failure;
    complain(failure.message);
    return 2;
  }
}
