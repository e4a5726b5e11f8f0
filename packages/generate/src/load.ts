/** YAML files -> one OpenAPI 3.1 description, and the line that marks what is made from it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { parse } from 'yaml';
import type { OpenApi } from './description.ts';
import { GenerateError, refused, said } from './failure.ts';
import { applyOverlay, type Json } from './overlay.ts';

export interface Source {
  readonly document: OpenApi;
  /** The first line of every generated file. */
  readonly banner: string;
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new GenerateError('unreadable_file', file, said(error), 'Name a file that is there and can be read.', error);
  }
};

const readYaml = (file: string): Json => {
  const text = textOf(file);
  try {
    // Through JSON, because YAML aliases are shared objects, and an overlay must change only the place that it names.
    return JSON.parse(JSON.stringify(parse(text) ?? null));
  } catch (error) {
    throw new GenerateError('invalid_yaml', file, `it is not YAML: ${said(error)}`, 'Correct that place.', error);
  }
};

const isMembers = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** References out of the file would be fetched by whoever follows them, so none is followed. */
const checkReferences = (value: Json, where: string): void => {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    if (name === '$ref' && typeof member === 'string' && !member.startsWith('#/'))
      throw refused(
        where,
        `it refers to ${member}, outside the file`,
        'Bundle the files first, as redocly bundle does.',
      );
    checkReferences(member, where === '' ? name : `${where} ${name}`);
  }
};

const checkDescription = (value: Json, file: string): OpenApi => {
  const wrong = (what: string, fix: string): GenerateError => new GenerateError('not_openapi', file, what, fix);
  const version = isMembers(value) ? value['openapi'] : undefined;
  if (typeof version !== 'string') throw wrong('it is not an OpenAPI description', 'It has to say "openapi: 3.1.0".');
  if (!/^3\.1\.\d+$/.test(version)) throw wrong(`it is OpenAPI ${version}`, 'Convert it to OpenAPI 3.1.');
  if (!isMembers(value) || !isMembers(value['paths']))
    throw wrong('it has no paths', 'Describe at least one operation.');
  checkReferences(value, '');
  return value as unknown as OpenApi;
};

// Folder and file name only, and no folder that `out` is in as well: a clone may have any name, on every machine.
const shortName = (file: string, out: string): string =>
  relative(out, file)
    .split(sep)
    .filter((name) => name !== '..')
    .slice(-2)
    .join('/');

/** Runs one step, whose failures name no file, for this file. */
const inFile = <T>(file: string, step: () => T): T => {
  try {
    return step();
  } catch (error) {
    throw error instanceof GenerateError && !error.where.startsWith(file) ? error.within(file) : error;
  }
};

export const load = (spec: string, overlays: readonly string[], out: string, command: string): Source => {
  let merged = readYaml(spec);
  for (const file of overlays) {
    const overlay = readYaml(file);
    merged = inFile(file, () => applyOverlay(merged, overlay));
  }
  const document = inFile(spec, () => checkDescription(merged, spec));
  const hash = createHash('sha256').update(JSON.stringify(merged)).digest('hex');
  const names = [spec, ...overlays].map((file) => shortName(file, out)).join(' and ');
  const line = `Generated from ${names} (sha256 ${hash}) by ${command}. Do not edit.`;
  // A name of a file can hold a line break, which would end the comment.
  return { document, banner: `// ${line.replace(/[\r\n\u2028\u2029]/g, ' ')}\n` };
};

/** Whether a file was written by this generator, in any version and from any description. */
export const isOurs = (text: string): boolean =>
  /^\/\/ Generated from .+ \(sha256 [0-9a-f]{64}\) by .+\. Do not edit\.\r?\n/.test(text);
