/** An adapter under test -> what the contract needs of it: its ports, and the means to play the world around them. */
import type { MaybePromise, Ports } from '@proofkey/client';

/** The ports that the contract has tests for. */
export type PortName =
  | 'transactionStore'
  | 'sessionStore'
  | 'lock'
  | 'clock'
  | 'randomSource'
  | 'digest'
  | 'userAgent'
  | 'transport'
  | 'resourceFetch'
  | 'signatureVerifier';

/** What a test may need. Whoever cannot provide one names it in `without`, and sees which tests were not run. */
export type Need =
  | PortName
  | PortMember
  | 'reopen'
  | 'arrive'
  | 'shown'
  | 'server'
  | 'otherUrl'
  | 'received'
  | 'advance';

/** What a port may have or not: `clock.monotonic` and `userAgent.leave`. */
export type PortMember = 'monotonic' | 'leave';

export type Reopened = Partial<Pick<Ports, 'transactionStore' | 'sessionStore' | 'lock'>>;

/** Made anew for every test, so that no test sees what another one left. */
export interface Subject {
  /** The ports under test; those that an adapter does not have stay away. */
  readonly ports: Partial<Pick<Ports, PortName>>;
  /** The same stores and the same lock opened once more, as another tab or process opens them. */
  reopen?(): MaybePromise<Reopened>;
  /**
   * Brings this URL to the user agent, as a browser does at the end of a login. Settles when the user agent has had its
   * look at it. Whether it was taken is not said: a refused connection is no error here.
   */
  arrive?(callbackUrl: string): MaybePromise<void>;
  /** The URLs that the user agent has shown to the person, the latest last. */
  shown?(): readonly string[];
  /** A server that answers every request as `answerTestRequest` says. */
  readonly server?: TestServer;
  /** Where the same server listens once more: another origin, without a path and without a slash at the end. */
  readonly otherUrl?: string;
  /**
   * Path and query of every request that has arrived at the server since this subject was made, at both origins and in
   * order. Those of the method OPTIONS do not count: browsers send them by themselves.
   */
  received?(): MaybePromise<readonly string[]>;
  /** Moves the clock of these ports forward by whole seconds. Only where that can be done without waiting. */
  advance?(seconds: number): MaybePromise<void>;
  /** The platform's own when absent. They end a wait for something that does not come. */
  readonly timers?: Timers;
  /** Closes and removes everything that was made for this test. */
  dispose?(): MaybePromise<void>;
}

export interface TestServer {
  /** Where it listens, without a path and without a slash at the end. */
  readonly url: string;
  /** An address of the same kind where nobody listens. */
  readonly closedUrl: string;
}

/** The part of the platform's timers that the contract uses: `globalThis` is one. Milliseconds. */
export interface Timers {
  setTimeout(task: () => void, milliseconds: number): unknown;
  clearTimeout(timer: never): void;
}

/** One promise of one port. */
export interface ContractTest {
  readonly port: PortName;
  /** A sentence that can be false. It begins with the name of the port, and no other test has it. */
  readonly name: string;
  readonly needs: readonly Need[];
  /** Rejects with a `ContractError` that says what was expected, what was found, and how to repair it. */
  run(subject: Subject): Promise<void>;
}
