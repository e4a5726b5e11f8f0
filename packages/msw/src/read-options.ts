/** What a test says about its login server -> the settings of the server, or which option makes no sense, and why. */
import { operations } from '@proofkey/api';
import { wellKnownUrls } from '@proofkey/core';
import { isDuration } from './arguments.ts';
import { isSoundRedirectUri } from './authorization-server/redirect-uri.ts';
import { usernameOf } from './authorization-server/settings.ts';
import type { Client, Consent, Endpoints, Lifetimes, ServerSettings, User } from './authorization-server.ts';
import { MISUSE_CODES } from './authorization-server.ts';
import { strangeName } from './names.ts';
import { ALGORITHMS, DEFAULT_CLIENT_ID, type MockLoginOptions, OptionError, type Person } from './options.ts';

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
  consents: true,
  person: true,
  allow: true,
};

const CLIENT: { readonly [name in keyof Required<Client>]: true } = {
  clientId: true,
  name: true,
  redirectUris: true,
  postLogoutRedirectUris: true,
};

/**
 * The settings of a server.
 *
 * @throws OptionError for an option that is unknown or makes no sense
 */
export function settingsOf(options: MockLoginOptions): ServerSettings {
  for (const name of Object.keys(options)) expectNamed(name, 'option', name, Object.keys(OPTIONS));
  const { issuer = 'https://login.test', grace = 0, rotate = true, person = 'automatic', algorithm } = options;
  if (typeof issuer !== 'string' || !wellKnownUrls(issuer).ok)
    throw new OptionError('issuer', 'it has to be https, or http on loopback, without query, fragment or user name.');
  if (!isDuration(grace)) throw new OptionError('grace', SECONDS);
  if (typeof rotate !== 'boolean') throw new OptionError('rotate', 'it is true or false.');
  expectNamed('person', 'person', person, ['automatic', 'pages']);
  if (algorithm !== undefined) expectNamed('algorithm', 'algorithm', algorithm, ALGORITHMS);
  for (const code of textsOf(options, 'allow') ?? []) expectNamed('allow', 'misuse', code, MISUSE_CODES);
  return {
    issuer,
    endpoints: endpointsOf(options),
    users: usersOf(options),
    clients: clientsOf(options),
    person,
    lifetimes: lifetimesOf(options),
    rotation: rotate,
    grace,
    scopes: textsOf(options, 'scopes') ?? 'any',
    audiences: textsOf(options, 'audiences') ?? 'any',
  };
}

const SECONDS = 'it is a number of seconds, 0 or more.';

function expectNamed(option: string, what: string, name: unknown, names: readonly string[]): void {
  const sentence = strangeName(what, name, names);
  if (sentence !== undefined) throw new OptionError(option, sentence);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** What people have agreed to before. @throws OptionError for a consent of nobody, or to nothing */
export function consentsOf({ consents = [] }: MockLoginOptions, { users }: ServerSettings): readonly Consent[] {
  const isSound = (one: Partial<Consent>): boolean =>
    users.some(({ sub }) => sub === one.sub) && typeof one.clientId === 'string' && Array.isArray(one.scope);
  if (!Array.isArray(consents) || !consents.every(isSound))
    throw new OptionError('consents', "each is like { sub: 'ada', clientId: 'app', scope: ['openid'] }, of a user.");
  return consents;
}

type Lists = 'allow' | 'audiences' | 'redirectUris' | 'scopes';

function textsOf(options: Pick<MockLoginOptions, Lists>, name: Lists): readonly string[] | undefined {
  const list: unknown = options[name];
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || !list.every(isText)) throw new OptionError(name, 'it is a list of texts.');
  return list;
}

function endpointsOf({ operations: endpoints = operations }: MockLoginOptions): Endpoints {
  for (const id of ['authorize', 'requestTokens'] as const)
    if (!isText(endpoints?.[id]?.path))
      throw new OptionError('operations', `it has no ${id}. Give the whole table that @proofkey/generate wrote.`);
  return endpoints;
}

function usersOf({ user, users = [] }: MockLoginOptions): readonly User[] {
  if (!Array.isArray(users)) throw new OptionError('users', 'it is a list of people; one alone is the option user.');
  const all = [...(user === undefined ? [] : [userOf('user', user, 0)])];
  for (const one of users.length + all.length > 0 ? (users as readonly Person[]) : [ADA])
    all.push(userOf('users', one, all.length));
  const twice = repeated(all.map(({ sub }) => sub)) ?? repeated(all.map(usernameOf));
  if (twice !== undefined) throw new OptionError('users', `two people are called ${twice}. Give each another sub.`);
  return all;
}

function userOf(option: string, person: Person, at: number): User {
  if (!isObject(person))
    throw new OptionError(option, "somebody is an object of claims, as { sub: 'ada', name: 'Ada' } is.");
  const { sub, username, password, ...claims } = person;
  for (const [name, value] of Object.entries({ sub, username, password }))
    if (value !== undefined && !isText(value)) throw new OptionError(option, `the ${name} of somebody is a text.`);
  return {
    sub: sub ?? `user-${at + 1}`,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    claims,
  };
}

function clientsOf(options: MockLoginOptions): readonly Client[] | 'any' {
  const { clientId, clients } = options;
  const redirectUris = textsOf(options, 'redirectUris');
  if (clientId !== undefined && !isText(clientId)) throw new OptionError('clientId', 'it is a text.');
  if (clients !== undefined && !Array.isArray(clients)) throw new OptionError('clients', 'it is a list of clients.');
  const isNamed = clientId !== undefined || redirectUris !== undefined;
  if (!isNamed && clients === undefined) return 'any';
  const own = { clientId: clientId ?? DEFAULT_CLIENT_ID, ...(redirectUris && { redirectUris }) };
  const all = [...(isNamed ? [own] : []), ...(clients ?? []).map(clientOf)];
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

function clientOf(client: Client): Client {
  if (!isObject(client)) throw new OptionError('clients', "a client is an object, as { clientId: 'app' } is.");
  for (const name of Object.keys(client)) expectNamed('clients', 'member of a client', name, Object.keys(CLIENT));
  const { clientId, redirectUris = [], postLogoutRedirectUris = [] } = client;
  if (!isText(clientId)) throw new OptionError('clients', 'one of them has no clientId.');
  for (const list of [redirectUris, postLogoutRedirectUris])
    if (!Array.isArray(list) || !list.every(isText))
      throw new OptionError('clients', 'redirectUris and postLogoutRedirectUris are lists of texts.');
  return client;
}

function lifetimesOf({ lifetimes = {} }: MockLoginOptions): Lifetimes {
  for (const [name, value] of Object.entries(lifetimes)) {
    expectNamed(`lifetimes.${name}`, 'lifetime', name, Object.keys(LIFETIMES));
    if (!isDuration(value)) throw new OptionError(`lifetimes.${name}`, SECONDS);
  }
  return { ...LIFETIMES, ...lifetimes };
}

const repeated = (names: readonly string[]): string | undefined => names.find((name, at) => names.indexOf(name) !== at);
