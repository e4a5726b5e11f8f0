/** Settings and ports -> a client: the verbs of an application, the same on every platform. */
import {
  type AccessTokenRequest,
  type Failure,
  type IdTokenClaims,
  readLogoutReturn,
  type Snapshot,
  stateOfCallback,
  type UserInfo,
} from '@proofkey/core';
import { userOf } from './claims-schema.ts';
import { isProofkeyError } from './error.ts';
import { freshnessBy } from './freshness.ts';
import { loginCalls } from './login.ts';
import type { LoginRequest } from './login-request.ts';
import { type LogoutOutcome, type LogoutRequest, logoutCall } from './logout.ts';
import type { LoggedIn, LoginOutcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { recordsOf } from './records.ts';
import { announce, demandDistinct } from './redirect-uris.ts';
import { serverOf } from './server.ts';
import { type Context, type ResponseLike, sessionCalls } from './session.ts';
import { issuerOf, keptSettings, type Settings } from './settings.ts';
import { snapshots } from './snapshot.ts';
import { tellerOf } from './step.ts';

/**
 * @typeParam Fetch the type of the platform's `fetch`
 * @typeParam User the claims of a person, or what `claimsSchema` of the settings makes of them
 */
export interface Client<Fetch = (input: unknown, init?: unknown) => Promise<unknown>, User = IdTokenClaims> {
  /**
   * Begins: finishes the login whose callback this URL is, else restores the session. Call it once, when the page or
   * the program starts. A login that failed is told in `failure`, not thrown; who is logged in stays logged in.
   *
   * @param callbackUrl the URL that the page was loaded with; one that answers no login of ours is left alone
   * @throws ProofkeyError `redirect_uri_shared`
   */
  start(callbackUrl?: string): Promise<Started<User>>;
  /**
   * Logs a person in. Calling it again while a login is under way begins another one; the two never mix.
   *
   * @returns `logged_in`; `departed` when this page is going away and the callback will arrive at a new one;
   *   `dismissed` when the person seems to have given up, though `handleCallback` still completes the login
   * @throws ProofkeyError whose `failure.code` is any of the core's
   * @see RFC 6749, section 4.1; RFC 7636; OpenID Connect Core, section 3.1
   */
  login(request?: LoginRequest): Promise<LoginOutcome<User>>;
  /**
   * Completes a login from the callback URL that arrived, in this process or a later one on the same stores.
   *
   * Giving it the same URL again is harmless: at the same time both get the one result, and later the login that it
   * completed is found again. A URL that answers no login changes nothing.
   *
   * @throws ProofkeyError, such as `unknown_transaction` or `transaction_consumed`
   * @see RFC 6749, section 4.1.2
   */
  handleCallback(callbackUrl: string): Promise<LoggedIn<User>>;
  /** Who is logged in, as far as is known; `loading` until somebody asked. The same object until it changes. */
  getSnapshot(): Snapshot<User>;
  /** Calls the listener after each change of the snapshot, when nothing is locked. @returns what ends that */
  subscribe(listener: (snapshot: Snapshot<User>) => void): () => void;
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
   * What an API wants that answered 401 or 403: a new token, another scope, or that the person authenticates again.
   * `login({ stepUp })` takes it.
   *
   * @param response that `fetch` gave, itself and no clone, so that a token that comes back in it is struck out; where
   *   a page may not read its challenge, a 401 counts as `invalid_token`
   * @returns `invalid_token`, `insufficient_scope`, `insufficient_user_authentication`, or undefined
   * @see RFC 6750, section 3.1; RFC 9470, section 3
   */
  challengeIn(response: ResponseLike): Failure | undefined;
  /**
   * Forgets the session and the logins that still wait here for the person, then lets the server take the refresh
   * token back, and with `returnTo` or `endServerSession` ends the session there, too. Whatever the server does, the
   * person is logged out.
   *
   * @throws ProofkeyError `storage_read_failed` or `storage_write_failed`: then what is stored is still there
   * @see RFC 7009, section 2; OpenID Connect RP-Initiated Logout 1.0, section 2
   */
  logout(request?: LogoutRequest): Promise<LogoutOutcome>;
}

/** Where things stand at the beginning, and what became of the callback if the URL was one. */
export type Started<User = IdTokenClaims> = Snapshot<User> & CallbackOutcome;

/** As {@link LoggedIn} has it, when the callback completed a login; empty when the URL was none. */
export type CallbackOutcome = Partial<Pick<LoggedIn, 'scope' | 'appState' | 'signature' | 'notSaved'>> & {
  /** Why the URL completed no login. */
  readonly failure?: Failure;
  /** The person came back from a logout at the server, and whether with the `state` that went there. */
  readonly loggedOut?: { readonly stateMatched: boolean };
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
export function createClient<Fetch = Client['fetch'], User = IdTokenClaims>(
  given: Settings<User>,
  ports: Ports,
): Client<Fetch, User> {
  const settings = keptSettings(given);
  const tell = tellerOf(ports);
  const owner = { clientId: settings.clientId, issuer: issuerOf(settings) };
  const records = recordsOf(owner, ports);
  const server = serverOf(settings, ports, tell);
  const freshness = freshnessBy(ports.clock);
  const user = userOf(settings.claimsSchema);
  const shown = snapshots(records, freshness, user);
  const context: Context = { settings, ports, records, snapshots: shown, freshness, userOf: user, owner, tell, server };
  const { login, handleCallback, abandon } = loginCalls(context);
  const { accessToken, userinfo, fetch, challengeIn } = sessionCalls(context);
  if (ports.userAgent.redirectUri !== undefined) announce(ports.userAgent.redirectUri, owner);

  /** Has the person come back from a logout? A store that cannot be read will say so below. */
  async function returnedIn(url: string): Promise<CallbackOutcome> {
    const logout = url && (await records.readLogout().catch(() => undefined));
    if (!logout) return {};
    const { returned, stateMatched } = readLogoutReturn(logout.returnTo, logout.state, url);
    if (!returned || (!stateMatched && stateOfCallback(url) !== undefined)) return {};
    await records.forgetLogout().catch(() => {});
    return { loggedOut: { stateMatched } };
  }

  async function answered(callbackUrl: string): Promise<CallbackOutcome> {
    const back = await returnedIn(callbackUrl);
    if (back.loggedOut || stateOfCallback(callbackUrl) === undefined) return back;
    try {
      const { status: _, user: __, ...beside } = await handleCallback(callbackUrl);
      return beside;
    } catch (error) {
      if (!isProofkeyError(error)) throw error;
      return { failure: error.failure };
    }
  }

  // What a schema makes of the claims is what the types say.
  return Object.freeze<Client<unknown, unknown>>({
    async start(callbackUrl = '') {
      const { redirectUri } = ports.userAgent;
      if (redirectUri !== undefined && settings.server) demandDistinct(redirectUri, owner, settings.server);
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
    fetch,
    challengeIn,
    logout: logoutCall(context, abandon),
  }) as Client<Fetch, User>;
}
