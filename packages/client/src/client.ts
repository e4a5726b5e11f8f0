/** Settings and ports -> a client: the verbs of an application, the same on every platform. */
import { type AccessTokenRequest, type Failure, type Snapshot, stateOfCallback, type UserInfo } from '@proofkey/core';
import { isProofkeyError } from './error.ts';
import { type LoginRequest, loginCalls } from './login.ts';
import type { LoggedIn, LoginOutcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { recordsOf } from './records.ts';
import { serverOf } from './server.ts';
import { type Context, sessionCalls } from './session.ts';
import { issuerOf, keptSettings, type Settings } from './settings.ts';
import { snapshots } from './snapshot.ts';
import { tellerOf } from './step.ts';

/** @typeParam Fetch the type of the platform's `fetch` */
export interface Client<Fetch = (input: unknown, init?: unknown) => Promise<unknown>> {
  /**
   * Begins: finishes the login whose callback this URL is, else restores the session. Call it once, when the page or
   * the program starts. A login that failed is told in `failure`, not thrown; who is logged in stays logged in.
   *
   * @param callbackUrl the URL that the page was loaded with; one that answers no login of ours is left alone
   */
  start(callbackUrl?: string): Promise<Started>;
  /**
   * Logs a person in. Calling it again while a login is under way begins another one; the two never mix.
   *
   * @returns `logged_in`; `departed` when this page is going away and the callback will arrive at a new one;
   *   `dismissed` when the person seems to have given up, though `handleCallback` still completes the login
   * @throws ProofkeyError whose `failure.code` is any of the core's
   * @see RFC 6749, section 4.1; RFC 7636; OpenID Connect Core, section 3.1
   */
  login(request?: LoginRequest): Promise<LoginOutcome>;
  /**
   * Completes a login from the callback URL that arrived, in this process or a later one on the same stores.
   *
   * Giving it the same URL again is harmless: at the same time both get the one result, and later the login that it
   * completed is found again. A URL that answers no login changes nothing.
   *
   * @throws ProofkeyError, such as `unknown_transaction` or `transaction_consumed`
   * @see RFC 6749, section 4.1.2
   */
  handleCallback(callbackUrl: string): Promise<LoggedIn>;
  /** Who is logged in, as far as is known; `loading` until somebody asked. The same object until it changes. */
  getSnapshot(): Snapshot;
  /** Calls the listener after each change of the snapshot, when nothing is locked. @returns what ends that */
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
  /**
   * An access token that is good for at least 30 seconds more; where the server tells no end, until an API refuses it.
   *
   * @param request another API than the one of the settings
   * @throws ProofkeyError `not_logged_in`, `session_expired`, `session_unreadable`, `token_set_missing`,
   *   `storage_read_failed`
   * @see RFC 6749, section 1.4
   */
  accessToken(request?: AccessTokenRequest): Promise<string>;
  /**
   * What the server says now about the person who is logged in.
   *
   * @throws ProofkeyError `userinfo_sub_mismatch` and the like, `endpoint_missing`, `http_error`, `network_error`,
   *   `invalid_scope` without `openid`, or what `accessToken` throws
   * @see OpenID Connect Core, section 5.3
   */
  userinfo(): Promise<UserInfo>;
  /**
   * The platform's `fetch` with the access token, for the origins in `apis` and no others.
   *
   * @throws ProofkeyError `api_not_listed`, or what `accessToken` throws; else what the platform's `fetch` throws
   * @see RFC 6750, section 2.1
   */
  readonly fetch: Fetch;
  /**
   * Forgets the session on this device. The server is not told.
   *
   * @throws ProofkeyError `storage_read_failed` or `storage_write_failed`: then what is stored is still there
   */
  logout(): Promise<void>;
}

/** Where things stand at the beginning, and what became of the callback if the URL was one. */
export type Started = Snapshot & CallbackOutcome;

/** As {@link LoggedIn} has it, when the callback completed a login; empty when the URL was none. */
export type CallbackOutcome = Partial<Pick<LoggedIn, 'scope' | 'appState' | 'signature' | 'notSaved'>> & {
  /** Why the URL completed no login. */
  readonly failure?: Failure;
};

/**
 * A client for one client id at one authorization server.
 *
 * Nothing that it hands out holds a token but the text of `accessToken`, and its own tokens are in variables that no
 * printing reaches.
 *
 * @throws ProofkeyError (`invalid_settings`, `invalid_issuer`, `invalid_metadata`, `insecure_endpoint`,
 *   `pkce_not_supported`)
 */
export function createClient<Fetch = Client['fetch']>(given: Settings, ports: Ports): Client<Fetch> {
  const settings = keptSettings(given);
  const tell = tellerOf(ports);
  const records = recordsOf({ clientId: settings.clientId, issuer: issuerOf(settings) }, ports);
  const server = serverOf(settings, ports, tell);
  const shown = snapshots(records, ports.clock);
  const context: Context = { settings, ports, records, snapshots: shown, tell, server };
  const { login, handleCallback } = loginCalls(context);
  const { accessToken, userinfo, fetch, logout } = sessionCalls(context);

  async function answered(callbackUrl: string): Promise<CallbackOutcome> {
    if (stateOfCallback(callbackUrl) === undefined) return {};
    try {
      const { status: _, user: __, ...beside } = await handleCallback(callbackUrl);
      return beside;
    } catch (error) {
      if (!isProofkeyError(error)) throw error;
      return { failure: error.failure };
    }
  }

  return Object.freeze({
    async start(callbackUrl = '') {
      // Text, for those who bring `location` or a URL.
      const beside = await answered(`${callbackUrl}`);
      try {
        await shown.follow();
      } catch (error) {
        if (!isProofkeyError(error)) throw error;
        // Nobody may wait for ever for a store that cannot be read; what was read before is the best that is known.
        if (shown.get().status === 'loading') shown.set({ status: 'logged_out', reason: error.failure });
      }
      return { ...shown.get(), ...beside };
    },
    login,
    handleCallback,
    getSnapshot: shown.get,
    subscribe: shown.subscribe,
    accessToken,
    userinfo,
    // The port takes whatever the platform's `fetch` takes, and gives what that gives.
    fetch: fetch as Fetch,
    logout,
  });
}
