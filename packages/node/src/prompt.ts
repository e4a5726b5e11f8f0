/** A login that waits -> what the person sees of it, and how the person answers. RFC 8252, sections 6 and 7.3. */
import { isatty } from 'node:tty';
import { isWebUrl, openSystemBrowser, surroundings, whyNoBrowser } from './browser.ts';
import { guardInterrupt } from './interrupt.ts';
import { canRead, type Input, readLines } from './keyboard.ts';
import { lineOn, type Output } from './screen.ts';

/** Where the person sits. */
export type Terminal = {
  /** Lines are read from here while a login waits, and only then: without it nothing can be pasted. */
  readonly input?: Input;
  readonly output: Output;
};

export type PromptSettings = {
  readonly openBrowser?: false | ((url: string) => void | Promise<void>);
  readonly terminal?: Terminal;
};

export type Waiting = {
  readonly url: string;
  /** Host and port of the listener. */
  readonly where: string;
  /** Seconds. */
  readonly timeLimit: number;
  /** Ends the wait if the line is the callback of this login. */
  take(line: string): boolean;
  cancelled(): void;
  /** The application's own `openBrowser` failed. Called later, never while it is being shown. */
  failed(error: unknown): void;
};

export type Shown = {
  /** The wait is over: the terminal is as it was. */
  end(): void;
  /** The listener is closed too. Ends the program with 130 when Ctrl+C ended the wait and nobody else listens to it. */
  closed(): void;
};

export interface Prompt {
  show(waiting: Waiting): Shown;
}

/**
 * Prints the URL, opens the browser, says how much time is left and takes a pasted callback URL.
 *
 * The URL comes first, whatever becomes of the browser: a launcher may end well with nothing on the screen. It holds no
 * secret. What is pasted does, so it is neither echoed nor repeated.
 */
export const promptOf = (settings: PromptSettings): Prompt => ({
  show(waiting) {
    const { url, where, timeLimit, take, cancelled } = waiting;
    if (!isWebUrl(url)) throw new TypeError('The address is not one of the web.');
    const { input, output }: Terminal = settings.terminal ?? { output: process.stderr, ...ownInput() };
    const line = lineOn(output, { where, limit: timeLimit });
    let over = false;
    line.print(`Open this address in your browser to log in:\n\n  ${new URL(url).href}\n\n`);
    const guard = guardInterrupt(cancelled);
    openBrowser(settings.openBrowser, waiting, (text) => over || line.print(`${text}\n`));
    let stopReading = (): void => {};
    if (input && canRead(input)) {
      line.print('Browser on another machine? Paste the address it ends on here:\n');
      const refused = (): void => line.print(`${NOT_THE_CALLBACK}\n`);
      stopReading = readLines(input, { take, refused, typed: line.typed, interrupted: cancelled });
    }
    line.count();
    return {
      end() {
        if (over) return;
        over = true;
        stopReading();
        line.end();
        guard.settled();
      },
      closed: guard.closed,
    };
  },
});

const NOT_THE_CALLBACK = 'That is not where this login ends. Paste the whole address from the address bar:';

/** Piped input belongs to the program. */
const ownInput = (): { readonly input?: Input } => (isatty(0) ? { input: process.stdin } : {});

function openBrowser(
  own: PromptSettings['openBrowser'],
  { url, failed }: Waiting,
  say: (text: string) => unknown,
): void {
  if (typeof own === 'function') {
    // Not awaited: a browser that stays open must not keep the callback waiting.
    new Promise<void>((shown) => shown(own(url))).catch(failed);
    return;
  }
  const why = own === false ? 'this program opens none' : whyNoBrowser(surroundings());
  if (why !== undefined) {
    say(`No browser is opened: ${why}. The address can be opened in any browser.`);
    return;
  }
  say('Opening it in your browser.');
  const reported = (wrong: string | undefined): unknown =>
    wrong !== undefined && say(`No browser could be opened (${wrong}). The address can be opened in any browser.`);
  void openSystemBrowser(url).then(reported);
}
