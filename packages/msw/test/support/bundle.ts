/** A program -> one script for a platform without Node.js, and the modules that went into it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface Bundle {
  readonly code: string;
  readonly inputs: readonly string[];
}

/** Where what msw stands on is: it is no dependency of ours. */
const BESIDE_MSW = join(dirname(createRequire(import.meta.url).resolve('msw/package.json')), '..');

export async function bundle(program: string, platform: 'browser' | 'react-native'): Promise<Bundle> {
  const isNative = platform === 'react-native';
  const { outputFiles, metafile } = await build({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    // Without a platform every import of Node.js is an error.
    platform: isNative ? 'neutral' : 'browser',
    ...(isNative && { conditions: ['react-native'], mainFields: ['react-native', 'browser', 'module', 'main'] }),
    nodePaths: [BESIDE_MSW],
  });
  return { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) };
}

/** The script of msw that a page registers as its service worker. */
export const workerScript = (): string =>
  readFileSync(fileURLToPath(import.meta.resolve('msw/mockServiceWorker.js')), 'utf8');
