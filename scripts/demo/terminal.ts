/** Lines of the demo, and the countdown of the client -> one terminal, on which neither breaks into the other. */
import { Writable } from 'node:stream';
import type { Terminal } from '@proofkey/node';

export type Screen = { say(line: string): void; readonly terminal: Terminal };

type Out = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

const ERASE_LINE = '\r\u001b[2K';

/** Standard output for the lines, standard error for what the client shows a person. */
export function screenOf(
  stdout: Out = process.stdout,
  stderr: Out = process.stderr,
  input: NonNullable<Terminal['input']> = process.stdin,
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
      const text = `${line.replace(/\p{Cc}/gu, '')}\n`;
      // The client writes its countdown again, below, when the second is over.
      stdout.write(countingDown && stdout.isTTY && stderr.isTTY ? ERASE_LINE + text : text);
    },
    terminal: {
      input,
      output: Object.defineProperties(output, {
        isTTY: { get: () => stderr.isTTY },
        columns: { get: () => stderr.columns },
      }),
    },
  };
}
