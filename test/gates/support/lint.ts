/** Sources under a path of the repository -> what the repository's own linter says about them there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, tool, withFolder } from './processes.ts';

export interface Complaint {
  readonly path: string;
  /** `lint/style/noRestrictedGlobals`, or `plugin` for the repository's own rules. */
  readonly rule: string;
  readonly message: string;
}

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly severity: string;
    readonly message: string;
    readonly location: { readonly path: string };
    readonly advices?: unknown;
  }[];
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Lints copies, in a folder with the repository's configuration, so that an offending file never lies in a package. */
export function lint(sources: Readonly<Record<string, string>>): Promise<readonly Complaint[]> {
  const config = JSON.parse(read('biome.json')) as Record<string, unknown>;
  const files: Record<string, string> = { 'biome.json': JSON.stringify({ ...config, vcs: { enabled: false } }) };
  for (const rule of readdirSync(join(root, 'lint'))) files[`lint/${rule}`] = read(`lint/${rule}`);
  for (const name of readdirSync(join(root, 'packages'))) {
    files[`packages/${name}/package.json`] = read(`packages/${name}/package.json`);
  }
  return withFolder({ ...files, ...sources }, (folder) => {
    const { stdout, stderr } = run(tool('biome'), ['lint', '--reporter=json', '--max-diagnostics=none', '.'], folder);
    const { diagnostics } = JSON.parse(stdout || stderr) as Report;
    return diagnostics
      .filter(({ severity }) => severity === 'error')
      .map((one) => ({ path: one.location.path, rule: one.category, message: JSON.stringify(one) }));
  });
}
