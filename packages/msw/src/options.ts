/** What a test can say about its login server; `read-options.ts` reads it. */
import type { JsonWebKey } from '@proofkey/api';
import type { Client, Consent, Endpoints, Lifetimes, MisuseCode } from './authorization-server.ts';
import type { AnySubtle } from './platform.ts';

/** Somebody who can log in. Every member that is not named here is a claim: `name`, `email`, `roles`, ... */
export interface Person {
  /** Who this is, for the server; `user-1` when absent, `user-2` for the next one. OIDC Core, section 2. */
  readonly sub?: string;
  /** What is typed at the login page; the e-mail address, else `sub` when absent. */
  readonly username?: string;
  /** When absent, every password is right. */
  readonly password?: string;
  /** Standard claims are given by scope, custom ones always. */
  readonly [claim: string]: unknown;
}

export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

export type SigningAlgorithm = (typeof ALGORITHMS)[number];

/** A private key. RFC 7517; RFC 7518, section 6. */
export type PrivateJsonWebKey = JsonWebKey & { readonly alg: SigningAlgorithm; readonly kid?: string };

/** Everything has a default: `{}` is a server at which Ada Lovelace logs in to any public client. */
export interface MockLoginOptions {
  /** `https://login.test` when absent: a name that no machine in the world has. RFC 6761, section 6.2. */
  readonly issuer?: string;
  /** Who logs in, when nobody else is asked for. */
  readonly user?: Person;
  /** Further people; the first one logs in when there is no `user`. */
  readonly users?: readonly Person[];
  /** The one client that is known. When neither this nor `redirectUris` nor `clients` is given, every client is. */
  readonly clientId?: string;
  /** Where its callbacks may go, letter for letter; on loopback the port is free. When absent, every sound one. */
  readonly redirectUris?: readonly string[];
  /** Further clients. */
  readonly clients?: readonly Client[];
  /** Where the endpoints are: the `operations` that `@proofkey/generate` wrote for your server. */
  readonly operations?: Endpoints;
  /** RS256 when absent. */
  readonly algorithm?: SigningAlgorithm;
  /** Private keys as JWKs, all published; the last one signs. Generated when absent. */
  readonly keys?: readonly PrivateJsonWebKey[];
  /** WebCrypto's `crypto.subtle`, where it is no global: React Native with `react-native-quick-crypto`. */
  readonly subtle?: AnySubtle;
  /** Seconds: code 60, accessToken 600, idToken 600, refreshToken 2,592,000, session 36,000 when absent. */
  readonly lifetimes?: Partial<Lifetimes>;
  /** Does each refresh bring a new refresh token, and end the old one? True when absent. */
  readonly rotate?: boolean;
  /** Seconds in which the refresh token before the newest is still taken; 0 when absent. */
  readonly grace?: number;
  /** What can be granted; every scope when absent. */
  readonly scopes?: readonly string[];
  /** APIs that access tokens can be for; every one when absent. */
  readonly audiences?: readonly string[];
  /** What people have agreed to before, so that pages do not ask for it: `sub`, client and scopes. */
  readonly consents?: readonly Consent[];
  /** `automatic`: the person agrees at once. `pages`: pages ask; `as.browser` fills them in. */
  readonly person?: 'automatic' | 'pages';
  /** Misuse that does not fail the test, for a client whose faults are known. */
  readonly allow?: readonly MisuseCode[];
}

/** An option makes no sense. `option` names it; the message says why, and what to write instead. */
export class OptionError extends Error {
  override readonly name: string = 'OptionError';
  readonly option: string;
  constructor(option: string, sentence: string) {
    super(`The option ${option} of the mock login server makes no sense: ${sentence}`);
    this.option = option;
  }
}

export const DEFAULT_CLIENT_ID = 'mock-client';
