/** Sources -> what is published. One build per package; the entries are what `publishConfig` exports, and its commands. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type Options } from 'tsup';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly publishConfig: {
    readonly exports: Record<string, string | Record<string, unknown>>;
    readonly bin?: Record<string, string>;
  };
}

/** Packages that run on Node.js only. */
const WITH_PLATFORM: readonly string[] = ['node', 'generate'];

/** They have no CommonJS, and Jest can not `require` anything else: CommonJS files hold them, ES modules import them. */
const ESM_ONLY = /^@noble\/(curves|hashes)\//;

const importedByEsm: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'imported-by-esm',
  setup: ({ initialOptions, onResolve }) => {
    // esbuild always writes ES modules here, which become CommonJS later; tsup says which.
    const isEsm = initialOptions.define?.['TSUP_FORMAT'] === '"esm"';
    if (isEsm) onResolve({ filter: ESM_ONLY }, ({ path }) => ({ path, external: true }));
  },
};

/** What a package depends on stays an import. What it only develops with, as core does with api, is bundled. */
export function optionsOf(name: string): Options {
  const manifest = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as Manifest;
  const external = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const bundled = Object.keys(manifest.devDependencies ?? {}).filter((dependency) =>
    dependency.startsWith('@proofkey/'),
  );
  const targets = Object.entries(manifest.publishConfig.exports).filter(([, target]) => typeof target === 'object');
  const exported = targets.map(([path]) => (path === '.' ? 'index' : path.slice(2)));
  const commands = Object.values(manifest.publishConfig.bin ?? {}).map((path) => basename(path, '.js'));
  const sourcesOf = (entries: readonly string[]): Record<string, string> =>
    Object.fromEntries(entries.map((entry) => [entry, `packages/${name}/src/${entry}.ts`]));
  return {
    name,
    entry: sourcesOf([...exported, ...commands]),
    outDir: `packages/${name}/dist`,
    tsconfig: `packages/${name}/tsconfig.json`,
    format: targets.some(([, target]) => typeof target === 'object' && 'require' in target) ? ['esm', 'cjs'] : ['esm'],
    target: 'es2022',
    platform: WITH_PLATFORM.includes(name) ? 'node' : 'neutral',
    // A path is what tells the declaration bundler that these sources are ours, and to be bundled as well.
    dts: {
      entry: sourcesOf(exported),
      compilerOptions: {
        paths: Object.fromEntries(bundled.map((one) => [one, [resolve('packages', one.slice(10), 'src/index.ts')]])),
      },
    },
    // Whose server is like ours but for a path begins with a copy of our description.
    publicDir: name === 'generate' ? 'openapi' : false,
    // One file per entry loads faster than several; `explain` shares only texts with the index. The entries of msw are
    // nearly the same code, and have to agree about what a MisuseError is.
    splitting: name === 'msw',
    sourcemap: true,
    clean: true,
    treeshake: true,
    removeNodeProtocol: false,
    noExternal: [...bundled, ESM_ONLY],
    external: [/^node:/, ...external.map((dependency) => new RegExp(`^${dependency}($|/)`))],
    esbuildPlugins: [importedByEsm],
  };
}

export default defineConfig(readdirSync('packages').map(optionsOf));
