/** YAML files -> one OpenAPI description, and the line that marks what is made from it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { OpenApi } from './description.ts';
import { applyOverlay, type Json } from './overlay.ts';

export interface Source {
  readonly document: OpenApi;
  readonly banner: string;
}

// Through JSON, because YAML aliases are shared objects, and an overlay must change only the place that it names.
const readYaml = (file: string): Json => JSON.parse(JSON.stringify(parse(readFileSync(file, 'utf8'))));

// Folder and file name only: the marker must be the same on every machine.
const shortName = (file: string): string => `${basename(dirname(resolve(file)))}/${basename(file)}`;

export const load = (spec: string, overlays: readonly string[]): Source => {
  const merged = overlays.map(readYaml).reduce(applyOverlay, readYaml(spec));
  const hash = createHash('sha256').update(JSON.stringify(merged)).digest('hex');
  const names = [spec, ...overlays].map(shortName).join(' and ');
  return {
    document: merged as unknown as OpenApi,
    banner: `// Generated from ${names} (sha256 ${hash}) by pnpm generate. Do not edit.\n`,
  };
};
