/** Lines of exports -> one script, and which modules went into it. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './processes.ts';

export type Script = { readonly code: string; readonly inputs: readonly string[] };

/** As an application is bundled, when `minify` is true; else what they export is the global `proofkey`. */
export async function bundleOf(lines: readonly string[], minify: boolean): Promise<Script> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: root },
    nodePaths: [join(root, 'packages/core/node_modules')],
    bundle: true,
    minify,
    write: false,
    metafile: true,
    format: minify ? 'esm' : 'iife',
    globalName: 'proofkey',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  // What was shaken off whole is still listed, with no octets.
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return { code: outputFiles.map(({ text }) => text).join(''), inputs: used };
}
