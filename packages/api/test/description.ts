/** Where the description is, and how the tests generate from a copy of it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import type { OpenApi } from '../../generate/src/description.ts';
import { load, type Source } from '../../generate/src/load.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const root: string = path('../../..');
export const spec: string = path('../../../openapi/authorization-server.yaml');
export const overlay: string = path('../../../openapi/auth0.overlay.yaml');
export const generated: string = path('../src/generated');
/** For commands of the workspace, which need not be on the path. */
export const withTools: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
};
const generator = path('../../../scripts/generate.ts');

export const source: Source = load(spec, [overlay], generated, 'pnpm generate');
export const document: OpenApi = source.document;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A folder with a copy of the description, and a place for what is generated. */
export const workshop = (): { spec: string; overlay: string; out: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'api-'));
  folders.push(folder);
  const shop = {
    spec: join(folder, 'openapi/authorization-server.yaml'),
    overlay: join(folder, 'openapi/auth0.overlay.yaml'),
    out: join(folder, 'src/generated'),
  };
  mkdirSync(shop.out, { recursive: true });
  cpSync(spec, shop.spec);
  cpSync(overlay, shop.overlay);
  // Without it, Node would have to guess that the files are modules.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  return shop;
};

/** Runs the generator as a command. Another folder is current, because nothing may depend on that. */
export const generate = (...options: string[]): { status: number | null; stderr: string } =>
  spawnSync(process.execPath, [generator, ...options], { cwd: tmpdir(), encoding: 'utf8' });

/** Imports the readers from one folder with a change to their text. The change is written to another folder. */
export const importChanged = (from: string, to: string, change: (text: string) => string): Promise<object> => {
  const before = readFileSync(join(from, 'readers.ts'), 'utf8');
  const after = change(before);
  if (after === before) throw new Error('there was nothing to change');
  const file = join(to, 'changed-readers.ts');
  cpSync(join(from, 'runtime.ts'), join(to, 'runtime.ts'));
  writeFileSync(file, after);
  return import(pathToFileURL(file).href);
};

/** The options of the generator that make it work in such a folder. */
export const options = ({ spec, overlay, out }: ReturnType<typeof workshop>): string[] => [
  ...['--spec', spec, '--overlay', overlay, '--out', out],
];

/** Edits a file as text. */
export const change = (file: string, edit: (text: string) => string): void =>
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
