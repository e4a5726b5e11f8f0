/** Logins, callbacks and logouts at once, over stores and a network that answer in every order. RFC 6749, 10.5. */
import { describe, expect, test } from 'vitest';
import { type Client, createClient, type Lock, type Ports } from '../src/index.ts';
import {
  BY_ISSUER,
  clientOf as clientWithMetadata,
  departed,
  type Shelf,
  settled,
  type World,
  world,
} from './world.ts';

/** Numbers that look random, and are the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
}

/** Holds every call of a port until it is its turn. */
function scheduler(seed: number) {
  const next = numbers(seed);
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => void waiting.push(resolve));
  return {
    turn,
    /** Begins some turns later, so that short calls do not always come first. */
    async late<T>(begin: () => Promise<T>): Promise<T> {
      for (let turns = next(40); turns > 0; turns -= 1) await turn();
      return begin();
    },
    /** Lets one call after the other go on, until nobody waits. Bounded: a dead-lock is a failure. */
    async run(works: readonly Promise<unknown>[]): Promise<void> {
      let over = false;
      const all = Promise.allSettled(works).then(() => {
        over = true;
      });
      for (let step = 0; step < 2000 && !over; step += 1) {
        await settled();
        waiting.splice(next(waiting.length || 1), 1)[0]?.();
      }
      await settled();
      if (!over) throw new Error('dead-lock');
      await all;
    },
  };
}

function slow(ports: World, turn: () => Promise<void>): World {
  const slowly = ({ entries, get, set, remove }: Shelf): Shelf => ({
    entries,
    // Held before and after: what was read may be old when it arrives.
    get: async (key) => {
      await turn();
      const found = await get(key);
      await turn();
      return found;
    },
    set: (key, value) => turn().then(() => set(key, value)),
    remove: (key) => turn().then(() => remove(key)),
  });
  return {
    ...ports,
    transactionStore: slowly(ports.transactionStore),
    sessionStore: slowly(ports.sessionStore),
    transport: { send: (request) => turn().then(() => ports.server.send(request)) },
  };
}

type Verb = (client: Client, url: string) => Promise<unknown>;
const VERBS: readonly Verb[] = [
  (client) => client.login(),
  (client) => client.logout(),
  (client, url) => client.handleCallback(url),
  (client, url) => client.start(url),
  (client) => client.accessToken(),
];

/** Found by its issuer, so that a logout takes tokens back, and metadata and keys are fetched in between. */
const clientBy = (ports: Ports): Client => createClient(BY_ISSUER, ports);

/** The refresh token that is stored, as far as the server takes it; undefined where none is stored. */
function storedToken({ server, sessionStore }: World): 'good' | 'taken back' | undefined {
  const [text] = sessionStore.entries.values();
  if (text === undefined) return undefined;
  const { grant } = JSON.parse(text) as { grant: { refreshToken: string } };
  const issued = server.state.authorizations.find(({ refreshTokens }) =>
    refreshTokens.some(({ value }) => value === grant.refreshToken),
  );
  return issued?.revoked === undefined ? 'good' : 'taken back';
}

/** All verbs at once, on two clients that share their stores as two tabs do. */
async function storm(seed: number, lock?: Lock, clientOf = clientWithMetadata) {
  const ports = world();
  await clientOf(ports).login();
  const url = await departed(ports);
  const { turn, late, run } = scheduler(seed);
  const shared = slow({ ...ports, ...(lock && { lock }) }, turn);
  const clients = [clientOf(shared), clientOf(shared)] as const;
  const works = clients.flatMap((client) => VERBS.map((verb) => late(() => verb(client, url))));
  await run(works);
  const { codesSent } = ports.server;
  const shown = clients.map((client) => client.getSnapshot().status);
  // Each client has finished its own calls, and now looks again.
  await run(clients.map((client) => client.accessToken()));
  const stored = (await clientOf(ports).start()).status;
  const agreed = clients.map((client) => client.getSnapshot().status);
  const misuses = ports.server.takeMisuses();
  const takenBack = ports.server.state.authorizations.filter(({ revoked }) => revoked === 'revocation').length;
  const left = { takenBack, storedToken: storedToken(ports) };
  return { left, results: await Promise.allSettled(works), codesSent, shown, stored, agreed, misuses };
}

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);
/** A logout gives up the logins that were begun before it. */
const NAMED = ['none', 'not_logged_in', 'transaction_consumed', 'unknown_transaction', 'user_cancelled'];
const twice = (codes: readonly string[]): boolean => new Set(codes).size !== codes.length;

describe('every order of what stores and network answer', () => {
  test('sends no code twice, ends, fails only in ways that are named, and shows what is stored', async () => {
    const seen = new Set<string>();
    for (const seed of SEEDS) {
      const { results, codesSent, agreed, stored, misuses } = await storm(seed);
      expect([seed, twice(codesSent), misuses]).toEqual([seed, false, []]);
      expect([seed, ...agreed]).toEqual([seed, stored, stored]);
      seen.add(stored);
      for (const result of results) {
        const code = result.status === 'rejected' ? result.reason.failure?.code : 'none';
        expect(NAMED).toContain(code);
      }
    }
    // The orders are different ones, so that both ends are seen.
    expect([...seen].sort()).toEqual(['logged_in', 'logged_out']);
  });

  test('LO-05 sends no code twice either when logouts take tokens back; no token that is stored is one of those', async () => {
    let takenBack = 0;
    const tokens = new Set<string | undefined>();
    for (const seed of SEEDS) {
      const { results, codesSent, agreed, stored, misuses, left } = await storm(seed, undefined, clientBy);
      expect([seed, twice(codesSent), misuses]).toEqual([seed, false, []]);
      expect([seed, ...agreed]).toEqual([seed, stored, stored]);
      expect([seed, left.storedToken]).not.toEqual([seed, 'taken back']);
      takenBack += left.takenBack;
      tokens.add(left.storedToken);
      for (const result of results) {
        const code = result.status === 'rejected' ? result.reason.failure?.code : 'none';
        expect(NAMED).toContain(code);
      }
    }
    // There was something to see: tokens that were taken back, and some that stayed.
    expect(takenBack).toBeGreaterThan(SEEDS.length / 2);
    expect(tokens).toContain('good');
  });

  test('one client alone shows what is stored as soon as its calls have ended', async () => {
    for (const seed of SEEDS) {
      const ports = world();
      await clientWithMetadata(ports).login();
      const url = await departed(ports);
      const { turn, late, run } = scheduler(seed);
      const client = clientWithMetadata(slow(ports, turn));
      await run(VERBS.map((verb) => late(() => verb(client, url))));
      const { status } = client.getSnapshot();
      expect([seed, status]).toEqual([seed, (await clientWithMetadata(ports).start()).status]);
    }
  });

  test('negative control: with a lock that locks nothing, some order sends a code twice', async () => {
    let broken = 0;
    for (const seed of SEEDS) {
      const { codesSent, misuses } = await storm(seed, { runExclusive: (_name, task) => task() });
      expect([seed, misuses.includes('code_used_twice')]).toEqual([seed, twice(codesSent)]);
      if (twice(codesSent)) broken += 1;
    }
    expect(broken).toBeGreaterThan(0);
  });

  test('negative control: this scheduler notices a dead-lock', async () => {
    const { run } = scheduler(1);
    await expect(run([new Promise(() => {})])).rejects.toThrow('dead-lock');
  });
});
