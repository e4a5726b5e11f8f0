/** The token endpoint answers with a redirect. RFC 9700, section 4.12. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('token-endpoint-redirect', () => {
  test.each([301, 302, 303, 307, 308])('TR-04 does not follow status %i', (status) => {
    const headers = { location: 'https://attacker.example/token' };
    const run = logIn({ tokenResponse: () => ({ status, headers, body: '' }) });
    expect(endOf(run)).toBe('unexpected_redirect');
    expect(run.requests).toHaveLength(1);
  });
});
