/** Records that are not ours to read: corrupt, foreign, or of a later version. Neither used nor deleted. */
import type { LoginId, Session, State } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { recordsOf } from '../src/records.ts';
import { clientOf, departed, ISSUER, userAgent, world } from './world.ts';

type Change = (record: string) => string;
const change =
  (members: Record<string, unknown>): Change =>
  (record) =>
    JSON.stringify({ ...(JSON.parse(record) as object), ...members });

const UNUSABLE: readonly (readonly [name: string, id: string, change: Change])[] = [
  ['cut off', 'sc-007', (record) => record.slice(0, 40)],
  ['a lone brace', 'sc-007', () => '{'],
  ['not an object', 'sc-007', () => '7'],
  ['without its members', 'sc-007', () => '{"version":1}'],
  ['of another client', 'sc-007', change({ clientId: 'other' })],
  [
    'of another server',
    'sc-007',
    (record) => record.replace(`"issuer":"${ISSUER}"`, '"issuer":"https://other.example"'),
  ],
  ['of a later version', 'sc-008', change({ version: 99 })],
];

/** Replaces the only value of a store. @returns what was put there */
function spoil(entries: Map<string, string>, spoiled: Change): readonly [string, string] {
  const [entry] = entries;
  const changed = [entry?.[0] ?? '', spoiled(entry?.[1] ?? '')] as const;
  entries.set(...changed);
  return changed;
}

describe.each(UNUSABLE)('a record that is %s', (_name, id, spoiled) => {
  test(`ST-07 AT-60 ${id}: as a transaction is neither used nor deleted`, async () => {
    const ports = world();
    const callbackUrl = await departed(ports);
    const entry = spoil(ports.transactionStore.entries, spoiled);
    ports.transactionStore.entries.set('somebody else', 'stays');
    const login = clientOf(ports).handleCallback(callbackUrl);
    await expect(login).rejects.toMatchObject({ failure: { code: 'unknown_transaction' } });
    expect(ports.server.requests).toEqual([]);
    expect([...ports.transactionStore.entries]).toEqual([entry, ['somebody else', 'stays']]);
  });

  test(`${id}: as a transaction survives the cancelling of its login`, async () => {
    const ports = world();
    let entry: readonly [string, string] | undefined;
    const cancels = userAgent(async () => {
      entry = spoil(ports.transactionStore.entries, spoiled);
      return { type: 'cancelled' };
    });
    await expect(clientOf({ ...ports, userAgent: cancels }).login()).rejects.toThrow();
    expect([...ports.transactionStore.entries]).toEqual([entry]);
  });

  test(`ST-08 AT-60 ${id}: as a session logs nobody in and is not deleted`, async () => {
    const ports = world();
    await clientOf(ports).login();
    const entry = spoil(ports.sessionStore.entries, spoiled);
    const started = await clientOf(ports).start();
    expect(started).toMatchObject({ status: 'logged_out', reason: { code: 'session_unreadable' } });
    expect([...ports.sessionStore.entries]).toEqual([entry]);
  });
});

describe('a new login over a session that cannot be read', () => {
  const after = async (spoiled: Change) => {
    const ports = world();
    await clientOf(ports).login();
    const entry = spoil(ports.sessionStore.entries, spoiled);
    const outcome = await clientOf(ports).login();
    return { outcome, left: [...ports.sessionStore.entries][0]?.[1] === entry[1] };
  };

  test('ST-07 AT-60 sc-008: leaves what a later version wrote, and says that it was not saved', async () => {
    const { outcome, left } = await after(change({ version: 99 }));
    expect(outcome).toMatchObject({ status: 'logged_in', notSaved: { code: 'storage_write_failed' } });
    expect(left).toBe(true);
  });

  test('leaves what belongs to somebody else, and says that it was not saved', async () => {
    const { outcome, left } = await after(change({ clientId: 'other' }));
    expect(outcome).toMatchObject({ status: 'logged_in', notSaved: { code: 'storage_write_failed' } });
    expect(left).toBe(true);
  });

  test('ST-08 sc-007: replaces what nobody can read any more', async () => {
    const { outcome, left } = await after(() => '{');
    expect(outcome).not.toHaveProperty('notSaved');
    expect(left).toBe(false);
  });
});

describe('a store that cannot be read is told apart from one that is empty', () => {
  const locked = () => Promise.reject(new Error('locked'));
  const failure = { code: 'storage_read_failed' };

  test('when the callback arrives', async () => {
    const ports = world();
    const callbackUrl = await departed(ports);
    const client = clientOf({ ...ports, transactionStore: { ...ports.transactionStore, get: locked } });
    await expect(client.handleCallback(callbackUrl)).rejects.toMatchObject({ failure });
    expect(ports.server.requests).toEqual([]);
    expect(await clientOf(ports).handleCallback(callbackUrl)).toMatchObject({ status: 'logged_in' });
  });

  test('when the transaction is spent, so that no code is sent', async () => {
    const ports = world();
    const client = clientOf({ ...ports, transactionStore: { ...ports.transactionStore, get: locked } });
    await expect(client.login()).rejects.toMatchObject({ failure });
    expect(ports.server.requests).toEqual([]);
  });

  test('ST-09 when the session is saved, so that nothing newer is overwritten', async () => {
    const ports = world();
    const outcome = await clientOf({ ...ports, sessionStore: { ...ports.sessionStore, get: locked } }).login();
    expect(outcome).toMatchObject({ status: 'logged_in', notSaved: failure });
    expect(ports.sessionStore.entries.size).toBe(0);
  });
});

test('a transaction under the key of another login is not the one that was saved there', async () => {
  const ports = world();
  const callbackUrl = await departed(ports);
  const other = new URL(await departed(ports)).searchParams.get('state') ?? '';
  const [[mine = '', record = ''] = []] = ports.transactionStore.entries;
  ports.transactionStore.entries.set(mine.replace(/[^/]+$/, other), record);
  const records = recordsOf({ clientId: 'app', issuer: ISSUER }, ports);
  expect(await records.spend(other as State)).toEqual({ type: 'unknown' });
  expect(await clientOf(ports).handleCallback(callbackUrl)).toMatchObject({ status: 'logged_in' });
});

describe('a session that is saved for one that must still be there', () => {
  const guarded = async (loginId: string, revision: number) => {
    const ports = world();
    await clientOf(ports).login();
    const [text = ''] = ports.sessionStore.entries.values();
    const session = JSON.parse(text) as Session;
    const guard = { loginId: (loginId || session.loginId) as LoginId, revision };
    const records = recordsOf({ clientId: 'app', issuer: ISSUER }, ports);
    const saved = records.saveSession({ ...session, revision: session.revision + 1 }, guard);
    return { saved, ports, records, session, guard };
  };

  test('replaces it', async () => {
    const { saved, records } = await guarded('', 1);
    await saved;
    expect(await records.readSession()).toMatchObject({ status: 'present', session: { revision: 2 } });
  });

  test.each([
    ['a newer revision', '', 2],
    ['another login', 'another', 1],
  ])('leaves %s alone', async (_name, loginId, revision) => {
    const { saved, records } = await guarded(loginId, revision);
    await expect(saved).rejects.toMatchObject({ code: 'storage_write_failed' });
    expect(await records.readSession()).toMatchObject({ session: { revision: 1 } });
  });

  test('does not come back after a logout', async () => {
    const { saved, ports, records, session, guard } = await guarded('', 1);
    await saved;
    ports.sessionStore.entries.clear();
    await expect(records.saveSession(session, guard)).rejects.toMatchObject({ code: 'storage_write_failed' });
    expect(ports.sessionStore.entries.size).toBe(0);
    expect(await records.readSession()).toEqual({ status: 'absent' });
  });
});
