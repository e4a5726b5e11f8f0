/** Commands and temporary folders, for gates that judge files by running the real tools on them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const root: string = resolve(import.meta.dirname, '../../..');

export const tool = (name: string): string => join(root, 'node_modules', '.bin', name);

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

// What an outer `npx -p ... -c ...` was told must not reach the inner npx.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^npm_config_(package|call)$/i.test(key)),
);

export function run(command: string, args: readonly string[], cwd: string = root): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  return { code: status ?? 1, stdout, stderr };
}

/** A folder that is gone after `use`, whatever happened there. */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'proofkey-gate-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
