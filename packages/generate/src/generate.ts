/** A description, its overlays and a folder -> the generated files in that folder. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { commandOf } from './command.ts';
import { GenerateError, said } from './failure.ts';
import { type Imports, renderFiles } from './files.ts';
import { isOurs, load, type Source } from './load.ts';

/** What is generated from, and where to. Paths are relative to the current folder. */
export interface GenerateOptions {
  /** An OpenAPI 3.1 description of an authorization server, or of any other one, as YAML or JSON. */
  readonly spec: string;
  /** OpenAPI Overlays 1.0.0, applied in this order. */
  readonly overlays?: readonly string[] | undefined;
  /** The folder of the generated files. It is made if it is missing, and may hold files of yours as well. */
  readonly out: string;
  /** Only compares, and writes nothing. */
  readonly check?: boolean | undefined;
  /** How generated files name each other: `./x.js`, as NodeNext and bundlers have it, or `./x.ts`. `js` when absent. */
  readonly imports?: Imports | undefined;
  /** The command that makes the files again, for their first line. When absent, it is made from the other options. */
  readonly command?: string | undefined;
}

/** Names of files in `out`. With `check`, what would have been done. */
export interface Generated {
  /** New, or other than they were. */
  readonly written: readonly string[];
  /** Generated once, and not any more. */
  readonly removed: readonly string[];
  /** As they were already. */
  readonly unchanged: readonly string[];
}

/** A file in `out` and what is in it, or nothing if it is not there. */
const textIn = (out: string, name: string): string | undefined => {
  try {
    // A checkout on Windows may have turned line ends, which is no change.
    return readFileSync(join(out, name), 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unwritable(join(out, name), error);
  }
};

const unwritable = (where: string, error: unknown): GenerateError =>
  new GenerateError('unwritable_folder', where, said(error), 'Choose a folder that you can write to.', error);

const filesIn = (out: string): readonly string[] => {
  try {
    const entries = readdirSync(out, { withFileTypes: true });
    return entries.filter((one) => one.isFile()).map((one) => one.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unwritable(out, error);
  }
};

async function render({ document, banner }: Source, spec: string, imports: Imports): ReturnType<typeof renderFiles> {
  try {
    return await renderFiles(document, banner, imports);
  } catch (error) {
    if (error instanceof GenerateError) throw error.within(spec);
    // Whoever reads a broken description stumbles over it somewhere.
    const what = `it can not be read as OpenAPI 3.1: ${said(error)}`;
    throw new GenerateError('not_openapi', spec, what, 'Correct what redocly lint says about it.', error);
  }
}

/**
 * Writes types, the `operations` table, request builders, response readers and `createApi` for a description.
 *
 * Only files that were generated before are overwritten or removed: each says so in its first line. What the generated
 * code could not check or send is refused, because a part that is silently missing would look like one that is there.
 *
 * @returns which files were written and removed
 * @throws {GenerateError} `unreadable_file`, `invalid_yaml`, `not_openapi`, `invalid_overlay`, `unsupported`,
 * `foreign_file` or `unwritable_folder`
 * @see OpenAPI Specification 3.1.0, section 4.8; OpenAPI Overlay Specification 1.0.0, section 4
 */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { spec, overlays = [], out, check = false, imports = 'js', command = commandOf(options) } = options;
  const files = await render(load(spec, overlays, out, command), spec, imports);
  const before = new Map([...files.keys()].map((name) => [name, textIn(out, name)]));
  for (const [name, text] of before) {
    if (text === undefined || isOurs(text)) continue;
    const fix = 'Choose another folder, or move that file away.';
    throw new GenerateError('foreign_file', join(out, name), 'it was not generated, and would be overwritten', fix);
  }
  const removed = filesIn(out)
    .filter((name) => name.endsWith('.ts') && !files.has(name))
    .filter((name) => isOurs(textIn(out, name) ?? ''));
  const written = [...files.keys()].filter((name) => before.get(name) !== files.get(name));
  const unchanged = [...files.keys()].filter((name) => !written.includes(name));
  if (!check) {
    try {
      mkdirSync(out, { recursive: true });
      for (const name of removed) rmSync(join(out, name));
      for (const name of written) writeFileSync(join(out, name), files.get(name) ?? '');
    } catch (error) {
      throw unwritable(out, error);
    }
  }
  return { written, removed, unchanged };
}

/**
 * Applies overlays to a description, and gives it as one YAML text, for linters and other tools. Comments are lost.
 *
 * @throws {GenerateError} `unreadable_file`, `invalid_yaml`, `not_openapi`, `invalid_overlay` or `unsupported`
 * @see OpenAPI Overlay Specification 1.0.0, section 4
 */
export const mergeDescription = ({ spec, overlays = [] }: Pick<GenerateOptions, 'spec' | 'overlays'>): string =>
  stringify(load(spec, overlays, '', '').document, { aliasDuplicateObjects: false });
