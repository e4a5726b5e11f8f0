/** The readers and ajv say the same about the same schemas. */
import { describe, expect, test } from 'vitest';
import { isObject } from '../../generate/src/rules.ts';
import * as api from '../src/index.ts';
import { Agreement } from './agreement.ts';
import { document, generated, importChanged, workshop } from './description.ts';

type Reader = (value: unknown) => api.Read<unknown>;
const agreement = new Agreement(document);
const objects = Object.entries(document.components?.schemas ?? {}).flatMap(([name, schema]) =>
  isObject(schema) ? [name] : [],
);
const readerOf = (module: object, name: string): Reader => (module as Record<string, Reader>)[`read${name}`] as Reader;

describe('a reader agrees with ajv on', () => {
  test.each(objects)('%s', (name) => {
    const { accepted, refused } = agreement.check(name, readerOf(api, name), 1500);
    // Both sides of the border must be well visited, or the agreement would mean little.
    expect(accepted).toBeGreaterThan(150);
    expect(refused).toBeGreaterThan(20);
  });
});

describe('the comparison notices a reader that', () => {
  test.each([
    ['does not require a member', 'TokenResponse', ', token_type: isTokenText', ''],
    ['allows one octet too many', 'UserInfo', '{1,255}', '{1,256}'],
    ['moves a border by one', 'TokenResponse', '<= 3155760000', '< 3155760000'],
    ['lets a pattern be', 'ErrorResponse', '#-[', '"-['],
    ['is strict where it should be lenient', 'UserInfo', '{}, lenientProfileClaims', 'lenientProfileClaims'],
    [
      'is lenient where it should be strict',
      'ErrorResponse',
      '{ error: isErrorCode }, {}, {',
      '{}, {}, { error: isErrorCode }, {',
    ],
    ['does not check a member', 'IdTokenClaims', 'azp: isString', 'azp: isAnything'],
    ['drops members', 'UserInfo', 'read(value, true, { sub', 'read(value, false, { sub'],
    ['keeps unknown members', 'JsonWebKeySet', 'read(value, false, { keys', 'read(value, true, { keys'],
    ['allows an empty list', 'IdTokenClaims', 'value.length >= 1', 'value.length >= 0'],
    ['hands on an array instead of its copy', 'JsonWebKeySet', 'list(value, isAnything)', 'value !== null'],
  ])('%s', async (_, name, from, to) => {
    const { out } = workshop();
    const broken = await importChanged(generated, out, (text) => text.replaceAll(from, to));
    expect(() => agreement.check(name, readerOf(broken, name), 1500)).toThrow();
  });
});

describe('a reader', () => {
  const tokens = { access_token: 'a', token_type: 'Bearer' };

  test('looks only at own members', () => {
    expect(api.readTokenResponse(Object.create(tokens))).toEqual({ ok: false, at: 'access_token' });
  });

  test('is not led astray by __proto__ in JSON', () => {
    const text = '{"access_token":"a","token_type":"Bearer","__proto__":{"scope":"admin","polluted":true}}';
    const result = api.readTokenResponse(JSON.parse(text));
    expect(result).toStrictEqual({ ok: true, value: tokens });
    expect(result.ok && Object.keys(result.value)).toEqual(['access_token', 'token_type']);
    expect(result.ok && 'polluted' in result.value).toBe(false);
    expect(api.readTokenResponse(JSON.parse(`{"__proto__":${JSON.stringify(tokens)}}`)).ok).toBe(false);
    expect('polluted' in {}).toBe(false);
  });

  test('reads nothing from a prototype that somebody polluted', () => {
    const prototype = Object.prototype as unknown as Record<string, unknown>;
    Object.assign(prototype, { token_type: 'Bearer', scope: 'admin', error_uri: 'x' });
    try {
      expect(api.readTokenResponse({ access_token: 'a' })).toEqual({ ok: false, at: 'token_type' });
      const results = [api.readTokenResponse(tokens), api.readErrorResponse({ error: 'x' })];
      expect(results.map((one) => one.ok && Object.keys(one.value))).toEqual([
        ['access_token', 'token_type'],
        ['error'],
      ]);
    } finally {
      for (const name of ['token_type', 'scope', 'error_uri']) delete prototype[name];
    }
  });

  test('copies arrays and objects', () => {
    const [amr, address] = [['pwd'], { locality: 'Rome' }];
    const result = api.readIdTokenClaims({ iss: 'i', sub: 's', aud: ['c'], exp: 1, iat: 1, amr, address });
    expect(result).toMatchObject({ ok: true, value: { amr, address } });
    expect(result.ok && [result.value.amr === amr, result.value.address === address]).toEqual([false, false]);
  });

  test('treats constructor and toString as ordinary members', () => {
    const value = { ...tokens, constructor: 1, toString: 'x', hasOwnProperty: null };
    expect(api.readTokenResponse(value)).toStrictEqual({ ok: true, value });
  });

  test('leaves the value it was given alone', () => {
    const value = Object.freeze({ sub: 'jane', name: null, email: 'jane@example.com' });
    expect(api.readUserInfo(value)).toEqual({ ok: true, value: { sub: 'jane', email: 'jane@example.com' } });
  });

  test('treats a member that is undefined as absent', () => {
    const result = api.readTokenResponse({ ...tokens, scope: undefined });
    expect(result).toStrictEqual({ ok: true, value: tokens });
  });

  test('names the first member that is wrong, in the order of the description', () => {
    const claims = { iss: 'https://id.example/', sub: '', aud: [], exp: 1, iat: 1 };
    expect(api.readIdTokenClaims(claims)).toEqual({ ok: false, at: 'sub' });
    expect(api.readIdTokenClaims({ ...claims, sub: 'jane' })).toEqual({ ok: false, at: 'aud' });
    expect(api.readIdTokenClaims([claims])).toEqual({ ok: false, at: '' });
  });

  test('keeps the good keys of a set beside one that it cannot read', () => {
    const result = api.readJsonWebKeySet({ keys: [null, { kty: 'RSA', kid: '1' }, { kty: 5 }] });
    expect(result.ok && result.value.keys.map((key) => api.readJsonWebKey(key).ok)).toEqual([false, true, false]);
  });
});
