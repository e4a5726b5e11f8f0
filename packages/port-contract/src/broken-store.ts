/** A fault of a store -> a transaction store and a session store that have it. */
import type { Clock, KeyValueStore } from '@proofkey/client';
import { type BrokenPort, brokenPort } from './broken-port.ts';

/** What all instances share, as processes share a disk. */
export type Shared = Map<string, string>;

export type Fault = readonly [
  name: string,
  /** The tests that it fails, without the name of the port that they begin with. */
  fails: readonly string[],
  /** What one instance does otherwise than a sound one. */
  make: (shared: Shared, clock: Clock) => Partial<KeyValueStore>,
];

const sound = (shared: Shared): KeyValueStore => ({
  get: async (key) => shared.get(key) ?? null,
  set: async (key, value) => void shared.set(key, value),
  remove: async (key) => void shared.delete(key),
});

/** Reads all values, changes one, writes all: fine as long as nobody else does. */
export async function rewrite(shared: Shared, change: (values: Map<string, string>) => void): Promise<void> {
  const values = new Map(shared);
  await undefined;
  change(values);
  shared.clear();
  for (const [key, value] of values) shared.set(key, value);
}

export const brokenStore = ([name, fails, make]: Fault): readonly BrokenPort[] =>
  (['transactionStore', 'sessionStore'] as const).map((port) =>
    brokenPort(port, `a ${port} ${name}`, fails, ({ clock }) => {
      const shared: Shared = new Map();
      const open = (): KeyValueStore => ({ ...sound(shared), ...make(shared, clock) });
      return { ports: { [port]: open() }, reopen: () => ({ [port]: open() }) };
    }),
  );
