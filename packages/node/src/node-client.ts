/** Settings -> a client for a command-line or desktop program. RFC 8252, section 7.3. */
import { randomBytes } from 'node:crypto';
import {
  type Client,
  createClient,
  type KeyValueStore,
  type Lock,
  type LoggedIn,
  type LoginRequest,
  memoryStore,
  type Ports,
  ProofkeyError,
  promiseLock,
  type RandomSource,
  type RedactedStep,
  type Settings,
} from '@proofkey/client';
import { type IdTokenClaims, invalidSetting, TRANSACTION_LIFETIME } from '@proofkey/core';
import { systemClock } from './clock.ts';
import { fileLock } from './file-lock.ts';
import { fileStore } from './file-store.ts';
import { folderFor } from './folder.ts';
import { loopbackUserAgent } from './loopback.ts';
import { redirectAddressOf } from './loopback-address.ts';
import { promptOf, type Terminal } from './prompt.ts';
import { resourceFetch } from './resource-fetch.ts';
import { digest, signatureVerifier } from './signature-verifier.ts';
import { fetchTransport } from './transport.ts';

/** @typeParam User the claims of a person, or what `claimsSchema` of the settings makes of them */
export interface NodeClient<User = IdTokenClaims> extends Client<typeof globalThis.fetch, User> {
  /** As every client's; the system browser neither takes this program away nor leaves it in doubt. */
  login(request?: LoginRequest): Promise<LoggedIn<User>>;
}

export type NodeSettings<User = IdTokenClaims> = Settings<User> & NodeOptions;

export interface NodeOptions {
  /**
   * The redirect URI that is registered for this client: `http://127.0.0.1/callback` when absent. Without a port any
   * free one is used, as RFC 8252 wants servers to allow; with a port that one and no other.
   */
  readonly redirectUri?: string | undefined;
  /** Seconds that the person has to log in: 300 when absent, 3600 at the most. */
  readonly timeLimit?: number | undefined;
  /**
   * A folder name for this program. With it the session outlives the process, and another process can complete a login
   * that was begun: both are kept in files that only this user can read. Without it they are in memory.
   */
  readonly app?: string | undefined;
  /**
   * How the browser is opened, after the URL was printed. By the package `open` when absent or `true`, where there is a
   * browser; `false` opens none. A function of your own that throws or rejects ends the login.
   */
  readonly openBrowser?: boolean | ((url: string) => unknown) | undefined;
  /**
   * Where the URL is printed and a pasted callback URL is read: standard error, and standard input if it is a TTY.
   * `false` prints and reads nothing, for programs that show the URL themselves.
   */
  readonly terminal?: Terminal | false | undefined;
  /** The folder itself, in the place of what `app` says. It holds nothing else, and others lose their rights to it. */
  readonly folder?: string | undefined;
  /** Logins under way, in the place of what `app` says. */
  readonly transactionStore?: KeyValueStore | undefined;
  /** The session, in the place of what `app` says. */
  readonly sessionStore?: KeyValueStore | undefined;
  /** For stores of your own that several processes share: keeps them apart. */
  readonly lock?: Lock | undefined;
  /** Is told what each login and each call does, as it happens. No secret is in it. */
  readonly onStep?: ((step: RedactedStep) => void) | undefined;
}

const TIME_LIMIT = 300;

const randomSource: RandomSource = { octets: (length) => randomBytes(length) };
/** One for the whole process, so that clients that share a store share it too. */
const queue: Lock = promiseLock();

/**
 * A client that logs in with the system browser and a listener on loopback.
 *
 * @throws ProofkeyError `invalid_redirect_uri`, `invalid_settings`, and what `createClient` throws
 * @see RFC 8252, sections 6 and 7.3
 */
export const createNodeClient = <User = IdTokenClaims>(settings: NodeSettings<User>): NodeClient<User> =>
  createClient<typeof globalThis.fetch, User>(settings, nodePorts(settings)) as NodeClient<User>;

/** What Node.js brings. */
export function nodePorts(settings: NodeOptions | NodeSettings<unknown>): Ports {
  const { redirectUri, timeLimit = TIME_LIMIT, app, openBrowser, terminal, onStep } = settings;
  const { folder = app === undefined ? undefined : folderFor(app) } = settings;
  const prompt = promptOf({ openBrowser, terminal });
  const sound = timeLimit > 0 && timeLimit <= TRANSACTION_LIFETIME;
  if (!sound) throw new ProofkeyError(invalidSetting('timeLimit').failure);
  const store = (): KeyValueStore => (folder === undefined ? memoryStore(systemClock) : fileStore({ folder }));
  const { transactionStore = store(), sessionStore = store() } = settings;
  // Processes share what is in files, and so those who only name the same folder.
  const { lock = folder === undefined ? queue : fileLock({ folder, queue }) } = settings;
  return {
    transactionStore,
    sessionStore,
    userAgent: loopbackUserAgent({ ...redirectAddressOf(redirectUri), timeLimit, prompt }),
    transport: fetchTransport(),
    clock: systemClock,
    randomSource,
    lock,
    digest,
    resourceFetch,
    signatureVerifier,
    ...(onStep && { onStep }),
  };
}
