/** A promise that was not kept -> an error that says what was expected, what was found, and how to repair it. */
import type { MaybePromise } from '@proofkey/client';
import type { ContractTest, Need, PortMember, PortName, Subject, Timers } from './subject.ts';

/** A port that does not keep to its contract, or a subject that lacks what a test needs. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}

/** @param repair one sentence for the author of the port: what to change, or why it matters */
export function expectThat(holds: boolean, expected: string, found: unknown, repair: string): asserts holds {
  if (!holds) throw new ContractError(`Expected ${expected}, found ${shown(found)}. ${repair}`);
}

export function expectSame(found: unknown, expected: unknown, repair: string): void {
  expectThat(Object.is(found, expected), shown(expected), found, repair);
}

const LONGEST_SHOWN = 100;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}... (${text.length} characters)` : text;
}

/** Milliseconds. Below the 5 seconds that common test runners give to a test, so that ours is the sentence shown. */
const PATIENCE = 4000;

/** What `promise` gives; a promise that does not settle is an error instead of a test that hangs. */
export async function soon<T>(
  subject: Subject,
  promise: MaybePromise<T>,
  expected: string,
  repair: string,
): Promise<T> {
  const timers = subject.timers ?? platformTimers();
  // Without timers the limit of the test runner ends the test.
  if (timers === undefined) return promise;
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    const error = new ContractError(`Expected ${expected}, found a promise that does not settle. ${repair}`);
    timer = timers.setTimeout(() => reject(error), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timers.clearTimeout(timer as never);
  }
}

/** What `promise` rejects with. */
export const rejection = (promise: Promise<unknown>, expected: string, repair: string): Promise<unknown> =>
  promise.then(
    (value) => expectThat(false, expected, value, repair),
    (error: unknown) => error,
  );

/** Lets other tasks run: a moment of real time, or some turns where there are no timers. */
export async function pause(subject: Subject, milliseconds = 1): Promise<void> {
  const timers = subject.timers ?? platformTimers();
  if (timers === undefined) for (let turn = 0; turn < 100; turn += 1) await undefined;
  else await new Promise<void>((done) => void timers.setTimeout(done, milliseconds));
}

function platformTimers(): Timers | undefined {
  const platform = globalThis as Partial<Timers>;
  return platform.setTimeout === undefined ? undefined : (platform as Timers);
}

type With<N extends Need> = Subject & Required<Pick<Subject, Exclude<N, PortName | PortMember>>>;

/**
 * One row of the contract. A port that is missing, a member of the subject that is missing, and anything that the port
 * throws unexpectedly are a `ContractError`.
 *
 * @param sentence continues the name of the port: "gives null for a key that was never set"
 */
export function contractTest<P extends PortName, N extends Need = never>(
  port: P,
  sentence: string,
  needs: readonly N[],
  play: (port: NonNullable<Subject['ports'][P]>, subject: With<N>) => MaybePromise<void>,
): ContractTest {
  const all: readonly Need[] = [port, ...needs];
  return {
    port,
    name: `${port} ${sentence}`,
    needs: all,
    async run(subject) {
      const absent = all.filter((need) => !provides(subject, need));
      if (absent.length > 0) throw new ContractError(missing(absent));
      try {
        await play(subject.ports[port] as NonNullable<Subject['ports'][P]>, subject as With<N>);
      } catch (error) {
        if (error instanceof ContractError) throw error;
        const sentence = `Expected no error, found ${shown(error)}. The ${port} threw it where it must not throw.`;
        throw new ContractError(sentence, { cause: error });
      }
    },
  };
}

export function provides(subject: Subject, need: Need): boolean {
  const { clock, userAgent } = subject.ports;
  const all = { ...subject, ...subject.ports, monotonic: clock?.monotonic, leave: userAgent?.leave };
  return all[need] !== undefined;
}

const missing = (absent: readonly Need[]): string =>
  `Expected a subject with ${absent.join(' and ')}, found none. ` +
  'Provide it, or name it in `without`, so that the tests that need it are listed as not run.';
