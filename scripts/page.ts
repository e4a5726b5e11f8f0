/** A page of docs/ that is made from sources -> its file; with `--check`, exit code 1 when the file is stale. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';

/** @param command that makes the page again */
export function writePage(file: string, text: string, command: string): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  if (!values.check) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is out of date: run ${command}`);
    process.exitCode = 1;
  }
}
