/** The promises of a lock: one task at a time under a name, in the order of asking, and never held by a failure. */
import type { Lock } from '@proofkey/client';
import { contractTest, expectSame, expectThat, pause, soon } from './expect.ts';
import type { ContractTest, Subject } from './subject.ts';

const TASKS = 8;

/** Reads, waits and writes, as a commit does: whoever is let in beside another one overwrites its count. */
async function contend(subject: Subject, locks: readonly Lock[]): Promise<void> {
  let [count, inside, most] = [0, 0, 0];
  const task = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    const read = count;
    await pause(subject);
    count = read + 1;
    inside -= 1;
  };
  const all = Array.from({ length: TASKS }, (_, index) => locks[index % locks.length]?.runExclusive('name', task));
  await soon(subject, Promise.all(all), 'all tasks to run', 'A task that has ended must let the next one in.');
  expectSame(most, 1, 'Two tasks ran at once. Hold the name until the promise of the task has settled.');
  expectSame(count, TASKS, 'Run every task once.');
}

export const lock: readonly ContractTest[] = [
  contractTest('lock', 'gives what the task gives', [], async (port, subject) => {
    const result = { any: 'value' };
    const given = await soon(
      subject,
      port.runExclusive('name', async () => result),
      'a result',
      'Run the task.',
    );
    expectThat(given === result, 'the very result of the task', given, 'Hand the result of the task through.');
  }),
  contractTest('lock', 'passes the error of a task on', [], async (port, subject) => {
    const error = new Error('of the task');
    const failed = port
      .runExclusive('name', () => Promise.reject(error))
      .then(
        () => 'no error',
        (reason: unknown) => reason,
      );
    const reason = await soon(subject, failed, 'a rejection', 'A task that fails ends the wait for it.');
    expectThat(reason === error, 'the very error of the task', reason, 'Reject with what the task rejected with.');
  }),
  contractTest('lock', 'is free again after a task that failed', [], async (port, subject) => {
    await port.runExclusive('name', () => Promise.reject(new Error('of the task'))).catch(() => {});
    const next = port.runExclusive('name', async () => 'next');
    const result = await soon(subject, next, 'the next task to run', 'Release the name however the task ends.');
    expectSame(result, 'next', 'Run the next task as if nothing had happened.');
  }),
  contractTest('lock', 'runs one task at a time under a name', [], (port, subject) => contend(subject, [port])),
  contractTest('lock', 'runs one task at a time for all who share the stores', ['reopen'], async (port, subject) => {
    const { lock: other } = await subject.reopen();
    expectThat(other !== undefined, 'reopen() to give a lock', other, 'Open the lock once more, beside the stores.');
    await contend(subject, [port, other]);
  }),
  contractTest('lock', 'lets other names run meanwhile', [], async (port, subject) => {
    const inner = (): Promise<string> => port.runExclusive('inner', async () => 'inner');
    const outer = port.runExclusive('outer', inner);
    const result = await soon(subject, outer, 'a task under another name to run', 'One lock for each name, not one.');
    expectSame(result, 'inner', 'Hand the result of the task through.');
  }),
  contractTest('lock', 'lets tasks in in the order in which they asked', [], async (port, subject) => {
    const order: number[] = [];
    const asked = Array.from({ length: TASKS }, (_, index) => index);
    const tasks = asked.map((index) =>
      port.runExclusive('name', async () => {
        await pause(subject);
        order.push(index);
      }),
    );
    await soon(subject, Promise.all(tasks), 'all tasks to run', 'A task that has ended must let the next one in.');
    expectSame(order.join(), asked.join(), 'Keep a queue: whoever asked first must not starve.');
  }),
];
