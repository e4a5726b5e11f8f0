/** A login server in memory as a test sees it: its address, its person, its log, and what it shall do wrong. */
import type { ServerMetadata } from '@proofkey/core';
import type { DeviationName, Failing, LogEntry, Misuse, MisuseCode, Step } from './authorization-server.ts';
import type { MockBrowser } from './browser.ts';
import type { Expiring } from './knobs.ts';

/** What every mock can do, in this process or on a port. Nothing here needs `this`: take apart what you like. */
export interface LoginServer {
  readonly issuer: string;
  /** The client id that was configured first; `mock-client` when none was, and then every other one is good too. */
  readonly clientId: string;
  /** For clients that take metadata as a setting: `createNodeClient({ server: as.server, ... })` asks for none. */
  readonly server: ServerMetadata;
  /** A browser and its person: `await as.browser(authorizationUrl)` logs in and returns the callback URL. */
  readonly browser: MockBrowser;
  /**
   * Another browser, with its own cookies, and its own person once `logInAs` has said who: two people at once.
   *
   * After `reset()` nobody has a browser but `browser`.
   */
  newBrowser(): MockBrowser;
  /**
   * Every request that arrived, in order, without a secret. Preflight requests are no steps.
   *
   * `expect(as.log.map(({ step }) => step)).toEqual(['authorize', 'token', 'keys'])`
   */
  readonly log: readonly LogEntry[];
  /** What clients did that no client may do; `check()` throws because of it. */
  readonly misuses: readonly Misuse[];
  /**
   * The server as a function, for clients that take a `fetch`. Redirects are never followed.
   *
   * Rejects with a `TypeError`, as fetch does, where the connection would break, and for every other server.
   */
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  /** The person refuses the next login: `access_denied`, or another error. */
  deny(error?: string): void;
  /**
   * The next request of that step goes wrong: with an OAuth error (`'invalid_grant'`), a status (`503`), or both.
   *
   * Asked for twice, the next two do. At `authorize` an error comes back by redirect, as the protocol wants. When no
   * such request comes, `check()` throws: the test would prove nothing. So it does after `dropAnswer` and `deny`.
   */
  failNext(step: Step, how: string | number | Failing): void;
  /** The next request of that step is worked on, but the connection breaks before its answer: is it repeated safely? */
  dropAnswer(step: Step): void;
  /**
   * What was issued so far is too old from now on; everything when nothing is named.
   *
   * An API that checks access tokens by itself, as JWTs, does not notice.
   */
  expireNow(what?: Expiring): void;
  /** Does each refresh bring a new refresh token, and end the old one? */
  rotate(on: boolean): void;
  /** Seconds in which the refresh token before the newest is still taken. */
  grace(seconds: number): void;
  /** Sets the clock of the server: so many seconds ahead of this machine's, or behind. It follows fake timers. */
  skewClock(seconds: number): void;
  /** Milliseconds that each answer takes from now on, or each of one step. */
  slow(milliseconds: number, step?: Step): void;
  /** Nothing reaches the server, and nothing is logged; with `false` it is back. */
  offline(on?: boolean): void;
  /** Everything that was issued so far is revoked, as when somebody throws the application out. */
  revoke(): void;
  /** A new key signs from now on. The old ones stay published when nothing is said, as real servers do for a while. */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<void>;
  /** Callbacks carry the `iss` of another server, from now on: the deviation `wrong_issuer`. */
  wrongIssuer(): void;
  /** ID Tokens carry another nonce than was sent, from now on: the deviation `wrong_nonce`. */
  wrongNonce(): void;
  /** The signature of ID Tokens is wrong, from now on: the deviation `bad_signature`. */
  badSignature(): void;
  /** The browser delivers the next callback twice, where it delivers it: to a listener on loopback. */
  replayCallback(): void;
  /**
   * The server goes wrong in these ways from now on. The names are those of `DEVIATIONS`, which says what each does.
   *
   * A client that goes on with an answer that it has to refuse fails `check()`, where the server can see it do so. What
   * a client makes of userinfo and of key sets it can not see: assert that yourself.
   */
  deviate(...names: DeviationName[]): void;
  /** The server goes right again: in these ways, or in all when none is named. */
  honest(...names: DeviationName[]): void;
  /** These have to happen until `reset()`: `check()` throws when one does not, or when another one does. */
  expectMisuse(...codes: MisuseCode[]): void;
  /**
   * Was the protocol kept?
   *
   * @throws MisuseError that lists every misuse, what was wrong with it and what to do, and its code in brackets, for
   *   `allow` and `expectMisuse`; every request that was refused because nothing answers it; and what was asked for by
   *   `failNext`, `dropAnswer` or `deny` and never happened. No secret is in it. What is good advice and no misuse is
   *   told beside a misuse only.
   */
  check(): void;
  /** As new, but for the keys: nobody is logged in, nothing was issued, the server is honest, the log is empty. */
  reset(): void;
}
