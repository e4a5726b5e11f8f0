/** Stores with one fault each: what is kept is lost, mixed, torn, late or no longer what it was. */
import type { BrokenPort } from './broken-port.ts';
import { brokenStore, type Fault, rewrite, type Shared } from './broken-store.ts';

const NEVER_SET = 'gives null for a key that was never set';
const REMOVED = 'gives null for a value that was removed';
const EXACT = 'gives back every text exactly';
const LAST = 'gives the value that was set last';
const LOOK_ALIKES = 'tells keys apart that look alike';
const NO_OTHER = 'removes one value and no other';
const FIFTY = 'keeps 50 values that are set at the same time';
const WHOLE = 'shows an old or a new value, whole, while it is written';
const WRITTEN = 'has written when it says so';
const ANOTHER = 'sees at once what another instance writes';
const BOTH = 'loses nothing that two instances write at the same time';
const AGAIN = 'gives an expired value or null, and no error';

const [KIB_2, KIB_64] = ['keeps a value of 2 KiB whole', 'keeps a value of 64 KiB whole'] as const;

const FAULTS: readonly Fault[] = [
  [
    'that gives undefined for what is absent',
    [NEVER_SET, REMOVED, WRITTEN],
    (shared) => ({ get: async (key) => shared.get(key) as string }),
  ],
  ['that trims', [EXACT], (shared) => ({ set: async (key, value) => void shared.set(key, value.trim()) })],
  [
    'as small as a cookie',
    [KIB_64],
    (shared) => ({ set: async (key, value) => void shared.set(key, value.slice(0, 4096)) }),
  ],
  [
    'with room for 2000 characters',
    [KIB_2, KIB_64, WHOLE],
    (shared) => ({ set: async (key, value) => void shared.set(key, value.slice(0, 2000)) }),
  ],
  [
    'that does not tell upper from lower case',
    [LOOK_ALIKES, NO_OTHER],
    (shared) => ({
      get: async (key) => shared.get(key.toLowerCase()) ?? null,
      set: async (key, value) => void shared.set(key.toLowerCase(), value),
      remove: async (key) => void shared.delete(key.toLowerCase()),
    }),
  ],
  [
    'that removes what begins alike',
    [NO_OTHER],
    (shared) => ({
      async remove(key) {
        for (const other of [...shared.keys()]) if (other.startsWith(key)) shared.delete(other);
      },
    }),
  ],
  [
    'in which the first value stays',
    [EXACT, LAST, ANOTHER, AGAIN],
    (shared) => ({ set: async (key, value) => void (shared.has(key) || shared.set(key, value)) }),
  ],
  ['that removes nothing', [REMOVED, WRITTEN], () => ({ remove: async () => {} })],
  [
    'that has to find what it removes',
    ['stays calm when there is nothing to remove'],
    (shared) => ({
      async remove(key) {
        if (!shared.delete(key)) throw new Error('not found');
      },
    }),
  ],
  [
    'that is lossy: only the last 40 values stay',
    [FIFTY, BOTH],
    (shared) => ({
      async set(key, value) {
        shared.set(key, value);
        const [oldest] = shared.keys();
        if (shared.size > 40 && oldest !== undefined) shared.delete(oldest);
      },
    }),
  ],
  [
    'that writes all values as one',
    [FIFTY, BOTH],
    (shared) => ({ set: (key, value) => rewrite(shared, (values) => values.set(key, value)) }),
  ],
  [
    'that writes all values as one, in a queue of its own',
    [BOTH],
    (shared) => {
      let queue = Promise.resolve();
      const set = (key: string, value: string): Promise<void> => {
        queue = queue.then(() => rewrite(shared, (values) => values.set(key, value)));
        return queue;
      };
      return { set };
    },
  ],
  [
    'that is not atomic: half a value can be seen',
    [WHOLE],
    (shared) => ({
      async set(key, value) {
        shared.set(key, value.slice(0, value.length / 2));
        await undefined;
        shared.set(key, value);
      },
    }),
  ],
  [
    'that writes later than it says',
    [WRITTEN, ANOTHER, BOTH, WHOLE],
    (shared) => {
      const own: Shared = new Map();
      return {
        get: async (key) => own.get(key) ?? shared.get(key) ?? null,
        set: async (key, value) => void own.set(key, value),
        async remove(key) {
          own.delete(key);
          shared.delete(key);
        },
      };
    },
  ],
  [
    'that remembers what it has read',
    [ANOTHER],
    (shared) => {
      const read: Shared = new Map();
      return {
        async get(key) {
          const value = read.get(key) ?? shared.get(key);
          if (value !== undefined) read.set(key, value);
          return value ?? null;
        },
        async set(key, value) {
          read.delete(key);
          shared.set(key, value);
        },
        async remove(key) {
          read.delete(key);
          shared.delete(key);
        },
      };
    },
  ],
  [
    'that takes seconds for milliseconds',
    ['keeps a value that has not expired'],
    (shared, clock) => ({
      async set(key, value, expiresAt = Number.POSITIVE_INFINITY as never) {
        if (expiresAt > clock.now() * 1000) shared.set(key, value);
      },
    }),
  ],
  [
    'that forgets within a day',
    ['keeps a value that does not expire'],
    (shared, clock) => {
      const written = clock.now();
      return { get: async (key) => (clock.now() > written + 86_400 ? null : (shared.get(key) ?? null)) };
    },
  ],
  [
    'that fails when a value has expired',
    [AGAIN],
    (shared, clock) => ({
      async set(key, value, expiresAt) {
        if (expiresAt !== undefined && expiresAt <= clock.now()) throw new Error('expired');
        shared.set(key, value);
      },
    }),
  ],
];

export const brokenStores: readonly BrokenPort[] = FAULTS.flatMap(brokenStore);
