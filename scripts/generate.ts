/** OpenAPI description + overlays -> `packages/api/src/generated`: types, table, builders, readers, client. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { renderFiles } from './generate/files.ts';
import { load } from './generate/load.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    spec: { type: 'string', default: join(root, 'openapi/authorization-server.yaml') },
    overlay: { type: 'string', multiple: true, default: [join(root, 'openapi/auth0.overlay.yaml')] },
    out: { type: 'string', default: join(root, 'packages/api/src/generated') },
    merged: { type: 'string' },
  },
});

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

const { document, banner } = load(
  values.spec,
  // `--overlay none`: a description of one's own has no use for the default.
  values.overlay.filter((file) => file !== 'none'),
);

if (values.merged !== undefined) {
  // Only for linters: the description with its overlays, as one file.
  mkdirSync(dirname(values.merged), { recursive: true });
  writeFileSync(values.merged, stringify(document, { aliasDuplicateObjects: false }));
} else {
  const files = await renderFiles(document, banner);
  mkdirSync(values.out, { recursive: true });
  const extra = readdirSync(values.out).filter((name) => name.endsWith('.ts') && !files.has(name));
  const stale = [...files].filter(([name, text]) => textOf(join(values.out, name)) !== text).map(([name]) => name);
  if (values.check) {
    for (const name of [...stale, ...extra])
      console.error(`${join(values.out, name)} is out of date: run pnpm generate`);
    process.exitCode = stale.length + extra.length > 0 ? 1 : 0;
  } else {
    for (const name of extra) rmSync(join(values.out, name));
    for (const name of stale) writeFileSync(join(values.out, name), files.get(name) ?? '');
    console.log(stale.length + extra.length > 0 ? `wrote ${[...stale, ...extra].join(', ')}` : 'nothing has changed');
  }
}
