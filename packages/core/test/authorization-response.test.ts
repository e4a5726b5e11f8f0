/** Callback URL -> authorization code. RFC 6749, section 4.1.2; RFC 9207; RFC 9700, section 4. */
import { describe, expect, test } from 'vitest';
import {
  isOurCallback,
  type NumericDate,
  readAuthorizationResponse,
  resumeLogin,
  stateOfCallback,
  stepLogin,
  TRANSACTION_LIFETIME,
  type Transaction,
} from '../src/index.ts';
import { CODE, ISSUER, later, NOW, OTHER_ISSUER, REDIRECT_URI, settingsOf, transactionOf } from './support/login.ts';
import { failureIn, outcomeOf, valueIn } from './support/result.ts';

const T = transactionOf();
const S = T.state;
const WITH_ISS = transactionOf({}, { issParameterSupported: true });
const ISS = `iss=${encodeURIComponent(ISSUER)}`;

const read = (url: string, transaction: Transaction = T, now: NumericDate = NOW) =>
  readAuthorizationResponse(settingsOf(), transaction, url, now);
const outcome = (query: string, transaction?: Transaction, now?: NumericDate): string =>
  outcomeOf(read(`${REDIRECT_URI}?${query}`, transaction, now));
const good = `code=${CODE}&state=${S}`;

describe('state', () => {
  test('CB-01 accepts the state that was sent, and no other', () => {
    expect(valueIn(read(`${REDIRECT_URI}?${good}`))).toBe(CODE);
    for (const state of [`${S}1`, S.slice(0, -1), S.toUpperCase(), S.toLowerCase(), `${S}%20`, `%20${S}`, `${S}%00`]) {
      expect(outcome(`code=${CODE}&state=${state}`)).toBe('state_mismatch');
    }
  });

  test.each(['', '&state', '&state=', '&State=x'])('CB-01 refuses a callback with %j for a state', (state) => {
    expect(outcome(`code=${CODE}${state}`)).toBe('state_missing');
  });

  test('CB-01 a state that is percent-encoded is the same state', () => {
    const encoded = `%${S.charCodeAt(0).toString(16)}${S.slice(1)}`;
    expect(outcome(`code=${CODE}&state=${encoded}`)).toBe('accepted');
  });

  test.each(['%', '%E0%A4%A', '%zz', '%FF'])('CB-01 refuses the state %s, and throws no URIError (AT-14)', (state) => {
    expect(outcome(`code=${CODE}&state=${state}`)).toBe('malformed_parameter');
  });

  test.each([
    'code=a&state=evil',
    'code=a',
    'error=access_denied',
    'error=access_denied&state=evil',
    `code=a&state=${S}&state=evil`,
    `error=access_denied&error=x&state=${S}`,
  ])('CB-02 the login still waits after %j, and nothing of it is believed (AT-01, AT-02, AT-03)', (query) => {
    const url = `${REDIRECT_URI}?${query}`;
    expect(isOurCallback(T, url)).toBe(false);
    const waiting = resumeLogin({ status: 'present', transaction: T }, url);
    const { state, effects } = stepLogin(settingsOf(), waiting, { type: 'returned', url, now: NOW });
    expect(state).toMatchObject({ status: 'awaiting_callback', transaction: T });
    expect(state).toMatchObject({ refused: { kind: 'untrusted_response', recovery: 'none' } });
    expect(JSON.stringify(state)).not.toContain('access_denied');
    expect(effects).toEqual([]);
    const again = stepLogin(settingsOf(), state, { type: 'returned', url: `${REDIRECT_URI}?${good}`, now: NOW });
    expect(again.state.status).toBe('awaiting_receipt');
  });
});

describe('parameters', () => {
  test.each([
    `code=a&code=b&state=${S}`,
    `code=a&code=a&state=${S}`,
    `code=a&%63ode=b&state=${S}`,
    `${good}&iss=a&iss=b`,
    `error=a&error=b&state=${S}`,
    `error=a&error_description=b&error_description=c&state=${S}`,
    `error=a&error_uri=b&error_uri=c&state=${S}`,
    `${good}&state=`,
  ])('CB-03 refuses %j: a parameter twice (cb-051, AT-08)', (query) => {
    expect(outcome(query)).toBe('duplicate_parameter');
  });

  test.each([
    `${good}&session_state=x&foo=1&foo=2`,
    `state=${S}&code=${CODE}`,
    `${good}&`,
    `&&${good}`,
    `${good}#`,
    `${good}#_=_`,
    `${good}&scope=openid%20profile&authuser=0&hd=example.com&prompt=none`,
    `${good}&token_type=Bearer&expires_in=1`,
    `${good}&expected_token=1&xaccess_token=2`,
    `${good}&foo=%`,
  ])('CB-07 ignores what it does not know in %j (cb-015, cb-018)', (query) => {
    expect(outcome(query)).toBe('accepted');
  });

  test('CB-07 a parameter that nobody knows may hold anything, a question mark too', () => {
    expect(outcome(`${good}&return=/page?token=1`)).toBe('accepted');
  });

  test('CB-07 takes a long code, up to a total of 65 536 characters (cb-087, AT-17)', () => {
    const url = (length: number): string => `${REDIRECT_URI}?state=${S}&code=`.padEnd(length, 'x');
    expect(outcomeOf(read(url(65_536)))).toBe('accepted');
    expect(outcomeOf(read(url(65_537)))).toBe('callback_too_large');
    expect(stateOfCallback(url(65_536))).toBe(S);
    expect(stateOfCallback(url(65_537))).toBeUndefined();
    expect(isOurCallback(T, url(65_537))).toBe(false);
  });

  test.each(['access_token', 'id_token', 'token', 'response'])(
    'CB-08 refuses %s in the front channel (AT-10)',
    (name) => {
      expect(outcome(`${good}&${name}=evil`)).toBe('unexpected_parameter');
      expect(outcome(`${name}=evil&${good}`)).toBe('unexpected_parameter');
      expect(outcome(`${good}#${name}=evil`)).toBe('unexpected_parameter');
      expect(outcome(`${good}#a=b&${name}=evil`)).toBe('unexpected_parameter');
      expect(outcome(`error=access_denied&state=${S}&${name}=evil`)).toBe('unexpected_parameter');
    },
  );

  test('CB-08 refuses it under a percent-encoded name too', () => {
    expect(outcome(`${good}&%61ccess_token=evil`)).toBe('unexpected_parameter');
  });

  test('CB-09 reads the query for `query`, and the fragment for `fragment` (cb-017, AT-11)', () => {
    const byFragment = transactionOf({ responseMode: 'fragment' });
    expect(outcomeOf(read(`${REDIRECT_URI}#${good}`, byFragment))).toBe('accepted');
    expect(outcomeOf(read(`${REDIRECT_URI}?${good}`, byFragment))).toBe('state_missing');
    expect(outcomeOf(read(`${REDIRECT_URI}#${good}`))).toBe('state_missing');
    expect(valueIn(read(`${REDIRECT_URI}?code=evil&state=evil#${good}`, byFragment))).toBe(CODE);
    expect(valueIn(read(`${REDIRECT_URI}?${good}#code=evil&state=evil`))).toBe(CODE);
  });

  test.each(['a', 'a b', '~', 'a/b+c=d&e%f', 'x'.repeat(4096), 'key:secret:1'])('CB-10 takes the code %j', (code) => {
    expect(valueIn(read(`${REDIRECT_URI}?code=${encodeURIComponent(code)}&state=${S}`))).toBe(code);
  });

  test.each(['%00', 'a%00b', 'a%0D%0AX:1', '%7F', '%C3%A9', '%FF', '%', 'a%09', '%E2%80%A8'])(
    'CB-10 refuses the code %s (cb-082, AT-14, AT-36)',
    (code) => {
      expect(outcome(`code=${code}&state=${S}`)).toBe('malformed_parameter');
    },
  );

  test.each(['', '&code', '&code=', '&Code=a', '&code%5B%5D=a'])('refuses %j: no code', (code) => {
    expect(outcome(`state=${S}${code}`)).toBe('code_missing');
  });
});

describe('iss', () => {
  test.each([
    ['another issuer', OTHER_ISSUER],
    ['no slash at its end', ISSUER.slice(0, -1)],
    ['two slashes at its end', `${ISSUER}/`],
    ['an upper-case host', ISSUER.replace('as', 'AS')],
    ['http', ISSUER.replace('https', 'http')],
    ['its default port', ISSUER.replace('.com', '.com:443')],
    ['a space after it', `${ISSUER} `],
    ['nothing', ''],
    ['itself encoded twice', encodeURIComponent(ISSUER)],
  ])('CB-04 refuses %s, whether or not the server says that it sends iss (cb-060 to 062, AT-05)', (_what, iss) => {
    const query = `${good}&iss=${encodeURIComponent(iss)}`;
    expect(outcome(query)).toBe('issuer_mismatch');
    expect(outcome(query, WITH_ISS)).toBe('issuer_mismatch');
  });

  test('CB-04 takes the issuer of the transaction, letter for letter', () => {
    expect(outcome(`${good}&${ISS}`)).toBe('accepted');
    expect(outcome(`${good}&${ISS}`, WITH_ISS)).toBe('accepted');
    expect(outcome(`${good}&iss=${ISSUER}`, WITH_ISS)).toBe('accepted');
  });

  test('CB-05 refuses a response without iss, an error too, when the server says that it sends iss (AT-06)', () => {
    expect(outcome(good, WITH_ISS)).toBe('issuer_missing');
    expect(outcome(`error=access_denied&state=${S}`, WITH_ISS)).toBe('issuer_missing');
    expect(outcome(good)).toBe('accepted');
  });

  test('CB-04 an error under a wrong iss is not believed', () => {
    expect(outcome(`error=access_denied&state=${S}&iss=${encodeURIComponent(OTHER_ISSUER)}`)).toBe('issuer_mismatch');
  });

  test('CB-04 the issuer is that of the transaction, whatever endpoints the metadata names (AT-07)', () => {
    const mixed = transactionOf({}, { issuer: OTHER_ISSUER, issParameterSupported: true });
    expect(outcome(`code=x&state=${mixed.state}&${ISS}`, mixed)).toBe('issuer_mismatch');
  });
});

describe('redirect URI', () => {
  test.each([
    'https://client.example.org/cb.evil',
    'https://client.example.org/cb/',
    'https://client.example.org/cb/../admin',
    'https://client.example.org/CB',
    'https://client.example.org/c%62',
    'https://client.example.org/',
    'https://client.example.org:8443/cb',
    'https://client.example.org:443/cb',
    'https://CLIENT.example.org/cb',
    'http://client.example.org/cb',
    'https://client.example.org@evil.example/cb',
    'https://user@client.example.org/cb',
    'https://client.example.org.evil.example/cb',
    'https://evil.example/cb',
    'com.example.app:/cb',
    '',
    'not a url',
  ])('CB-06 refuses %j before it reads anything else (cb-075, 077, 078, 080, AT-13)', (arrived) => {
    expect(outcomeOf(read(`${arrived}?${good}`))).toBe('redirect_uri_mismatch');
    expect(isOurCallback(T, `${arrived}?${good}`)).toBe(false);
  });

  test('CB-06 a query of its own has to come back, in any order', () => {
    const own = transactionOf({ redirectUri: `${REDIRECT_URI}?tenant=1&b=2` });
    expect(outcome(`tenant=1&b=2&${good}`, own)).toBe('accepted');
    expect(outcome(`${good}&b=2&tenant=1`, own)).toBe('accepted');
    expect(outcome(`tenant=2&b=2&${good}`, own)).toBe('redirect_uri_mismatch');
    expect(outcome(`tenant=1&${good}`, own)).toBe('redirect_uri_mismatch');
    expect(outcome(good, own)).toBe('redirect_uri_mismatch');
  });

  test.each([
    'com.example.app:/oauth2redirect/example-provider',
    'http://[::1]:61023/cb',
    'http://127.0.0.1:51004/oauth2redirect/example-provider',
  ])('NA-10 takes %s (cb-011, cb-014)', (redirectUri) => {
    const transaction = transactionOf({ redirectUri });
    expect(outcomeOf(read(`${redirectUri}?${good}`, transaction))).toBe('accepted');
    expect(outcomeOf(read(`${redirectUri}x?${good}`, transaction))).toBe('redirect_uri_mismatch');
    expect(outcomeOf(read(`${REDIRECT_URI}?${good}`, transaction))).toBe('redirect_uri_mismatch');
  });
});

describe('error', () => {
  test.each([
    ['access_denied', 'log_in_again'],
    ['unauthorized_client', 'fix_configuration'],
    ['invalid_request', 'fix_configuration'],
    ['unsupported_response_type', 'fix_configuration'],
    ['server_error', 'retry'],
    ['temporarily_unavailable', 'retry'],
    ['login_required', 'log_in_again'],
    ['account_selection_required', 'log_in_again'],
    ['consent_required', 'log_in_again'],
    ['interaction_required', 'log_in_again'],
    ['org.example.custom', 'log_in_again'],
  ])('CB-15 says that the server said %s, and to %s (cb-020, 024, 030, 031)', (error, recovery) => {
    const failure = failureIn(read(`${REDIRECT_URI}?error=${error}&state=${S}`));
    expect(failure).toMatchObject({ kind: 'oauth_error', code: 'authorization_refused', recovery, oauth: { error } });
    expect(failure.message).toContain(error);
  });

  test('CB-15 an error wins over a code (AT-09)', () => {
    expect(outcome(`${good}&error=access_denied`)).toBe('authorization_refused');
  });

  test.each(['a%22b', 'a%5Cb', 'a%0D%0Ab', 'caf%C3%A9', '%00', '%7F', ''])(
    'CB-10 LG-04 refuses the error code %j: not a character that may be there',
    (error) => {
      expect(outcome(`error=${error}&state=${S}`)).toBe('malformed_parameter');
    },
  );

  test('CB-16 an error_description is text: one line, bounded, and nobody decides by it (AT-16)', () => {
    const said = `<img src=x onerror=alert(1)>\r\nINFO forged\u202e\u0000${'x'.repeat(5000)}`;
    const url = `${REDIRECT_URI}?error=access_denied&error_description=${encodeURIComponent(said)}&state=${S}`;
    const { oauth } = failureIn(read(url));
    expect(oauth?.error_description).toContain('<img src=x onerror=alert(1)>');
    expect(oauth?.error_description).not.toMatch(/[\r\n\0\u202e]/);
    expect(oauth?.error_description?.length).toBeLessThanOrEqual(1024);
  });

  test.each([
    ['https://as.example.com/errors/1', true],
    ['http://as.example.com/errors/1', true],
    ['javascript:alert(1)', false],
    ['JavaScript:alert(1)', false],
    [' javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['//evil.example', false],
    ['', false],
  ])('CB-16 error_uri %j is passed on: %s', (uri, kept) => {
    const url = `${REDIRECT_URI}?error=access_denied&error_uri=${encodeURIComponent(uri)}&state=${S}`;
    expect(failureIn(read(url)).oauth?.error_uri).toBe(kept ? uri : undefined);
  });

  test('ER-05 repeats none of the secrets of this login, wherever the server puts them', () => {
    const { state, nonce, codeVerifier } = T;
    const said = encodeURIComponent(`state ${state}, nonce ${nonce}, verifier ${codeVerifier}, code ${CODE}`);
    const url = `${REDIRECT_URI}?code=${CODE}&error=x${state}&error_description=${said}&error_uri=https://a/${state}`;
    const text = JSON.stringify(failureIn(read(`${url}&state=${state}`)));
    for (const secret of [state, nonce, codeVerifier, CODE]) expect(text).not.toContain(secret);
  });

  test('ER-05 leaves no part of a secret behind where a long description is cut', () => {
    const said = encodeURIComponent(`${'x'.repeat(1000)}${T.codeVerifier}`);
    const text = JSON.stringify(failureIn(read(`${REDIRECT_URI}?error=a&error_description=${said}&state=${S}`)));
    expect(text).not.toContain(T.codeVerifier.slice(0, 12));
  });
});

describe('transaction', () => {
  test('CB-13 is good for an hour, to the second (cb-091)', () => {
    expect(outcome(good, T, later(TRANSACTION_LIFETIME))).toBe('accepted');
    expect(outcome(good, T, later(TRANSACTION_LIFETIME + 1))).toBe('transaction_expired');
    expect(TRANSACTION_LIFETIME).toBe(3600);
  });

  test('CB-13 one that has expired is spent, and its code goes nowhere', () => {
    const url = `${REDIRECT_URI}?${good}`;
    const waiting = resumeLogin({ status: 'present', transaction: T }, url);
    const { state, effects } = stepLogin(settingsOf(), waiting, { type: 'returned', url, now: later(3601) });
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'transaction_expired' } });
    expect(effects).toEqual([{ type: 'spend_transaction', state: S }]);
  });

  test('CB-14 belongs to one client', () => {
    const foreign = { ...T, clientId: 'another' };
    expect(outcome(good, foreign)).toBe('unknown_transaction');
  });

  test('CB-14 without one there is nothing to answer (AT-21)', () => {
    for (const status of ['absent', 'corrupt', 'foreign', 'newer'] as const) {
      const state = resumeLogin({ status }, `${REDIRECT_URI}?${good}`);
      expect(state).toMatchObject({ status: 'failed', failure: { code: 'unknown_transaction' } });
    }
  });

  test('CB-11 a refusal by the server spends it too', () => {
    const url = `${REDIRECT_URI}?error=access_denied&state=${S}`;
    const waiting = resumeLogin({ status: 'present', transaction: T }, url);
    const { state, effects } = stepLogin(settingsOf(), waiting, { type: 'returned', url, now: NOW });
    expect(state.status).toBe('failed');
    expect(effects).toEqual([{ type: 'spend_transaction', state: S }]);
  });
});

describe('stateOfCallback', () => {
  test.each([
    [`${REDIRECT_URI}?code=a&state=${S}`, S],
    [`${REDIRECT_URI}#code=a&state=${S}`, S],
    [`${REDIRECT_URI}?state=${S}#state=xyz`, S],
    [`com.example.app:/cb?state=${S}`, S],
    [`${REDIRECT_URI}?state=%${S.charCodeAt(0).toString(16)}${S.slice(1)}`, S],
    [`${REDIRECT_URI}?state=abc`, undefined],
    [`${REDIRECT_URI}?state=..%2F..%2Fetc%2Fpasswd`, undefined],
    [`${REDIRECT_URI}?state=a&state=a`, undefined],
    [`${REDIRECT_URI}?state=%`, undefined],
    [`${REDIRECT_URI}?state=`, undefined],
    [REDIRECT_URI, undefined],
    ['', undefined],
  ])('CB-14 finds in %j the state %j (AT-19)', (url, state) => {
    expect(stateOfCallback(url)).toBe(state);
  });
});
