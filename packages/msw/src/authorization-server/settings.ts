/** What the server is told about itself: who is known, where it is, how long things live. Plain data. */
import type { operations } from '@proofkey/api';
import { originOf, pathOf } from './url.ts';

/** A person. */
export interface User {
  /** Who the person is, for this server. OIDC Core, section 2. */
  readonly sub: string;
  /** What the person types at the login page; the e-mail address or `sub` when absent. */
  readonly username?: string;
  /** When absent, every password is right. */
  readonly password?: string;
  /** Standard claims are given by scope, others always. OIDC Core, section 5.4. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** A public client: it has no secret. RFC 6749, section 2.1. */
export interface Client {
  readonly clientId: string;
  /** For the consent page. */
  readonly name?: string;
  /** Compared letter for letter; on loopback IP addresses the port is free. When absent, every sound one is taken. */
  readonly redirectUris?: readonly string[];
  /** Likewise, for where a logout may lead. */
  readonly postLogoutRedirectUris?: readonly string[];
}

export type OperationId = keyof typeof operations;

/** Where the endpoints are: the `operations` table of `@proofkey/api`, or one that `@proofkey/generate` wrote. */
export type Endpoints = {
  readonly [id in OperationId]?: { readonly method: string; readonly path: string } | undefined;
};

/** Seconds. */
export interface Lifetimes {
  readonly code: number;
  readonly accessToken: number;
  readonly idToken: number;
  readonly refreshToken: number;
  /** How long somebody stays logged in at the server. */
  readonly session: number;
}

export interface ServerSettings {
  readonly issuer: string;
  readonly endpoints: Endpoints;
  readonly users: readonly User[];
  /** Or every client id is one of a public client. */
  readonly clients: readonly Client[] | 'any';
  /** `automatic`: the person agrees to everything at once. `pages`: pages ask them. */
  readonly person: 'automatic' | 'pages';
  readonly lifetimes: Lifetimes;
  /** Does every refresh give a new refresh token, and end the old one? RFC 9700, section 4.14.2. */
  readonly rotation: boolean;
  /** Seconds in which the refresh token before the newest is still taken. */
  readonly grace: number;
  /** What may be granted; of other scopes nothing is. */
  readonly scopes: readonly string[] | 'any';
  /** APIs that access tokens can be for; others are `invalid_target`. RFC 8707. */
  readonly audiences: readonly string[] | 'any';
}

/** Where the first of these operations is that the server has. */
export function endpointOf({ issuer, endpoints }: ServerSettings, ...ids: readonly OperationId[]): string | undefined {
  const found = ids.map((id) => endpoints[id]).find((one) => one !== undefined);
  return found && originOf(issuer) + pathOf(issuer) + found.path;
}

/** The client of that id, if there is one. */
export function clientOf(settings: ServerSettings, clientId: string | undefined): Client | undefined {
  if (clientId === undefined) return undefined;
  return settings.clients === 'any' ? { clientId } : settings.clients.find((one) => one.clientId === clientId);
}

/** The scopes of a list that can be granted. */
export const grantable = ({ scopes }: ServerSettings, wanted: readonly string[]): readonly string[] =>
  scopes === 'any' ? wanted : wanted.filter((one) => scopes.includes(one));

/** The name that a person types to log in. */
export const usernameOf = ({ username, claims, sub }: User): string => {
  const { email } = claims as { email?: unknown };
  return username ?? (typeof email === 'string' ? email : sub);
};
