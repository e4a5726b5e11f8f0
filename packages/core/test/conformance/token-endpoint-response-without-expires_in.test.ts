/** The answer does not say how long the token is good. RFC 6749, section 5.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('token-endpoint-response-without-expires_in', () => {
  test('RS-04 accepts it, and takes the lifetime for unknown', () => {
    const run = logIn({ deviation: 'expires_in_missing' });
    expect(endOf(run)).toBe('logged_in');
    expect(run.session?.tokenSets['']).toMatchObject({ expiresAt: null });
  });
});
