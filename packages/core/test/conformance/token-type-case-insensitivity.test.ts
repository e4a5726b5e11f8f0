/** fapi2-security-profile-final-client-test-token-type-case-insensitivity. RFC 6749, section 5.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';
import { jsonResponse } from '../support/login.ts';

describe('token-type-case-insensitivity', () => {
  test.each(['bEARER', 'bearer', 'BEARER'])('RS-03 accepts the token type %s', (token_type) => {
    expect(endOf(logIn({ tokenResponse: (body) => jsonResponse({ ...body, token_type }) }))).toBe('logged_in');
  });
});
