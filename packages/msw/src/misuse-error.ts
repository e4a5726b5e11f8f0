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
  /** Calls of knobs that nothing came of. */
  readonly unused: readonly string[];
  /** The login servers of the test. */
  readonly issuers: readonly string[];
}

/** Undefined when everything was right. Nothing in it is a secret: sentences name steps and parameters, no values. */
export function errorOf(verdict: Verdict): MisuseError | undefined {
  const { misuses, log, refused, allowed, expected, unused } = verdict;
  const untold = misuses.filter(({ code }) => ![...allowed, ...expected].includes(code));
  const wrong = untold.filter(({ advice }) => !advice);
  const advised = wrong.length === 0 ? [] : untold.filter(({ advice }) => advice);
  const missing = expected.filter((code) => !misuses.some((one) => one.code === code));
  const parts = [
    ...section(
      'The login protocol was misused:',
      wrong.map((one) => sentenceOf(one, log)),
    ),
    ...section(
      'Advice:',
      advised.map((one) => sentenceOf(one, log)),
    ),
    ...section('Requests were refused, because nothing in this test answers them:', [...new Set(refused)]),
    ...(refused.length === 0 ? [] : whatToDo(verdict)),
    ...section('Expected misuse did not happen:', missing),
    ...section(
      'What the test asked for did not happen, so that it proves nothing:',
      unused.map((call) => `${call} was never used: no such request came.`),
    ),
  ];
  return parts.length === 0 ? undefined : new MisuseError(parts.join('\n'), wrong);
}

/** The errors of several servers as one; those of others say whose they are. */
export function joined(
  first: MisuseError | undefined,
  others: ReadonlyMap<string, MisuseError>,
): MisuseError | undefined {
  if (others.size === 0) return first;
  const messages = [...others].map(([issuer, { message }]) => `At ${issuer}:\n${message}`);
  const errors = [...(first ? [first] : []), ...others.values()];
  return new MisuseError(
    [...(first ? [first.message] : []), ...messages].join('\n'),
    errors.flatMap(({ misuses }) => misuses),
  );
}

function whatToDo({ refused, issuers }: Verdict): readonly string[] {
  const isPreflight = refused.some((one) => one.startsWith('OPTIONS '));
  const isConnection = refused.some((one) => one.startsWith(CONNECTION));
  const servers = issuers.length === 1 ? 'The login server of this test is' : 'The login servers of this test are';
  return [
    'Give handlers for them (handlers, use), or name their origins in passThrough. A callback for a listener on ' +
      `loopback is delivered by as.browser(url). ${servers} ${issuers.join(' and ')}.`,
    ...(isPreflight
      ? [
          'OPTIONS is what a browser asks before a request to another origin (CORS preflight): add http.options, or ' +
            'http.all, for that API.',
        ]
      : []),
    ...(isConnection
      ? [
          'A connection is made by whoever kept the fetch or http.request of before, or has its own, which msw does ' +
            'not see: make such clients after listen(). If it has to be, name http://HOST:PORT in passThrough.',
        ]
      : []),
  ];
}

/** How a refused connection begins, of which nothing is known but where it would have led. */
export const CONNECTION = 'connection to ';

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];

function sentenceOf({ code, step, sentence }: Misuse, log: readonly LogEntry[]): string {
  const name = log.find(({ number }) => number === step)?.step;
  return `step ${step}${name ? ` (${name})` : ''}: ${sentence} [${code}]`;
}
