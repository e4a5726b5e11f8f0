/** Clients that others wrote take this server for a real one; and what they do wrong, it names. */
import { OidcClient } from 'oidc-client-ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoginServer } from '../src/index.ts';
import { startLoginServer } from '../src/server.ts';
import { useMockLogin } from '../src/vitest.ts';
import {
  oauth4webapi,
  oidcClientTs,
  oidcSettings,
  openidClient,
  type Place,
  type Round,
  refreshTwice,
  userManager,
} from './support/independent-clients.ts';

const user = { sub: 'ada', name: 'Ada Lovelace' };
const ROUND: Round = { name: 'Ada Lovelace', userinfo: 'Ada Lovelace', refreshed: true, afterwards: 401 };
const GOODBYE = 'https://app.example/goodbye?state=bye';

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

describe.each(ALGORITHMS)('through msw, with %s', (algorithm) => {
  const as = useMockLogin({ user, algorithm });

  test('oauth4webapi logs in, refreshes, asks about the person and revokes', async () => {
    expect(await oauth4webapi(as)).toEqual(ROUND);
    const steps = ['metadata', 'authorize', 'token', 'keys', 'userinfo', 'refresh', 'revoke', 'userinfo'];
    expect(as.log.map(({ step }) => step)).toEqual(steps);
  });

  test('openid-client logs in, refreshes, asks about the person, revokes and logs out', async () => {
    expect(await openidClient(as)).toEqual({ ...ROUND, loggedOut: GOODBYE });
  });

  test('oidc-client-ts logs in, refreshes, asks about the person, revokes and logs out', async () => {
    expect(await oidcClientTs(as)).toEqual({ ...ROUND, loggedOut: 'bye' });
  });
});

describe('what PKCE makes needless', () => {
  const as = useMockLogin({ user });

  test('a login of openid-client without state and nonce, as its quick start does it, is advised and passes', async () => {
    expect(await openidClient(as, { stateAndNonce: true })).toMatchObject(ROUND);
    expect(as.misuses.map(({ code, advice }) => [code, advice])).toEqual([
      ['state_missing', true],
      ['nonce_missing', true],
    ]);
    as.check();
  });
});

describe('over loopback', () => {
  let server: LoginServer & { close(): Promise<void> };
  let place: Place;
  beforeAll(async () => {
    server = await startLoginServer({ user, person: 'automatic' });
    place = { issuer: server.issuer, browser: visit };
  });
  afterAll(() => server.close());

  /** A browser that follows redirects of the server, and stops where they lead away. */
  async function visit(url: string): Promise<string> {
    const { status, headers } = await fetch(url, { redirect: 'manual' });
    expect(status).toBe(302);
    return headers.get('location') ?? '';
  }

  test.each([
    ['oauth4webapi', oauth4webapi, ROUND],
    ['openid-client', openidClient, { ...ROUND, loggedOut: GOODBYE }],
    ['oidc-client-ts', oidcClientTs, { ...ROUND, loggedOut: 'bye' }],
  ] as const)('%s goes the whole round', async (_, client, expected) => {
    expect(await client(place)).toEqual(expected);
    server.check();
  });
});

const FORGED = [
  ...(['id_token_alg_none', 'id_token_of_another_issuer'] as const),
  ...(['id_token_for_another_client', 'id_token_expired'] as const),
];

describe('what oidc-client-ts 3.5.0 does wrong is named', () => {
  const as = useMockLogin({ user });
  const codes = (): readonly string[] => as.misuses.map(({ code }) => code);

  test('it sends no nonce', async () => {
    await userManager(as);
    expect(codes()).toEqual(['nonce_missing']);
  });

  test('five silent renewals at once use one refresh token five times', async () => {
    const manager = await userManager(as);
    as.expectMisuse('refresh_token_used_twice');
    await Promise.allSettled(Array.from({ length: 5 }, () => manager.signinSilent()));
    expect(codes().filter((code) => code === 'refresh_token_used_twice').length).toBeGreaterThan(0);
    expect(as.misuses.find(({ code }) => code === 'refresh_token_used_twice')?.sentence).toMatch(
      /used twice \(in step \d+, again in step \d+\); two callers raced/,
    );
  });

  test('it believes a callback of another issuer', async () => {
    as.wrongIssuer();
    as.expectMisuse('spoiled_answer_believed');
    await userManager(as);
    expect(as.misuses.at(-1)?.sentence).toContain('wrong_issuer');
  });

  test('it believes an ID Token without a signature, of another issuer, for another client, long expired', async () => {
    for (const deviation of FORGED) {
      as.honest();
      as.deviate(deviation);
      as.expectMisuse('spoiled_answer_believed');
      // It asks about the person with the access token that came with it.
      await userManager(as);
      expect(as.misuses.at(-1)?.sentence).toContain(deviation);
    }
  });

  test('it believes such ID Tokens when it refreshes as well', async () => {
    for (const deviation of FORGED) {
      as.honest();
      const manager = await userManager(as);
      as.deviate(deviation);
      as.expectMisuse('spoiled_answer_believed');
      await manager.signinSilent();
      expect(as.log.at(-1)?.step).toBe('userinfo');
      expect(as.misuses.at(-1)?.sentence).toContain(deviation);
    }
  });

  test('whose refresh got no answer sends the same refresh token again and again', async () => {
    const manager = await userManager(as);
    as.dropAnswer('refresh');
    as.expectMisuse('refresh_token_used_twice');
    for (let time = 0; time < 3; time += 1) await manager.signinSilent().catch(() => undefined);
    expect(as.log.filter(({ step }) => step === 'refresh').map(({ lost, error }) => lost ?? error)).toEqual([
      true,
      'invalid_grant',
      'invalid_grant',
    ]);
  });

  test('within the grace of the server it survives that', async () => {
    as.grace(60);
    const manager = await userManager(as);
    as.dropAnswer('refresh');
    await manager.signinSilent().catch(() => undefined);
    expect((await manager.signinSilent())?.access_token).toMatch(/./);
  });

  test('a callback that comes twice sends its code twice', async () => {
    const client = new OidcClient(oidcSettings(as));
    const { url } = await client.createSigninRequest({});
    const callbackUrl = (await as.browser(url)) ?? '';
    as.expectMisuse('code_used_twice');
    await Promise.allSettled([client.processSigninResponse(callbackUrl), client.processSigninResponse(callbackUrl)]);
    expect(as.misuses.at(-1)?.sentence).toMatch(/This code was sent twice \(in step \d+, again in step \d+\)/);
  });
});

describe.each([
  ['oauth4webapi', oauth4webapi],
  ['openid-client', openidClient],
] as const)('what %s lets its user leave out is named', (name, client) => {
  const as = useMockLogin({ user });

  test('a login without PKCE, which an honest server refuses', async () => {
    as.expectMisuse('pkce_missing');
    await expect(client(as, { pkce: true })).rejects.toThrow();
    expect(as.log.map(({ step, error }) => [step, error])).toEqual([
      ['metadata', undefined],
      ['authorize', 'invalid_request'],
    ]);
  });

  test('a login without PKCE, even where the server lets it pass', async () => {
    as.deviate('pkce_optional');
    as.expectMisuse('pkce_missing');
    expect(await client(as, { pkce: true })).toMatchObject(ROUND);
  });

  test.each(['bad_signature', 'id_token_signed_by_another_key'] as const)(
    'an ID Token with %s is believed',
    async (deviation) => {
      as.deviate(deviation);
      as.expectMisuse('spoiled_answer_believed');
      await client(as, { signatures: true });
      expect(as.misuses.at(-1)?.sentence).toContain(deviation);
    },
  );

  test.each(['at_hash_of_another_token', 'id_token_typed_as_access_token'] as const)(
    'it does not look at %s, though signatures are checked',
    async (deviation) => {
      as.deviate(deviation);
      as.expectMisuse('spoiled_answer_believed');
      await client(as);
      expect(as.misuses.at(-1)?.sentence).toContain(deviation);
    },
  );

  test('two callers that refresh at once', async () => {
    as.expectMisuse('refresh_token_used_twice');
    await refreshTwice(as, name);
  });

  test('what it does check, it checks: no misuse', async () => {
    for (const deviation of ['wrong_issuer', 'wrong_nonce', 'bad_signature', 'id_token_expired'] as const) {
      as.honest();
      as.deviate(deviation);
      await expect(client(as)).rejects.toThrow();
    }
    expect(as.misuses).toEqual([]);
  });
});
