/** The contract -> one test for each of its rows, in the test runner that is there. */
import type { MaybePromise } from '@proofkey/client';
import { contract } from './contract.ts';
import { ContractError, expectThat, provides } from './expect.ts';
import type { ContractTest, Need, PortName, Subject } from './subject.ts';

/** What Vitest, Jest, Mocha, `node:test` and Jasmine have in common, under these names or `it`. */
export interface TestRunner {
  describe(title: string, body: () => void): unknown;
  readonly test: RegisterTest;
}

interface RegisterTest {
  (title: string, body: () => Promise<void>): unknown;
  /** Lists a test without running it. Where it does not exist, a test with the title "not run: ..." is listed. */
  skip?(title: string, body: () => Promise<void>): unknown;
}

export interface DescribeOptions extends Partial<TestRunner> {
  /** For whoever writes a single port, such as a store: the tests of these ports alone. All when absent. */
  readonly only?: readonly PortName[];
  /**
   * What the subjects do not provide, or the names of single tests, because the platform cannot. The tests are listed
   * as not run. A subject that lacks anything else fails.
   */
  readonly without?: readonly (Need | (string & {}))[];
}

/**
 * Registers one test for each row of the contract: of both stores, `lock`, `clock`, `randomSource`, `digest`,
 * `userAgent`, `transport`, `resourceFetch` and `signatureVerifier`.
 *
 * A test whose need is neither provided nor named in `without` fails; it never passes unseen. A need that is named in
 * `without` and provided all the same fails too, so that the list does not go stale.
 *
 * @param makePorts called anew for each test; its `dispose` is called at the end of it, however it ended
 * @param options.describe the runner's, as `test` is; those of `globalThis` when absent
 * @returns the tests that are not run
 * @throws ContractError when there is no test runner, or `without` names nothing that there is
 */
export function describePorts(
  makePorts: () => MaybePromise<Subject>,
  options: DescribeOptions = {},
): readonly ContractTest[] {
  const { describe, test } = runnerOf(globalThis as Partial<TestRunner>, options);
  const without: ReadonlySet<string> = new Set(options.without);
  const needs = new Set(contract.flatMap((row) => row.needs));
  const isNeed = (name: string): name is Need => needs.has(name as Need);
  for (const name of without) {
    const known = isNeed(name) || contract.some((row) => row.name === name);
    expectThat(known, '`without` to name what a test needs, or a test', name, 'Correct or remove it.');
  }
  const isLeftOut = (row: ContractTest): boolean =>
    without.has(row.name) || row.needs.some((need) => without.has(need));

  const ports = new Set(options.only ?? contract.map((row) => row.port));
  for (const port of ports)
    describe(port, () => {
      for (const row of contract.filter((one) => one.port === port)) {
        if (!isLeftOut(row)) test(row.name, () => withSubject(makePorts, (subject) => row.run(subject)));
        else if (test.skip) test.skip(row.name, async () => {});
        else test(`not run: ${row.name}`, async () => {});
      }
    });
  const leftOut = [...without].filter(isNeed);
  if (leftOut.length > 0)
    test('leaves out only what is not there', () =>
      withSubject(makePorts, async (subject) => {
        const there = leftOut.filter((need) => provides(subject, need));
        expectThat(there.length === 0, 'nothing', there.join(), 'Remove it from `without`, so that its tests run.');
      }));
  return contract.filter((row) => isLeftOut(row) || !ports.has(row.port));
}

function runnerOf(platform: Partial<TestRunner>, options: DescribeOptions): TestRunner {
  const { describe = platform.describe, test = platform.test } = options;
  if (describe === undefined || test === undefined)
    throw new ContractError(
      'Expected a test runner, found no global `describe` and `test`. Pass them: ' +
        'describePorts(makePorts, { describe, test }).',
    );
  return { describe, test };
}

async function withSubject(
  makePorts: () => MaybePromise<Subject>,
  use: (subject: Subject) => Promise<void>,
): Promise<void> {
  const subject = await makePorts();
  try {
    await use(subject);
  } finally {
    await subject.dispose?.();
  }
}
