/** The sources of a package -> what is published of them, and what an application ships, as text. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { build as publish } from 'tsup';
import { optionsOf } from '../../../tsup.config.ts';
import { root } from './processes.ts';

/** File -> the names that an application imports from it; `*` for all of them. */
export type Imports = Readonly<Record<string, readonly string[] | '*'>>;

/** One entry that exports what is imported, with everything that needs and nothing else. */
export async function bundle(imports: Imports, minify: boolean): Promise<string> {
  const lines = Object.entries(imports).map(([file, names]) => {
    const exported = names === '*' ? '*' : `{ ${names.join(', ')} }`;
    return `export ${exported} from ${JSON.stringify(file)};`;
  });
  const { outputFiles } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: join(root, 'packages/core') },
    nodePaths: [join(root, 'packages/core/node_modules')],
    bundle: true,
    minify,
    write: false,
    format: minify ? 'esm' : 'iife',
    globalName: 'proofkey',
    target: 'es2022',
    // A bundler moves the licence comments of dependencies to a file of their own.
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** Octets on the wire. Node's zlib packs a little worse than the `gzip` command, so that both stay below a ceiling. */
export const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length;

/** A package as it is published, but for its types, in `folder`. */
export async function publishPackage(name: string, folder: string): Promise<void> {
  await publish({ ...optionsOf(name), config: false, dts: false, silent: true, outDir: folder });
}

export const publishCore = (folder: string): Promise<void> => publishPackage('core', folder);
