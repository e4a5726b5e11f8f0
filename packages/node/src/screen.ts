/** Logins that wait -> lines on a terminal, the last of which says how much time is left. */

/** A terminal, or any other place for lines of text. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

export type Countdown = {
  /** Host and port of the listener. */
  readonly where: string;
  /** Seconds. */
  readonly limit: number;
};

export type Line = {
  /** Writes above the line that counts down. */
  print(text: string): void;
  /** Begins to count. */
  count(): void;
  /** So many characters were typed and wait for Enter. */
  typed(length: number): void;
  end(): void;
};

const ERASE_LINE = '\r\u001b[2K';
const WIDTH = 80;

const screens = new WeakMap<Output, Screen>();

/** Logins that wait at one output share it, so that their lines do not mix. */
export function lineOn(output: Output, countdown: Countdown): Line {
  const screen = screens.get(output) ?? new Screen(output);
  screens.set(output, screen);
  return screen.add(countdown);
}

class Screen {
  readonly #output: Output;
  readonly #lines = new Set<Line>();
  readonly #counting = new Map<Line, { readonly where: string; readonly end: number }>();
  #typed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  add({ where, limit }: Countdown): Line {
    const line: Line = {
      print: (text) => this.#write(text),
      count: () => this.#count(line, { where, end: performance.now() + limit * 1000 }),
      typed: (length) => {
        if (this.#typed === length) return;
        this.#typed = length;
        this.#write('');
      },
      end: () => this.#end(line),
    };
    // Somebody who closed the terminal, or reads no further, does not end the login.
    this.#output.off('error', ignore).on('error', ignore);
    this.#lines.add(line);
    return line;
  }

  #count(line: Line, counted: { readonly where: string; readonly end: number }): void {
    if (!this.#rewrites()) {
      this.#write(`${textOf([counted])}\n`);
      return;
    }
    this.#counting.set(line, counted);
    this.#timer ??= setInterval(() => this.#write(''), 1000).unref();
    this.#write('');
  }

  #end(line: Line): void {
    if (!this.#lines.delete(line)) return;
    const shown = this.#counting.size > 0;
    this.#counting.delete(line);
    this.#typed = 0;
    if (this.#counting.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    if (shown) this.#write('', ERASE_LINE);
    // An error of what was written before comes after this.
    if (this.#lines.size === 0) setImmediate(() => this.#lines.size === 0 && this.#output.off('error', ignore));
  }

  /** A terminal that can go back to the start of a line. */
  #rewrites(): boolean {
    return this.#output.isTTY === true && process.env['TERM'] !== 'dumb';
  }

  #write(text: string, before: string = this.#counting.size > 0 ? ERASE_LINE : ''): void {
    const status = this.#counting.size > 0 ? textOf([...this.#counting.values()], this.#typed) : '';
    // One that wraps could not be erased.
    const all = before + text + status.slice(0, (this.#output.columns || WIDTH) - 1);
    if (all !== '') this.#output.write(all);
  }
}

const ignore = (): void => {};

function textOf(counted: readonly { readonly where: string; readonly end: number }[], typed = 0): string {
  const waits = counted.map(({ where, end }) => `${where}, ${clock((end - performance.now()) / 1000)} left`);
  // First, so that a narrow terminal shows it.
  const enter = typed > 0 ? `${typed} character${typed === 1 ? '' : 's'} received: press Enter. ` : '';
  return `${enter}Waiting on ${waits.join(', and on ')}.`;
}

/** Minutes and seconds, and hours where there are some. */
function clock(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const pad = (part: number): string => `${part}`.padStart(2, '0');
  const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60];
  return `${hours > 0 ? `${hours}:${pad(minutes)}` : minutes}:${pad(left % 60)}`;
}
