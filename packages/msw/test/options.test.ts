/** Options -> settings; nonsense is refused with a sentence that says what to write. */
import { operations } from '@proofkey/api';
import { expect, test } from 'vitest';
import { type MockLoginOptions, OptionError, settingsOf } from '../src/options.ts';

test('needs no option: Ada logs in to any public client, at a name that no machine has', () => {
  const { issuer, clients, users, person, scopes, audiences, endpoints, ...rest } = settingsOf({});
  expect(issuer).toBe('https://login.test');
  expect([clients, person, scopes, audiences]).toEqual(['any', 'automatic', 'any', 'any']);
  expect(endpoints).toBe(operations);
  expect(users.map(({ sub, claims }) => [sub, claims['name']])).toEqual([['ada', 'Ada Lovelace']]);
  expect(rest).toEqual({
    lifetimes: { code: 60, accessToken: 600, idToken: 600, refreshToken: 2_592_000, session: 36_000 },
    rotation: true,
    grace: 0,
  });
});

test('a person is a sub, a user name, a password, and claims', () => {
  const { users } = settingsOf({
    user: { name: 'Ada', roles: ['admin'] },
    users: [{ sub: 'bob', username: 'Bob', password: 'secret', email: 'bob@example.test' }],
  });
  expect(users).toEqual([
    { sub: 'user-1', claims: { name: 'Ada', roles: ['admin'] } },
    { sub: 'bob', username: 'Bob', password: 'secret', claims: { email: 'bob@example.test' } },
  ]);
});

test('one client is known when its id or its redirect URIs are given, and further ones beside it', () => {
  const redirectUris = ['https://app.test/callback'];
  expect(settingsOf({ clientId: 'app' }).clients).toEqual([{ clientId: 'app' }]);
  expect(settingsOf({ redirectUris }).clients).toEqual([{ clientId: 'mock-client', redirectUris }]);
  const clients = [{ clientId: 'other' }];
  expect(settingsOf({ clientId: 'app', clients }).clients).toEqual([{ clientId: 'app' }, { clientId: 'other' }]);
  expect(settingsOf({ clients }).clients).toEqual(clients);
});

test('one lifetime that is given leaves the others as they are', () => {
  expect(settingsOf({ lifetimes: { code: 5 } }).lifetimes).toMatchObject({ code: 5, accessToken: 600 });
});

const NONSENSE: readonly [string, MockLoginOptions, string][] = [
  ['redirectUri', { redirectUri: 'https://app.test' } as MockLoginOptions, 'there is none of that name'],
  ['issuer', { issuer: 'http://login.test' }, 'it has to be https'],
  ['issuer', { issuer: 'https://login.test/?tenant=1' }, 'without query'],
  ['grace', { grace: -1 }, 'a number of seconds, 0 or more'],
  ['grace', { grace: Number.NaN }, 'a number of seconds, 0 or more'],
  ['lifetimes.code', { lifetimes: { code: -5 } }, 'a number of seconds'],
  ['lifetimes.tokens', { lifetimes: { tokens: 5 } } as MockLoginOptions, 'a number of seconds'],
  ['allow', { allow: ['pkce_forgotten' as 'pkce_missing'] }, 'no misuse is called pkce_forgotten'],
  ['operations', { operations: { authorize: { method: 'GET', path: '/a' } } }, 'it has no requestTokens'],
  ['users', { users: [{ sub: 'ada' }, { sub: 'ada' }] }, 'two people are called ada'],
  ['users', { users: [{ username: 'ada' }, { email: 'ada' }] }, 'two people are called ada'],
  ['clients', { clientId: 'a', clients: [{ clientId: 'a' }] }, 'two of them are called a'],
  ['redirectUris', { redirectUris: ['http://app.test/'] }, 'http://app.test/ is neither https'],
  ['redirectUris', { redirectUris: [] }, 'no login can end at an empty list'],
];

test.each(NONSENSE)('refuses the option %s when it makes no sense: %o', (option, options, sentence) => {
  const refuse = (): unknown => settingsOf(options);
  expect(refuse).toThrow(OptionError);
  expect(refuse).toThrow(sentence);
  expect(refuse).toThrow(expect.objectContaining({ option }));
});
