/** A process that dies after any effect of a login; a new one on the same stores goes on. RFC 6749, section 10.5. */
import { describe, expect, test } from 'vitest';
import { promiseLock } from '../src/index.ts';
import { clientOf, deferred, type Shelf, shelf, userAgent, type World, world } from './world.ts';

/** A world that dies once it has carried out `last` calls: from then on no port ever answers. */
function dying(last: number): {
  readonly ports: World;
  readonly calls: string[];
  readonly died: Promise<void>;
  callbackUrl(): string;
} {
  const ports = world();
  const calls: string[] = [];
  const death = deferred<void>();
  let callbackUrl = '';
  const mortal = async <T>(name: string, task: () => T | Promise<T>): Promise<T> => {
    if (calls.length >= last) return new Promise<T>(() => {});
    calls.push(name);
    const result = await task();
    if (calls.length < last) return result;
    death.resolve();
    return new Promise<T>(() => {});
  };
  const mortalStore = (name: string, { entries, get, set, remove }: Shelf): Shelf => ({
    entries,
    get: (key) => mortal(`${name} read`, () => get(key)),
    set: (key, value) => mortal(`${name} written`, () => set(key, value)),
    remove: (key) => mortal(`${name} removed`, () => remove(key)),
  });
  return {
    calls,
    died: death.promise,
    callbackUrl: () => callbackUrl,
    ports: {
      ...ports,
      transactionStore: mortalStore('transaction', ports.transactionStore),
      sessionStore: mortalStore('session', ports.sessionStore),
      transport: { send: (request) => mortal(`${request.method} sent`, () => ports.server.send(request)) },
      signatureVerifier: { verify: () => mortal('signature verified', () => true) },
      userAgent: userAgent(({ url }) =>
        mortal('user agent opened', () => {
          callbackUrl = ports.server.authorize(url);
          return { type: 'returned', url: callbackUrl } as const;
        }),
      ),
    },
  };
}

/** What the next process shares with the dead one: the stores and the server. Locks die with their holder. */
const reborn = ({ ports }: { readonly ports: World }): World => ({
  ...world(),
  server: ports.server,
  transport: { send: async (request) => ports.server.send(request) },
  transactionStore: withEntries(ports.transactionStore),
  sessionStore: withEntries(ports.sessionStore),
  lock: promiseLock(),
});

function withEntries({ entries }: Shelf): Shelf {
  const alive = shelf();
  for (const [key, value] of entries) alive.entries.set(key, value);
  return alive;
}

const COMPLETES = { status: 'logged_in' };
const CONSUMED = { failure: { code: 'transaction_consumed', recovery: 'log_in_again' } };

/** Every call of one login, in order, and what a new process finds when the old one dies right after it. */
const CALLS: readonly (readonly [call: string, id: string, next: object | undefined])[] = [
  ['transaction written', 'sc-009', undefined],
  ['user agent opened', 'sc-009', COMPLETES],
  ['transaction read', 'sc-009', COMPLETES],
  ['transaction written', 'sc-010', CONSUMED],
  ['POST sent', 'sc-010', CONSUMED],
  ['GET sent', 'sc-010', CONSUMED],
  ['signature verified', 'sc-010', CONSUMED],
  ['session read', 'sc-010', CONSUMED],
  ['session written', 'sc-010', COMPLETES],
  // The snapshot follows the store.
  ['session read', 'sc-010', COMPLETES],
];

describe('a process that is killed', () => {
  test('the list below is every call that one login makes', async () => {
    const alive = dying(Number.POSITIVE_INFINITY);
    await clientOf(alive.ports).login();
    expect(alive.calls).toEqual(CALLS.map(([call]) => call));
  });

  test.each(CALLS.map(([call, id, next], at) => ({ call, id, next, last: at + 1 })))(
    'AT-61 $id: after call $last, $call: a code is never sent twice',
    async ({ last, next }) => {
      const first = dying(last);
      // Never settles when the process dies; when it does settle, that is the error to see.
      await Promise.race([first.died, clientOf(first.ports).login()]);
      const ports = reborn(first);
      // Died before the browser opened: there is no callback, and nothing was sent.
      if (next === undefined) return expect(ports.server.requests).toEqual([]);
      const outcome = await clientOf(ports)
        .handleCallback(first.callbackUrl())
        .catch((error: unknown) => error);
      expect(outcome).toMatchObject(next);
      expect(ports.server.codesSent).toHaveLength(last >= 4 && last < 5 ? 0 : 1);
    },
  );

  test('sc-010, negative control: a store that loses receipts makes the code go out twice', async () => {
    const first = dying(5);
    const { transactionStore } = first.ports;
    let writes = 0;
    const lossy: Shelf = {
      ...transactionStore,
      async set(key, value) {
        writes += 1;
        await (writes === 1 ? transactionStore.set(key, value) : transactionStore.get(key));
      },
    };
    await Promise.race([first.died, clientOf({ ...first.ports, transactionStore: lossy }).login()]);
    await clientOf(reborn(first))
      .handleCallback(first.callbackUrl())
      .catch(() => {});
    expect(first.ports.server.codesSent).toHaveLength(2);
    expect(first.ports.server.takeMisuses()).toEqual(['code_used_twice']);
  });
});
