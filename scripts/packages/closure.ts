/** An installed package -> everything that comes with it: which packages, how large, and what npm runs for them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Manifest, readManifest } from './pack.ts';

export type Closure = {
  readonly names: readonly string[];
  /** Octets of all files, unpacked. */
  readonly size: number;
  /** `package script`, for each script that npm would run. */
  readonly installScripts: readonly string[];
};

/** What npm runs by itself when somebody installs the package; `prepare` is only for what is installed from git. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];

export function closureOf(folder: string, name: string): Closure {
  const found = new Map<string, Manifest>();
  follow(join(folder, 'node_modules', name), found);
  const manifests = [...found];
  return {
    names: manifests.map(([, manifest]) => manifest.name),
    size: manifests.reduce((sum, [place]) => sum + sizeOf(place), 0),
    installScripts: manifests.flatMap(([place, { name: of, scripts = {} }]) => [
      ...INSTALL_SCRIPTS.filter((script) => script in scripts).map((script) => `${of} ${script}`),
      // Without a script npm compiles such a package.
      ...(existsSync(join(place, 'binding.gyp')) ? [`${of} node-gyp`] : []),
    ]),
  };
}

function follow(place: string, found: Map<string, Manifest>): void {
  if (found.has(place)) return;
  const manifest = readManifest(join(place, 'package.json'));
  found.set(place, manifest);
  for (const dependency of Object.keys(manifest.dependencies ?? {})) follow(placeOf(place, dependency), found);
}

/** The nearest `node_modules` that has it, upwards, as Node.js looks for it. */
function placeOf(from: string, dependency: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const place = join(folder, 'node_modules', dependency);
    if (existsSync(place)) return place;
  }
  throw new Error(`${dependency} is not installed for ${from}`);
}

/** Without what is installed inside: that is counted by itself. */
function sizeOf(place: string): number {
  const entries = readdirSync(place, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules');
  return entries.reduce((sum, entry) => {
    const path = join(place, entry.name);
    return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
  }, 0);
}
