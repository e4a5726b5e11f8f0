/** JWTs as they leave: signed by every algorithm, by the wrong key, by nobody, and verified by a library of others. */
import { createHash, generateKeyPairSync, webcrypto } from 'node:crypto';
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import type { JwtToSign, ServerResponse, SignWith } from '../src/authorization-server.ts';
import { nodePlatform } from '../src/node-platform.ts';
import type { PrivateJsonWebKey, SigningAlgorithm } from '../src/options.ts';
import { createSigner, type Signer } from '../src/signer.ts';

const { subtle } = nodePlatform();
const ALGORITHMS: readonly SigningAlgorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const answerWith = (...jwts: readonly JwtToSign[]): ServerResponse => ({
  status: 200,
  headers: {},
  body: JSON.stringify(jwts.map(({ placeholder }) => placeholder)),
  jwts,
});

async function jwtFor(signer: Signer, change: Partial<JwtToSign> = {}): Promise<JwtToSign> {
  const { kid = '', alg = '' } = (await signer.publicKeys()).at(-1) ?? {};
  const signWith: SignWith = { type: 'own_key', kid };
  return { placeholder: '%jwt:one%', header: { alg, kid }, claims: { sub: 'Ada ä' }, signWith, ...change };
}

async function signedBy(signer: Signer, ...jwts: readonly JwtToSign[]): Promise<readonly string[]> {
  const { body, jwts: left } = await signer.sign(answerWith(...jwts));
  expect(left).toEqual([]);
  return JSON.parse(body) as readonly string[];
}

async function verify(signer: Signer, token = ''): Promise<Record<string, unknown>> {
  const keys = (await signer.publicKeys()).map(({ jwk, kid, alg }) => ({ ...(jwk as object), kid, alg, kty: jwk.kty }));
  return (await jwtVerify(token, createLocalJWKSet({ keys }))).payload;
}

test.each(ALGORITHMS)(
  'signs with %s so that the published key verifies it, and publishes nothing private',
  async (algorithm) => {
    const signer = createSigner({ algorithm }, subtle);
    const [token] = await signedBy(signer, await jwtFor(signer));
    expect(await verify(signer, token)).toEqual({ sub: 'Ada ä' });
    for (const { jwk, alg } of await signer.publicKeys()) {
      expect(alg).toBe(algorithm);
      expect(Object.keys(jwk).filter((name) => !['kty', 'crv', 'n', 'e', 'x', 'y'].includes(name))).toEqual([]);
    }
  },
);

test.each(ALGORITHMS)('one bit that is turned over makes a signature of %s wrong', async (algorithm) => {
  const signer = createSigner({ algorithm }, subtle);
  const [good = '', bad = ''] = [
    ...(await signedBy(signer, await jwtFor(signer))),
    ...(await signedBy(signer, await jwtFor(signer, { spoiled: true }))),
  ];
  expect(bad.length).toBe(good.length);
  await expect(verify(signer, bad)).rejects.toThrow('signature verification failed');
});

test.each(ALGORITHMS)('another key of %s has the same shape, and is not the server’s', async (alg) => {
  const signer = createSigner({ algorithm: alg }, subtle);
  const [token] = await signedBy(signer, await jwtFor(signer, { signWith: { type: 'foreign_key', alg } }));
  await expect(verify(signer, token)).rejects.toThrow('signature verification failed');
});

test('a foreign key can come along in the header, and fits there', async () => {
  const signer = createSigner({ algorithm: 'ES256' }, subtle);
  const signWith = { type: 'foreign_key', alg: 'ES256', embedded: true } as const;
  const [token = ''] = await signedBy(signer, await jwtFor(signer, { signWith }));
  const { jwk } = decodeProtectedHeader(token);
  expect((await jwtVerify(token, jwk as { kty: string })).payload.sub).toBe('Ada ä');
  const [own] = await signer.publicKeys();
  expect(await calculateJwkThumbprint(jwk ?? {})).not.toBe(await calculateJwkThumbprint(own?.jwk as { kty: string }));
});

test('signs by HMAC with an empty text, a given one, or the PEM of the public key', async () => {
  const signer = createSigner({ algorithm: 'RS256' }, subtle);
  const [key] = await signer.publicKeys();
  const imported = await webcrypto.subtle.importKey(
    'jwk',
    key?.jwk as webcrypto.JsonWebKey,
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    true,
    ['verify'],
  );
  const der = Buffer.from(await webcrypto.subtle.exportKey('spki', imported)).toString('base64');
  const pem = `-----BEGIN PUBLIC KEY-----\n${der.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
  const header = { alg: 'HS256' };
  for (const [secret, text] of [
    ['client', 'client'],
    [null, pem],
  ] as const) {
    const [token = ''] = await signedBy(signer, await jwtFor(signer, { header, signWith: { type: 'hmac', secret } }));
    expect((await jwtVerify(token, Buffer.from(text))).payload.sub).toBe('Ada ä');
  }
  const [empty = ''] = await signedBy(signer, await jwtFor(signer, { header, signWith: { type: 'hmac', secret: '' } }));
  expect(Buffer.from(empty.split('.')[2] ?? '', 'base64url')).toHaveLength(32);
});

test('signs with nothing at all: the third part is empty', async () => {
  const signer = createSigner({ algorithm: 'ES256' }, subtle);
  const [token] = await signedBy(signer, await jwtFor(signer, { signWith: { type: 'nothing' }, spoiled: true }));
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.$/);
});

test.each([
  ['ES256', 'sha256'],
  ['EdDSA', 'sha512'],
] as const)('at_hash with %s is of an access token that is a JWT itself', async (algorithm, hash) => {
  const signer = createSigner({ algorithm }, subtle);
  const access = await jwtFor(signer, { placeholder: '%jwt:access_token%', claims: { jti: 'x' } });
  const id = await jwtFor(signer, { placeholder: '%jwt:id_token%', atHashOf: '%jwt:access_token%' });
  const [accessToken = '', idToken] = await signedBy(signer, access, id);
  const digest = createHash(hash).update(accessToken).digest();
  const expected = digest.subarray(0, digest.length / 2).toString('base64url');
  expect(await verify(signer, idToken)).toEqual({ sub: 'Ada ä', at_hash: expected });
});

test('a new key signs after a rotation; an answer that was made before still finds its own', async () => {
  const signer = createSigner({ algorithm: 'ES256' }, subtle);
  const before = await jwtFor(signer);
  expect((await signer.rotate(true)).length).toBe(2);
  const [both] = await signedBy(signer, before);
  expect(await verify(signer, both)).toEqual({ sub: 'Ada ä' });
  expect((await signer.rotate(false)).length).toBe(1);
  const [old, fresh] = [...(await signedBy(signer, before)), ...(await signedBy(signer, await jwtFor(signer)))];
  expect(await verify(signer, fresh)).toEqual({ sub: 'Ada ä' });
  await expect(verify(signer, old)).rejects.toThrow('no applicable key');
});

const privateJwk = (alg: SigningAlgorithm, kid?: string): PrivateJsonWebKey => {
  const { privateKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), alg, ...(kid && { kid }) } as PrivateJsonWebKey;
};

test.each(ALGORITHMS)('signs with a key of %s that was given', async (alg) => {
  const signer = createSigner({ keys: [privateJwk(alg, 'mine')] }, subtle);
  const [token = ''] = await signedBy(signer, await jwtFor(signer));
  expect(decodeProtectedHeader(token).kid).toBe('mine');
  expect(await verify(signer, token)).toEqual({ sub: 'Ada ä' });
});

test('publishes all keys that were given, and signs with the last', async () => {
  const signer = createSigner({ keys: [privateJwk('ES256'), privateJwk('EdDSA')] }, subtle);
  expect((await signer.publicKeys()).map(({ alg }) => alg)).toEqual(['ES256', 'EdDSA']);
  const [token = ''] = await signedBy(signer, await jwtFor(signer));
  expect(decodeProtectedHeader(token).alg).toBe('EdDSA');
});

test('refuses keys that can not sign, without repeating a part of them', async () => {
  const { d, ...published } = privateJwk('ES256') as PrivateJsonWebKey & { d: string };
  const wrong: [readonly PrivateJsonWebKey[], string][] = [
    [[published as PrivateJsonWebKey], 'has to be a private JWK with kty EC and the member d'],
    [[{ ...privateJwk('EdDSA'), alg: 'ES256' }], 'has to be a private JWK with kty EC'],
    [[{ ...published, d: 'AAAA', x: '%' } as PrivateJsonWebKey], 'can not be read as a private JWK for ES256'],
    [[{ ...privateJwk('ES256'), alg: 'HS256' as 'ES256' }], 'No algorithm is called HS256'],
    [[privateJwk('ES256', 'a'), privateJwk('ES256', 'a')], 'two of them have the same kid'],
  ];
  for (const [keys, sentence] of wrong) {
    const error: Error = await Promise.resolve()
      .then(() => createSigner({ keys }, subtle).publicKeys())
      .then(Promise.reject, (one) => one);
    expect(error.message).toContain(sentence);
    expect(error.message).not.toContain(d);
  }
  expect(() => createSigner({ keys: [] }, subtle)).toThrow('without a key nothing can be signed');
  expect(() => createSigner({ keys: [privateJwk('ES256')], algorithm: 'RS256' }, subtle)).toThrow('algorithm');
});

test('says what to do where there is no WebCrypto, and only when something has to be signed', async () => {
  const signer = createSigner({}, undefined);
  expect(await signer.sign(answerWith())).toEqual(answerWith());
  await expect(signer.publicKeys()).rejects.toThrow('react-native-quick-crypto');
});
