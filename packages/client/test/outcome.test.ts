/** End of a login -> what the application sees: a machine that stops in its middle is an error, never an outcome. */
import type { LoginState } from '@proofkey/core';
import { expect, test } from 'vitest';
import { outcomeOf } from '../src/outcome.ts';
import { SETTINGS } from './world.ts';

const performer = { cause: () => undefined, at: () => undefined, clockOffset: () => undefined };

test.each(['awaiting_challenge', 'awaiting_tokens', 'awaiting_keys', 'awaiting_signature', 'awaiting_hash'])(
  'a login that asks for nothing more and is %s has gone wrong',
  (status) => {
    const state = { status } as LoginState;
    expect(() => outcomeOf(SETTINGS, state, undefined, performer)).toThrow('answer not expected');
  },
);
