/** What the types of an application say: who is logged in by its schema, and what a logout or a step-up takes. */
import type { Failure, IdTokenClaims } from '@proofkey/core';
import { type } from 'arktype';
import * as v from 'valibot';
import { assertType, describe, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createClient, type LoginRequest, type LogoutRequest, type Settings } from '../src/index.ts';
import { BY_ISSUER, SETTINGS, world } from './world.ts';

type LoggedIn<T> = Extract<T, { status: 'logged_in' }>;
type UserIn<T> = Exclude<LoggedIn<Awaited<T>> extends { user?: infer U } ? U : never, undefined>;
type Verbs = 'login' | 'handleCallback' | 'getSnapshot' | 'start';
type Of<C extends Record<Verbs, (...values: never[]) => unknown>, Name extends Verbs> = UserIn<ReturnType<C[Name]>>;
/** What `login`, `handleCallback`, `getSnapshot` and `start` say of who it is. */
type Users<C extends Record<Verbs, (...values: never[]) => unknown>> = [
  Of<C, 'login'>,
  Of<C, 'handleCallback'>,
  Of<C, 'getSnapshot'>,
  Of<C, 'start'>,
];

describe('the user', () => {
  test('is what the schema makes of the claims, after its transformations', () => {
    type Person = { sub: string; iat: Date };
    const since = (seconds: number): Date => new Date(seconds * 1000);
    const byZod = z.object({ sub: z.string(), iat: z.number().transform(since) });
    const byValibot = v.object({ sub: v.string(), iat: v.pipe(v.number(), v.transform(since)) });
    const byArktype = type({ sub: 'string', iat: type('number').pipe(since) });
    const one = createClient({ ...SETTINGS, claimsSchema: byZod }, world());
    const two = createClient({ ...BY_ISSUER, claimsSchema: byValibot }, world());
    const three = createClient({ ...SETTINGS, claimsSchema: byArktype }, world());
    expectTypeOf<Users<typeof one>>().toEqualTypeOf<[Person, Person, Person, Person]>();
    expectTypeOf<Users<typeof two>>().toEqualTypeOf<[Person, Person, Person, Person]>();
    expectTypeOf<Users<typeof three>>().toEqualTypeOf<[Person, Person, Person, Person]>();
  });

  test('has the claims of an ID Token without a schema', () => {
    const client = createClient(SETTINGS, world());
    type Claims = IdTokenClaims;
    expectTypeOf<Users<typeof client>>().toEqualTypeOf<[Claims, Claims, Claims, Claims]>();
  });

  test('is given to listeners', () => {
    const client = createClient({ ...SETTINGS, claimsSchema: z.object({ sub: z.literal('ada') }) }, world());
    client.subscribe((snapshot) => {
      if (snapshot.status === 'logged_in') expectTypeOf(snapshot.user).toEqualTypeOf<{ sub: 'ada' } | undefined>();
    });
  });
});

describe('requests', () => {
  test('a login takes the failure of an API as it is', () => {
    assertType<LoginRequest>({ stepUp: {} as Failure });
    // @ts-expect-error A response is no failure.
    assertType<LoginRequest>({ stepUp: { status: 401 } });
  });

  test('a logout takes neither an ID Token nor a state: those are its own', () => {
    assertType<LogoutRequest>({ returnTo: 'https://app.example/', federated: true, uiLocales: ['de'] });
    // @ts-expect-error It sends the ID Token of the session.
    assertType<LogoutRequest>({ idToken: 'x' });
    // @ts-expect-error It makes its own state.
    assertType<LogoutRequest>({ state: 'x' });
  });

  test('the page of a vendor stands in the metadata where those are given', () => {
    assertType<Settings>({ ...BY_ISSUER, vendorLogoutEndpoint: 'https://as.example/v2/logout' });
    // @ts-expect-error It would be ignored here.
    assertType<Settings>({ ...SETTINGS, vendorLogoutEndpoint: 'https://as.example/v2/logout' });
  });
});
