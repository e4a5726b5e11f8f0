/** Stored session -> who is logged in, or why nobody is. OpenID Connect Core, section 2. */
import { describe, expect, test } from 'vitest';
import { EXPIRY_MARGIN, type Session, snapshotOf, type ThawedSession } from '../src/index.ts';
import { atEnd } from './login-states.ts';
import { later, NOW, untyped } from './support/login.ts';

const { session } = atEnd();
const [DEFAULT] = Object.values(session.tokenSets);
const LIFE = 3600;
const GONE = LIFE - EXPIRY_MARGIN;

const present = (more: Partial<Session> = {}): ThawedSession => ({
  status: 'present',
  session: { ...session, ...more },
});
/** Nothing can get another access token for it. */
const unrefreshable = { grant: { ...session.grant, refreshToken: null } };

describe('snapshotOf', () => {
  test('shows the claims of the ID Token, and no token', () => {
    const snapshot = snapshotOf(present(), NOW);
    expect(snapshot).toEqual({ status: 'logged_in', user: session.idToken?.claims, signature: 'verified' });
    const printed = JSON.stringify(snapshot);
    for (const secret of [session.idToken?.token, session.grant.refreshToken, DEFAULT?.accessToken]) {
      expect(printed).not.toContain(secret);
    }
  });

  test('ID-05 shows for as long as the session lives that only TLS vouches for the claims', () => {
    const idToken = session.idToken && ({ ...session.idToken, signature: 'tls_only' } as typeof session.idToken);
    expect(snapshotOf(present({ idToken }), NOW)).toMatchObject({ status: 'logged_in', signature: 'tls_only' });
  });

  test('shows nobody where `openid` was not asked for, but that somebody is logged in', () => {
    const anonymous = snapshotOf(present({ sub: null, idToken: null }), NOW);
    expect(anonymous).toEqual({ status: 'logged_in' });
    expect(anonymous).not.toHaveProperty('user');
  });

  test('nobody logged in is no failure', () => {
    const snapshot = snapshotOf({ status: 'absent' }, NOW);
    expect(snapshot).toEqual({ status: 'logged_out' });
    expect(snapshot).not.toHaveProperty('reason');
  });

  test.each(['corrupt', 'foreign', 'newer'] as const)('a session that is %s is one that cannot be read', (status) => {
    expect(snapshotOf({ status }, NOW)).toMatchObject({
      status: 'logged_out',
      reason: { code: 'session_unreadable', recovery: 'log_in_again' },
    });
  });

  test('an expired session that can be refreshed is still one', () => {
    expect(snapshotOf(present(), later(99_999))).toMatchObject({ status: 'logged_in' });
  });

  test('an expired session that cannot be refreshed is none, and says why', () => {
    expect(snapshotOf(present(unrefreshable), later(GONE - 1))).toMatchObject({ status: 'logged_in' });
    const expired = snapshotOf(present(unrefreshable), later(GONE));
    expect(expired).toMatchObject({ status: 'logged_out', reason: { code: 'session_expired' } });
    expect(expired).not.toHaveProperty('user');
  });

  test('one fresh token set of several is enough, and none is not', () => {
    const fresh = { ...untyped(DEFAULT), expiresAt: later(9999) };
    const several = { ...unrefreshable, tokenSets: { '': untyped(DEFAULT), 'urn:other': fresh } };
    expect(snapshotOf(present(several), later(GONE))).toMatchObject({ status: 'logged_in' });
    const none = { ...unrefreshable, tokenSets: {} };
    expect(snapshotOf(present(none), NOW)).toMatchObject({ reason: { code: 'session_expired' } });
  });

  test('a token without a known expiry keeps its session', () => {
    const endless = { ...unrefreshable, tokenSets: { '': { ...untyped(DEFAULT), expiresAt: null } } };
    expect(snapshotOf(present(endless), later(99_999))).toMatchObject({ status: 'logged_in' });
  });
});
