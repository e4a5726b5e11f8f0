/** describePorts: a test for each row, a subject for each test, and nothing left out unseen. */
import { describe, expect, test, vi } from 'vitest';
import { contract, type DescribeOptions, describePorts, memorySubject, type Subject } from '../src/index.ts';

type Registered = { readonly title: string; readonly group: string; readonly body: () => Promise<void> };

/** A test runner that only writes down what it is told. */
function recorder({ skips = true } = {}) {
  const ran: Registered[] = [];
  const skipped: Registered[] = [];
  let group = '';
  const into = (list: Registered[]) => (title: string, body: () => Promise<void>) =>
    void list.push({ title, group, body });
  const describe = (title: string, body: () => void): void => {
    group = title;
    body();
    group = '';
  };
  const register = Object.assign(into(ran), skips ? { skip: into(skipped) } : {});
  return { ran, skipped, runner: { describe, test: register } };
}

const titles = (registered: readonly Registered[]): string[] => registered.map(({ title }) => title);
const names = contract.map(({ name }) => name);
const without = ['signatureVerifier'] as const;

test('registers one test for each row, under the name of its port', () => {
  const { ran, skipped, runner } = recorder();
  const notRun = describePorts(() => memorySubject(), runner);
  expect(titles(ran)).toEqual(names);
  for (const { title, group } of ran) expect(title.startsWith(`${group} `)).toBe(true);
  expect([skipped, notRun]).toEqual([[], []]);
});

test('takes the test runner that is there, in full or in part', () => {
  const { ran, runner } = recorder();
  vi.stubGlobal('describe', runner.describe);
  vi.stubGlobal('test', runner.test);
  try {
    describePorts(() => memorySubject());
    expect(titles(ran)).toEqual(names);
    const other = recorder();
    describePorts(() => memorySubject(), { test: other.runner.test });
    expect(titles(other.ran)).toEqual(names);
  } finally {
    vi.unstubAllGlobals();
  }
});

test('says what to pass where there is no test runner', () => {
  expect(() => describePorts(() => memorySubject())).toThrow(/found no global .* \{ describe, test \}/);
});

test('makes a subject for each test, and disposes of it however the test ends', async () => {
  const { ran, runner } = recorder();
  let [made, disposed] = [0, 0];
  const makePorts = async (): Promise<Subject> => {
    made += 1;
    const dispose = (): void => {
      disposed += 1;
    };
    return { ports: {}, dispose };
  };
  describePorts(makePorts, runner);
  expect(made).toBe(0);
  for (const { body } of ran) await expect(body()).rejects.toThrow(/^Expected a subject with/);
  expect([made, disposed]).toEqual([names.length, names.length]);
});

test('registers the tests of single ports for whoever writes only those', () => {
  const { ran, runner } = recorder();
  const notRun = describePorts(() => memorySubject(), { ...runner, only: ['lock', 'clock'] });
  const chosen = contract.filter(({ port }) => port === 'lock' || port === 'clock');
  expect(titles(ran)).toEqual(chosen.map(({ name }) => name));
  expect(notRun).toEqual(contract.filter((row) => !chosen.includes(row)));
});

describe('without', () => {
  test('lists what is not run: as skipped, and in what it returns', () => {
    const { ran, skipped, runner } = recorder();
    const notRun = describePorts(() => memorySubject(), { ...runner, without: ['arrive', ...without] });
    const left = contract.filter(({ needs }) => needs.includes('arrive') || needs.includes('signatureVerifier'));
    expect(notRun).toEqual(left);
    expect(titles(skipped)).toEqual(left.map(({ name }) => name));
    const rest = names.filter((name) => !titles(skipped).includes(name));
    expect(titles(ran)).toEqual([...rest, 'leaves out only what is not there']);
  });

  test('lists it by its title where the test runner cannot skip', () => {
    const { ran, runner } = recorder({ skips: false });
    describePorts(() => memorySubject(), { ...runner, without });
    const left = contract.filter(({ port }) => port === 'signatureVerifier');
    expect(titles(ran).filter((title) => title.startsWith('not run: '))).toEqual(
      left.map(({ name }) => `not run: ${name}`),
    );
  });

  test('takes the name of a single test', () => {
    const { ran, skipped, runner } = recorder();
    const name = 'transport knows that nothing was sent where nobody listens';
    const notRun = describePorts(() => memorySubject(), { ...runner, without: [name] });
    expect([titles(skipped), notRun.map((row) => row.name)]).toEqual([[name], [name]]);
    expect(titles(ran)).toEqual(names.filter((one) => one !== name));
  });

  test('does not take what is nothing', () => {
    const options: DescribeOptions = { ...recorder().runner, without: ['arive'] };
    expect(() => describePorts(() => memorySubject(), options)).toThrow('"arive". Correct or remove it.');
  });

  test.each([
    ['what is not there', ['signatureVerifier'], true],
    ['what is there', ['signatureVerifier', 'arrive', 'lock'], false],
  ] as const)('may name %s: %j', async (_what, named, right) => {
    const { ran, runner } = recorder();
    describePorts(() => memorySubject(), { ...runner, without: named });
    const body = ran.at(-1)?.body() ?? Promise.reject(new Error('not registered'));
    if (right) await body;
    else await expect(body).rejects.toThrow('found "arrive,lock". Remove it');
  });
});
