/** JWK Set -> the keys that may have signed. RFC 7517, sections 4 and 5; OpenID Connect Core, section 10.1. */
import { describe, expect, test } from 'vitest';
import { BODY_LIMIT, type JsonWebKey, readKeySet, selectKeys } from '../src/index.ts';
import { jsonResponse } from './support/login.ts';
import { outcomeOf, valueIn } from './support/result.ts';

const RSA: JsonWebKey = { kty: 'RSA', n: 'n', e: 'AQAB' };
const EC: JsonWebKey = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
const OKP: JsonWebKey = { kty: 'OKP', crv: 'Ed25519', x: 'x' };
const select = (keys: readonly unknown[], alg: string, kid?: string): string | readonly JsonWebKey[] => {
  const result = selectKeys(keys as JsonWebKey[], { alg, kid });
  return result.ok ? result.value : result.failure.code;
};

describe('readKeySet', () => {
  const read = (keys: unknown) => valueIn(readKeySet(jsonResponse({ keys })));

  test('ID-20 reads the members that it knows, and no private ones', () => {
    const key = { ...RSA, kid: 'a', use: 'sig', alg: 'RS256', key_ops: ['verify'], d: 'private', x5c: ['x'], p: 'p' };
    expect(read([key])).toEqual([{ ...RSA, kid: 'a', use: 'sig', alg: 'RS256', key_ops: ['verify'] }]);
  });

  test.each([
    [null],
    [1],
    ['key'],
    [[]],
    [{}],
    [{ kty: 1 }],
    [{ ...RSA, kid: 1 }],
    [{ ...RSA, use: null }],
    [{ ...RSA, n: {} }],
  ])('ID-20 leaves out %j, and keeps its neighbours', (odd) => {
    expect(read([RSA, odd, EC])).toEqual([RSA, EC]);
  });

  test('ID-20 an empty set is a set', () => {
    expect(read([])).toEqual([]);
  });

  test.each([
    [{}],
    [{ keys: null }],
    [{ keys: {} }],
    [{ keys: 'x' }],
    [[]],
    [null],
    ['x'],
    ['{"__proto__":{"keys":[]}}'],
  ])('DI-06 refuses %j: no key set', (body) => {
    expect(outcomeOf(readKeySet(jsonResponse(body)))).toBe('malformed_key_set');
  });

  test.each([
    ['application/json', 'accepted'],
    ['application/jwk-set+json', 'accepted'],
    ['application/JWK-SET+json; charset=utf-8', 'accepted'],
    ['text/html', 'malformed_key_set'],
    ['', 'malformed_key_set'],
  ])('DI-06 the media type %j is %s', (type, outcome) => {
    expect(outcomeOf(readKeySet(jsonResponse({ keys: [] }, 200, { 'content-type': type })))).toBe(outcome);
  });

  test.each([
    [302, 'unexpected_redirect'],
    [404, 'http_error'],
    [503, 'http_error'],
    [204, 'malformed_key_set'],
  ])('DI-07 status %i is %s', (status, outcome) => {
    expect(outcomeOf(readKeySet(jsonResponse({ keys: [] }, status)))).toBe(outcome);
  });

  test('DI-06 reads no more than 1 MiB', () => {
    expect(outcomeOf(readKeySet(jsonResponse('{"keys":[]}'.padEnd(BODY_LIMIT))))).toBe('accepted');
    expect(outcomeOf(readKeySet(jsonResponse('{"keys":[]}'.padEnd(BODY_LIMIT + 1))))).toBe('response_too_large');
  });
});

describe('selectKeys', () => {
  const [a, b] = [
    { ...RSA, kid: 'a' },
    { ...RSA, kid: 'b' },
  ];

  test('ID-20 takes the key with the kid, and only that', () => {
    expect(select([a, b, EC], 'RS256', 'b')).toEqual([b]);
  });

  test('ID-21 refuses an unknown kid (AT-46)', () => {
    expect(select([a, b], 'RS256', 'c')).toBe('id_token_key_not_found');
    expect(select([a, b], 'RS256', '')).toBe('id_token_key_not_found');
    expect(select([RSA], 'RS256', 'a')).toBe('id_token_key_not_found');
    expect(select([], 'RS256')).toBe('id_token_key_not_found');
  });

  test('ID-20 without a kid takes every key that fits, in their order', () => {
    expect(select([EC, a, OKP, b], 'RS256')).toEqual([a, b]);
    expect(select([a], 'RS256')).toEqual([a]);
  });

  test.each([
    ['RS256', 'RSA'],
    ['RS512', 'RSA'],
    ['PS256', 'RSA'],
    ['ES256', 'EC'],
    ['ES512', 'EC'],
    ['EdDSA', 'OKP'],
    ['Ed25519', 'OKP'],
  ])('ID-20 %s needs a key of type %s', (alg, kty) => {
    expect(select([RSA, EC, OKP], alg)).toEqual([RSA, EC, OKP].filter((key) => key.kty === kty));
  });

  test('ID-20 a symmetric key never fits (AT-45)', () => {
    const oct = { kty: 'oct', kid: 'a', k: 'c2VjcmV0' };
    for (const alg of ['RS256', 'ES256', 'EdDSA', 'HS256'])
      expect(select([oct], alg, 'a')).toBe('id_token_key_not_found');
  });

  test.each([
    [{ use: 'enc' }, false],
    [{ use: 'sig' }, true],
    [{ use: 'SIG' }, false],
    [{ key_ops: ['verify'] }, true],
    [{ key_ops: ['sign', 'verify'] }, true],
    [{ key_ops: ['encrypt'] }, false],
    [{ key_ops: [] }, false],
    [{ alg: 'RS256' }, true],
    [{ alg: 'RS512' }, false],
    [{ alg: 'PS256' }, false],
    [{ alg: 'RSA-OAEP' }, false],
  ])('ID-20 a key that says %j fits RS256: %s', (more, fits) => {
    expect(select([{ ...RSA, ...more }], 'RS256')).toEqual(fits ? [{ ...RSA, ...more }] : 'id_token_key_not_found');
  });

  // RFC 9864, section 2.2: Ed25519 is what EdDSA says with the curve Ed25519.
  test.each([
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
  ])('ID-20 a key for %s fits a token signed with %s', (alg, used) => {
    expect(select([{ ...OKP, alg }], used)).toEqual([{ ...OKP, alg }]);
  });
});
