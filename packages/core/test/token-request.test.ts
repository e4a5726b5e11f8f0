/** Token request. RFC 6749, sections 4.1.3 and 6; RFC 7636, section 4.5. */
import { describe, expect, test } from 'vitest';
import {
  type AuthorizationCode,
  codeExchangeRequest,
  deviceCodeRequest,
  type HttpRequest,
  type RefreshToken,
  refreshRequest,
} from '../src/index.ts';
import {
  CLIENT_ID,
  CODE,
  ISSUER,
  OTHER_ISSUER,
  REDIRECT_URI,
  SERVER,
  settingsOf,
  transactionOf,
} from './support/login.ts';

const form = ({ body }: HttpRequest): Record<string, string> => Object.fromEntries(new URLSearchParams(body));
const exchange = (code: AuthorizationCode = CODE, transaction = transactionOf()): HttpRequest =>
  codeExchangeRequest(settingsOf(), transaction, code);
const RT = 'tGzv3JOkF0XG5Qx2TlKWIA' as RefreshToken;

describe('code exchange', () => {
  test('TR-01 TR-02 TR-03 PK-07 AT-24 is a form POST with exactly these members (tr-001)', () => {
    const request = exchange();
    expect(request).toMatchObject({ method: 'POST', url: SERVER.tokenEndpoint });
    expect(form(request)).toEqual({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code: CODE,
      code_verifier: transactionOf().codeVerifier,
      redirect_uri: REDIRECT_URI,
    });
  });

  test('TR-01 nothing of it is in the URL', () => {
    expect(exchange().url).not.toMatch(/[?#]/);
    expect(exchange().url).not.toContain(CODE);
  });

  test('TR-03 TR-05 sends no credential and no header that makes a preflight', () => {
    expect(exchange().headers).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    });
  });

  test.each(['a/b+c=d&e%f', 'key:user:secret', 'a b', '\u0021\u007e', "!'()*"])(
    'TR-01 AR-05 encodes the code %j once (tr-006)',
    (code) => {
      expect(form(exchange(code as AuthorizationCode))).toMatchObject({ code });
    },
  );

  test('TR-02 repeats the redirect URI letter for letter', () => {
    const redirectUri = 'https://APP.example.com:443/a/../cb?x=%7e';
    expect(form(exchange(CODE, transactionOf({ redirectUri })))).toMatchObject({ redirect_uri: redirectUri });
  });

  test('PK-07 AR-17 two logins at two issuers: each verifier goes to its own token endpoint', () => {
    const other = transactionOf({}, { issuer: OTHER_ISSUER, tokenEndpoint: `${OTHER_ISSUER}token` }, 1);
    const [mine, theirs] = [exchange(), exchange(CODE, other)];
    expect(mine.url).toBe(`${ISSUER}oauth/token`);
    expect(theirs.url).toBe(`${OTHER_ISSUER}token`);
    expect(form(mine)['code_verifier']).toBe(transactionOf().codeVerifier);
    expect(form(theirs)['code_verifier']).toBe(other.codeVerifier);
    expect(form(mine)['code_verifier']).not.toBe(form(theirs)['code_verifier']);
  });
});

describe('refresh', () => {
  const refresh = (options?: Parameters<typeof refreshRequest>[3]): HttpRequest =>
    refreshRequest(settingsOf(), SERVER.tokenEndpoint, RT, options);

  test('TR-01 TR-03 sends the refresh token, the client id and nothing else', () => {
    expect(form(refresh())).toEqual({ grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: RT });
    expect(refresh()).toMatchObject({ method: 'POST', url: SERVER.tokenEndpoint });
  });

  test('RF-03 asks for a narrower scope (tr-003)', () => {
    expect(form(refresh({ scope: ['openid', 'read:x'] }))).toMatchObject({ scope: 'openid read:x' });
  });

  test('TR-10 asks for the tokens of another API, resource by resource', () => {
    const resource = ['https://a.example.com/', 'https://b.example.com/'];
    expect(new URLSearchParams(refresh({ resource }).body).getAll('resource')).toEqual(resource);
    expect(form(refresh({ audience: 'https://billing.example.com' }))).toMatchObject({
      audience: 'https://billing.example.com',
    });
  });
});

describe('device code', () => {
  test('TR-01 TR-03 asks with the device code and the client id', () => {
    expect(
      form(deviceCodeRequest(settingsOf(), SERVER.tokenEndpoint, 'GmRh-mhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS')),
    ).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: CLIENT_ID,
      device_code: 'GmRh-mhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS',
    });
  });
});
