/** What an API refused -> what the next login asks for. RFC 9470, section 5; RFC 6750, section 3.1. */
import { describe, expect, test } from 'vitest';
import { type Failure, resourceFailureOf, withStepUp } from '../src/index.ts';
import { sent } from './support/login.ts';

function refused(challenge: string): Failure {
  const failure = resourceFailureOf({ status: 401, challenge });
  if (!failure) throw new Error('nothing was refused');
  return failure;
}

describe('withStepUp', () => {
  const scope = ['openid', 'read:a'];

  test('UI-07 asks for the acr and the age that the API wants', () => {
    const failure = refused('Bearer error="insufficient_user_authentication", acr_values="gold silver", max_age="5"');
    const options = withStepUp({ scope }, failure);
    expect(options).toEqual({ scope, acrValues: ['gold', 'silver'], maxAge: 5 });
    expect(sent(options).get('acr_values')).toBe('gold silver');
    expect(sent(options).get('max_age')).toBe('5');
  });

  test('UI-07 asks the person to authenticate again where the API says no more than that', () => {
    expect(withStepUp({ scope }, refused('Bearer error="insufficient_user_authentication"'))).toEqual({
      scope,
      prompt: 'login',
    });
  });

  test('UI-06 asks for the scope that was missing, beside what is asked for anyway, each once', () => {
    const failure = refused('Bearer error="insufficient_scope", scope="read:a write:a"');
    expect(withStepUp({ scope }, failure)).toEqual({ scope: ['openid', 'read:a', 'write:a'] });
    expect(withStepUp({}, failure)).toEqual({ scope: ['read:a', 'write:a'] });
  });

  test('takes the smaller age of the two, 0 included, and never widens what is asked', () => {
    const aged = (maxAge: number) => ({ code: 'insufficient_user_authentication', stepUp: { maxAge } }) as const;
    expect(withStepUp({ maxAge: 60 }, aged(300)).maxAge).toBe(60);
    expect(withStepUp({ maxAge: 300 }, aged(60)).maxAge).toBe(60);
    expect(withStepUp({ maxAge: 300 }, aged(0)).maxAge).toBe(0);
    expect(withStepUp({ maxAge: 0 }, aged(60)).maxAge).toBe(0);
  });

  test('changes nothing for a failure that wants no other login, and never what it was given', () => {
    const options = Object.freeze({ scope: Object.freeze([...scope]), audience: 'https://api.example/' });
    expect(withStepUp(options, refused('Bearer error="invalid_token"'))).toEqual(options);
    withStepUp(options, refused('Bearer error="insufficient_scope", scope="x"'));
    expect(options.scope).toEqual(scope);
  });
});
