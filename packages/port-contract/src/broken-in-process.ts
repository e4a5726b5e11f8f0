/** Locks and random sources with one fault each. */
import { type Lock, promiseLock, type RandomSource } from '@proofkey/client';
import { type BrokenPort, brokenPort } from './broken-port.ts';

const ONE_AT_A_TIME = 'runs one task at a time under a name';
const FOR_ALL = 'runs one task at a time for all who share the stores';

const brokenLock = (name: string, fails: readonly string[], make: () => Lock, makeOther?: () => Lock): BrokenPort =>
  brokenPort('lock', name, fails, () => {
    const lock = make();
    return { ports: { lock }, reopen: () => ({ lock: makeOther?.() ?? lock }) };
  });

/** Runs the task that asked last first. */
function stackLock(): Lock {
  const asked: (() => Promise<void>)[] = [];
  let busy = false;
  async function work(): Promise<void> {
    busy = true;
    // A turn, so that all who ask at once have asked.
    await undefined;
    for (let task = asked.pop(); task !== undefined; task = asked.pop()) await task();
    busy = false;
  }
  return {
    runExclusive: (_name, task) =>
      new Promise((resolve, reject) => {
        asked.push(() => task().then(resolve, reject));
        if (!busy) void work();
      }),
  };
}

/** Waits for good behind a task that failed. */
function stuckLock(): Lock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    runExclusive(name, task) {
      const mine = (tails.get(name) ?? Promise.resolve()).then(task);
      tails.set(
        name,
        mine.catch(() => new Promise(() => {})),
      );
      return mine;
    },
  };
}

const sound = promiseLock;

export const brokenLocks: readonly BrokenPort[] = [
  brokenLock('a lock that lets everybody in', [ONE_AT_A_TIME, FOR_ALL], () => ({
    runExclusive: (_name, task) => task(),
  })),
  brokenLock('a lock that each process has for itself', [FOR_ALL], sound, sound),
  brokenLock('a lock that is one for all names', ['lets other names run meanwhile'], () => {
    const one = sound();
    return { runExclusive: (_name, task) => one.runExclusive('one', task) };
  }),
  brokenLock('a lock that a failure keeps closed', ['is free again after a task that failed'], stuckLock),
  brokenLock('a lock that swallows errors', ['passes the error of a task on'], () => {
    const lock = sound();
    return { runExclusive: (name, task) => lock.runExclusive(name, task).catch(() => undefined as never) };
  }),
  brokenLock(
    'a lock that loses results',
    ['gives what the task gives', 'is free again after a task that failed', 'lets other names run meanwhile'],
    () => {
      const lock = sound();
      return { runExclusive: (name, task) => lock.runExclusive(name, task).then(() => undefined as never) };
    },
  ),
  brokenLock(
    'a lock that lets in who asked last, whatever the name',
    ['lets other names run meanwhile', 'lets tasks in in the order in which they asked'],
    stackLock,
  ),
];

const LENGTH = 'gives exactly as many octets as it was asked for';
const FRESH = 'never gives the same octets twice';
const ALONE = 'leaves the octets alone that it gave before';
const EVERY_OCTET = 'changes every octet from draw to draw';
const NO_STEP = 'gives octets that do not follow from each other';
const EVERY_VALUE = 'uses every value of an octet';
const EVERY_BIT = 'sets each bit half of the time';

type Draw = (length: number) => Uint8Array;

const brokenSource = (name: string, fails: readonly string[], spoil: (draw: Draw) => Draw): BrokenPort =>
  brokenPort('randomSource', name, fails, ({ randomSource }) => {
    const octets = spoil(randomSource.octets as Draw) satisfies RandomSource['octets'];
    return { ports: { randomSource: { octets } } };
  });

export const brokenRandomSources: readonly BrokenPort[] = [
  brokenSource('a random source that is stuck', [FRESH, EVERY_OCTET, NO_STEP, EVERY_VALUE, EVERY_BIT], () => {
    return (length) => new Uint8Array(length).fill(7);
  }),
  brokenSource('a random source that counts', [FRESH, EVERY_OCTET, NO_STEP], () => {
    let count = 0;
    return (length) => Uint8Array.from({ length }, () => count++);
  }),
  brokenSource(
    'a random source that gives less than was asked for',
    [LENGTH, EVERY_OCTET],
    (draw) => (length) => draw(length - 1),
  ),
  brokenSource('a random source that fills one array again and again', [ALONE], (draw) => {
    const all = new Uint8Array(1024);
    return (length) => {
      all.set(draw(length));
      return all.subarray(0, length);
    };
  }),
  brokenSource('a random source that begins with its name', [EVERY_OCTET], (draw) => (length) => {
    const octets = draw(length);
    octets[0] = 0x70;
    return octets;
  }),
  brokenSource('a random source that uses seven bits', [EVERY_VALUE, EVERY_BIT], (draw) => (length) => {
    return draw(length).map((octet) => octet & 0x7f);
  }),
  brokenSource('a random source that prefers odd numbers', [EVERY_BIT], (draw) => (length) => {
    return draw(length).map((octet, index) => (index % 3 === 0 ? octet | 1 : octet));
  }),
];
