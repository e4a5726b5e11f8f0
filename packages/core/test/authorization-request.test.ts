/** Authorization request. RFC 6749, section 4.1.1; RFC 7636, section 4.3; OpenID Connect Core, section 3.1.2.1. */
import { describe, expect, test } from 'vitest';
import { authorizationUrl, codeChallengeFor, createTransaction, TRANSACTION_LIFETIME } from '../src/index.ts';
import {
  CLIENT_ID,
  entropyOf,
  ISSUER,
  NOW,
  opened,
  optionsOf,
  REDIRECT_URI,
  SERVER,
  sent,
  settingsOf,
  started,
  transactionOf,
  untyped,
} from './support/login.ts';
import { outcomeOf, valueIn } from './support/result.ts';

const names = (url: string): string[] => [...new URL(url).searchParams.keys()];
const at = (authorizationEndpoint: string): string => opened({}, settingsOf({}, { authorizationEndpoint }));

describe('authorization request', () => {
  test('AR-01 AR-02 PK-09 asks for a code, with state, nonce and challenge, and repeats nothing', () => {
    const url = opened({ scope: ['openid', 'profile'] });
    const { state, nonce } = transactionOf({ scope: ['openid', 'profile'] });
    expect(url.startsWith(`${ISSUER}authorize?`)).toBe(true);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile',
      state,
      nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(new Set(names(url)).size).toBe(names(url).length);
  });

  test('AR-09 sends no nonce without openid, and one with it', () => {
    expect(sent({ scope: ['read:x'] }).has('nonce')).toBe(false);
    expect(sent({ scope: ['read:x', 'openid'] }).has('nonce')).toBe(true);
    expect(sent({ scope: ['openid2', 'xopenid'] }).has('nonce')).toBe(false);
    expect(transactionOf({ scope: [] }).nonce).toBeUndefined();
  });

  test('PK-09 sends state and challenge even where the server names no PKCE method', () => {
    for (const scope of [[], ['read:x'], ['openid']]) {
      const url = sent({ scope }, settingsOf({}, { codeChallengeMethods: ['S256', 'plain'] }));
      expect(url.get('state')).toMatch(/^[\w-]{43}$/);
      expect(url.get('code_challenge_method')).toBe('S256');
    }
  });

  test('AR-03 keeps the query that the endpoint has (ar-004)', () => {
    const url = at(`${ISSUER}authorize?tenant=a%20b&x`);
    expect(url.startsWith(`${ISSUER}authorize?tenant=a%20b&x&`)).toBe(true);
    expect(new URL(url).searchParams.get('client_id')).toBe(CLIENT_ID);
  });

  test.each(['client_id=evil', 'state=x', 'code_challenge_method=plain', 'request_uri=urn:x', 'scope=x', 'nonce=x'])(
    'AR-02 refuses an endpoint whose query has %s already',
    (query) => {
      expect(at(`${ISSUER}authorize?${query}`)).toBe('reserved_parameter');
    },
  );

  test('AR-02 refuses it also when the name is percent-encoded', () => {
    expect(at(`${ISSUER}authorize?client%5Fid=evil`)).toBe('reserved_parameter');
  });

  test.each([
    ['http', 'http://as.example.com/authorize', 'insecure_endpoint'],
    ['http on loopback for an https issuer', 'http://127.0.0.1/authorize', 'insecure_endpoint'],
    ['a fragment', `${ISSUER}authorize#x`, 'invalid_metadata'],
    ['javascript', 'javascript:alert(1)//', 'invalid_metadata'],
    ['user information', 'https://u:p@as.example.com/authorize', 'invalid_metadata'],
    ['nothing', '', 'invalid_metadata'],
    ['a relative path', '/authorize', 'invalid_metadata'],
  ])('AR-04 AR-03 refuses an endpoint with %s (ar-030, ar-031, AT-28)', (_what, endpoint, code) => {
    expect(at(endpoint)).toBe(code);
  });

  test('AR-04 takes http endpoints on loopback from an http issuer on loopback', () => {
    const local = { issuer: 'http://localhost:3000', authorizationEndpoint: 'http://localhost:3000/authorize' };
    const urls = { tokenEndpoint: 'http://localhost:3000/token', jwksUri: 'http://localhost:3000/jwks' };
    expect(opened({}, settingsOf({}, { ...local, ...urls }))).toContain('http://localhost:3000/authorize?');
  });

  test('AR-05 encodes as a form does: a space as +, everything once', () => {
    expect(opened({ scope: ['openid', 'a/b'] })).toContain('scope=openid+a%2Fb');
    expect(opened({ extra: { x: ' %&+\u00a3\u20ac' } })).toContain('x=+%25%26%2B%C2%A3%E2%82%AC');
    expect(sent({ loginHint: 'a%20b+c@example.com' }).get('login_hint')).toBe('a%20b+c@example.com');
  });

  test('AR-06 leaves out what is undefined, null or empty, and keeps zero (ar-010, ar-027)', () => {
    const absent = untyped({
      loginHint: undefined,
      connection: null,
      acrValues: [],
      uiLocales: undefined,
      display: '',
    });
    expect(names(opened({ ...absent, maxAge: 0 }))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(login_hint|connection|acr_values|ui_locales|display)$/)]),
    );
    expect(sent({ maxAge: 0 }).get('max_age')).toBe('0');
  });

  test.each(['loginHint', 'connection', 'audience', 'claims', 'prompt', 'organization', 'idTokenHint', 'resource'])(
    'AR-06 %s: null is as good as absent, and nothing throws',
    (name) => {
      expect(names(opened(untyped({ [name]: null })))).toEqual(names(opened()));
    },
  );

  test('AR-06 extra parameters without a value are left out too', () => {
    expect(names(opened({ extra: { a: '', b: untyped(undefined), c: untyped(null) } }))).toEqual(names(opened()));
  });

  test('AR-08 CB-18 neither state nor scope nor anything else carries the data of the application', () => {
    const url = opened({ appState: { page: 'secret-page', email: 'ada@example.com' } });
    expect(url).not.toMatch(/secret-page|ada/);
    expect(transactionOf({ appState: { page: 'secret-page' } }).appState).toEqual({ page: 'secret-page' });
    expect(new URL(url).searchParams.get('state')).toMatch(/^[\w-]{43}$/);
  });

  test('AR-17 stores the issuer, its endpoints and everything that the end of the login needs', () => {
    const made = valueIn(createTransaction(settingsOf(), optionsOf({ maxAge: 60 }), entropyOf(), NOW));
    expect(made).toMatchObject({
      version: 1,
      clientId: CLIENT_ID,
      server: SERVER,
      redirectUri: REDIRECT_URI,
      scope: ['openid'],
      expects: { maxAge: 60 },
      startedAt: NOW,
      expiresAt: NOW + TRANSACTION_LIFETIME,
    });
  });

  test('AR-11 the transaction remembers that an ID Token is expected', () => {
    expect(transactionOf({ scope: ['openid'] }).nonce).toMatch(/^[\w-]{43}$/);
    expect(transactionOf({ scope: ['profile'] }).nonce).toBeUndefined();
  });

  test('AR-20 saves the transaction before it opens the user agent', () => {
    const { state, effects } = started(settingsOf(), optionsOf());
    expect(state.status).toBe('awaiting_callback');
    expect(effects.map(({ type }) => type)).toEqual(['save_transaction', 'open_user_agent']);
  });

  test('AR-20 a refusal opens nothing and saves nothing', () => {
    const { state, effects } = started(settingsOf(), optionsOf({ scope: ['a b'] }));
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'invalid_scope', kind: 'misuse' } });
    expect(effects).toEqual([]);
  });

  test('AR-18 is one navigation, and no request', () => {
    const { effects } = started(settingsOf(), optionsOf());
    expect(effects.some(({ type }) => type === 'send_request')).toBe(false);
  });

  test('AR-17 the URL speaks for the transaction, not for what the settings say later', () => {
    const transaction = transactionOf();
    const url = valueIn(
      authorizationUrl(optionsOf(), transaction, valueIn(codeChallengeFor(transaction.codeVerifier))),
    );
    expect(new URL(url).searchParams.get('client_id')).toBe(CLIENT_ID);
  });

  test('startLogin refuses a login without scope instead of throwing', () => {
    const start = (): string => opened(untyped({ scope: undefined }));
    expect(start).not.toThrow();
    expect(start()).toBe('invalid_scope');
  });
});

describe('PKCE methods of the server', () => {
  test.each([
    [undefined, 'accepted'],
    [['S256'], 'accepted'],
    [['plain', 'S256'], 'accepted'],
    [['plain'], 'pkce_not_supported'],
    [['s256'], 'pkce_not_supported'],
    [['S256 '], 'pkce_not_supported'],
    [[], 'pkce_not_supported'],
  ])('PK-10 a list of %j is %s (pkm-005, AT-23)', (codeChallengeMethods, outcome) => {
    const server = codeChallengeMethods && { codeChallengeMethods };
    expect(outcomeOf(createTransaction(settingsOf({}, server), optionsOf(), entropyOf(), NOW))).toBe(outcome);
  });
});
