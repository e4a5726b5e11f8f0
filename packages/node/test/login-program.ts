/** A program that logs in and says on standard output how that ended. Run as a process of its own by {@link ./program.ts}. */
import { writeSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { createNodeClient, isProofkeyError, type KeyValueStore } from '../src/index.ts';
import { serverAt } from './server-at.ts';

const { LOGINS = '1', TIME_LIMIT = '60', OWN_SIGINT, STUCK, THEN_READ } = process.env;
const say = (text: string): unknown => writeSync(1, `${text}\n`);

/** Nobody answers there, so that a login that got its code ends with `network_error`, or with STUCK=token never. */
async function tokenServer(): Promise<string> {
  const server: Server = createServer(() => say('asked for tokens'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (STUCK !== 'token') await new Promise((closed) => server.close(closed));
  return origin;
}

const origin = await tokenServer();
const entries = new Map<string, string>();
let first: string | undefined;
const pending = (): number => [...entries.values()].filter((text) => text.includes('codeVerifier')).length;
const transactionStore: KeyValueStore = {
  get: (key) => entries.get(key) ?? null,
  set(key, value) {
    first ??= key;
    entries.set(key, value);
    say(`kept: ${pending()} logins`);
  },
  async remove(key) {
    if (STUCK === 'store') {
      say('cannot forget');
      await new Promise(() => {});
    }
    // The second login takes a while longer than the first.
    if (STUCK === 'second' && key !== first) await setTimeout(200);
    entries.delete(key);
  },
};
const client = createNodeClient({
  server: serverAt(origin),
  clientId: 'app',
  scope: ['profile'],
  timeLimit: Number(TIME_LIMIT),
  transactionStore,
});

if (OWN_SIGINT === 'once') process.once('SIGINT', () => say('own listener'));
else if (OWN_SIGINT !== undefined) process.on('SIGINT', () => say('own listener'));
process.on('exit', () => {
  say(`left: ${pending()} logins, ${process.listenerCount('SIGINT')} listeners, raw ${process.stdin.isRaw === true}`);
});

async function login(): Promise<void> {
  try {
    await client.login();
    say('logged in');
  } catch (error) {
    say(`ended: ${isProofkeyError(error) ? error.failure.code : error}`);
  }
}
await Promise.all(Array.from({ length: Number(LOGINS) }, login));

if (THEN_READ !== undefined) {
  const lines = createInterface({ input: process.stdin });
  say('reading');
  lines.once('line', (line) => {
    say(`the program read: ${line}`);
    lines.close();
  });
}
process.exitCode = 7;
