/** Node's real ports keep their promises: real files, real sockets, the real clock and the real random source. */
import { createHash, webcrypto } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyValueStore, Ports } from '@proofkey/client';
import { answerTestRequest, contract, describePorts, type Subject, type TestAnswer } from '@proofkey/port-contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fileStore } from '../src/file-store.ts';
import { nodePorts } from '../src/node-client.ts';
import { paper, visit } from './listener.ts';

/** Path and query of every request that arrived at either of the two. */
const targets: string[] = [];

/** The server that the contract describes, over real HTTP. */
const makeListener = (): Server =>
  createServer(async (request, response) => {
    const { method = '', url: target = '' } = request;
    targets.push(target);
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const headers = request.headers as Readonly<Record<string, string>>;
    write(response, answerTestRequest({ method, target, headers, body }));
  });
const [listener, otherListener] = [makeListener(), makeListener()];

function write(response: ServerResponse, answer: TestAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'drop') return void response.destroy();
  const { status, headers, body, ending = 'end' } = answer;
  response.writeHead(status, headers);
  const again = (): void => {
    while (response.write(body));
    response.once('drain', again);
  };
  if (ending === 'end') response.end(body);
  else if (ending === 'repeat') again();
  // The reader has seen the status and the beginning before the connection goes.
  else response.write(body, () => response.destroy());
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const stop = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

let url = '';
let otherUrl = '';
let closedUrl = '';
beforeAll(async () => {
  url = await listen(listener);
  otherUrl = await listen(otherListener);
  const closed = createServer();
  closedUrl = await listen(closed);
  await stop(closed);
});
afterAll(() => Promise.all([stop(listener), stop(otherListener)]));

/** Goes to the callback as a browser does: it follows the redirect, and does not wait for the page. */
async function arrive(callbackUrl: string): Promise<void> {
  const { status, headers } = await visit({ url: callbackUrl }).catch(() => ({ status: 0, headers: undefined }));
  if (status === 303) visit({ url: new URL(headers?.location ?? '', callbackUrl).href }).catch(() => {});
}

type Stores = Pick<Ports, 'transactionStore' | 'sessionStore'>;

/** Sets the clock of this machine, as far as this process sees it. */
function advance(seconds: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
}

/** The ports of a client on these stores, and of another one on the same stores. */
function subject(stores: () => Partial<Stores>): Subject {
  const shown: string[] = [];
  const before = targets.length;
  const openBrowser = (opened: string): void => void shown.push(opened);
  const open = () => nodePorts({ ...stores(), openBrowser, terminal: { output: paper() } });
  return {
    ports: open(),
    reopen: open,
    arrive,
    shown: () => shown,
    server: { url, closedUrl },
    otherUrl,
    received: () => targets.slice(before),
    advance,
    timers: globalThis,
    dispose: () => void vi.useRealTimers(),
  };
}

describe('in memory', () => {
  const makePorts = (): Subject => {
    // Those of the first client: a second one in this process shares them only when it is given them.
    const { transactionStore, sessionStore } = nodePorts({});
    return subject(() => ({ transactionStore, sessionStore }));
  };
  describePorts(makePorts, { describe, test });
});

/** @param open opens the store of a folder; both stores are in one, as a client has them */
async function onDisk(open: (folder: string) => KeyValueStore): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'proofkey-'));
  const made = subject(() => ({ transactionStore: open(folder), sessionStore: open(folder) }));
  const dispose = async (): Promise<void> => {
    await made.dispose?.();
    await rm(folder, { recursive: true });
  };
  return { ...made, dispose };
}

describe('on disk', () => {
  const makePorts = (): Promise<Subject> => onDisk((folder) => fileStore({ folder }));
  describePorts(makePorts, { describe, test, only: ['transactionStore', 'sessionStore'] });
});

/** One file for all values: read, changed and written anew, in two steps. */
function carelessStore(folder: string): KeyValueStore {
  const file = join(folder, 'all.json');
  const read = async (): Promise<Record<string, string>> => {
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return JSON.parse(text.endsWith('}') ? text : `${text}"}`);
  };
  const write = async (values: Record<string, string>): Promise<void> => {
    const text = JSON.stringify(values);
    await writeFile(file, text.slice(0, -100));
    await new Promise((later) => setTimeout(later, 5));
    await writeFile(file, text);
  };
  return {
    get: async (key) => (await read())[key] ?? null,
    set: async (key, value) => write({ ...(await read()), [key]: value }),
    remove: async (key) => write({ ...(await read()), [key]: '' }),
  };
}

describe('what is broken on the real platform is noticed', () => {
  const inMemory = (broken: Subject['ports']): Subject => {
    const made = subject(() => ({}));
    return { ...made, ports: { ...made.ports, ...broken } };
  };
  const { userAgent } = nodePorts({ openBrowser() {}, terminal: { output: paper() } });
  const takesAny: Ports['userAgent'] = {
    begin() {
      const departure = userAgent.begin();
      return {
        redirectUri: departure.redirectUri,
        open: (request) => departure.open({ ...request, accepts: () => true }),
        close: (succeeded) => departure.close(succeeded),
      };
    },
  };
  const follows: Ports['transport'] = {
    async send({ url: to, ...request }) {
      const response = await fetch(to, request);
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
    },
  };
  // By a redirect of its own it does what Node's fetch is trusted not to do.
  const takesAlong: Ports['resourceFetch'] = {
    prepare: (input, init) => ({
      url: String(input),
      method: (init as RequestInit | undefined)?.method ?? 'GET',
      async send(authorization) {
        const headers = new Headers((init as RequestInit | undefined)?.headers);
        headers.set('authorization', authorization);
        const once = (to: string) => fetch(to, { ...(init as RequestInit), headers, redirect: 'manual' });
        const response = await once(String(input));
        const location = response.headers.get('location');
        return location === null ? response : once(new URL(location, String(input)).href);
      },
    }),
  };
  const { clock, signatureVerifier } = nodePorts({});
  const clockOf = (monotonic: () => number): Subject => inMemory({ clock: { ...clock, monotonic } });
  const digestOf = (digest: (algorithm: string, ascii: string) => unknown): Subject =>
    inMemory({ digest: digest as Ports['digest'] });
  const hash = (algorithm: string) => createHash(algorithm.replace('-', ''));
  const believes: Ports['signatureVerifier'] = {
    verify: async (signed) => (await signatureVerifier?.verify(signed)) ?? true,
  };
  const decodesWhenItLeaves = (): Subject => {
    const made = subject(() => ({}));
    const sound = made.ports.userAgent as Ports['userAgent'];
    const leave = (url: string) => sound.leave?.(decodeURIComponent(url));
    return { ...made, ports: { ...made.ports, userAgent: { begin: () => sound.begin(), leave } } };
  };
  const early: Ports['resourceFetch'] = {
    prepare(input, init) {
      const answer = fetch(String(input), init as RequestInit);
      return { url: String(input), method: 'POST', send: () => answer };
    },
  };

  test.each<[name: string, make: () => Subject | Promise<Subject>]>([
    ['sessionStore shows an old or a new value, whole, while it is written', () => onDisk(carelessStore)],
    ['sessionStore keeps 50 values that are set at the same time', () => onDisk(carelessStore)],
    ['sessionStore loses nothing that two instances write at the same time', () => onDisk(carelessStore)],
    ['lock runs one task at a time under a name', () => inMemory({ lock: { runExclusive: (_name, task) => task() } })],
    ['clock counts monotonic time in seconds', () => clockOf(() => performance.now())],
    ['clock never goes backwards in monotonic time', () => clockOf(() => -performance.now() / 1000)],
    ['clock moves its monotonic time when time passes', () => clockOf(() => performance.timeOrigin / 1000)],
    [
      'digest gives 32, 48 or 64 octets',
      () => digestOf((algorithm, ascii) => webcrypto.subtle.digest(algorithm, Buffer.from(ascii))),
    ],
    [
      'digest hashes the published examples with SHA-256',
      () => digestOf((algorithm, ascii) => hash(algorithm).update(ascii).digest('hex')),
    ],
    [
      'digest hashes the published examples with SHA-384',
      () => digestOf((algorithm, ascii) => Uint8Array.from(hash(algorithm).update(ascii, 'utf16le').digest())),
    ],
    [
      'digest hashes the published examples with SHA-512',
      () => digestOf((_algorithm, ascii) => Uint8Array.from(hash('SHA-256').update(ascii).digest())),
    ],
    [
      "signatureVerifier does not accept a signature under the algorithm 'none'",
      () => inMemory({ signatureVerifier: believes }),
    ],
    [
      'signatureVerifier says undefined for an algorithm that it does not know',
      () => inMemory({ signatureVerifier: believes }),
    ],
    ['userAgent waits on when a callback is not accepted', () => inMemory({ userAgent: takesAny })],
    ['userAgent leaves for exactly the URL that it was given', decodesWhenItLeaves],
    ['transport follows no redirect', () => inMemory({ transport: follows })],
    ['transport fails where nobody listens', () => inMemory({ transport: follows })],
    ['transport sends a body once, whatever the answer', () => inMemory({ transport: follows })],
    [
      'resourceFetch sends nothing before it is told to, and one request then',
      () => inMemory({ resourceFetch: early }),
    ],
    ['resourceFetch sends the Authorization that it is given', () => inMemory({ resourceFetch: early })],
    ['resourceFetch takes no Authorization along to another origin', () => inMemory({ resourceFetch: takesAlong })],
  ])('%s', async (name, make) => {
    const made = await make();
    try {
      const row = contract.find((one) => one.name === name);
      const error = row?.run(made).then(
        () => 'nothing',
        (thrown: Error) => thrown.name,
      );
      expect(await error).toBe('ContractError');
    } finally {
      await made.dispose?.();
    }
  });
});
