/** One key is imported once, what a platform does not know is told apart, and what WebCrypto takes too easily is not. */
import { constants, createHash, generateKeyPairSync, type KeyObject, sign, webcrypto } from 'node:crypto';
import { encodeBase64url, type JsonWebKey } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { type SubtleLike, webCryptoDigest, webCryptoVerifier } from '../src/index.ts';

type Asked = Parameters<ReturnType<typeof webCryptoVerifier>['verify']>[0];

const INPUT = 'eyJhbGciOiJ4In0.eyJzdWIiOiJhZGEifQ';
const jwkOf = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' }) as JsonWebKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const padding = constants.RSA_PKCS1_PSS_PADDING;

const rs256: Asked = {
  alg: 'RS256',
  key: jwkOf(rsa.publicKey),
  input: INPUT,
  signature: sign('sha256', Buffer.from(INPUT), rsa.privateKey),
};
const ps256: Asked = {
  ...rs256,
  alg: 'PS256',
  signature: sign('sha256', Buffer.from(INPUT), { key: rsa.privateKey, padding, saltLength: 32 }),
};
const signedOnCurve = (key: KeyObject): Uint8Array =>
  sign('sha256', Buffer.from(INPUT), { key, dsaEncoding: 'ieee-p1363' });
const es256: Asked = { ...rs256, alg: 'ES256', key: jwkOf(ec.publicKey), signature: signedOnCurve(ec.privateKey) };
const edDsa: Asked = {
  ...rs256,
  alg: 'EdDSA',
  key: jwkOf(ed.publicKey),
  signature: sign(null, Buffer.from(INPUT), ed.privateKey),
};

/** WebCrypto, and what it was asked to import. */
function counting(change: Partial<SubtleLike> = {}): { readonly subtle: SubtleLike; readonly imports: object[] } {
  const imports: object[] = [];
  const { subtle } = webcrypto;
  return {
    imports,
    subtle: {
      importKey(format, jwk, parameters, extractable, usages) {
        imports.push(jwk);
        return subtle.importKey(format, jwk, parameters, extractable, usages);
      },
      verify: (parameters, key, signature, octets) =>
        subtle.verify(parameters, key as webcrypto.CryptoKey, signature as ArrayBuffer, octets as ArrayBuffer),
      digest: (algorithm, octets) => subtle.digest(algorithm, octets as ArrayBuffer),
      ...change,
    },
  };
}

describe('imported keys', () => {
  test('one key is imported once, for verifications one after the other and at once', async () => {
    const { subtle, imports } = counting();
    const { verify } = webCryptoVerifier(subtle);
    expect(await Promise.all([verify(rs256), verify(rs256)])).toEqual([true, true]);
    expect(await verify({ ...rs256, input: 'x' })).toBe(false);
    expect(imports).toHaveLength(1);
  });

  test('another algorithm is another import of the same key', async () => {
    const { subtle, imports } = counting();
    const { verify } = webCryptoVerifier(subtle);
    expect([await verify(rs256), await verify(ps256), await verify(rs256), await verify(ps256)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(imports).toHaveLength(2);
  });

  test('a key object with other members, and another of the same members, are imported by themselves', async () => {
    const { subtle, imports } = counting();
    const { verify } = webCryptoVerifier(subtle);
    const other = jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
    expect(await verify(es256)).toBe(true);
    expect(await verify({ ...es256, key: { ...es256.key, ...other } })).toBe(false);
    expect(await verify({ ...es256, key: { ...es256.key } })).toBe(true);
    expect(await verify(es256)).toBe(true);
    expect(imports).toHaveLength(3);
  });

  test('a key that is none is asked about once', async () => {
    const { subtle, imports } = counting();
    const { verify } = webCryptoVerifier(subtle);
    const key = { ...es256.key, y: String(es256.key.x) };
    expect([await verify({ ...es256, key }), await verify({ ...es256, key })]).toEqual([false, false]);
    expect(imports).toHaveLength(1);
  });

  test('two verifiers share nothing', async () => {
    const one = counting();
    const other = counting();
    expect(await webCryptoVerifier(one.subtle).verify(es256)).toBe(true);
    expect(await webCryptoVerifier(other.subtle).verify(es256)).toBe(true);
    expect([one.imports.length, other.imports.length]).toEqual([1, 1]);
  });
});

describe('what the platform says', () => {
  const failing = (name: string) => async (): Promise<never> => {
    throw Object.assign(new Error('no'), { name });
  };

  test('undefined when it does not know the algorithm, on import or on verification', async () => {
    const { importKey, verify } = { importKey: failing('NotSupportedError'), verify: failing('NotSupportedError') };
    expect(await webCryptoVerifier(counting({ importKey }).subtle).verify(edDsa)).toBeUndefined();
    expect(await webCryptoVerifier(counting({ verify }).subtle).verify(edDsa)).toBeUndefined();
  });

  test.each(['DataError', 'OperationError', 'SyntaxError', 'TypeError'])('false for its %s', async (name) => {
    expect(await webCryptoVerifier(counting({ importKey: failing(name) }).subtle).verify(edDsa)).toBe(false);
    expect(await webCryptoVerifier(counting({ verify: failing(name) }).subtle).verify(edDsa)).toBe(false);
  });

  test('undefined, and nothing is asked, for what nobody here knows', async () => {
    const { subtle, imports } = counting();
    for (const alg of ['none', 'HS256', 'RS1', 'RS257', 'ES256K', 'Ed448', '', 'xRS256', 'RS256\n', '__proto__']) {
      expect([alg, await webCryptoVerifier(subtle).verify({ ...rs256, alg })]).toEqual([alg, undefined]);
    }
    expect(imports).toEqual([]);
  });

  test('the members of the public key are all that it gets to see', async () => {
    const { subtle, imports } = counting();
    const key = { ...jwkOf(ed.privateKey), alg: 'Ed25519', use: 'sig', key_ops: ['verify'], ext: false, kid: '1' };
    expect(await webCryptoVerifier(subtle).verify({ ...edDsa, key })).toBe(true);
    const { kty, crv, x } = jwkOf(ed.publicKey);
    expect(JSON.parse(JSON.stringify(imports))).toEqual([{ kty, crv, x }]);
  });
});

describe('what platforms take and this does not', () => {
  const octets = (text: string | undefined): Uint8Array => Buffer.from(text ?? '', 'base64url');
  const padded = (text: string | undefined): string => encodeBase64url(Uint8Array.of(0, ...octets(text)));

  test.each([
    ['a modulus that begins with a zero', rs256, { n: padded(rs256.key.n) }],
    ['an exponent that begins with a zero', rs256, { e: 'AAEAAQ' }],
    ['a padded modulus', rs256, { n: `${rs256.key.n}==` }],
    ['a coordinate that begins with one zero too many', es256, { x: padded(es256.key.x) }],
    ['a key of another curve', edDsa, { crv: 'X25519' }],
  ])('%s', async (_what, asked, members) => {
    const { verify } = webCryptoVerifier(counting().subtle);
    expect(await verify(asked)).toBe(true);
    expect(await verify({ ...asked, key: { ...asked.key, ...members } })).toBe(false);
  });

  test('a coordinate whose first zero was cut off', async () => {
    const { verify } = webCryptoVerifier(counting().subtle);
    for (let count = 0; count < 20_000; count++) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const key = jwkOf(publicKey);
      const x = octets(key.x);
      if (x[0] !== 0) continue;
      const signature = signedOnCurve(privateKey);
      expect(await verify({ ...es256, key, signature })).toBe(true);
      expect(await verify({ ...es256, key: { ...key, x: encodeBase64url(x.subarray(1)) }, signature })).toBe(false);
      return;
    }
    throw new Error('no coordinate begins with a zero');
  });

  test.each([
    ['AQ', '1'],
    ['Ag', '2'],
    ['AQAAAAA', '2^32'],
    ['AQAAAAE', '2^32 + 1'],
  ])('an RSA exponent %s, which is %s, before it is imported', async (e) => {
    const { subtle, imports } = counting();
    expect(await webCryptoVerifier(subtle).verify({ ...rs256, key: { ...rs256.key, e } })).toBe(false);
    expect(imports).toEqual([]);
  });

  test.each([
    [255, 255, 0],
    [256, 127, 0],
    [256, 128, 1],
    [1024, 255, 1],
    [1025, 1, 0],
  ])('an RSA modulus of %i octets, the first one %i: %i imports', async (length, first, count) => {
    const { subtle, imports } = counting();
    const n = encodeBase64url(new Uint8Array(length).fill(255).fill(first, 0, 1));
    const signature = new Uint8Array(length);
    expect(await webCryptoVerifier(subtle).verify({ ...rs256, key: { ...rs256.key, n }, signature })).toBe(false);
    expect(imports).toHaveLength(count);
  });
});

test.each([
  ['SHA-256', 'sha256', 32],
  ['SHA-384', 'sha384', 48],
  ['SHA-512', 'sha512', 64],
] as const)('webCryptoDigest: %s', async (algorithm, name, length) => {
  const digest = await webCryptoDigest(counting().subtle)(algorithm, INPUT);
  expect(digest).toHaveLength(length);
  expect(encodeBase64url(digest)).toBe(createHash(name).update(INPUT).digest('base64url'));
});

test('the SubtleCrypto of a browser and the one of Node.js fit without a cast', async () => {
  const ofNode = webCryptoVerifier(webcrypto.subtle);
  const ofBrowser = webCryptoVerifier(crypto.subtle);
  expect([await ofNode.verify(es256), await ofBrowser.verify(es256)]).toEqual([true, true]);
});
