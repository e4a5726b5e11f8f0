/** Typed parameters -> request. RFC 6749, appendix B; RFC 3986, section 3.4. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  appendQuery,
  buildAuthorize,
  buildCodeExchange,
  buildGetKeySet,
  buildGetUserInfo,
  buildLogout,
  buildRefresh,
  buildRevoke,
  encodeForm,
} from '../src/index.ts';

const query = {
  response_type: 'code',
  client_id: 's6BhdRkqt3',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
} as const;
const exchange = {
  grant_type: 'authorization_code',
  client_id: 's6BhdRkqt3',
  code: 'SplxlOBeZQQYbYS6WxSbIA',
  code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
} as const;

describe('form encoding', () => {
  test('gives the example of RFC 6749, appendix B', () => {
    expect(encodeForm({ value: ' %&+£€' })).toBe('value=+%25%26%2B%C2%A3%E2%82%AC');
  });

  // RFC 6749, appendix B decodes `!` and `%21` to the same text, so what encodeURIComponent leaves can be left.
  test("leaves only letters, digits and -._!~*'() as they are", () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const kept = ascii.filter((one) => encodeForm({ [one]: '' }) === `${one}=`);
    expect(kept.join('')).toBe("!'()*-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
  });

  test('is read back by URLSearchParams as the text that it was, for any text', () => {
    const text = fc.string({ unit: 'binary' });
    const pairs = fc.array(fc.tuple(text, text), { maxLength: 3 }).map((all) => [...new Map(all)]);
    fc.assert(
      fc.property(pairs, (given) => {
        const form = encodeForm(Object.fromEntries(given.map(([name, value]) => [`a${name}`, value])));
        expect([...new URLSearchParams(form)].sort()).toEqual(
          [...new URLSearchParams(given.map(([name, value]) => [`a${name}`, value]))].sort(),
        );
      }),
      { seed: 20261121 },
    );
  });

  test('replaces half a surrogate pair instead of throwing', () => {
    expect(encodeForm({ a: '\uD83D', b: '\uDE00x', c: '😀' })).toBe('a=%EF%BF%BD&b=%EF%BF%BDx&c=%F0%9F%98%80');
  });

  test('repeats the name for each entry of an array', () => {
    expect(encodeForm({ resource: ['https://a.example', 'b'], none: [] })).toBe(
      'resource=https%3A%2F%2Fa.example&resource=b',
    );
  });

  test('leaves out undefined, and keeps 0, false and the empty text', () => {
    expect(encodeForm({ a: undefined, max_age: 0, b: false, c: '' })).toBe('max_age=0&b=false&c=');
  });

  test('takes only own members', () => {
    expect(encodeForm(Object.create({ scope: 'admin' }))).toBe('');
  });
});

describe('a query', () => {
  test.each([
    ['https://id.example/a', 'https://id.example/a?x=1'],
    ['https://id.example/a?', 'https://id.example/a?x=1'],
    ['https://id.example/a?b=2', 'https://id.example/a?b=2&x=1'],
    ['https://id.example/a?b=2&', 'https://id.example/a?b=2&x=1'],
  ])('is added to %s', (url, expected) => {
    expect(appendQuery(url, { x: 1 })).toBe(expected);
  });

  test('separates all its parameters with &, whatever they contain', () => {
    expect(appendQuery('https://id.example/a', { x: '?&', y: ['&', 2] })).toBe(
      'https://id.example/a?x=%3F%26&y=%26&y=2',
    );
  });

  test('that is empty leaves the URL as it was', () => {
    expect(appendQuery('https://id.example/a', { x: undefined })).toBe('https://id.example/a');
    expect(appendQuery('https://id.example/a?b=2', {})).toBe('https://id.example/a?b=2');
  });
});

describe('a builder', () => {
  test('puts query parameters into the URL, in the order in which they were given', () => {
    const request = buildAuthorize('https://id.example/authorize?ui=2', { ...query, max_age: 0, nonce: undefined });
    expect(request).toEqual({
      method: 'GET',
      url:
        'https://id.example/authorize?ui=2&response_type=code&client_id=s6BhdRkqt3' +
        '&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&max_age=0',
      headers: {},
    });
  });

  test('puts a form into the body', () => {
    expect(
      buildCodeExchange('https://id.example/oauth/token', { ...exchange, redirect_uri: 'com.example.app:/callback' }),
    ).toEqual({
      method: 'POST',
      url: 'https://id.example/oauth/token',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body:
        'grant_type=authorization_code&client_id=s6BhdRkqt3&code=SplxlOBeZQQYbYS6WxSbIA' +
        '&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&redirect_uri=com.example.app%3A%2Fcallback',
    });
  });

  test('takes headers as its third argument, which may be left out', () => {
    const refresh = { grant_type: 'refresh_token', client_id: 'c', refresh_token: 'r' } as const;
    expect(buildRefresh('https://id.example/', refresh, { dpop: 'proof' }).headers['dpop']).toBe('proof');
    expect(buildRefresh('https://id.example/', refresh).headers).not.toHaveProperty('dpop');
    // @ts-expect-error a header cannot be undefined: it would be sent with that name
    buildRefresh('https://id.example/', refresh, { dpop: undefined });
  });

  test('asks for JSON where only the errors are JSON, but not in a navigation', () => {
    const { headers } = buildRevoke('https://id.example/oauth/revoke', { client_id: 'c', token: 't' });
    expect(headers).toEqual({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' });
    expect(buildAuthorize('https://id.example/authorize', query).headers).toEqual({});
  });

  test('takes the access token as a header', () => {
    expect(buildGetUserInfo('https://id.example/userinfo', {}, { authorization: 'Bearer abc' })).toEqual({
      method: 'GET',
      url: 'https://id.example/userinfo',
      headers: { accept: 'application/json', authorization: 'Bearer abc' },
    });
  });

  test('needs no parameters where none are required', () => {
    expect(buildLogout('https://id.example/oidc/logout').url).toBe('https://id.example/oidc/logout');
    expect(buildGetKeySet('https://id.example/keys')).toEqual({
      method: 'GET',
      url: 'https://id.example/keys',
      headers: { accept: 'application/json' },
    });
  });

  test('does not compile with a wrong, missing or invented parameter', () => {
    // @ts-expect-error plain is not a method here
    buildAuthorize('', { ...query, code_challenge_method: 'plain' });
    // @ts-expect-error the verifier is required
    buildCodeExchange('', { grant_type: 'authorization_code', client_id: 'c', code: 'x' });
    // @ts-expect-error the name is token
    buildRevoke('', { client_id: 'c', refresh_token: 'x' });
    // @ts-expect-error the scheme is missing
    buildGetUserInfo('', {}, { authorization: 'abc' });
    expect(buildRevoke('', { client_id: 'c', token: 'x' }).body).toBe('client_id=c&token=x');
  });
});
