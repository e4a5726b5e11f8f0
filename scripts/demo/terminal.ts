/** Lines of the demo, and the countdown of the client -> one terminal, on which neither breaks into the other. */
import { fstatSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import type { Terminal } from '@proofkey/node';

export type Screen = { say(line: string): void; readonly terminal: Terminal };

type Out = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

const ERASE_LINE = '\r\u001b[2K';

/** Standard output for the lines, standard error for what the client shows a person. */
export function screenOf(
  stdout: Out = process.stdout,
  stderr: Out = process.stderr,
  input: Terminal['input'] = somebodyWrites(0) ? process.stdin : undefined,
): Screen {
  let countingDown = false;
  const output = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      countingDown = !text.endsWith('\n');
      stderr.write(text, () => done());
    },
  });
  return {
    say(line) {
      // What a server sent must not steer the terminal that it is printed on.
      const text = `${line.replace(/[\p{Cc}\p{Cf}]/gu, '')}\n`;
      // The client writes its countdown again, below, when the second is over.
      stdout.write(countingDown && stdout.isTTY && stderr.isTTY ? ERASE_LINE + text : text);
    },
    terminal: {
      ...(input && { input }),
      output: Object.defineProperties(output, {
        isTTY: { get: () => stderr.isTTY },
        columns: { get: () => stderr.columns },
      }),
    },
  };
}

/** Is there a terminal, or a program, from which a line can come? What is closed is /dev/null to Node.js. */
function somebodyWrites(descriptor: number): boolean {
  if (isatty(descriptor)) return true;
  try {
    const from = fstatSync(descriptor);
    return from.isFIFO() || from.isSocket();
  } catch {
    return false;
  }
}
