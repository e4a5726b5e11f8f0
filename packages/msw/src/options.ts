/** What a test says about its login server -> the settings of the server, or which option makes no sense, and why. */
import type { JsonWebKey } from '@proofkey/api';
import { operations } from '@proofkey/api';
import { wellKnownUrls } from '@proofkey/core';
import { isSoundRedirectUri } from './authorization-server/redirect-uri.ts';
import { usernameOf } from './authorization-server/settings.ts';
import type { Client, Endpoints, Lifetimes, MisuseCode, ServerSettings, User } from './authorization-server.ts';
import { MISUSE_CODES } from './authorization-server.ts';
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

export type SigningAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

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

const LIFETIMES: Lifetimes = {
  code: 60,
  accessToken: 600,
  idToken: 600,
  refreshToken: 2_592_000,
  session: 36_000,
};

const ADA: Person = {
  sub: 'ada',
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  preferred_username: 'ada',
  email: 'ada@example.test',
  email_verified: true,
};

const OPTIONS: { readonly [name in keyof Required<MockLoginOptions>]: true } = {
  issuer: true,
  user: true,
  users: true,
  clientId: true,
  redirectUris: true,
  clients: true,
  operations: true,
  algorithm: true,
  keys: true,
  subtle: true,
  lifetimes: true,
  rotate: true,
  grace: true,
  scopes: true,
  audiences: true,
  person: true,
  allow: true,
};

/**
 * The settings of a server.
 *
 * @throws OptionError for an option that is unknown or makes no sense
 */
export function settingsOf(options: MockLoginOptions): ServerSettings {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined)
    throw new OptionError(unknown, `there is none of that name. There are ${Object.keys(OPTIONS).join(', ')}.`);
  const { issuer = 'https://login.test', grace = 0, rotate = true, person = 'automatic', allow = [] } = options;
  if (!wellKnownUrls(issuer).ok)
    throw new OptionError('issuer', 'it has to be https, or http on loopback, without query, fragment or user name.');
  if (!isDuration(grace)) throw new OptionError('grace', SECONDS);
  const strange = allow.find((code) => !MISUSE_CODES.includes(code));
  if (strange !== undefined) throw new OptionError('allow', `no misuse is called ${strange}.`);
  return {
    issuer,
    endpoints: endpointsOf(options),
    users: usersOf(options),
    clients: clientsOf(options),
    person,
    lifetimes: lifetimesOf(options),
    rotation: rotate,
    grace,
    scopes: options.scopes ?? 'any',
    audiences: options.audiences ?? 'any',
  };
}

const SECONDS = 'it is a number of seconds, 0 or more.';

export const isDuration = (value: number): boolean => Number.isFinite(value) && value >= 0;

function endpointsOf({ operations: endpoints = operations }: MockLoginOptions): Endpoints {
  for (const id of ['authorize', 'requestTokens'] as const)
    if (endpoints[id] === undefined)
      throw new OptionError('operations', `it has no ${id}. Give the whole table that @proofkey/generate wrote.`);
  return endpoints;
}

function usersOf({ user, users = [] }: MockLoginOptions): readonly User[] {
  const people = [...(user ? [user] : []), ...users];
  const all = (people.length > 0 ? people : [ADA]).map(userOf);
  const twice = repeated(all.map(({ sub }) => sub)) ?? repeated(all.map(usernameOf));
  if (twice !== undefined) throw new OptionError('users', `two people are called ${twice}. Give each another sub.`);
  return all;
}

function userOf({ sub, username, password, ...claims }: Person, at: number): User {
  return {
    sub: sub ?? `user-${at + 1}`,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    claims,
  };
}

function clientsOf({ clientId, redirectUris, clients }: MockLoginOptions): readonly Client[] | 'any' {
  const isNamed = clientId !== undefined || redirectUris !== undefined;
  if (!isNamed && clients === undefined) return 'any';
  const own = { clientId: clientId ?? DEFAULT_CLIENT_ID, ...(redirectUris && { redirectUris }) };
  const all = [...(isNamed ? [own] : []), ...(clients ?? [])];
  const twice = repeated(all.map((one) => one.clientId));
  if (twice !== undefined) throw new OptionError('clients', `two of them are called ${twice}.`);
  const uris = all.flatMap((one) => one.redirectUris ?? []);
  const unsound = uris.find((uri) => !isSoundRedirectUri(uri));
  if (unsound !== undefined)
    throw new OptionError('redirectUris', `${unsound} is neither https, nor http on loopback, nor private-use.`);
  if (all.some((one) => one.redirectUris?.length === 0))
    throw new OptionError('redirectUris', 'no login can end at an empty list. Leave it out to take every sound one.');
  return all;
}

function lifetimesOf({ lifetimes = {} }: MockLoginOptions): Lifetimes {
  for (const [name, value] of Object.entries(lifetimes))
    if (!Object.hasOwn(LIFETIMES, name) || !isDuration(value)) throw new OptionError(`lifetimes.${name}`, SECONDS);
  return { ...LIFETIMES, ...lifetimes };
}

const repeated = (names: readonly string[]): string | undefined => names.find((name, at) => names.indexOf(name) !== at);
