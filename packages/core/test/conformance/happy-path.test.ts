/** A login in which everything is right. RFC 6749, section 4.1; OpenID Connect Core, section 3.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn, type Run, SUB } from '../support/authorization-server.ts';
import { transactionOf } from '../support/login.ts';

describe('happy-path', () => {
  test('CB-12 PK-07 spends the transaction before the code leaves, and checks everything before anything is kept', () => {
    const run = logIn();
    expect(endOf(run)).toBe('logged_in');
    expect(run.effects).toEqual([
      'digest',
      'save_transaction',
      'open_user_agent',
      'spend_transaction',
      'send_request',
      'get_keys',
      'verify_signature',
      'digest',
      'save_session',
    ]);
    expect(run.session).toMatchObject({ sub: SUB, idToken: { signature: 'verified' } });
  });

  test('PK-08 CB-11 what is kept at the end holds neither verifier nor state of the login', () => {
    const { state } = logIn();
    expect(JSON.stringify(state)).not.toContain(transactionOf().codeVerifier);
    expect(JSON.stringify(state)).not.toContain(transactionOf().state);
  });

  test('PK-07 two logins at once do not mix their secrets', () => {
    const [one, two] = [logIn({ seed: 1 }), logIn({ seed: 2 })];
    expect([endOf(one), endOf(two)]).toEqual(['logged_in', 'logged_in']);
    const verifierOf = ({ requests }: Run) => new URLSearchParams(requests[0]?.body).get('code_verifier');
    const secretsOf = (run: Run) => [
      verifierOf(run),
      ...['state', 'nonce'].map((name) => run.url.searchParams.get(name)),
    ];
    const secrets = [...secretsOf(one), ...secretsOf(two)];
    expect(secrets).toEqual(Array.from({ length: 6 }, () => expect.stringMatching(/^[\w-]{43}$/)));
    expect(new Set(secrets).size).toBe(6);
  });

  test('ID-27 a person is (iss, sub), whatever else the claims say', () => {
    const claims = { email: 'admin@example.com', preferred_username: 'admin', 'https://example.com/iss': 'other' };
    const options = { scope: ['openid', 'profile', 'email'] };
    const run = logIn({ options, server: { users: [{ sub: SUB, claims }] } });
    expect(run.session?.idToken?.claims).toMatchObject(claims);
    expect(run.session).toMatchObject({ issuer: 'https://as.example.com/', sub: SUB });
  });

  test('RS-09 without openid there is no ID Token, no key and no signature', () => {
    const run = logIn({ options: { scope: ['read:a'] } });
    expect(endOf(run)).toBe('logged_in');
    expect(run.requests).toHaveLength(1);
    expect(run.session).toMatchObject({ sub: null, idToken: null });
  });
});
