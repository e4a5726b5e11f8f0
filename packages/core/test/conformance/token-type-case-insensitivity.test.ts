/** fapi2-security-profile-final-client-test-token-type-case-insensitivity. RFC 6749, section 5.1. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn, type Twist } from '../support/authorization-server.ts';
import { jsonResponse } from '../support/login.ts';

describe('token-type-case-insensitivity', () => {
  const written = (token_type: string): [string, Twist] => [
    token_type,
    { tokenResponse: (body) => jsonResponse({ ...body, token_type }) },
  ];

  test.each<[string, Twist]>([
    ['bEARER', { deviation: 'token_type_in_odd_case' }],
    written('bearer'),
    written('BEARER'),
  ])('RS-03 accepts the token type %s', (token_type, twist) => {
    const run = logIn(twist);
    expect(JSON.parse(run.responses[0]?.body ?? '')).toMatchObject({ token_type });
    expect(endOf(run)).toBe('logged_in');
  });
});
