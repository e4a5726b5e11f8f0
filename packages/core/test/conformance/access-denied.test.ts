/** The person says no. RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { transactionOf } from '../support/login.ts';

describe('access-denied', () => {
  test('CB-11 CB-15 ends the login, spends its transaction and sends nothing', () => {
    const run = logIn({ failing: ['authorize', { type: 'error', error: 'access_denied' }] });
    expect(endOf(run)).toBe('authorization_refused');
    expect(run.requests).toEqual([]);
    expect(run.effects.at(-1)).toBe('spend_transaction');
    expect(JSON.stringify(run.state)).not.toContain(transactionOf().codeVerifier);
  });
});
