/** openid was asked for, and no ID Token comes. OpenID Connect Core, section 3.1.3.3. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('missing-id-token', () => {
  test('RS-09 RS-12 refuses the answer, and keeps nothing of it', () => {
    const run = logIn({ deviation: 'id_token_missing' });
    expect(endOf(run)).toBe('id_token_missing');
    expect(run.session).toBeUndefined();
  });
});
