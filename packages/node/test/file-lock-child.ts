/** A process of its own that uses the lock: `node file-lock-child.ts <what> <folder> <lock> <argument>`. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { type KeyValueStore, type Lock, promiseLock } from '@proofkey/client';
import { recordsOf } from '../../client/src/records.ts';
import { fileLock } from '../src/file-lock.ts';
import { fileStore } from '../src/file-store.ts';
import { nodePorts } from '../src/node-client.ts';
import { SESSION } from './file-lock-world.ts';

const [, , what = '', folder = '', kind = '', argument = ''] = process.argv;
const tell = (text: string): Promise<void> => new Promise((told) => process.send?.(text, undefined, {}, () => told()));
/** Kept from the beginning, so that nothing that is told is missed. */
const heard: string[] = [];
let listen = (): void => {};
process.on('message', (text: string) => {
  heard.push(text);
  listen();
});
async function told(): Promise<string> {
  while (heard.length === 0) await new Promise<void>((come) => (listen = come));
  return heard.shift() ?? '';
}
// Lives until it is killed, but not for ever.
setTimeout(() => process.exit(3), 90_000).unref();

/** A negative control has a lock that no other process knows. */
const lock: Lock = kind === 'no lock' ? promiseLock() : fileLock({ folder });
const counter = join(dirname(folder), 'counter');
const increase = async (between: () => Promise<unknown>): Promise<void> => {
  const count = Number(readFileSync(counter, 'utf8'));
  await between();
  writeFileSync(counter, `${count + 1}`);
};

/** The client's own guard of the session, on a store that says when it writes, and waits there. */
function records() {
  const store = fileStore({ folder });
  const sessionStore: KeyValueStore = {
    ...store,
    async set(key, value) {
      await tell('writes');
      await told();
      await store.set(key, value);
    },
  };
  const unused = nodePorts({ clientId: 'app', scope: ['contacts'], openBrowser: false, issuer: SESSION.issuer });
  return recordsOf(SESSION, { ...unused, sessionStore, lock });
}

const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
  /** Increases the counter so many times. */
  async count() {
    for (let left = Number.parseInt(argument, 10); left > 0; left--)
      await lock.runExclusive('count', () => increase(turn));
  },
  /** Reads the counter, and writes it when it is told to. */
  async increase() {
    await tell('asks');
    const between = async (): Promise<void> => {
      await tell('has read');
      await told();
    };
    await lock.runExclusive('count', () => increase(between));
    await tell('has written');
  },
  /** Takes the locks that it is told, which dead processes have left, beside others that do the same. */
  async rounds() {
    await tell('ready');
    for (let name = await told(); name !== 'end'; name = await told()) {
      const inside = join(dirname(folder), `${name} inside`);
      const task = async (): Promise<void> => {
        writeFileSync(inside, '', { flag: 'wx' });
        for (let turns = 0; turns < 5; turns++) await turn();
        rmSync(inside);
      };
      await tell(await lock.runExclusive(name, task).then(() => 'alone', String));
    }
  },
  async hold() {
    const task = async (): Promise<void> => {
      await tell('holds');
      await told();
    };
    await tell(await lock.runExclusive('count', task).then(() => 'done', String));
  },
  async fail() {
    await tell(await lock.runExclusive('count', () => Promise.reject(new Error('of the task'))).catch(String));
  },
  exit: () => lock.runExclusive('count', async () => process.exit(5)),
  crash: () =>
    lock.runExclusive('count', () => {
      setTimeout(() => {
        throw new Error('of the program');
      });
      return told();
    }),
  async umask() {
    process.umask(Number.parseInt(argument, 8));
    await tasks['hold']?.();
  },
  /** Holds the lock while the program has its own listener for what the terminal sends. */
  async listen() {
    process.on('SIGINT', () => tell('own listener'));
    await tasks['hold']?.();
  },
  /** Writes what a refresh gave, unless somebody has logged out. */
  async refresh() {
    await records().saveSession({ ...SESSION, revision: SESSION.revision + 1 }, SESSION);
  },
  async 'log out'() {
    await tell('asks');
    await records().forgetSession();
    await tell('logged out');
  },
};

await tasks[what]?.();
process.disconnect?.();
