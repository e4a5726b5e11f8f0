/** The state has a "1" at its end. RFC 6749, section 10.12. */
import { describe, expect, test } from 'vitest';
import { endOf, logIn } from '../support/authorization-server.ts';

describe('invalid-state', () => {
  test('CB-01 sends nothing, and the login still waits', () => {
    const run = logIn({ deviation: 'state_with_suffix' });
    expect(endOf(run)).toBe('awaiting_callback: state_mismatch');
    expect(run.requests).toEqual([]);
  });
});
