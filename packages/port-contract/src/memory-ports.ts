/** A whole platform in memory: time that is moved by hand, repeatable randomness, a network that is written down. */
import { type Clock, type Digest, memoryStore, type Ports, promiseLock, type RandomSource } from '@proofkey/client';
import type { NumericDate } from '@proofkey/core';
import { platformDigest } from './memory-digest.ts';
import { scriptedFetch } from './memory-fetch.ts';
import { type ScriptedTransport, scriptedTransport } from './memory-transport.ts';
import { type MemoryUserAgent, memoryUserAgent, type Visit } from './memory-user-agent.ts';
import type { Subject, Timers } from './subject.ts';
import { answerTestRequest } from './test-server.ts';

export interface VirtualClock extends Clock {
  /** Seconds since it was made. */
  monotonic(): number;
  /** Moves the time forward, by seconds. Nothing else does. */
  advance(seconds: number): void;
}

export interface MemoryPorts extends Ports {
  readonly clock: VirtualClock;
  readonly transport: ScriptedTransport;
  readonly userAgent: MemoryUserAgent;
}

export interface MemoryOptions {
  /** NumericDate at the beginning: 1800000000, in January 2027, when absent. */
  readonly now?: number;
  /** Another number gives other octets, the same number the same octets again. */
  readonly seed?: number;
  /** `https://app.example/callback` when absent. */
  readonly redirectUri?: string;
  /** The person and the pages of the server: the URL that is opened becomes the callback URL. */
  readonly visit?: Visit;
  /** That of WebCrypto when absent. React Native and jsdom have none. */
  readonly digest?: Digest;
}

const NOW = 1_800_000_000;

/**
 * Ports for tests: fast, the same every time, and of no other use.
 *
 * THE RANDOM SOURCE IS NOT RANDOM. Whoever knows the seed knows every secret that is made from it. There is no
 * signature verifier: bring one, as in `{ ...memoryPorts(), signatureVerifier }`, or ask for no ID Token.
 */
export function memoryPorts(options: MemoryOptions = {}): MemoryPorts {
  const { now = NOW, seed = 1, redirectUri = 'https://app.example/callback', visit, digest = platformDigest } = options;
  const clock = virtualClock(now);
  const transport = scriptedTransport();
  return {
    transactionStore: memoryStore(clock),
    sessionStore: memoryStore(clock),
    userAgent: memoryUserAgent(redirectUri, visit),
    transport,
    clock,
    randomSource: seededRandomSource(seed),
    lock: promiseLock(),
    digest,
    resourceFetch: scriptedFetch(transport),
  };
}

export function virtualClock(from: number = NOW): VirtualClock {
  let now = from;
  return {
    now: () => now as NumericDate,
    monotonic: () => now - from,
    advance(seconds) {
      now += seconds;
    },
  };
}

/** FOR TESTS ONLY: the same seed gives the same octets, which therefore are no secret. The generator is mulberry32. */
export function seededRandomSource(seed: number): RandomSource {
  let state = seed;
  const octet = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 16) & 0xff;
  };
  return { octets: (length) => Uint8Array.from({ length }, octet) };
}

export interface MemorySubject extends Subject {
  readonly ports: MemoryPorts;
  reopen(): Pick<Ports, 'transactionStore' | 'sessionStore' | 'lock'>;
}

/** Ports in memory and all that the contract needs of them. A start for a subject of one's own, too. */
export function memorySubject(options?: MemoryOptions): MemorySubject {
  const ports = memoryPorts(options);
  const { transactionStore, sessionStore, lock, transport, userAgent, clock } = ports;
  const [url, otherUrl] = ['https://server.example', 'https://other.example'];
  const targetOf = (asked: string): string | undefined =>
    [url, otherUrl].filter((one) => asked.startsWith(`${one}/`)).map((one) => asked.slice(one.length))[0];
  transport.answer(
    (request) => targetOf(request.url) !== undefined,
    (request) => answerTestRequest({ body: '', ...request, target: targetOf(request.url) ?? '' }),
  );
  return {
    ports,
    // Another tab that lives in the same memory sees the same objects.
    reopen: () => ({ transactionStore, sessionStore, lock }),
    arrive: (callbackUrl) => userAgent.arrive(callbackUrl),
    shown: () => userAgent.opened,
    server: { url, closedUrl: 'https://closed.example' },
    otherUrl,
    received: () => transport.requests.flatMap((request) => targetOf(request.url) ?? []),
    advance: (seconds) => clock.advance(seconds),
  };
}

/**
 * Timers for ports that wait for nothing real: a millisecond is two turns of the microtask queue. With them a promise
 * that never settles is found at once, and the same way every time.
 */
export function turnTimers(): Timers {
  const stopped = new Set<object>();
  return {
    setTimeout(task, milliseconds) {
      const timer = {};
      void (async () => {
        for (let turn = 0; turn < 10 + 2 * milliseconds && !stopped.has(timer); turn += 1) await undefined;
        if (!stopped.delete(timer)) task();
      })();
      return timer;
    },
    clearTimeout: (timer: object) => void stopped.add(timer),
  };
}
