/** The browser of the system -> a program that writes down which arguments it was started with. Linux and macOS. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutDesktop } from '../demo/desktop.ts';

/** Looks, 50 ms apart. */
const LOOKS = 200;

/**
 * @param task is under way while the browser is waited for
 * @param seen ends it
 * @returns the arguments, and what the task returned
 */
export async function argumentsOfBrowser<T>(
  task: () => Promise<T>,
  seen: () => void,
): Promise<readonly [readonly string[], T]> {
  const folder = mkdtempSync(join(tmpdir(), 'proofkey-attacks-'));
  const { env } = process;
  try {
    const [browser, file] = [join(folder, 'open'), join(folder, 'seen')];
    const record = `const { renameSync, writeFileSync } = require('node:fs');
writeFileSync('${file}.part', JSON.stringify(process.argv.slice(2)));
renameSync('${file}.part', '${file}');`;
    writeFileSync(join(folder, 'record.cjs'), record);
    writeFileSync(browser, `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'record.cjs')}' "$@"\n`);
    chmodSync(browser, 0o755);
    const PATH = `${folder}${delimiter}${env['PATH']}`;
    process.env = { ...withoutDesktop(env), CI: '', SSH_CONNECTION: '', SSH_TTY: '', BROWSER: browser, PATH };
    const begun = task();
    for (let look = 0; look < LOOKS && !existsSync(file); look += 1) await sleep(50);
    seen();
    const outcome = await begun;
    return [existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : [], outcome];
  } finally {
    process.env = env;
    rmSync(folder, { recursive: true, force: true });
  }
}
