/** The token endpoint answers with a redirect. RFC 9700, section 4.12. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn, type Twist } from '../support/authorization-server.ts';

describe('token-endpoint-redirect', () => {
  const to = (status: number): [number, Twist] => {
    const headers = { location: 'https://attacker.example/token' };
    return [status, { tokenResponse: () => ({ status, headers, body: '' }) }];
  };

  test.each<[number, Twist]>([
    to(301),
    [302, { deviation: 'token_endpoint_redirects_with_302' }],
    to(303),
    [307, { deviation: 'token_endpoint_redirects' }],
    to(308),
  ])('TR-04 does not follow status %i', (status, twist) => {
    const run = logIn(twist);
    expect(run.responses).toMatchObject([{ status, headers: { location: 'https://attacker.example/token' } }]);
    expect(endOf(run)).toBe('unexpected_redirect');
    expect(run.requests).toHaveLength(1);
  });
});
