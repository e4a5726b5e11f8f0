/** The sources of a package -> what is published of them, and what an application ships, as text. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { build as publish } from 'tsup';
import { optionsOf } from '../../../tsup.config.ts';
import { root } from './processes.ts';

/** File -> the names that an application imports from it; `*` for all of them. */
export type Imports = Readonly<Record<string, readonly string[] | '*'>>;

/** What is imported, with everything that it needs: in an application that uses it, or (`*`) as a library. */
export async function bundle(imports: Imports, minify: boolean): Promise<string> {
  const lines = Object.entries(imports).map(([file, names]) =>
    names === '*' ? `export * from '${file}';` : `import { ${names.join(', ')} } from '${file}';`,
  );
  // No name is left in an application, where its bundler shortens them; the list stands for their use.
  const used = Object.values(imports).flatMap((names) => (names === '*' ? [] : names));
  if (used.length > 0) lines.push(`export default [${used.join(', ')}];`);
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
