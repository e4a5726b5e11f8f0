/** Options -> settings; nonsense is refused with a sentence that says what to write. */
import { operations } from '@proofkey/api';
import { expect, test } from 'vitest';
import { createMockLogin } from '../src/index.ts';
import { type MockLoginOptions, OptionError } from '../src/options.ts';
import { settingsOf } from '../src/read-options.ts';

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
  [
    'redirectUri',
    { redirectUri: 'https://app.test' } as MockLoginOptions,
    'No option is called redirectUri. There are redirectUris',
  ],
  ['issuer', { issuer: 'http://login.test' }, 'it has to be https'],
  ['issuer', { issuer: 'https://login.test/?tenant=1' }, 'without query'],
  ['grace', { grace: -1 }, 'a number of seconds, 0 or more'],
  ['grace', { grace: Number.NaN }, 'a number of seconds, 0 or more'],
  ['lifetimes.code', { lifetimes: { code: -5 } }, 'a number of seconds'],
  [
    'lifetimes.tokens',
    { lifetimes: { tokens: 5 } } as MockLoginOptions,
    'No lifetime is called tokens. There are code, ',
  ],
  [
    'allow',
    { allow: ['pkce_forgotten' as 'pkce_missing'] },
    'No misuse is called pkce_forgotten. There are pkce_missing, ',
  ],
  ['operations', { operations: { authorize: { method: 'GET', path: '/a' } } }, 'it has no requestTokens'],
  ['users', { users: [{ sub: 'ada' }, { sub: 'ada' }] }, 'two people are called ada'],
  ['users', { users: [{ username: 'ada' }, { email: 'ada' }] }, 'two people are called ada'],
  ['clients', { clientId: 'a', clients: [{ clientId: 'a' }] }, 'two of them are called a'],
  ['redirectUris', { redirectUris: ['http://app.test/'] }, 'http://app.test/ is neither https'],
  ['redirectUris', { redirectUris: [] }, 'no login can end at an empty list'],
  ['issuer', wrong({ issuer: 5 }), 'it has to be https'],
  ['usr', wrong({ usr: {} }), 'No option is called usr. There are issuer, user, '],
  ['user', wrong({ user: 'ada' }), "as { sub: 'ada', name: 'Ada' } is"],
  ['user', wrong({ user: null }), 'somebody is an object of claims'],
  ['user', wrong({ user: { sub: 7 } }), 'the sub of somebody is a text'],
  ['user', wrong({ user: { password: '' } }), 'the password of somebody is a text'],
  ['users', wrong({ users: { name: 'Ada' } }), 'it is a list of people; one alone is the option user'],
  ['users', wrong({ users: [['ada']] }), 'somebody is an object of claims'],
  ['person', wrong({ person: 'auto' }), 'No person is called auto. There are automatic, pages.'],
  ['algorithm', wrong({ algorithm: 'HS256' }), 'No algorithm is called HS256. There are RS256, PS256, ES256, EdDSA.'],
  ['lifetimes.accesToken', wrong({ lifetimes: { accesToken: 3 } }), 'called accesToken. There are accessToken, '],
  ['lifetimes.code', wrong({ lifetimes: { code: '1h' } }), 'a number of seconds'],
  ['rotate', wrong({ rotate: 'no' }), 'it is true or false'],
  ['scopes', wrong({ scopes: 'openid profile' }), 'it is a list of texts'],
  ['audiences', wrong({ audiences: [5] }), 'it is a list of texts'],
  ['allow', wrong({ allow: 'nonce_missing' }), 'it is a list of texts'],
  ['redirectUris', wrong({ redirectUris: 'https://app.test/' }), 'it is a list of texts'],
  ['clientId', wrong({ clientId: 5 }), 'it is a text'],
  ['clients', wrong({ clients: { clientId: 'a' } }), 'it is a list of clients'],
  ['clients', wrong({ clients: ['a'] }), "as { clientId: 'app' } is"],
  [
    'clients',
    wrong({ clients: [{ client_id: 'a' }] }),
    'No member of a client is called client_id. There are clientId',
  ],
  ['clients', wrong({ clients: [{ name: 'a' }] }), 'one of them has no clientId'],
  ['clients', wrong({ clients: [{ clientId: 'a', redirectUris: 'https://a.test' }] }), 'are lists of texts'],
  ['operations', wrong({ operations: null }), 'it has no authorize'],
];

/** What only JavaScript can say. */
function wrong(options: object): MockLoginOptions {
  return options as MockLoginOptions;
}

test.each(NONSENSE)('refuses the option %s when it makes no sense: %o', (option, options, sentence) => {
  const refuse = (): unknown => settingsOf(options);
  expect(refuse).toThrow(OptionError);
  expect(refuse).toThrow(sentence);
  expect(refuse).toThrow(expect.objectContaining({ option }));
  // Whoever makes a server hears of it then, and not with the first request.
  expect(() => createMockLogin(options)).toThrow(expect.objectContaining({ option }));
});

test('refuses keys that are none when the server is made', () => {
  const make = (keys: unknown) => (): unknown => createMockLogin(wrong({ keys }));
  expect(make({ kty: 'RSA' })).toThrow('it is a list of private JWKs');
  expect(make([{ kty: 'RSA' }])).toThrow('No algorithm is called undefined. There are RS256, ');
  expect(make([{ kty: 'RSA', alg: 'RS256', n: 'AQAB', e: 'AQAB' }])).toThrow('with kty RSA and the member d');
  expect(make([null])).toThrow(OptionError);
});
