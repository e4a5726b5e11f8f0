/** The contract itself: every row is one promise, the ports in memory keep them all, and broken ones are noticed. */
import { signatureVerifier } from '@proofkey/node';
import { describe, expect, test } from 'vitest';
import {
  brokenPorts,
  ContractError,
  type ContractTest,
  contract,
  describePorts,
  memorySubject,
  type Subject,
  turnTimers,
} from '../src/index.ts';

/** Without timers of the platform, so that what never settles is found without waiting. */
const inMemory = (): Subject => {
  const subject = memorySubject();
  // The one port that needs a platform: memory ports have none.
  return { ...subject, ports: { ...subject.ports, signatureVerifier }, timers: turnTimers() };
};

describePorts(inMemory, { describe, test });

const names = contract.map(({ name }) => name);

test('no two rows have the same name, and each begins with its port', () => {
  expect(new Set(names).size).toBe(names.length);
  for (const { port, name, needs } of contract) {
    expect(name.startsWith(`${port} `)).toBe(true);
    expect(needs).toContain(port);
  }
});

const result = async (row: ContractTest, subject: Subject): Promise<unknown> => {
  try {
    await row.run(subject);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await subject.dispose?.();
  }
};

describe('a port that breaks a promise', () => {
  test.each(brokenPorts)('$name fails exactly the tests that it names', async ({ port, fails, make }) => {
    expect(fails.length).toBeGreaterThan(0);
    const failed: string[] = [];
    for (const row of contract.filter((one) => one.port === port)) {
      const error = await result(row, make());
      if (error === undefined) continue;
      failed.push(row.name);
      expect(error).toBeInstanceOf(ContractError);
      expect((error as ContractError).message).toMatch(/^Expected .+, found .+\. .+\.$/s);
      // What breaks is the promise, not the test of it.
      expect((error as ContractError).cause).not.toBeInstanceOf(TypeError);
    }
    expect(failed.sort()).toEqual([...fails].sort());
  });

  test('is the only one in its subject: the other ports keep their promises', async () => {
    for (const { port, make } of brokenPorts) {
      // A clock is what a store tells expiry by.
      const others = contract.filter((row) => row.port !== port && !row.needs.includes(port));
      // Memory ports have no signature verifier.
      for (const row of others.filter((one) => one.port !== 'signatureVerifier'))
        expect(await result(row, make()), row.name).toBeUndefined();
    }
  });

  test('no row is without a port that fails it', () => {
    const noticed = new Set(brokenPorts.flatMap(({ fails }) => fails));
    expect(names.filter((name) => !noticed.has(name))).toEqual([]);
  });

  test('no two broken ports have the same name', () => {
    expect(new Set(brokenPorts.map(({ name }) => name)).size).toBe(brokenPorts.length);
  });
});

describe('a subject that lacks what a row needs', () => {
  const needs = contract.flatMap((row) => row.needs.map((need) => ({ row, need })));

  test.each(needs)('$row.name: fails without $need', async ({ row, need }) => {
    const sound = inMemory();
    const { clock, userAgent } = sound.ports;
    const ports = {
      ...sound.ports,
      // What a port need not have: those of a port that has all of it but this.
      ...(need === 'monotonic' && { clock: { ...clock, monotonic: undefined } }),
      ...(need === 'leave' && { userAgent: { ...userAgent, leave: undefined } }),
    };
    const subject = { ...sound, [need]: undefined, ports: { ...ports, [need]: undefined } } as Subject;
    expect(await result(row, subject)).toMatchObject({ message: expect.stringContaining(need) });
  });
});
