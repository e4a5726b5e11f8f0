/** What never changes while the client lives, and what a wrong setting must not do. */
import { describe, expect, test } from 'vitest';
import { checkLoginSettings, invalidSetting, validateIdToken, wrongSettingOf } from '../src/index.ts';
import { ISSUER, NOW, opened, SERVER, settingsOf, untyped } from './support/login.ts';
import { outcomeOf } from './support/result.ts';
import { claimsOf, unsigned } from './support/signing.ts';

const outcome = (more: object, server: object = {}): string =>
  checkLoginSettings(settingsOf(untyped(more), server))?.failure.code ?? 'accepted';
const validate = (more: object, claims: object): string =>
  outcomeOf(validateIdToken(settingsOf(untyped(more)), { issuer: ISSUER }, unsigned(claimsOf({ ...claims })), NOW));

describe('checkLoginSettings', () => {
  test.each(['s6BhdRkqt3', 'a', 'https://client.example.org/', 'a b~!"'])('takes the client id %j', (clientId) => {
    expect(outcome({ clientId })).toBe('accepted');
  });

  test.each([[''], ['\n'], ['a\nb'], ['a\u00e9'], ['a\0'], [undefined], [null], [1], [{}], [['a']], [true]])(
    'refuses the client id %j, such as one that the environment does not hold',
    (clientId) => {
      expect(outcome({ clientId })).toBe('invalid_settings');
    },
  );

  test('a login without a client id opens nothing', () => {
    expect(opened({}, settingsOf(untyped({ clientId: undefined })))).toBe('invalid_settings');
  });

  test.each([undefined, 0, 30, 300])('ID-09 takes a tolerance of %j seconds', (clockTolerance) => {
    expect(outcome({ clockTolerance })).toBe('accepted');
  });

  test.each([[-1], [301], [Number.NaN], [Number.POSITIVE_INFINITY], ['30'], [true], [[30]]])(
    'ID-09 refuses a tolerance of %j',
    (clockTolerance) => {
      expect(outcome({ clockTolerance })).toBe('invalid_settings');
    },
  );

  test.each([undefined, 0, 300])('ID-10 takes a maximum age of %j', (maxIdTokenAge) => {
    expect(outcome({ maxIdTokenAge })).toBe('accepted');
  });

  test.each([Number.NaN, '300'])('ID-10 refuses a maximum age of %s', (maxIdTokenAge) => {
    expect(outcome({ maxIdTokenAge })).toBe('invalid_settings');
  });

  test('TR-06 PK-06 ID-05 no setting switches a check off', () => {
    const off = { verify: false, insecure: true, skipSignature: true, allowHttp: true, rejectUnauthorized: false };
    expect(outcome(off, { tokenEndpoint: 'http://as.example.com/token' })).toBe('insecure_endpoint');
    expect(validate(off, { exp: NOW - 3600, iat: NOW - 7200 })).toBe('id_token_expired');
  });

  test.each([
    [{ ...SERVER, issuer: 'http://as.example.com/' }, 'invalid_issuer'],
    [{ ...SERVER, issuer: undefined }, 'invalid_issuer'],
    [undefined, 'invalid_issuer'],
    [{ ...SERVER, tokenEndpoint: undefined }, 'invalid_metadata'],
    [{ ...SERVER, authorizationEndpoint: 'javascript:alert(1)' }, 'invalid_metadata'],
    [{ ...SERVER, jwksUri: 'http://as.example.com/jwks' }, 'insecure_endpoint'],
    // Only a key set may be said not to be there.
    [{ ...SERVER, userinfoEndpoint: null }, 'invalid_metadata'],
    [{ ...SERVER, jwksUri: '' }, 'invalid_metadata'],
    [{ ...SERVER, codeChallengeMethods: ['plain'] }, 'pkce_not_supported'],
  ])('DI-04 checks static metadata as it checks what discovery finds: %#', (server, code) => {
    const settings = untyped({ clientId: 'a', server });
    expect(checkLoginSettings(settings)?.failure.code).toBe(code);
  });
});

describe('a setting that slipped through', () => {
  test.each([['30'], [Number.POSITIVE_INFINITY], [Number.NaN], [-5], [10_000], [null], [['300']]])(
    'ID-09 a tolerance of %j keeps an expired ID Token expired',
    (clockTolerance) => {
      expect(validate({ clockTolerance }, { exp: NOW - 3600, iat: NOW - 7200 })).toBe('id_token_expired');
    },
  );

  test.each(['30', Number.NaN, 10_000])('ID-10 a tolerance of %j takes no ID Token from tomorrow', (clockTolerance) => {
    expect(validate({ clockTolerance }, { exp: NOW + 90_000, iat: NOW + 86_400 })).toBe('id_token_iat_invalid');
  });
});

describe('a setting that is wrong', () => {
  test.each([
    ['clientId', ''],
    ['clockTolerance', 301],
    ['maxIdTokenAge', -1],
    ['signingAlgorithms', 'RS256'],
    ['trustedAudiences', [1]],
  ])('is named: %s', (name, value) => {
    expect(wrongSettingOf(settingsOf(untyped({ [name]: value })))).toBe(name);
    const { failure } = invalidSetting(name);
    expect(failure).toMatchObject({ code: 'invalid_settings', at: name, recovery: 'fix_configuration' });
    expect(failure.message).toMatch(new RegExp(`^invalid settings \\(${name}\\)\\. See https:`));
  });

  test('has no name when nothing is wrong', () => {
    expect(wrongSettingOf(settingsOf())).toBeUndefined();
  });
});
