/** `useMockLogin` as a test runner sees it: which tests fail, with which errors, and whom they point at. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

type Ended = {
  readonly name: string;
  readonly state: string;
  readonly errors: readonly { readonly message: string; readonly stack: string }[];
};

const RUNNER = fileURLToPath(new URL('./support/run-vitest.ts', import.meta.url));
const CASES = fileURLToPath(new URL('./cases/misuse.ts', import.meta.url));

let ended: readonly Ended[];
beforeAll(async () => {
  // What the outer run tells its workers must not reach the inner one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const { stdout } = await promisify(execFile)(process.execPath, [RUNNER, CASES], { env, timeout: 60_000 });
  ended = JSON.parse(stdout.trim().split('\n').at(-1) ?? '').tests;
});

const endOf = (name: string): Ended => {
  const found = ended.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no test is called ${name}`);
  return found;
};
const messagesOf = (name: string): readonly string[] => endOf(name).errors.map(({ message }) => message);

test('misuse fails the test that did it, with a sentence and with a place in the file of the test', () => {
  const { state, errors } = endOf('misuse fails');
  expect(state).toBe('failed');
  expect(errors.map(({ message }) => message)).toEqual([
    'The login protocol was misused:\n  step 1 (unknown): This server has nothing at /nowhere. Take endpoints from its ' +
      'metadata, or give its operations table to the mock. [unknown_endpoint]',
  ]);
  const [first = ''] = (errors[0]?.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  expect(first).toContain('cases/misuse.ts');
});

test('every test begins with a new server', () => {
  expect(endOf('the next test begins anew').state).toBe('passed');
});

test('a refused request fails the test, without what was secret in it', () => {
  const [message, ...more] = messagesOf('a refused request fails, also when the application did not care');
  expect(message).toContain('GET https://nobody.example/\n');
  expect(message).not.toContain('hunter2');
  expect(more).toEqual([]);
});

test('a test that failed shows its own error first', () => {
  const [own, misuse] = messagesOf('a test that failed anyway keeps its own error in front');
  expect(own).toContain("expected 'its own' to be 'error'");
  expect(misuse).toContain('The login protocol was misused');
});

test('expected misuse has to happen, unless the test did not get so far', () => {
  expect(endOf('expected misuse is right').state).toBe('passed');
  expect(messagesOf('expected misuse that does not happen fails')).toEqual([
    'Expected misuse did not happen:\n  unknown_endpoint',
  ]);
  expect(messagesOf('expected misuse that could not happen any more is not told').length).toBe(1);
});

test('what was asked for has to happen, unless the test did not get so far', () => {
  expect(messagesOf('what was asked for and never happened fails')).toEqual([
    expect.stringContaining("failNext('userinfo', 503) was never used: no such request came."),
  ]);
  expect(messagesOf('what was asked for and could not happen any more is not told').length).toBe(1);
});

test('a connection that was made behind the back of msw is refused, and fails the test', () => {
  const [message, ...more] = messagesOf('a connection that msw does not see fails');
  expect(message).toContain('\n  connection to nobody.example:8443\n');
  expect(message).toContain('name http://HOST:PORT in passThrough');
  expect(message).not.toContain('hunter2');
  expect(more).toEqual([]);
});

test('another server is checked and reset with the first', () => {
  expect(messagesOf('misuse of the other fails')).toEqual([
    expect.stringMatching(/^At https:\/\/other\.test:\nThe login protocol was misused:\n {2}step 1 \(unknown\)/),
  ]);
  expect(endOf('the other begins anew too').state).toBe('passed');
});

test.each(['in a test', 'in beforeEach'])('useMockLogin says so when it comes too late: %s', (name) => {
  expect(messagesOf(name)).toEqual([expect.stringContaining('useMockLogin() was called inside a test')]);
});

test('fake timers turn the clock of the server, and do not stop it', () => {
  expect(endOf('the clock follows fake timers').state).toBe('passed');
  expect(messagesOf('a whole login needs no real timer')).toEqual([]);
});

test('tests at the same time share a server, which is checked when the last of them is over', () => {
  expect(endOf('the quick one is not blamed, and takes nothing away from the other').state).toBe('passed');
  expect(messagesOf('the slow one fails')).toEqual([expect.stringContaining('This server has nothing at /nowhere')]);
});
