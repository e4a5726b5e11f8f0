/** A sound subject and one port with a fault -> a subject that has to fail. */
import { type MemoryPorts, memorySubject, turnTimers } from './memory-ports.ts';
import type { PortName, Reopened, Subject } from './subject.ts';

export interface BrokenPort {
  readonly port: PortName;
  /** "a lock that lets everybody in" */
  readonly name: string;
  /** The names of all tests of the contract that it fails. */
  readonly fails: readonly string[];
  /** Made anew for each test, as every subject is. */
  make(): Subject;
}

type Parts = {
  readonly ports: Subject['ports'];
  readonly reopen?: () => Reopened;
  readonly shown?: () => readonly string[];
};

/**
 * @param sentences the names of the tests, without the name of the port that they begin with
 * @param spoil what is broken, in the place of what is sound
 */
export const brokenPort = (
  port: PortName,
  name: string,
  sentences: readonly string[],
  spoil: (ports: MemoryPorts) => Parts,
): BrokenPort => ({
  port,
  name,
  fails: sentences.map((sentence) => `${port} ${sentence}`),
  make() {
    const subject = memorySubject();
    const { ports, reopen, shown } = spoil(subject.ports);
    return {
      ...subject,
      ports: { ...subject.ports, ...ports },
      ...(reopen && { reopen: () => ({ ...subject.reopen(), ...reopen() }) }),
      ...(shown && { shown }),
      timers: turnTimers(),
    };
  },
});
