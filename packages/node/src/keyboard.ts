/** What is typed or pasted while logins wait -> lines, each offered to the logins. Nothing is echoed or kept. */
import { raise } from './interrupt.ts';

/** A terminal, or any other stream of lines. */
export type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean | undefined;
  readonly isRaw?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
};

export type LineReader = {
  /** Is this line the one that is waited for? */
  take(line: string): boolean;
  /** Is it one that another login waits for, which nobody here does? */
  takeAnother(line: string): Promise<boolean>;
  /** Nobody wanted the line. Each login says what it waits for. */
  refused(): void;
  /** So many characters stand in the line now. */
  typed(length: number): void;
  /** Ctrl+C at a terminal that is not this process's own. */
  interrupted(): void;
};

/** Longer than any callback that a server sends. */
const LINE_LIMIT = 16_384;
const ESCAPE = '\u001b';
/** The marks around a paste, and the keys that move a cursor. */
const ESCAPE_SEQUENCES = new RegExp(`${ESCAPE}(?:\\[[\\d;]*[A-Za-z~]|O[A-Za-z])?`, 'g');
type KeySignal = Parameters<typeof raise>[0];
const SIGNALS: Readonly<Record<string, KeySignal | undefined>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
};
const BACKSPACES = ['\b', '\u007f'];
const DELETE_LINE = '\u0015';

const keyboards = new WeakMap<Input, Keyboard>();

/** Can a line still come? What is at its end, or is being read by the program, is left alone. */
export function canRead(input: Input): boolean {
  if (keyboards.get(input)?.reading === true) return true;
  const read = input.listenerCount('data') > 0 && !input.isPaused();
  return input.readable && !read && input.listenerCount('readable') + input.listenerCount('keypress') === 0;
}

/** Logins that wait at one input share it. @returns ends the reading; then the rest belongs to the program again */
export function readLines(input: Input, reader: LineReader): () => void {
  const keyboard = keyboards.get(input) ?? new Keyboard(input);
  keyboards.set(input, keyboard);
  keyboard.add(reader);
  return () => keyboard.remove(reader);
}

class Keyboard {
  readonly #input: Input;
  readonly #readers = new Set<LineReader>();
  reading = false;
  #listeners = 0;
  #wasRaw = false;
  #line = '';
  #tooLong = false;

  constructor(input: Input) {
    this.#input = input;
  }

  add(reader: LineReader): void {
    this.#readers.add(reader);
    if (this.reading || !canRead(this.#input)) return;
    this.reading = true;
    this.#listeners = this.#input.listenerCount('data');
    this.#wasRaw = this.#input.isRaw === true;
    this.#setRaw(true);
    for (const event of ['end', 'error', 'close']) this.#input.on(event, this.#stop);
    this.#input.on('data', this.#read).resume();
  }

  remove(reader: LineReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.#stop();
  }

  /** Also when the input ends or breaks: then nothing can be pasted any more, and the logins wait on. */
  readonly #stop = (): void => {
    if (!this.reading) return;
    this.reading = false;
    this.#clear();
    this.#input.off('data', this.#read);
    this.#setRaw(this.#wasRaw);
    // Unless the program has begun to read meanwhile.
    if (this.#input.listenerCount('data') <= this.#listeners) this.#input.pause();
    for (const event of ['end', 'error', 'close']) this.#input.off(event, this.#stop);
  };

  readonly #read = (chunk: Buffer | string): void => {
    // A character per octet, so that what is not ours can be given back as it was.
    const text = typeof chunk === 'string' ? chunk : chunk.toString('latin1');
    for (let at = 0; at < text.length; at++) {
      this.#key(text.charAt(at));
      if (this.reading) continue;
      const rest = text.slice(at + 1).replace(/^\n/, '');
      if (rest !== '') this.#input.unshift(typeof chunk === 'string' ? rest : Buffer.from(rest, 'latin1'));
      return;
    }
    const { length } = bare(this.#line);
    for (const reader of this.#readers) reader.typed(length);
  };

  #key(key: string): void {
    const signal = this.#isTerminal() ? SIGNALS[key] : undefined;
    if (key === '\r' || key === '\n') this.#offer();
    else if (signal !== undefined) this.#signal(signal);
    else if (this.#isTerminal() && key === DELETE_LINE) this.#clear();
    else if (this.#isTerminal() && BACKSPACES.includes(key)) this.#line = this.#line.slice(0, -1);
    else if (isControl(key)) return;
    else if (this.#line.length < LINE_LIMIT) this.#line += key;
    else this.#tooLong = true;
  }

  #offer(): void {
    const line = bare(this.#line);
    const tooLong = this.#tooLong;
    this.#clear();
    if (line === '') return;
    const readers = [...this.#readers];
    if (tooLong) for (const reader of readers) reader.refused();
    else if (!readers.some((reader) => reader.take(line))) void this.#offerLate(line, readers);
  }

  async #offerLate(line: string, readers: readonly LineReader[]): Promise<void> {
    for (const reader of readers) if (await reader.takeAnother(line)) return;
    for (const reader of readers) if (this.#readers.has(reader)) reader.refused();
  }

  #clear(): void {
    this.#line = '';
    this.#tooLong = false;
  }

  /** Raw mode takes these keys from the terminal's driver. Somebody else's terminal must not signal this process. */
  #signal(signal: KeySignal): void {
    const own = this.#input === process.stdin;
    if (own && signal === 'SIGINT') raise(signal);
    else if (signal === 'SIGINT') for (const reader of [...this.#readers]) reader.interrupted();
    if (!own || signal === 'SIGINT') return;
    // The shell, or what is left of the program, gets a terminal that echoes.
    this.#setRaw(this.#wasRaw);
    raise(signal);
    this.#setRaw(true);
  }

  readonly #isTerminal = (): boolean => this.#input.isTTY === true;

  #setRaw(raw: boolean): void {
    try {
      if (this.#isTerminal()) this.#input.setRawMode?.(raw);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
  }
}

/** A key such as Ctrl+D. One in the line, which nobody sees, would spoil what is pasted after it. */
const isControl = (key: string): boolean => (key < ' ' || key === BACKSPACES[1]) && key !== ESCAPE;

/** The address alone, though a terminal or a person put marks, quotes or brackets around it. */
const bare = (line: string): string =>
  line
    .replace(ESCAPE_SEQUENCES, '')
    .trim()
    .replace(/^["'<]+|["'>]+$/g, '')
    .trim();
