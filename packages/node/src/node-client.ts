/** Settings -> a client for a command-line or desktop program. RFC 8252, section 7.3. */
import { randomBytes } from 'node:crypto';
import {
  type Client,
  type Clock,
  createClient,
  type KeyValueStore,
  type Lock,
  memoryStore,
  ProofkeyError,
  promiseLock,
  type RandomSource,
  type Settings,
} from '@proofkey/client';
import { type NumericDate, refusalOf } from '@proofkey/core';
import { loopbackUserAgent } from './loopback.ts';
import { redirectAddressOf } from './loopback-address.ts';
import { signatureVerifier } from './signature-verifier.ts';
import { fetchTransport } from './transport.ts';

export type NodeSettings = Settings & {
  /**
   * The redirect URI that is registered for this client: `http://127.0.0.1/callback` when absent. Without a port any
   * free one is used, as RFC 8252 wants servers to allow; with a port that one and no other.
   */
  readonly redirectUri?: string;
  /** Seconds that the person has to log in: 300 when absent, a day at the most. */
  readonly timeLimit?: number;
  /** Shows the URL to the person. When absent it is printed to standard error; it holds no secret. */
  readonly openBrowser?: (url: string) => void | Promise<void>;
  /**
   * Logins under way. In memory when absent; a store that outlives the process lets a later one complete the login. Two
   * processes must not use one at the same time yet: the lock that keeps a code from being sent twice is one per
   * process.
   */
  readonly transactionStore?: KeyValueStore;
  /** The session. In memory when absent. */
  readonly sessionStore?: KeyValueStore;
};

const TIME_LIMIT = 300;
/** Longer ones overflow the timer, which then ends at once. */
const LONGEST = 86_400;

/** Whole seconds: a NumericDate, not milliseconds. */
const systemClock: Clock = { now: () => Math.floor(Date.now() / 1000) as NumericDate };
const randomSource: RandomSource = { octets: (length) => randomBytes(length) };
/** One for the whole process, so that clients that share a store share it too. */
const lock: Lock = promiseLock();

/**
 * A client that logs in with the system browser and a listener on loopback.
 *
 * @throws ProofkeyError `invalid_redirect_uri`, `invalid_settings`, and what `createClient` throws
 * @see RFC 8252, sections 6 and 7.3
 */
export function createNodeClient(settings: NodeSettings): Client {
  const { redirectUri, timeLimit = TIME_LIMIT, openBrowser = printUrl } = settings;
  const { transactionStore = memoryStore(systemClock), sessionStore = memoryStore(systemClock) } = settings;
  const sound = timeLimit > 0 && timeLimit <= LONGEST;
  if (!sound) throw new ProofkeyError(refusalOf('misuse', 'invalid_settings', 'fix_configuration').failure);
  return createClient(settings, {
    transactionStore,
    sessionStore,
    userAgent: loopbackUserAgent({ ...redirectAddressOf(redirectUri), timeLimit, openBrowser }),
    transport: fetchTransport(),
    clock: systemClock,
    randomSource,
    lock,
    signatureVerifier,
  });
}

function printUrl(url: string): void {
  process.stderr.write(`Open this address in your browser to log in:\n\n  ${url}\n\n`);
}
