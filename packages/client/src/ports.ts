/** What a platform brings. An adapter package is these and a name for them. */
import type { DigestAlgorithm, HttpRequest, HttpResponse, NumericDate, VerifySignature } from '@proofkey/core';
import type { RedactedStep } from './step.ts';

export type MaybePromise<T> = T | Promise<T>;

export interface Ports {
  /** Logins under way: single use, expiring, readable by this user agent only. */
  readonly transactionStore: KeyValueStore;
  /** The session: outlives the page or the process, shared by its tabs. */
  readonly sessionStore: KeyValueStore;
  readonly userAgent: UserAgent;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly randomSource: RandomSource;
  readonly lock: Lock;
  readonly digest: Digest;
  readonly resourceFetch: ResourceFetch;
  readonly signatureVerifier?: SignatureVerifier;
  /** Is told what each login and each call does, as it happens. What it throws is dropped. */
  readonly onStep?: (step: RedactedStep) => void;
}

/**
 * Text under a key. A value that is absent is `null`; one that cannot be read or is locked is an exception.
 *
 * Keys are any text and differ by every character. Values come back exactly, 64 KiB at least, old or new and never in
 * part. What two instances write at once is not lost, and before `expiresAt`, or without it, nothing is forgotten.
 */
export interface KeyValueStore {
  get(key: string): MaybePromise<string | null>;
  /** `expiresAt` is a hint: after it the store may forget the value by itself. */
  set(key: string, value: string, expiresAt?: NumericDate): MaybePromise<void>;
  /** Like `set`, settles when every other instance sees it. Removing what is absent is no error. */
  remove(key: string): MaybePromise<void>;
}

/** Whatever shows the authorization server to the person: this page, a popup, the system browser (RFC 8252). */
export interface UserAgent {
  /** Called as the first synchronous statement of a login: a popup opens here. */
  begin(): Departure;
  /** Shows a page of the server, as to log out there, and waits for nothing. Absent where nothing can be shown. */
  leave?(url: string): MaybePromise<void>;
  /** As it is registered, where that is known before a login; the port of a loopback one does not matter. */
  readonly redirectUri?: string;
}

export interface Departure {
  /** Where the callback of this login will arrive; known before `open`. */
  readonly redirectUri: MaybePromise<string>;
  /**
   * Shows the URL and waits. Returns the callback URL exactly as it arrived, and only one that `accepts` takes: a wrong
   * one leaves the wait going on. `cancelled` when `cancel` is aborted, also before. Rejects with a `PortError`
   * (`redirect_timeout`, `user_agent_failed`).
   */
  open(request: OpenRequest): Promise<UserAgentOutcome>;
  /**
   * Called when the login is over, however it ended; a page that is still shown may say how. It may come before `open`
   * and more than once. After it no callback is taken.
   */
  close(succeeded: boolean): MaybePromise<void>;
}

export interface OpenRequest {
  readonly url: string;
  /** Is this callback URL ours? Comes from the core: an adapter names no parameter. */
  accepts(callbackUrl: string): boolean;
  /**
   * Does it answer another login that waits and asked for the same, as of a process that was killed? Only to be asked
   * about a URL that the person brought with their own hands; returned, it completes that login instead of this one.
   */
  answersAnother?(callbackUrl: string): Promise<boolean>;
  readonly cancel?: AbortSignalLike;
}

export type UserAgentOutcome =
  | { readonly type: 'returned'; readonly url: string }
  | { readonly type: 'departed' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'dismissed' };

/** Sends one request: no cookies, no redirects followed, bounded body and time. */
export interface Transport {
  /**
   * Rejects with a `PortError` (`network_error`) whose `sent` is `'no'` only when nothing can have reached the server.
   * A body longer than the core's `BODY_LIMIT` is cut off anywhere after that limit; one that the server cut off is an
   * error. An error status is an answer. Names of headers are in lower case.
   */
  send(request: HttpRequest, cancel?: AbortSignalLike): Promise<HttpResponse>;
}

/** Calls an API of the application's own, in the way of the platform: its `fetch`. */
export interface ResourceFetch {
  /** Takes what the application gave to `fetch`, and does nothing yet. Throws what the platform's `fetch` would. */
  prepare(input: unknown, init: unknown): ResourceRequest;
}

export interface ResourceRequest {
  /** Absolute, as the platform writes it. */
  readonly url: string;
  readonly method: string;
  /** Sends it with this value of `Authorization`, which never follows a redirect to another origin. */
  send(authorization: string): Promise<{ readonly status: number }>;
}

export interface Clock {
  /** Whole seconds since 1970-01-01T00:00:00Z; backwards only when somebody sets the clock back. */
  now(): NumericDate;
  /** Seconds since any moment, which nobody can set: it only grows. It may stand still while the device sleeps. */
  monotonic?(): number;
}

export interface RandomSource {
  /** A new array of exactly `length` octets from a cryptographic random source. */
  octets(length: number): MaybePromise<Uint8Array>;
}

export interface Lock {
  /** Runs `task` while nobody who shares the stores runs another under the same name; a failure frees the name. */
  runExclusive<T>(name: string, task: () => Promise<T>): Promise<T>;
}

export interface SignatureVerifier {
  /** True only when the signature of `input` by `key` is valid; undefined where this platform cannot check `alg`. */
  verify(request: SignatureToVerify): MaybePromise<boolean | undefined>;
}

export type SignatureToVerify = Omit<VerifySignature, 'type'>;

/** ASCII text -> its digest: 32, 48 or 64 octets. */
export type Digest = (algorithm: DigestAlgorithm, ascii: string) => MaybePromise<Uint8Array>;

/** The part of `AbortSignal` that the client uses; it compiles without DOM types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
