/** What clients did wrong, and what they were expected to -> the error that fails a test, if any. */
import type { LogEntry, Misuse, MisuseCode } from './authorization-server.ts';

/** A client of the login server misused the protocol. The message says how, where, and what to do instead. */
export class MisuseError extends Error {
  override readonly name: string = 'MisuseError';
  readonly misuses: readonly Misuse[];
  constructor(message: string, misuses: readonly Misuse[]) {
    super(message);
    this.misuses = misuses;
  }
}

export interface Verdict {
  readonly misuses: readonly Misuse[];
  readonly log: readonly LogEntry[];
  /** Requests that were for nobody that the test knows. */
  readonly refused: readonly string[];
  readonly allowed: readonly MisuseCode[];
  /** What the test wants to happen. */
  readonly expected: readonly MisuseCode[];
}

/** Undefined when everything was right. Nothing in it is a secret: sentences name steps and parameters, no values. */
export function errorOf({ misuses, log, refused, allowed, expected }: Verdict): MisuseError | undefined {
  const told = [...allowed, ...expected];
  const wrong = misuses.filter(({ code }) => !told.includes(code));
  const missing = expected.filter((code) => !misuses.some((one) => one.code === code));
  const parts = [
    ...section(
      'The login protocol was misused:',
      wrong.map((one) => sentenceOf(one, log)),
    ),
    ...section('Requests were refused, because nothing in this test answers them:', [...new Set(refused)], REFUSED),
    ...section('Expected misuse did not happen:', missing),
  ];
  return parts.length === 0 ? undefined : new MisuseError(parts.join('\n'), wrong);
}

const REFUSED =
  'Give handlers for them (handlers, use), or name their origins in passThrough. A callback for a listener on ' +
  'loopback is delivered by as.browser(url).';

const section = (title: string, lines: readonly string[], advice?: string): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ...(advice ? [advice] : [])];

function sentenceOf({ step, sentence }: Misuse, log: readonly LogEntry[]): string {
  const name = log.find(({ number }) => number === step)?.step;
  return `step ${step}${name ? ` (${name})` : ''}: ${sentence}`;
}
