/** Stored session -> the access token for one API, while it is fresh. RFC 6749, section 1.4; RFC 8707, section 2. */
import { describe, expect, test } from 'vitest';
import { tokenSetName } from '../src/access-token.ts';
import {
  type AccessTokenRequest,
  apiOf,
  EXPIRY_MARGIN,
  type NumericDate,
  type Session,
  type ThawedSession,
  tokenSetFor,
} from '../src/index.ts';
import { ACCESS_TOKEN, atEnd } from './login-states.ts';
import { later, NOW, untyped } from './support/login.ts';
import { failureIn, outcomeOf, valueIn } from './support/result.ts';

const { session } = atEnd();
const [DEFAULT] = Object.values(session.tokenSets);
const LIFE = 3600;

/** A session with these token sets, each with its own name for a token. */
const sessionWith = (...names: readonly string[]): Session => ({
  ...session,
  tokenSets: Object.fromEntries(names.map((name) => [name, { ...untyped(DEFAULT), accessToken: `at of ${name}` }])),
});
const found = (one: Session = session): ThawedSession => ({ status: 'present', session: one });
const tokenFor = (one: ThawedSession, wanted: AccessTokenRequest = {}, now: NumericDate = NOW): string =>
  valueIn(tokenSetFor(one, wanted, now)).accessToken;

describe('tokenSetName', () => {
  test.each([
    [{}, ''],
    [{ audience: undefined, resource: undefined }, ''],
    [{ audience: 'https://api.example/' }, 'https://api.example/'],
    [{ resource: 'https://a.example/' }, 'https://a.example/'],
    [{ resource: ['https://a.example/', 'https://b.example/'] }, 'https://a.example/ https://b.example/'],
    [{ resource: [] }, ''],
    [{ audience: 'urn:api', resource: 'https://a.example/' }, 'urn:api https://a.example/'],
    [{ audience: '', resource: 'https://a.example/' }, 'https://a.example/'],
  ])('of %j is %j', (wanted, name) => {
    expect(tokenSetName(wanted)).toBe(name);
  });
});

describe('tokenSetFor', () => {
  test('gives the token of the API that was asked for, letter for letter', () => {
    const both = found(sessionWith('', 'https://a.example/', 'https://b.example/'));
    expect(tokenFor(found())).toBe(ACCESS_TOKEN);
    expect(tokenFor(both)).toBe('at of ');
    expect(tokenFor(both, { audience: 'https://b.example/' })).toBe('at of https://b.example/');
    expect(tokenFor(both, { resource: 'https://a.example/' })).toBe('at of https://a.example/');
    for (const audience of ['https://a.example', 'https://A.example/', 'https://a.example/ ', ' ']) {
      expect(outcomeOf(tokenSetFor(both, { audience }, NOW))).toBe('token_set_missing');
    }
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes no member for granted: %s',
    (audience) => {
      expect(outcomeOf(tokenSetFor(found(), { audience }, NOW))).toBe('token_set_missing');
      expect(tokenFor(found(sessionWith(audience)), { audience })).toBe(`at of ${audience}`);
    },
  );

  test.each([
    [LIFE - EXPIRY_MARGIN - 1, 'accepted'],
    [LIFE - EXPIRY_MARGIN, 'session_expired'],
    [LIFE, 'session_expired'],
    [LIFE + 1, 'session_expired'],
  ])('%i seconds after it was issued for an hour it is %s', (seconds, outcome) => {
    expect(outcomeOf(tokenSetFor(found(), {}, later(seconds)))).toBe(outcome);
  });

  test('is good for ever where the server names no expiry, until an API refuses it', () => {
    const endless = { ...session, tokenSets: { '': { ...untyped(DEFAULT), expiresAt: null } } };
    expect(tokenFor(found(endless), {}, later(999_999))).toBe(ACCESS_TOKEN);
  });

  test('a refresh token makes no expired token fresh', () => {
    expect(session.grant.refreshToken).not.toBeNull();
    expect(outcomeOf(tokenSetFor(found(), {}, later(LIFE)))).toBe('session_expired');
  });

  test.each([
    ['absent', 'not_logged_in'],
    ['corrupt', 'session_unreadable'],
    ['foreign', 'session_unreadable'],
    ['newer', 'session_unreadable'],
  ] as const)('a session that is %s is %s', (status, code) => {
    const failure = failureIn(tokenSetFor({ status }, {}, NOW));
    expect(failure).toMatchObject({ code, kind: 'effect_failed', recovery: 'log_in_again', sessionSurvives: false });
  });

  test('a session without any token set has none', () => {
    expect(outcomeOf(tokenSetFor(found(sessionWith()), {}, NOW))).toBe('token_set_missing');
  });
});

describe('apiOf', () => {
  const own = { audience: 'own', resource: ['https://own.example/'] };
  test.each([
    [{}, own],
    [{ audience: undefined, resource: [] }, own],
    [{ audience: '', resource: '' }, own],
    [{ audience: 'other' }, { audience: 'other', resource: undefined }],
    [{ resource: 'https://other.example/' }, { audience: undefined, resource: 'https://other.example/' }],
    [
      { audience: '', resource: ['https://o.example/'] },
      { audience: undefined, resource: ['https://o.example/'] },
    ],
  ])('%j beside the own one is %j', (named, api) => {
    expect(apiOf(named, own)).toEqual(api);
  });
});
