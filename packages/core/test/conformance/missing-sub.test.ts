/** oidcc-client-test-missing-sub. OpenID Connect Core, section 2. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('missing-sub', () => {
  test('ID-16 refuses an ID Token without sub', () => {
    expect(endOf(logIn({ deviation: 'id_token_without_sub' }))).toBe('id_token_sub_invalid');
  });
});
