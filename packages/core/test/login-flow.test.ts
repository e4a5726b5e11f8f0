/** The login as a story: what ends it, what does not, and what each step asks for. RFC 6749, 4.1; OpenID Connect Core. */
import { describe, expect, test } from 'vitest';
import {
  type Answer,
  codeChallengeFor,
  type Effect,
  type EffectFailedCode,
  freezeTransaction,
  isOurCallback,
  type LoginState,
  receiptOf,
  resumeLogin,
  startLogin,
  stepLogin,
  thawTransaction,
} from '../src/index.ts';
import {
  ACCESS_TOKEN,
  at,
  atCallback,
  atChallenge,
  atEnd,
  atHash,
  atKeys,
  atReceipt,
  atSignature,
  atTokens,
  callbackOf,
  digested,
  give,
  KEY,
  keySet,
  keySetFor,
  keysIn,
  responded,
  returned,
  settings,
  tokensFor,
} from './login-states.ts';
import {
  CLIENT_ID,
  CODE,
  entropyOf,
  ISSUER,
  jsonResponse,
  NOW,
  optionsOf,
  settingsOf,
  started,
} from './support/login.ts';
import { valueIn } from './support/result.ts';
import { claimsOf, halfHash, jwtOf, signingKey, unsigned, verifySignature } from './support/signing.ts';

const NO_KEYS = { server: { jwksUri: null } };
const NO_OCTETS: Answer = { type: 'digested', octets: new Uint8Array() };
/** OpenID Connect Core, section 3.1.3.6; RFC 8037 has Ed25519 hash with SHA-512. */
const HASHES = [
  ['RS256', 'SHA-256'],
  ['PS256', 'SHA-256'],
  ['ES256', 'SHA-256'],
  ['RS384', 'SHA-384'],
  ['ES384', 'SHA-384'],
  ['ES512', 'SHA-512'],
  ['EdDSA', 'SHA-512'],
  ['Ed25519', 'SHA-512'],
] as const;
const OTHER = atCallback({}, 7).transaction;

/** A login whose ID Token is really signed, at the moment when its keys have arrived. */
function signed(alg: string, published: readonly ReturnType<typeof signingKey>[], key = published[0]) {
  const state = atTokens();
  const { nonce } = state.transaction;
  if (!key) throw new Error('no key');
  const id_token = jwtOf(claimsOf({ nonce, at_hash: halfHash(ACCESS_TOKEN, alg) }), key, { kid: undefined });
  const keys = at('awaiting_keys', give(state, responded(tokensFor(state.transaction, {}, { id_token }))));
  return give(keys, keySetFor(alg, ...published.map(({ jwk: { kid: _, ...jwk } }) => jwk)));
}

/** Verifies and hashes as a platform does, until a step asks for something else. */
function verifyAll(first: { readonly state: LoginState; readonly effects: readonly Effect[] }) {
  let step = first;
  let checks = 0;
  for (let [effect] = step.effects; effect?.type === 'verify_signature'; [effect] = step.effects) {
    checks += 1;
    step = give(step.state, { type: 'signature_checked', valid: verifySignature(effect) });
  }
  const [effect] = step.effects;
  if (effect?.type === 'digest') step = give(step.state, digested(effect.ascii, effect.algorithm));
  return { ...step, checks };
}

describe('startLogin', () => {
  test('PK-04 asks for the challenge first: the SHA-256 of the verifier, and nothing is saved or opened before', () => {
    const { state, effects } = startLogin(settings, optionsOf(), entropyOf(), NOW);
    const { transaction } = at('awaiting_challenge', { state });
    expect(effects).toEqual([{ type: 'digest', algorithm: 'SHA-256', ascii: transaction.codeVerifier }]);
    const [, open] = give(state, digested(transaction.codeVerifier)).effects;
    const challenge = open?.type === 'open_user_agent' && new URL(open.url).searchParams.get('code_challenge');
    expect(challenge).toBe(valueIn(codeChallengeFor(transaction.codeVerifier)));
  });

  test('PK-06 opens nothing without a challenge of 32 octets', () => {
    const sizes = [0, 16, 31, 33, 48, 64].map((size): Answer => ({ type: 'digested', octets: new Uint8Array(size) }));
    for (const answer of sizes) {
      const { state, effects } = give(atChallenge(), answer);
      expect(effects).toEqual([]);
      expect(at('failed', { state }).failure).toMatchObject({ kind: 'misuse', code: 'answer_not_expected' });
    }
    const lost: Answer = { type: 'effect_failed', effect: 'digest', code: 'digest_failed' };
    expect(at('failed', give(atChallenge(), lost)).failure.code).toBe('digest_failed');
    expect(give(atChallenge(), lost).effects).toEqual([]);
  });

  test('saves the transaction before it opens the user agent', () => {
    const { state, effects } = started(settings, optionsOf());
    expect(effects.map(({ type }) => type)).toEqual(['save_transaction', 'open_user_agent']);
    const { transaction } = at('awaiting_callback', { state });
    expect(effects[0]).toMatchObject({ transaction, expiresAt: transaction.expiresAt });
  });

  test('asks for nothing when something is wrong with the request', () => {
    const wrong = [{ scope: ['a b'] }, { redirectUri: 'http://app.example/' }, { maxAge: -1 }, { scope: undefined }];
    for (const options of wrong) {
      const { state, effects } = started(settings, { ...optionsOf(), ...options } as never);
      expect(effects).toEqual([]);
      expect(at('failed', { state }).failure.kind).toBe('misuse');
    }
  });
});

describe('a login that waits for its callback', () => {
  test.each<Answer>([{ type: 'dismissed' }, { type: 'departed' }])('keeps its transaction: $type', (answer) => {
    const state = atCallback();
    expect(give(state, answer)).toEqual({ state, effects: [] });
    const late = give(give(state, answer).state, returned(callbackOf(state.transaction)));
    expect(late.state.status).toBe('awaiting_receipt');
  });

  test('forgets its transaction when the person has certainly given up', () => {
    const { transaction } = atCallback();
    const { state, effects } = give(atCallback(), { type: 'cancelled' });
    expect(effects).toEqual([{ type: 'forget_transaction', state: transaction.state }]);
    expect(at('failed', { state }).failure).toMatchObject({ code: 'user_cancelled', recovery: 'none' });
  });

  test.each([
    ['another page', 'https://client.example.org/other?code=c&state=s', 'redirect_uri_mismatch'],
    ['no state', `${atCallback().transaction.redirectUri}?code=c`, 'state_missing'],
    ['the state of another login', callbackOf(OTHER), 'state_mismatch'],
    ['an error that somebody forged', callbackOf(OTHER, 'error=access_denied'), 'state_mismatch'],
    ['two states', `${callbackOf(OTHER)}&state=x`, 'duplicate_parameter'],
    ['too much', `${callbackOf(OTHER)}&x=${'y'.repeat(65_536)}`, 'callback_too_large'],
  ])('neither ends nor is used up by a URL that is not ours: %s', (_what, url, code) => {
    const state = atCallback();
    const next = give(state, returned(url));
    expect(next.effects).toEqual([]);
    expect(at('awaiting_callback', next)).toMatchObject({ transaction: state.transaction, refused: { code } });
    expect(at('awaiting_callback', next).refused?.recovery).toBe('none');
    expect(isOurCallback(state.transaction, url)).toBe(false);
    expect(give(next.state, returned(callbackOf(state.transaction))).state.status).toBe('awaiting_receipt');
  });

  test('spends its transaction before the code is sent, and also for an error of the server', () => {
    const { transaction } = atCallback();
    const spend = { type: 'spend_transaction', state: transaction.state };
    for (const more of [`code=${CODE}`, 'error=access_denied', '']) {
      expect(give(atCallback(), returned(callbackOf(transaction, more))).effects).toEqual([spend]);
    }
  });

  test('is over after its time, and no clock that says nothing keeps it alive', () => {
    const { transaction } = atCallback();
    const ends = [transaction.expiresAt + 1, Number.NaN].map((now) => {
      const answer = { type: 'returned', url: callbackOf(transaction), now } as Answer;
      return at('failed', give(atCallback(), answer)).failure.code;
    });
    expect(ends).toEqual(['transaction_expired', 'transaction_expired']);
    const last = { type: 'returned', url: callbackOf(transaction), now: transaction.expiresAt } as const;
    expect(give(atCallback(), last).state.status).toBe('awaiting_receipt');
  });

  test('fails when the transaction could not be saved or nothing could be opened', () => {
    for (const effect of ['save_transaction', 'open_user_agent'] as const) {
      const { state, effects } = give(atCallback(), { type: 'effect_failed', effect, code: 'storage_write_failed' });
      expect(at('failed', { state }).failure).toMatchObject({ kind: 'effect_failed', code: 'storage_write_failed' });
      expect(effects.map(({ type }) => type)).toEqual(['forget_transaction']);
    }
  });
});

describe('a login that waits for its receipt', () => {
  test('sends code, verifier and redirect URI once it alone has spent the transaction', () => {
    const { transaction } = atReceipt();
    const [effect] = give(atReceipt(), { type: 'spent', transaction }).effects;
    const request = effect?.type === 'send_request' ? effect.request : undefined;
    expect(request?.url).toBe(`${ISSUER}oauth/token`);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code: CODE,
      code_verifier: transaction.codeVerifier,
      redirect_uri: transaction.redirectUri,
    });
  });

  test('sends nothing when another tab was first, and gives the receipt', () => {
    const receipt = receiptOf(atReceipt().transaction);
    const { state, effects } = give(atReceipt(), { type: 'already_spent', receipt });
    expect(effects).toEqual([]);
    expect(at('failed', { state })).toMatchObject({ failure: { code: 'transaction_consumed' }, receipt });
  });

  test('sends nothing for a transaction that is gone, or is that of another login', () => {
    const gone = give(atReceipt(), { type: 'unknown' });
    const foreign = give(atReceipt(), { type: 'spent', transaction: OTHER });
    expect([gone, foreign].flatMap(({ effects }) => effects)).toEqual([]);
    expect(at('failed', gone).failure.code).toBe('unknown_transaction');
    expect(at('failed', foreign).failure).toMatchObject({ kind: 'misuse', code: 'answer_not_expected' });
  });
});

describe('a login that waits for its tokens', () => {
  test('never sends the code again, whatever became of the request', () => {
    const failed: Answer = { type: 'effect_failed', effect: 'send_request', sent: 'no', code: 'network_error' };
    for (const answer of [failed, { ...failed, sent: 'maybe' } as Answer, responded(jsonResponse({}, 503))]) {
      const { state, effects } = give(atTokens(), answer);
      expect(effects).toEqual([]);
      expect(state.status).toBe('failed');
    }
  });

  test('is logged in without a signature where the server publishes no keys, and says so', () => {
    const state = atTokens(NO_KEYS);
    const next = give(state, responded(tokensFor(state.transaction)));
    expect(next.effects.map(({ type }) => type)).toEqual(['save_session']);
    expect(at('logged_in', next).session.idToken?.signature).toBe('tls_only');
  });

  test.each(HASHES)('ID-15 has the hash of the access token checked, with keys and without: %s', (alg, algorithm) => {
    const key = { kty: alg.startsWith('Ed') ? 'OKP' : alg.startsWith('E') ? 'EC' : 'RSA' };
    for (const kind of [{}, NO_KEYS]) {
      const hashing = (token: string) => {
        const state = atTokens(kind);
        const claims = claimsOf({ nonce: state.transaction.nonce, at_hash: halfHash(token, alg) });
        const next = give(state, responded(tokensFor(state.transaction, {}, { id_token: unsigned(claims, { alg }) })));
        if (next.state.status !== 'awaiting_keys') return next;
        return give(give(next.state, keySetFor(alg, key)).state, { type: 'signature_checked', valid: true });
      };
      const right = hashing(ACCESS_TOKEN);
      expect(right.effects).toEqual([{ type: 'digest', algorithm, ascii: ACCESS_TOKEN }]);
      const done = give(at('awaiting_hash', right), digested(ACCESS_TOKEN, algorithm));
      expect(done.effects.map(({ type }) => type)).toEqual(['save_session']);
      expect(at('logged_in', done).session.idToken?.signature).toBe(kind === NO_KEYS ? 'tls_only' : 'verified');
      const wrong = give(at('awaiting_hash', hashing('another token')), digested(ACCESS_TOKEN, algorithm));
      expect(wrong.effects).toEqual([]);
      expect(at('failed', wrong).failure.code).toBe('id_token_at_hash_invalid');
    }
  });

  test('ID-15 believes no digest of another text, of another algorithm, or of no octets', () => {
    const state = atHash();
    for (const wrong of [digested('another token'), digested(ACCESS_TOKEN, 'SHA-512'), NO_OCTETS]) {
      const next = give(state, wrong);
      expect(next.effects).toEqual([]);
      expect(at('failed', next).failure.code).toBe('id_token_at_hash_invalid');
    }
    expect(give(state, digested(ACCESS_TOKEN)).state.status).toBe('logged_in');
  });

  test('knows no person when openid was not asked for', () => {
    const state = atTokens({ options: { scope: ['contacts'] } });
    expect(state.transaction.nonce).toBeUndefined();
    const next = give(state, responded(tokensFor(state.transaction)));
    expect(at('logged_in', next).session).toMatchObject({ sub: null, idToken: null });
  });

  test('ID-05 knows no person either when an ID Token comes that nobody asked for, and nobody has a key for it', () => {
    const state = atTokens({ options: { scope: ['contacts'] } });
    const { jwksUri: _, ...server } = state.transaction.server;
    const transaction = { ...state.transaction, server };
    const id_token = unsigned(claimsOf({ sub: 'admin' }));
    const next = give({ ...state, transaction }, responded(tokensFor(transaction, {}, { id_token })));
    expect(at('logged_in', next).session).toMatchObject({ sub: null, idToken: null });
  });

  test('insists on an ID Token when openid was asked for', () => {
    const state = atTokens();
    const next = give(state, responded(tokensFor(state.transaction, {}, { id_token: undefined })));
    expect(at('failed', next).failure.code).toBe('id_token_missing');
  });
});

describe('a login that waits for keys and signatures', () => {
  test.each(['RS256', 'PS384', 'ES256', 'ES512', 'EdDSA'])('is logged in by a good signature: %s', (alg) => {
    const end = verifyAll(signed(alg, [signingKey(alg)]));
    expect(end.effects.map(({ type }) => type)).toEqual(['save_session']);
    expect(at('logged_in', end).session.idToken?.signature).toBe('verified');
  });

  test('is refused when somebody else has signed', () => {
    const end = verifyAll(signed('ES256', [signingKey('ES256')], signingKey('ES256')));
    expect(end).toMatchObject({ effects: [], checks: 1 });
    expect(at('failed', end).failure.code).toBe('id_token_signature_invalid');
  });

  test('tries every key that fits, the wrong ones first, then the right one', () => {
    const keys = [signingKey('ES256'), signingKey('RS256'), signingKey('ES256'), signingKey('ES256')];
    const end = verifyAll(signed('ES256', keys, keys[3]));
    expect(end.state.status).toBe('logged_in');
    expect(end.checks).toBe(3);
  });

  test('is refused when no key is right, or none fits', () => {
    const keys = [signingKey('ES256'), signingKey('ES256')];
    const end = verifyAll(signed('ES256', keys, signingKey('ES256')));
    expect(end.checks).toBe(2);
    expect(at('failed', end).failure.code).toBe('id_token_signature_invalid');
    expect(at('failed', signed('ES256', [signingKey('RS256')], keys[0])).failure.code).toBe('id_token_key_not_found');
  });

  test('believes nothing but the value true', () => {
    for (const valid of [1, 'true', {}, null, undefined]) {
      const next = give(atSignature(KEY), { type: 'signature_checked', valid: valid as unknown as boolean });
      expect(next.state.status).toBe('failed');
    }
  });

  test('is refused when the keys do not come, or nobody can verify', () => {
    const failed = (effect: Effect['type'], code: EffectFailedCode): Answer => ({
      type: 'effect_failed',
      effect,
      code,
    });
    const keys = at('failed', give(atKeys(), failed('get_keys', 'key_set_unavailable')));
    expect(keys.failure).toMatchObject({ kind: 'effect_failed', code: 'key_set_unavailable' });
    const check = at('failed', give(atSignature(KEY), failed('verify_signature', 'signature_check_failed')));
    // Who tries again has the same platform.
    const recovery = 'fix_configuration';
    expect(check.failure).toMatchObject({ kind: 'effect_failed', code: 'signature_check_failed', recovery });
    const hash = at('failed', give(atHash(), failed('digest', 'digest_failed')));
    expect(hash.failure).toMatchObject({ kind: 'effect_failed', code: 'digest_failed', recovery });
    expect(at('failed', give(atKeys(), keysIn(jsonResponse({}, 404)))).failure.code).toBe('http_error');
  });

  test('does not throw on a header whose members are objects that cannot be printed', () => {
    for (const member of ['kid', 'typ', 'alg', 'crit']) {
      const state = atTokens();
      const odd = { alg: 'RS256', [member]: { toString: 1, valueOf: 1 } };
      const id_token = unsigned(claimsOf({ nonce: state.transaction.nonce }), odd);
      const next = give(state, responded(tokensFor(state.transaction, {}, { id_token })));
      const end = next.state.status === 'awaiting_keys' ? give(next.state, keySet(KEY)) : next;
      expect(at('failed', end).failure.kind).toBe('untrusted_response');
    }
  });
});

describe('a login that is over', () => {
  test('stays logged in when only the session could not be saved, and says so', () => {
    const state = atEnd();
    const lost: Answer = { type: 'effect_failed', effect: 'save_session', code: 'storage_write_failed' };
    const next = give(state, lost);
    expect(next.effects).toEqual([]);
    expect(at('logged_in', next)).toMatchObject({ session: state.session, notSaved: { code: 'storage_write_failed' } });
    expect(give(state, { ...lost, effect: 'send_request' })).toEqual({ state, effects: [] });
  });

  test('gives back what the application kept, and what the server added', () => {
    const state = atTokens({ ...NO_KEYS, options: { appState: { returnTo: '/contacts' } } });
    const next = give(state, responded(tokensFor(state.transaction, {}, { tenant_hint: 'eu' })));
    expect(at('logged_in', next)).toMatchObject({
      appState: { returnTo: '/contacts' },
      additional: { tenant_hint: 'eu' },
    });
  });
});

describe('resumeLogin', () => {
  const owner = { clientId: CLIENT_ID, issuer: ISSUER };

  test('goes on where the login was left, and ends as if nothing had happened', () => {
    const { transaction } = atCallback();
    const state = resumeLogin(thawTransaction(freezeTransaction(transaction), owner), callbackOf(transaction));
    const next = give(state, returned(callbackOf(transaction)));
    expect(next).toEqual(give(atCallback(), returned(callbackOf(transaction))));
  });

  test('gives a calm answer to a callback that was used', () => {
    const { transaction } = atCallback();
    const receipt = receiptOf(transaction);
    const state = resumeLogin(thawTransaction(freezeTransaction(receipt), owner), callbackOf(transaction));
    expect(at('failed', { state })).toMatchObject({
      failure: { code: 'transaction_consumed' },
      receipt: { spent: true },
    });
  });

  test('knows no login at another address, though the state is that of one that was finished', () => {
    const { transaction } = atCallback();
    const thawed = thawTransaction(freezeTransaction(receiptOf(transaction)), owner);
    const elsewhere = callbackOf(transaction).replace('/cb?', '/other?');
    const { failure, receipt } = at('failed', { state: resumeLogin(thawed, elsewhere) });
    expect(failure.code).toBe('unknown_transaction');
    expect(receipt).toBeUndefined();
  });

  test.each(['absent', 'corrupt', 'foreign', 'newer'] as const)('has nothing to go on with: %s', (status) => {
    const { failure, receipt } = at('failed', { state: resumeLogin({ status }, callbackOf(atCallback().transaction)) });
    expect(failure).toMatchObject({ code: 'unknown_transaction', recovery: 'log_in_again' });
    expect(receipt).toBeUndefined();
  });

  test('refuses the transaction of another client', () => {
    const state = atCallback();
    const next = stepLogin(settingsOf({ clientId: 'another' }), state, returned(callbackOf(state.transaction)));
    expect(at('failed', next).failure.code).toBe('unknown_transaction');
  });
});
