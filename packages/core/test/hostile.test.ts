/** Inputs that an attacker, a broken platform or a blank form field would give, and what comes of them. */
import { describe, expect, test } from 'vitest';
import {
  type CodeVerifier,
  checkLoginSettings,
  checkServerMetadata,
  createTransaction,
  ENTROPY_LENGTH,
  freezeSession,
  type NumericDate,
  readKeySet,
  readRefreshResponse,
  redact,
  type Session,
  selectKeys,
  stateOfCallback,
  stepLogin,
  thawSession,
} from '../src/index.ts';
import {
  entropyOf,
  ISSUER,
  NOW,
  optionsOf,
  REDIRECT_URI,
  settingsOf,
  started,
  transactionOf,
  untyped,
} from './support/login.ts';
import { failureIn, outcomeOf, valueIn } from './support/result.ts';

const created = (options = {}, entropy: Uint8Array = entropyOf(), now: unknown = NOW) =>
  createTransaction(settingsOf(), optionsOf(options), entropy, now as NumericDate);
const json = (body: unknown, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe('a hostile key set', () => {
  const keys = (count: number) => ({ keys: Array.from({ length: count }, () => ({ kty: 'RSA' })) });

  test('of more than 100 keys is refused unread, so that nobody has to try them all', () => {
    expect(outcomeOf(readKeySet(json(keys(100))))).toBe('accepted');
    expect(outcomeOf(readKeySet(json(keys(101))))).toBe('malformed_key_set');
  });

  test('without key ids makes us try ten keys at the most', () => {
    expect(valueIn(selectKeys(valueIn(readKeySet(json(keys(100)))), { alg: 'RS256' }))).toHaveLength(10);
  });
});

describe('a hostile callback', () => {
  const transaction = transactionOf();
  const awaiting = { status: 'awaiting_callback', transaction } as const;
  const returned = (query: string) =>
    stepLogin(settingsOf(), awaiting, { type: 'returned', url: `${REDIRECT_URI}?${query}`, now: NOW });

  test('with half a surrogate pair in its code throws nothing', () => {
    const { state } = returned(`error=access_denied&state=${transaction.state}&code=\uD800aaaaaaaa`);
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'authorization_refused' } });
  });

  test('of more than 256 parameters is not ours, and not decoded', () => {
    const noise = Array.from({ length: 256 }, () => '%').join('&');
    expect(returned(`code=a&state=${transaction.state}&${noise}`).state).toMatchObject({
      status: 'awaiting_callback',
      refused: { code: 'callback_too_large' },
    });
  });

  test('never makes a storage key of its own', () => {
    expect(stateOfCallback(`${REDIRECT_URI}?state=..%2F..%2Fetc%2Fpasswd%00`)).toBeUndefined();
    expect(stateOfCallback(`${REDIRECT_URI}?state=${'a'.repeat(60_000)}`)).toBeUndefined();
  });
});

describe('a broken platform', () => {
  test.each([
    ['the verifier', 0],
    ['the state', 32],
    ['the nonce', 64],
  ])('whose random source leaves out %s begins no login (PK-02, AT-25)', (_, start) => {
    const entropy = entropyOf().fill(0, start, start + 32);
    expect(outcomeOf(created({}, entropy))).toBe('insufficient_entropy');
  });

  test.each([[null], [{}], [[...entropyOf()]], [new Uint8Array(ENTROPY_LENGTH - 1)]])(
    'whose random source gives %j begins no login',
    (entropy) => expect(outcomeOf(created({}, entropy as unknown as Uint8Array))).toBe('insufficient_entropy'),
  );

  test.each([String(NOW), Number.NaN, NOW * 1000, NOW + 0.5])(
    'whose clock says %j begins no login, which would never expire',
    (now) => expect(outcomeOf(created({}, entropyOf(), now))).toBe('invalid_parameter'),
  );
});

describe('a blank form field', () => {
  test('for the organization takes no check away', () => {
    const options = { organization: '', extra: { organization: 'org_X' } };
    expect(valueIn(created(options)).expects.organization).toBe('org_X');
    expect(valueIn(created({ organization: '' })).expects.organization).toBeUndefined();
  });
});

describe('a misspelt or mistyped setting', () => {
  test('leaves no signature unchecked: without jwksUri there is no login with openid (ID-05)', () => {
    const { jwksUri: _, ...server } = settingsOf().server;
    const without = { ...settingsOf(), server: { ...server, jwks_uri: 'https://as.example.com/jwks' } };
    expect(outcomeOf(createTransaction(without, optionsOf(), entropyOf(), NOW))).toBe('invalid_settings');
    expect(outcomeOf(createTransaction(without, optionsOf({ scope: ['read'] }), entropyOf(), NOW))).toBe('accepted');
  });

  test.each([{ signingAlgorithms: 5 }, { trustedAudiences: 5 }, { signingAlgorithms: 'RS256' }])(
    '%j is refused before anything begins',
    (more) => expect(checkLoginSettings({ ...settingsOf(), ...untyped(more) })?.failure.code).toBe('invalid_settings'),
  );

  test.each([5, 'RS256', [5]])('signing algorithms %j of a server are refused', (signingAlgorithms) => {
    expect(checkServerMetadata({ ...settingsOf().server, ...untyped({ signingAlgorithms }) })?.failure.code).toBe(
      'invalid_metadata',
    );
  });

  test.each([
    { appstate: 'private' },
    { login_hint: 'ada@example.com' },
    { audience: 5 },
    { extra: { organization: 5 } },
    { claims: 'openid' },
    { claims: { a: 5n } },
    { appState: 5n },
    { appState: () => {} },
  ])('of a login is refused, and never sent: case %#', (more) => {
    const { state } = started(settingsOf(), optionsOf(untyped(more)));
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'invalid_parameter' } });
  });
});

describe('a store that somebody wrote to', () => {
  const session = {
    version: 1,
    issuer: ISSUER,
    clientId: settingsOf().clientId,
    loginId: 'x',
    revision: 1,
    sub: 'ada',
    grant: { refreshToken: 'refresh-token', scope: ['openid', 'read'], journal: null },
    tokenSets: {},
    idToken: {
      token: 'a.b.c',
      signature: 'verified',
      claims: { iss: ISSUER, sub: 'ada', aud: settingsOf().clientId, exp: NOW, iat: NOW },
    },
  };
  const thawed = (text: string) => thawSession(text, { clientId: session.clientId, issuer: ISSUER });

  test('adds no prototype to the claims', () => {
    const text = JSON.stringify(session).replace('"iss"', '"__proto__":{"admin":true},"iss"');
    const found = thawed(text);
    const claims = found.status === 'present' ? found.session.idToken?.claims : undefined;
    expect(claims).toEqual(session.idToken.claims);
    expect((Object.assign({}, claims) as { admin?: boolean }).admin).toBeUndefined();
  });

  test('RS-05 a refresh that asked for less is not taken for all (tr-003)', () => {
    const found = thawed(freezeSession(session as unknown as Session));
    if (found.status !== 'present') throw new Error(found.status);
    const answer = json({ access_token: 'a', token_type: 'Bearer' });
    const tokens = valueIn(readRefreshResponse(settingsOf(), found.session, answer, NOW, ['openid']));
    expect(tokens.scope).toEqual(['openid']);
  });

  test('RF-07 a refresh that failed with 503 may be tried again', () => {
    const found = thawed(freezeSession(session as unknown as Session));
    if (found.status !== 'present') throw new Error(found.status);
    const answer = json({ error: 'temporarily_unavailable' }, 503);
    const failure = failureIn(readRefreshResponse(settingsOf(), found.session, answer, NOW));
    expect(failure).toMatchObject({ recovery: 'retry', sessionSurvives: true });
  });
});

describe('redact', () => {
  test('stops at 10,000 objects, however they hang together', () => {
    const nodes: Record<string, unknown>[] = Array.from({ length: 12 }, () => ({}));
    for (const node of nodes) for (const [at, other] of nodes.entries()) node[`n${at}`] = other;
    expect(JSON.stringify(redact(nodes[0])).split('{').length).toBeLessThan(10_100);
  });

  test('throws for no text, however long, and for no list of secrets', () => {
    expect(() => redact(`a="${'x'.repeat(8_000_000)}`)).not.toThrow();
    expect(() => redact({ a: 1 }, [5] as unknown as string[])).not.toThrow();
    expect(() => redact({}, null as unknown as string[])).not.toThrow();
  });

  test('keeps a verifier of a login out, whatever the server made of it', () => {
    const verifier = transactionOf().codeVerifier as CodeVerifier;
    expect(JSON.stringify(redact({ message: `it was ${verifier}` }, [verifier]))).not.toContain(verifier);
  });
});
