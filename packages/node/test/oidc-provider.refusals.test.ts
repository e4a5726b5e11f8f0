/** What a real oidc-provider sends, changed on its way: ID Tokens, keys, callbacks, user information. OIDC Core; RFC 9207. */
import { createHash, createHmac, createPublicKey } from 'node:crypto';
import type { JWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createNodeClient } from '../src/index.ts';
import { cookieBrowser } from './cookie-browser.ts';
import { changeIdToken, expectNoSecretIn, expectRefused, json, settingsFor, withMembers } from './refused-login.ts';
import {
  ALGORITHMS,
  type Algorithm,
  type Answer,
  CLIENT_ID,
  KEYS,
  METADATA,
  newKey,
  partsOf,
  publicPart,
  REVOCATION,
  type SigningServer,
  signed,
  startSigningServer,
  TOKEN,
  USERINFO,
} from './signing-server.ts';
import { visibleStore } from './waiting-login.ts';

/** One whose keys are of another type, or at least not used with this algorithm. */
const ANOTHER: Readonly<Record<Algorithm, Algorithm>> = {
  RS256: 'PS256',
  PS256: 'RS256',
  ES256: 'EdDSA',
  ES384: 'ES256',
  EdDSA: 'ES256',
};

const HASH: Readonly<Record<Algorithm, string>> = {
  RS256: 'sha256',
  PS256: 'sha256',
  ES256: 'sha256',
  ES384: 'sha384',
  EdDSA: 'sha512',
};

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each(ALGORITHMS)('a login at a server that signs with %s', (alg) => {
  let server: SigningServer;
  let stranger: JWK;
  beforeAll(async () => {
    server = await startSigningServer(alg);
    stranger = await newKey(alg);
  });
  afterAll(() => server.close());
  afterEach(() => server.honest());

  const header = (): { readonly alg: string; readonly kid?: string } => ({ alg, ...kidOf(server) });
  const signedAgain = (more: object, key: () => JWK = server.key) =>
    changeIdToken(server, (idToken) => signed(partsOf(idToken).claims, { ...header(), ...more }, key()));

  test(`ID-05 AT-45: by another key of the same name, the ${alg} key set is refused`, async () => {
    const keys = [{ ...publicPart(stranger), ...kidOf(server) }];
    await expectRefused(server, () => server.change(KEYS, withMembers({ keys })), 'id_token_signature_invalid');
  });

  test(`ID-05 ID-19 AT-45: a ${alg} ID Token that brings its own key is refused, and nobody asks for that`, async () => {
    const own = `${server.issuer}/own-keys`;
    const brought = { jwk: publicPart({ ...stranger, ...kidOf(server) }), jku: own, x5u: own };
    await expectRefused(server, () => signedAgain(brought, () => stranger), 'id_token_signature_invalid');
    expect(server.count('/own-keys')).toBe(0);
  });

  test(`ID-21 AT-46: a ${alg} key that is in no key set is searched once, and not again at the next login`, async () => {
    await expectRefused(server, () => signedAgain({ kid: 'nowhere' }, () => stranger), 'id_token_key_not_found');
    const sessionStore = visibleStore();
    const client = createNodeClient(settingsFor(server, { sessionStore }));
    await client.login();
    const [stored] = sessionStore.entries.values();
    const fetched = server.count(KEYS);
    const failure = { code: 'id_token_key_not_found' };
    for (const _ of [1, 2]) {
      signedAgain({ kid: 'nowhere' }, () => stranger);
      await expect(client.login()).rejects.toMatchObject({ failure });
      server.honest();
      expect(server.count(KEYS)).toBe(fetched + 1);
    }
    expect([...sessionStore.entries.values()]).toEqual([stored]);
    expect(await client.login()).toMatchObject({ signature: 'verified' });
  });

  test(`ID-05: a ${alg} ID Token whose claims were changed is refused`, async () => {
    const attack = (): void =>
      changeIdToken(server, (idToken) => {
        const [head, , signature] = idToken.split('.');
        return [head, base64url({ ...partsOf(idToken).claims, name: 'Eve' }), signature].join('.');
      });
    await expectRefused(server, attack, 'id_token_signature_invalid');
  });

  test(`ID-05: a ${alg} ID Token with one other bit in its signature is refused`, async () => {
    const attack = (): void =>
      changeIdToken(server, (idToken) => {
        const [head, claims, text = ''] = idToken.split('.');
        const signature = Buffer.from(text, 'base64url');
        signature[17] = (signature[17] ?? 0) ^ 4;
        return [head, claims, signature.toString('base64url')].join('.');
      });
    await expectRefused(server, attack, 'id_token_signature_invalid');
  });

  test(`ID-06: an ID Token that says ${alg} and was signed with ${ANOTHER[alg]} is refused`, async () => {
    const key = alg === 'RS256' || alg === 'PS256' ? server.key() : await newKey(ANOTHER[alg]);
    const attack = (): void =>
      changeIdToken(server, async (idToken) => {
        const { claims } = partsOf(idToken);
        const [, , signature] = (await signed(claims, { alg: ANOTHER[alg] }, key)).split('.');
        return [base64url(header()), base64url(claims), signature].join('.');
      });
    await expectRefused(server, attack, 'id_token_signature_invalid');
  });

  test(`ID-06 DI-08: ${ANOTHER[alg]} in the place of ${alg} is refused, and where the metadata list it no key fits`, async () => {
    const key = await newKey(ANOTHER[alg]);
    const attack = (): void => signedAgain({ alg: ANOTHER[alg] }, () => key);
    await expectRefused(server, attack, 'id_token_alg_invalid');
    const widened = (): void => {
      attack();
      server.change(METADATA, withMembers({ id_token_signing_alg_values_supported: [alg, ANOTHER[alg]] }));
    };
    await expectRefused(server, widened, 'id_token_key_not_found');
  });

  test(`ID-07 ID-08 AT-43 AT-44: none and HS256 by the public ${alg} key are refused, though the metadata list them`, async () => {
    const key = publicPart(server.key());
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const macs = [pem, JSON.stringify(key), ''].map((secret) => (input: string) => {
      return createHmac('sha256', secret).update(input).digest('base64url');
    });
    const forged: readonly [string, (input: string) => string][] = [
      ['none', () => ''],
      ['nOnE', () => ''],
      ...macs.map((mac): [string, typeof mac] => ['HS256', mac]),
    ];
    for (const [name, signature] of forged) {
      const attack = (): void => {
        const values = { id_token_signing_alg_values_supported: [alg, 'HS256', 'none', 'nOnE'] };
        server.change(METADATA, withMembers(values));
        changeIdToken(server, (idToken) => {
          const input = `${base64url({ ...header(), alg: name })}.${base64url(partsOf(idToken).claims)}`;
          return `${input}.${signature(input)}`;
        });
      };
      await expectRefused(server, attack, 'id_token_alg_invalid');
    }
  });

  test(`ID-15 AT-50: at_hash of another access token is refused with ${alg}, and that of its own is not`, async () => {
    const hashed = (token: string): string => {
      const digest = createHash(HASH[alg]).update(token).digest();
      return digest.subarray(0, digest.length / 2).toString('base64url');
    };
    const withHash = (tokenOf: (own: string) => string): void =>
      changeIdToken(server, (idToken, { access_token }) =>
        signed({ ...partsOf(idToken).claims, at_hash: hashed(tokenOf(access_token)) }, header(), server.key()),
      );
    withHash((own) => own);
    const outcome = await createNodeClient(settingsFor(server)).login();
    expect(outcome).toMatchObject({ signature: 'verified', user: { at_hash: expect.any(String) } });
    server.honest();
    await expectRefused(server, () => withHash((own) => `${own}x`), 'id_token_at_hash_invalid');
    // The other way round: the ID Token is the right one, and the access token came from another login.
    const swapped = (): void => {
      withHash((own) => own);
      server.change(TOKEN, withMembers({ access_token: 'of-another-login' }));
    };
    await expectRefused(server, swapped, 'id_token_at_hash_invalid');
  });

  test(`sc-025 ID-21: a ${alg} key that was changed between two logins is fetched, once`, async () => {
    const client = createNodeClient(settingsFor(server));
    const before = server.count(KEYS);
    const old = server.key();
    expect(await client.login()).toMatchObject({ signature: 'verified' });
    await server.rotate();
    expect(await client.login()).toMatchObject({ signature: 'verified' });
    expect(server.count(KEYS)).toBe(before + 2);
    // What the old key signs is not believed any more.
    const late = createNodeClient(settingsFor(server));
    signedAgain({ kid: old.kid }, () => old);
    await expect(late.login()).rejects.toMatchObject({ failure: { code: 'id_token_key_not_found' } });
  });
});

const kidOf = (server: SigningServer): { readonly kid?: string } => {
  const { kid } = server.key();
  return kid === undefined ? {} : { kid };
};

describe('beside the signature', () => {
  let server: SigningServer;
  let other: SigningServer;
  beforeAll(async () => {
    [server, other] = await Promise.all([startSigningServer('ES256'), startSigningServer('ES256')]);
  });
  afterAll(() => Promise.all([server.close(), other.close()]));
  afterEach(() => server.honest());

  /** The redirect that ends an authorization, on its way to the browser. */
  function changeCallback(change: (parameters: URLSearchParams) => void): void {
    const onTheWay = (answer: Answer): Answer => {
      const { location } = answer.headers;
      if (typeof location !== 'string' || !URL.canParse(location)) return answer;
      const callback = new URL(location);
      if (!callback.searchParams.has('code') && !callback.searchParams.has('error')) return answer;
      change(callback.searchParams);
      return { ...answer, headers: { ...answer.headers, location: callback.href } };
    };
    server.change('*', onTheWay);
  }

  test.each([
    [
      'CB-05 AT-06: a callback without iss',
      'issuer_missing',
      (parameters: URLSearchParams) => parameters.delete('iss'),
    ],
    [
      'CB-04 AT-05: a callback with the iss of another server',
      'issuer_mismatch',
      (parameters: URLSearchParams) => parameters.set('iss', other.issuer),
    ],
    [
      'CB-04: a callback whose iss has a slash more',
      'issuer_mismatch',
      (parameters: URLSearchParams) => parameters.set('iss', `${server.issuer}/`),
    ],
  ] as const)('%s is refused, and its code is sent to nobody', async (_, code, change) => {
    const settings = settingsFor(server);
    const sent = server.count(TOKEN);
    changeCallback(change);
    await expect(createNodeClient(settings).login()).rejects.toMatchObject({ failure: { code } });
    expect(server.count(TOKEN)).toBe(sent);
    server.honest();
    await expectRefused(server, () => changeCallback(change), code);
  });

  test('CB-04 AT-05: an error with the iss of another server is not believed', async () => {
    const asked = () => createNodeClient(settingsFor(server)).login({ prompt: 'none' });
    const said = { failure: { code: 'authorization_refused', oauth: { error: 'login_required' } } };
    await expect(asked()).rejects.toMatchObject(said);
    changeCallback((parameters) => parameters.set('iss', other.issuer));
    const error = await asked().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure: { code: 'issuer_mismatch' } });
    expect(error).not.toHaveProperty('failure.oauth');
  });

  test('DI-08: iss is not missed where the metadata do not promise it, and another one is still refused', async () => {
    const members = { authorization_response_iss_parameter_supported: false };
    const client = createNodeClient(settingsFor(server));
    server.change(METADATA, withMembers(members));
    changeCallback((parameters) => parameters.delete('iss'));
    expect(await client.login()).toMatchObject({ status: 'logged_in' });
    server.honest();
    const attack = (): void => {
      server.change(METADATA, withMembers(members));
      changeCallback((parameters) => parameters.set('iss', other.issuer));
    };
    await expectRefused(server, attack, 'issuer_mismatch');
  });

  test('DI-01 AT-76: metadata that name another issuer are refused before anybody is sent anywhere', async () => {
    for (const issuer of [other.issuer, `${server.issuer}/`, `${server.issuer}INVALID`]) {
      server.change(METADATA, withMembers({ issuer }));
      const opened: string[] = [];
      const settings = settingsFor(server, { timeLimit: 5, openBrowser: (url) => void opened.push(url) });
      await expect(createNodeClient(settings).login()).rejects.toMatchObject({ failure: { code: 'issuer_mismatch' } });
      expect(opened).toEqual([]);
      server.honest();
    }
    await expectRefused(
      server,
      () => server.change(METADATA, withMembers({ issuer: other.issuer })),
      'issuer_mismatch',
    );
  });

  test('CB-04 AT-05: a server that passes itself off as another one by its endpoints gets no session out of it', async () => {
    // Everything but the issuer is the other server's: it issues tokens, and they name itself.
    const from = (path: string): string => `${other.issuer}${path}`;
    const members = { authorization_endpoint: from('/auth'), token_endpoint: from(TOKEN), jwks_uri: from(KEYS) };
    const sessionStore = visibleStore();
    server.change(METADATA, withMembers(members));
    const settings = settingsFor(server, { sessionStore, openBrowser: cookieBrowser(other).open });
    await expect(createNodeClient(settings).login()).rejects.toMatchObject({ failure: { code: 'issuer_mismatch' } });
    // The person was there, and still no code was sent to anybody.
    expect([other.count('/auth'), other.count(TOKEN)]).toEqual([1, 0]);
    expect(sessionStore.entries.size).toBe(0);
  });

  test('sc-024: a key set that cannot be had delivers no tokens', async () => {
    const down = (): void => server.change(KEYS, (answer) => ({ ...answer, status: 503, body: 'down' }));
    await expectRefused(server, down, 'key_set_unavailable', {
      kind: 'effect_failed',
      recovery: 'log_in_again',
      at: server.issuer + KEYS,
    });
    const page = { 'content-type': 'text/html' };
    const html = (): void => server.change(KEYS, (answer) => ({ ...answer, headers: page, body: '<html></html>' }));
    await expectRefused(server, html, 'malformed_key_set');
  });

  describe('user information', () => {
    const about = (members: object) => (answer: Answer) => json(answer, (said) => ({ ...said, ...members }));
    const asJwt = async (answer: Answer): Promise<Answer> => ({
      ...answer,
      headers: { 'content-type': 'application/jwt' },
      body: await signed(JSON.parse(answer.body) as object as never, { alg: 'ES256', ...kidOf(server) }, server.key()),
    });
    const status = (code: number) => (answer: Answer) => ({ ...answer, status: code });

    test.each([
      ['UI-01 AT-52: about somebody else', 'userinfo_sub_mismatch', about({ sub: 'eve' })],
      ['UI-01 AT-52: about one who is written in another way', 'userinfo_sub_mismatch', about({ sub: 'Ada' })],
      ['UI-01 AT-52: about nobody', 'userinfo_sub_missing', about({ sub: undefined })],
      ['UI-01 AT-52: about a number', 'userinfo_sub_missing', about({ sub: 1 })],
      ['UI-05: as a JWT that nobody negotiated, well signed as it is', 'userinfo_jwt_unexpected', asJwt],
      ['with an error', 'http_error', status(500)],
    ] as const)('%s is refused, and the session stays', async (_, code, change) => {
      const sessionStore = visibleStore();
      const client = createNodeClient(settingsFor(server, { sessionStore }));
      await client.login();
      const before = [...sessionStore.entries];
      const snapshot = client.getSnapshot();
      const token = await client.accessToken();
      server.change(USERINFO, change);
      const error = await client.userinfo().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ failure: { code, sessionSurvives: true } });
      expectNoSecretIn(server, error);
      expect(client.getSnapshot()).toBe(snapshot);
      expect([...sessionStore.entries]).toEqual(before);
      expect(await client.accessToken()).toBe(token);
      server.honest();
      expect(await client.userinfo()).toEqual({ sub: 'ada', name: 'Ada Lovelace' });
    });

    test('with a token that the server took back is invalid_token', async () => {
      const client = createNodeClient(settingsFor(server));
      await client.login();
      expect(await client.userinfo()).toMatchObject({ sub: 'ada' });
      const token = await client.accessToken();
      await fetch(server.issuer + REVOCATION, {
        method: 'POST',
        body: new URLSearchParams({ client_id: CLIENT_ID, token }),
      });
      const error = await client.userinfo().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ failure: { kind: 'oauth_error', code: 'invalid_token', http: { status: 401 } } });
      expectNoSecretIn(server, error);
    });
  });
});
