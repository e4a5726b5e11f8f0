/** What does not compile: switched-off checks, mixed-up strings, unchecked claims, secrets in options. */

import { assertType, describe, expectTypeOf, test } from 'vitest';
import type { Explanation, explain, explanations } from '../src/explain.ts';
import type {
  AccessToken,
  Answer,
  AuthorizationCode,
  ClientSettings,
  CodeChallenge,
  CodeVerifier,
  codeChallengeFor,
  codeExchangeRequest,
  createSession,
  Effect,
  Failure,
  FailureCode,
  FailureCodes,
  FailureKind,
  IdTokenClaims,
  LoginId,
  LoginOptions,
  LoginSettings,
  LoginState,
  Nonce,
  NumericDate,
  Recovery,
  RefreshToken,
  resourceAuthorization,
  ServerMetadata,
  Session,
  SessionIdToken,
  State,
  startLogin,
  Tokens,
  Transaction,
  Validated,
} from '../src/index.ts';
import type { LOGIN_TABLE } from '../src/login-flow.table.ts';

/** Members that a type has not. */
type Lacks<T, Names extends string> = Extract<keyof T, Names>;

describe('options and settings', () => {
  test('have exactly these members: a new one has to be weighed here', () => {
    expectTypeOf<keyof LoginOptions>().toEqualTypeOf<
      | 'redirectUri'
      | 'scope'
      | 'audience'
      | 'resource'
      | 'connection'
      | 'organization'
      | 'prompt'
      | 'maxAge'
      | 'loginHint'
      | 'idTokenHint'
      | 'acrValues'
      | 'uiLocales'
      | 'display'
      | 'claims'
      | 'responseMode'
      | 'extra'
      | 'appState'
    >();
    expectTypeOf<keyof ClientSettings>().toEqualTypeOf<
      'clientId' | 'clockTolerance' | 'trustedAudiences' | 'signingAlgorithms' | 'maxIdTokenAge'
    >();
    expectTypeOf<Exclude<keyof LoginSettings, keyof ClientSettings>>().toEqualTypeOf<'server'>();
  });

  test('AR-21 NA-15 PK-06 TR-06 switch nothing off, choose no secret and hold none', () => {
    type Forbidden =
      | `${string}secret${string}`
      | `${string}Secret${string}`
      | `${string}pkce${string}`
      | `${string}verif${string}`
      | `${string}Verif${string}`
      | `${string}skip${string}`
      | `${string}disable${string}`
      | `${string}insecure${string}`
      | `${string}allow${string}`
      | 'state'
      | 'nonce'
      | 'codeVerifier'
      | 'codeChallengeMethod'
      | 'responseType';
    expectTypeOf<Lacks<LoginOptions & LoginSettings & ServerMetadata, Forbidden>>().toBeNever();
    // Negative control: the pattern does find such a name.
    expectTypeOf<Lacks<{ readonly skipNonce: true; readonly clientSecret: string }, Forbidden>>().not.toBeNever();
  });

  test('AR-21 CB-21 do not take what a careless application would write', () => {
    const options = { redirectUri: 'https://app.example/', scope: ['openid'] };
    assertType<LoginOptions>(options);
    // @ts-expect-error a public client has no secret
    assertType<LoginOptions>({ ...options, client_secret: 'x' });
    // @ts-expect-error the scope is a list
    assertType<LoginOptions>({ ...options, scope: 'openid profile' });
    // @ts-expect-error a redirect URI is needed
    assertType<LoginOptions>({ scope: [] });
    // @ts-expect-error form_post needs a server
    assertType<LoginOptions>({ ...options, responseMode: 'form_post' });
    // @ts-expect-error there is no such prompt
    assertType<LoginOptions>({ ...options, prompt: 'never' });
    // @ts-expect-error environment variables are text
    assertType<ClientSettings>({ clientId: 'x', clockTolerance: '30' });
  });
});

describe('brands', () => {
  test('keep strings apart that must not be mixed up', () => {
    type Names = [CodeVerifier, CodeChallenge, State, Nonce, LoginId, AuthorizationCode, AccessToken, RefreshToken];
    /** For each, the others that it could be passed for. */
    type Mixed = {
      [I in keyof Names]: { [J in keyof Names]: I extends J ? never : Names[I] extends Names[J] ? J : never };
    };
    expectTypeOf<Mixed[number][number]>().toBeNever();
    expectTypeOf<string>().not.toExtend<Names[number]>();
    expectTypeOf<Names[number]>().toExtend<string>();
    expectTypeOf<number>().not.toExtend<NumericDate>();
  });

  test('reach the functions that need them', () => {
    expectTypeOf<State>().not.toExtend<Parameters<typeof codeChallengeFor>[0]>();
    expectTypeOf<CodeVerifier>().toExtend<Parameters<typeof codeChallengeFor>[0]>();
    expectTypeOf<RefreshToken>().not.toExtend<Parameters<typeof codeExchangeRequest>[2]>();
    expectTypeOf<AuthorizationCode>().toExtend<Parameters<typeof codeExchangeRequest>[2]>();
    expectTypeOf<number>().not.toExtend<Parameters<typeof startLogin>[3]>();
  });

  test('ID-28 let no ID Token go to an API: only an access token makes its header', () => {
    type ForApis = Parameters<typeof resourceAuthorization>[2]['accessToken'];
    expectTypeOf<SessionIdToken['token']>().not.toExtend<ForApis>();
    expectTypeOf<NonNullable<Session['idToken']>>().not.toExtend<ForApis>();
    expectTypeOf<AccessToken>().toExtend<ForApis>();
  });
});

describe('a session', () => {
  test('holds validated claims, and nothing else compiles', () => {
    type Held = NonNullable<Session['idToken']>['claims'];
    expectTypeOf<Held>().toEqualTypeOf<Validated<IdTokenClaims>>();
    expectTypeOf<IdTokenClaims>().not.toExtend<Held>();
    expectTypeOf<Validated<IdTokenClaims>>().toExtend<Held>();
    expectTypeOf<NonNullable<Tokens['idToken']>['claims']>().toEqualTypeOf<Validated<IdTokenClaims>>();
    expectTypeOf<Parameters<typeof createSession>[1]>().toEqualTypeOf<Tokens>();
  });

  test('cannot be put together from claims that nobody checked', () => {
    const claims = {} as IdTokenClaims;
    const session = {} as Session;
    // @ts-expect-error only validateIdToken makes validated claims
    assertType<Session>({ ...session, idToken: { token: '', claims, signature: 'verified' } });
    const validated = { token: '', claims: {} as Validated<IdTokenClaims> };
    // @ts-expect-error only acceptIdToken says that the signature is right
    assertType<Session>({ ...session, idToken: { ...validated, signature: 'verified' } });
    assertType<Session>({ ...session, idToken: {} as SessionIdToken });
    // @ts-expect-error a token that was only validated makes no session
    assertType<Parameters<typeof createSession>[2]>({} as ValidatedIdToken);
    // @ts-expect-error a signature is verified, or the session says that only TLS vouches for it
    acceptIdToken({} as ValidatedIdToken, 'none');
    // @ts-expect-error a later version has a type of its own
    assertType<Session>({ ...session, version: 2 });
  });

  test('is read-only, like everything that the core gives away', () => {
    const session = {} as Session;
    const transaction = {} as Transaction;
    const failure = {} as Failure;
    // @ts-expect-error read-only
    session.revision = 2;
    // @ts-expect-error read-only
    session.grant.refreshToken = null;
    // @ts-expect-error read-only
    transaction.codeVerifier = '' as CodeVerifier;
    // @ts-expect-error read-only
    failure.code = 'http_error';
  });
});

describe('failures', () => {
  test('are a closed list: a switch over kinds leaves nothing over', () => {
    const whose = (kind: FailureKind): string => {
      switch (kind) {
        case 'oauth_error':
        case 'untrusted_response':
        case 'effect_failed':
        case 'misuse':
          return kind;
        default:
          return assertNever(kind);
      }
    };
    expectTypeOf(whose).returns.toEqualTypeOf<string>();
    expectTypeOf<keyof FailureCodes>().toEqualTypeOf<FailureKind>();
  });

  test('have codes that a switch can exhaust', () => {
    type Local = FailureCodes['effect_failed'];
    const what = (code: Local): string => {
      switch (code) {
        case 'insufficient_entropy':
        case 'storage_read_failed':
        case 'storage_write_failed':
        case 'user_agent_failed':
        case 'user_cancelled':
        case 'redirect_timeout':
        case 'loopback_port_unavailable':
        case 'network_error':
        case 'key_set_unavailable':
        case 'digest_failed':
        case 'signature_check_failed':
        case 'not_logged_in':
        case 'session_expired':
        case 'session_unreadable':
        case 'token_set_missing':
          return code;
        default:
          return assertNever(code);
      }
    };
    const forgetful = (code: Local): string => {
      if (code === 'network_error') return code;
      // @ts-expect-error the other codes are left over
      return assertNever(code);
    };
    expectTypeOf(what).toEqualTypeOf(forgetful);
    expectTypeOf<'no_such_code'>().not.toExtend<FailureCode>();
    expectTypeOf<'id_token_nonce_invalid'>().toExtend<FailureCode>();
    expectTypeOf<'id_token_picture_invalid'>().not.toExtend<FailureCode>();
  });

  test('are explained one and all, each under its own kind', () => {
    expectTypeOf<keyof typeof explanations>().toEqualTypeOf<FailureCode>();
    expectTypeOf<(typeof explanations)['user_cancelled']['kind']>().toEqualTypeOf<'effect_failed'>();
    expectTypeOf<(typeof explanations)['invalid_scope']['kind']>().toEqualTypeOf<'misuse'>();
    expectTypeOf<(typeof explanations)[FailureCode]['recovery']>().toEqualTypeOf<Recovery>();
    expectTypeOf<typeof explain>().toEqualTypeOf<(failure: Failure) => Explanation>();
  });
});

test('the table of the login has a cell for every state and every answer', () => {
  expectTypeOf<keyof typeof LOGIN_TABLE>().toEqualTypeOf<LoginState['status']>();
  expectTypeOf<keyof (typeof LOGIN_TABLE)['failed']>().toEqualTypeOf<Answer['type']>();
  type Row = (typeof LOGIN_TABLE)['failed']['spent'][number];
  expectTypeOf<Row['effects'][number]>().toEqualTypeOf<Effect['type']>();
});

declare function assertNever(value: never): never;
