/** `npm run demo`: one real login, and each of its steps as it happens. RFC 6749, section 4.1; RFC 7636. */
import { explain, isProofkeyError } from '@proofkey/node';
import { runBreak } from './demo/break.ts';
import { type DemoOptions, readArguments, USAGE, UsageError } from './demo/options.ts';
import { runDemo } from './demo/run.ts';
import { screenOf } from './demo/terminal.ts';

async function main(options: DemoOptions): Promise<void> {
  const { attack } = options;
  const screen = screenOf();
  if (attack === undefined) await runDemo(screen, options);
  else await runBreak(screen, attack, options);
}

/** What happened, why, and what to do; an error of this library knows all three. */
function reasonOf(error: unknown): string {
  if (isProofkeyError(error)) {
    const { what, why, fix } = explain(error.failure);
    const { code, at, system } = error.failure;
    return `What: ${what} (${[code, at, system].filter(Boolean).join(', ')})\nWhy:  ${why}\nFix:  ${fix}`;
  }
  const why = 'Something that the demo waits for did not happen as it should.';
  return `What: ${(error as Error).message}\nWhy:  ${why}\nFix:  Run it again; if it stays, please report this text.`;
}

/** Whoever stops to read, such as `head`, misses lines; how the demo ends is not theirs to decide. */
function outliveReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
process.stdout.on('error', outliveReader);
process.stderr.on('error', outliveReader);

try {
  const options = readArguments(process.argv.slice(2));
  if (options === 'help') process.stdout.write(USAGE);
  else await main(options);
} catch (error) {
  const usage = error instanceof UsageError;
  process.exitCode = usage ? 2 : 1;
  process.stderr.write(usage ? `${USAGE}\n${error.message}\n` : `${reasonOf(error)}\n`);
}
