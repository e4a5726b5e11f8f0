/** The promises of a store: exact, whole, durable when it says so, and nobody else's value. */
import type { KeyValueStore } from '@proofkey/client';
import type { NumericDate } from '@proofkey/core';
import { contractTest, expectSame, expectThat, pause } from './expect.ts';
import type { ContractTest, Reopened } from './subject.ts';

type StoreName = 'transactionStore' | 'sessionStore';

/** Text that some way of storing changes: trimmed, decoded, parsed, cut at a line, kept in one octet each. */
const VALUES: readonly string[] = [
  '',
  ' ',
  ' a\r\n\tb ',
  'null',
  'undefined',
  '0',
  '{"version":1,"sub":"ada","empty":{}}',
  '%7B%22a%22%3A1%7D+&=;#',
  '"quoted" \\ \'single\' `tick`',
  'Grüße, Ωμέγα, 日本語, עברית, 😀, a\u0308, \u2028',
];

/** Keys that a file name, a prefix search, a case-insensitive or a decoding store takes for one another. */
const LOOK_ALIKES: readonly string[] = [
  ...['a', 'A', 'a/', '/a', 'a/b', 'a/b/c', 'a\\b', 'a:b', 'a@b', 'a b', 'a+b', 'a%20b', 'a%2Fb', 'a%252Fb', 'a*'],
  ...['.', '..', '../a', 'a.', 'a.json', 'a.tmp', 'CON', '\u00e4', 'a\u0308', '__proto__', 'constructor', '日本語'],
  `proofkey/1/app%3Aone@https%3A%2F%2Fas.example/login/${'s'.repeat(43)}`,
  `proofkey/1/app%3Aone@https%3A%2F%2Fas.example/login/${'S'.repeat(43)}`,
  `${'k'.repeat(300)}1`,
  `${'k'.repeat(300)}2`,
];

const MANY = 50;
const KIB = 1024;
const YEAR = 31_536_000;

const storeTests = (port: StoreName): readonly ContractTest[] => [
  contractTest(port, 'gives null for a key that was never set', [], async (store) => {
    expectSame(await store.get('never'), null, 'Absent is null: not undefined, and not an empty text.');
  }),
  contractTest(port, 'gives back every text exactly', [], async (store) => {
    for (const value of VALUES) {
      await store.set('key', value);
      expectSame(await store.get('key'), value, 'Keep every character, and an empty text as an empty text.');
    }
  }),
  ...[2, 64].map((size) =>
    contractTest(port, `keeps a value of ${size} KiB whole`, [], async (store) => {
      const value = `{"token":"${'0123456789abcdef'.repeat((size * KIB) / 16)}"}`;
      await store.set('key', value);
      expectSame(await store.get('key'), value, 'Tokens are that long. Split them where the platform has a limit.');
    }),
  ),
  contractTest(port, 'tells keys apart that look alike', [], async (store) => {
    for (const key of LOOK_ALIKES) await store.set(key, `value of ${key}`);
    for (const key of LOOK_ALIKES)
      expectSame(
        await store.get(key),
        `value of ${key}`,
        `Encode the whole key ${JSON.stringify(key)}, case included.`,
      );
  }),
  contractTest(port, 'gives the value that was set last', [], async (store) => {
    for (const value of ['first', 'second and longer', '3rd']) await store.set('key', value);
    expectSame(await store.get('key'), '3rd', 'A new value replaces the whole old one.');
  }),
  contractTest(port, 'gives null for a value that was removed', [], async (store) => {
    await store.set('key', 'value');
    await store.remove('key');
    expectSame(await store.get('key'), null, 'A removed value is gone when remove() settles.');
  }),
  contractTest(port, 'removes one value and no other', [], async (store) => {
    const others = ['a', 'a/b/c', 'a/bc', 'A/b', 'b'];
    for (const key of [...others, 'a/b']) await store.set(key, key);
    await store.remove('a/b');
    for (const key of others) expectSame(await store.get(key), key, 'Remove the exact key: it is no prefix.');
  }),
  contractTest(port, 'stays calm when there is nothing to remove', [], async (store) => {
    await store.remove('never');
    await store.remove('never');
  }),
  contractTest(port, `keeps ${MANY} values that are set at the same time`, [], async (store) => {
    await Promise.all(numbered('key').map((key) => store.set(key, `value of ${key}`)));
    await expectAll(store, numbered('key'), 'Do not write all values as one: whoever writes second loses the first.');
  }),
  contractTest(port, 'shows an old or a new value, whole, while it is written', ['reopen'], async (store, subject) => {
    const other = storeOf(await subject.reopen(), port);
    const values = [...'abcdefgh'].map((letter, index) => letter.repeat(500 * (index + 1)));
    await store.set('key', values[0] ?? '');
    for (let round = 0; round < 4; round += 1) {
      const reads = [store, other].map(async (reader) => {
        const seen: (string | null)[] = [];
        for (let read = 0; read < values.length; read += 1) seen.push(await reader.get('key'));
        return seen;
      });
      const writes = values.map((value, index) => (index % 2 === 0 ? store : other).set('key', value));
      // Awaited together, so that one that fails leaves no other unheard.
      const [seen] = await Promise.all([Promise.all(reads), Promise.all(writes)]);
      for (const value of [...seen.flat(), await store.get('key')])
        expectThat(
          values.includes(value ?? ''),
          'one of the values, whole',
          value,
          'Write aside, then replace at once.',
        );
    }
  }),
  contractTest(port, 'has written when it says so', ['reopen'], async (store, { reopen }) => {
    await store.set('key', 'value');
    const written = await storeOf(await reopen(), port).get('key');
    expectSame(written, 'value', 'Settle set() when another process can read the value, not before.');
    await store.remove('key');
    const removed = await storeOf(await reopen(), port).get('key');
    expectSame(removed, null, 'Settle remove() when no other process can read the value.');
  }),
  contractTest(port, 'sees at once what another instance writes', ['reopen'], async (store, { reopen }) => {
    const other = storeOf(await reopen(), port);
    for (const value of ['one', 'two']) {
      await other.set('key', value);
      expectSame(await store.get('key'), value, 'Read the value anew each time: a copy of it goes stale.');
    }
  }),
  contractTest(
    port,
    'loses nothing that two instances write at the same time',
    ['reopen'],
    async (store, { reopen }) => {
      const other = storeOf(await reopen(), port);
      const writes = [numbered('mine').map((key) => store.set(key, `value of ${key}`))];
      writes.push(numbered('other').map((key) => other.set(key, `value of ${key}`)));
      await Promise.all(writes.flat());
      const all = [...numbered('mine'), ...numbered('other')];
      await expectAll(store, all, 'Two processes write at once: keep each value by itself, or lock what they share.');
    },
  ),
  contractTest(port, 'keeps a value that has not expired', ['clock'], async (store, subject) => {
    const expiresAt = ((subject.ports.clock?.now() ?? 0) + 600) as NumericDate;
    await store.set('key', 'value', expiresAt);
    await pause(subject);
    await store.set('other', 'value', expiresAt);
    expectSame(await store.get('key'), 'value', 'expiresAt is in whole seconds since 1970, not in milliseconds.');
  }),
  contractTest(port, 'keeps a value that does not expire', ['advance'], async (store, { advance }) => {
    await store.set('key', 'value');
    await advance(YEAR);
    await store.set('other', 'value');
    expectSame(await store.get('key'), 'value', 'Without expiresAt a value stays until it is removed.');
  }),
  contractTest(port, 'gives an expired value or null, and no error', ['clock'], async (store, { ports }) => {
    await store.set('key', 'value', ((ports.clock?.now() ?? 0) - 10) as NumericDate);
    const found = await store.get('key');
    expectThat(found === null || found === 'value', 'the value or null', found, 'A forgotten value is an absent one.');
    await store.set('key', 'again');
    expectSame(await store.get('key'), 'again', 'A key can be used again after its value has expired.');
  }),
];

const numbered = (name: string): string[] => Array.from({ length: MANY }, (_, index) => `${name}/${index}`);

async function expectAll(store: KeyValueStore, keys: readonly string[], repair: string): Promise<void> {
  for (const key of keys) expectSame(await store.get(key), `value of ${key}`, repair);
}

function storeOf(reopened: Reopened, port: StoreName): KeyValueStore {
  const store = reopened[port];
  expectThat(store !== undefined, `reopen() to give a ${port}`, store, 'Open the same store once more.');
  return store;
}

export const stores: readonly ContractTest[] = [...storeTests('transactionStore'), ...storeTests('sessionStore')];
