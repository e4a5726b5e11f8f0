/** A login that waits -> what the person sees of it, and how the person answers. RFC 8252, sections 6 and 7.3. */
import { Writable } from 'node:stream';
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
  readonly openBrowser?: boolean | ((url: string) => unknown) | undefined;
  /** False: nothing is printed and nothing is read. */
  readonly terminal?: Terminal | false | undefined;
};

export type Waiting = {
  readonly url: string;
  /** Where the callback is to arrive. */
  readonly redirectUri: string;
  /** Seconds. */
  readonly timeLimit: number;
  /** Ends the wait if the line is the callback of this login. */
  take(line: string): boolean;
  /** Ends it too if the line is the callback of a login that was left, such as that of a process that was killed. */
  takeAnother(line: string): Promise<boolean>;
  cancelled(): void;
  /** The person will not see the URL, or the application's own `openBrowser` failed. Never called by `show` itself. */
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
  /** Shows a page and waits for nothing; rejects where nobody would see it. */
  leave(url: string): Promise<void>;
}

/**
 * Prints the URL, opens the browser, says how much time is left and takes a pasted callback URL.
 *
 * The URL comes first, whatever becomes of the browser: a launcher may end well with nothing on the screen. It holds no
 * secret. What is pasted does, so it is neither echoed nor repeated.
 */
export const promptOf = ({ openBrowser, terminal }: PromptSettings): Prompt => ({
  show(waiting) {
    const { url, redirectUri, timeLimit, take, takeAnother, cancelled } = waiting;
    if (!isWebUrl(url)) throw new TypeError('The address is not one of the web.');
    const { input, output } = terminal === false ? NOWHERE : (terminal ?? { output: process.stderr, ...ownInput() });
    const line = lineOn(output, { where: new URL(redirectUri).host, limit: timeLimit });
    let over = false;
    line.print(`Open this address in your browser to log in:\n\n  ${new URL(url).href}\n\n`);
    const guard = guardInterrupt(cancelled);
    void launch({ openBrowser, terminal }, waiting, (text) => over || line.print(`${text}\n`));
    let stopReading = (): void => {};
    if (input && canRead(input)) {
      line.print(INVITATION);
      const refused = (): void => line.print(`${NOT_THE_CALLBACK} ${redirectUri}\n`);
      stopReading = readLines(input, { take, takeAnother, refused, typed: line.typed, interrupted: cancelled });
    }
    const doubt = setTimeout(() => line.print(`${DOUBT} ${redirectUri}\n`), DOUBT_AFTER).unref();
    line.count();
    return {
      end() {
        if (over) return;
        over = true;
        clearTimeout(doubt);
        stopReading();
        line.end();
        guard.settled();
      },
      closed: guard.closed,
    };
  },

  async leave(url) {
    if (!isWebUrl(url)) throw new TypeError('The address is not one of the web.');
    const { output } = terminal === false ? NOWHERE : (terminal ?? { output: process.stderr });
    const line = lineOn(output, { where: '', limit: 0 });
    const say = (text: string): void => line.print(`${text}\n`);
    say(`To log out there as well, open this address in your browser:\n\n  ${new URL(url).href}\n`);
    await new Promise<void>((shown, refused) => {
      void launch({ openBrowser, terminal }, { url, failed: refused }, say).finally(line.end);
      setImmediate(shown);
    });
  },
});

const INVITATION = `Browser on another machine? It ends on a page that cannot be shown:
paste its address here:
`;
const NOT_THE_CALLBACK = `That is not where this login ends. Paste the whole address from the address bar.
It begins with`;
/** A server that knows neither shows an error and sends nobody back: no answer ever comes here. */
const DOUBT = `Does the browser show an error? Compare client id and redirect URI with the server.
The redirect URI of this login:`;
/** Milliseconds. */
const DOUBT_AFTER = 30_000;

const NOWHERE: Terminal = { output: new Writable({ write: (_text, _encoding, done) => done() }) };

/** Piped input belongs to the program. */
const ownInput = (): { readonly input?: Input } => (isatty(0) ? { input: process.stdin } : {});

/** @returns a promise that resolves when nothing more will be said, and never rejects */
async function launch(
  { openBrowser: own, terminal }: PromptSettings,
  { url, failed }: Pick<Waiting, 'url' | 'failed'>,
  say: (text: string) => unknown,
): Promise<void> {
  if (typeof own === 'function') {
    // Nobody waits for it: a browser that stays open must not keep the callback waiting.
    await new Promise<unknown>((shown) => shown(own(url))).catch(failed);
    return;
  }
  const notOpened = (text: string, system?: string): void => {
    say(`${text}. The address can be opened in any browser.`);
    // Nobody knows the address: to wait for them would be to hang.
    if (terminal === false) queueMicrotask(() => failed({ code: system }));
  };
  const why = own === false ? 'this program opens none' : whyNoBrowser(surroundings());
  if (why !== undefined) return notOpened(`No browser is opened: ${why}`);
  say('Opening it in your browser.');
  const wrong = await openSystemBrowser(url);
  if (wrong !== undefined) notOpened(`No browser could be opened (${wrong})`, wrong);
}
