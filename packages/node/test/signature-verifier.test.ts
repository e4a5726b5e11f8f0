/** Every algorithm that is taken, and everything that must not be. RFC 7515; RFC 7518; RFC 8037. */
import { constants, createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { JsonWebKey } from '@proofkey/core';
import { describe, expect, test } from 'vitest';
import { signatureVerifier } from '../src/index.ts';

type Signer = { readonly key: JsonWebKey; readonly signature: Uint8Array };
const INPUT = 'eyJhbGciOiJ4In0.eyJzdWIiOiJhZGEifQ';

const publicJwk = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' }) as JsonWebKey;
const rsaKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

const pkcs1 = (hash: string) => (): Signer => ({
  key: publicJwk(rsaKeys.publicKey),
  signature: sign(hash, Buffer.from(INPUT), rsaKeys.privateKey),
});
const pss = (hash: string) => (): Signer => ({
  key: publicJwk(rsaKeys.publicKey),
  signature: sign(hash, Buffer.from(INPUT), {
    key: rsaKeys.privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  }),
});
const ecdsa = (hash: string, namedCurve: string) => (): Signer => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const signature = sign(hash, Buffer.from(INPUT), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { key: publicJwk(publicKey), signature };
};
const ed25519 = (): Signer => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { key: publicJwk(publicKey), signature: sign(null, Buffer.from(INPUT), privateKey) };
};

const SIGNERS: Readonly<Record<string, () => Signer>> = {
  RS256: pkcs1('sha256'),
  RS384: pkcs1('sha384'),
  RS512: pkcs1('sha512'),
  PS256: pss('sha256'),
  PS384: pss('sha384'),
  PS512: pss('sha512'),
  ES256: ecdsa('sha256', 'P-256'),
  ES384: ecdsa('sha384', 'P-384'),
  ES512: ecdsa('sha512', 'P-521'),
  EdDSA: ed25519,
  Ed25519: ed25519,
};

const verify = async (alg: string, { key, signature }: Signer, input = INPUT): Promise<boolean | undefined> =>
  signatureVerifier.verify({ alg, key, input, signature });

/** Of 256 signatures one begins with a zero; 20 000 without one do not happen. */
function beginningWithZero(signer: () => Signer): Signer {
  for (let count = 0; count < 20_000; count++) {
    const signed = signer();
    if (signed.signature[0] === 0) return signed;
  }
  throw new Error('no signature begins with a zero');
}

test.each(['sha256', 'sha384', 'sha512'])('PSS with %s: a zero that was cut off is not added', async (hash) => {
  const alg = `PS${hash.slice(3)}`;
  const { key, signature } = beginningWithZero(pss(hash));
  expect(await verify(alg, { key, signature })).toBe(true);
  expect(await verify(alg, { key, signature: signature.subarray(1) })).toBe(false);
});

describe.each(Object.entries(SIGNERS))('%s', (alg, signer) => {
  test('takes a signature by the right key', async () => {
    const signed = signer();
    expect(await verify(alg, signed)).toBe(true);
    expect(await verify(alg, { ...signed, key: { ...signed.key, use: 'sig', key_ops: ['verify'], alg } })).toBe(true);
  });

  test('refuses other input, another signature, none, and a cut or a longer one', async () => {
    const signed = signer();
    expect(await verify(alg, signed, `${INPUT}x`)).toBe(false);
    const { signature } = signed;
    const changed = Uint8Array.from(signature, (octet, at) => (at === 5 ? octet ^ 1 : octet));
    for (const other of [changed, new Uint8Array(0), signature.subarray(1), new Uint8Array([...signature, 0])]) {
      expect(await verify(alg, { ...signed, signature: other })).toBe(false);
    }
    expect(await verify(alg, { ...signed, signature: new Uint8Array(signature.length) })).toBe(false);
  });

  test('refuses every other algorithm for the same signature and key', async () => {
    const signed = signer();
    const same = (other: string): boolean => other === alg || (/^Ed/.test(alg) && /^Ed/.test(other));
    for (const other of Object.keys(SIGNERS)) {
      if (!same(other)) expect([other, await verify(other, signed)]).toEqual([other, false]);
    }
  });

  test('refuses a key that is meant for something else', async () => {
    const { key, signature } = signer();
    const others: Partial<JsonWebKey>[] = [
      { use: 'enc' },
      { key_ops: ['encrypt'] },
      { key_ops: [] },
      { alg: alg === 'RS256' ? 'PS256' : 'RS256' },
      { kty: 'oct' },
      { kty: key.kty.toLowerCase() },
    ];
    for (const other of others) {
      expect([other, await verify(alg, { key: { ...key, ...other }, signature })]).toEqual([other, false]);
    }
  });

  test('refuses a key whose members are missing, empty or no canonical base64url', async () => {
    const { key, signature } = signer();
    for (const name of ['n', 'e', 'x', 'y', 'crv'].filter((member) => member in key)) {
      const value = String((key as unknown as Record<string, unknown>)[name]);
      for (const bad of [undefined, '', '!', `${value}=`, ` ${value}`, value.slice(0, -3), 7, null]) {
        const broken = { ...key, [name]: bad } as unknown as JsonWebKey;
        expect([name, bad, await verify(alg, { key: broken, signature })]).toEqual([name, bad, false]);
      }
    }
  });
});

describe('never taken', () => {
  test.each(['none', 'HS256', 'HS512', 'RS1', 'ES256K', 'Ed448', '', 'rs256', '__proto__', 'constructor'])(
    'alg %j',
    async (alg) => {
      expect(await verify(alg, pkcs1('sha256')())).toBeUndefined();
    },
  );

  test('an RSA key of 1024 bits, and one of 2047', async () => {
    for (const modulusLength of [1024, 2047]) {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
      const signature = sign('sha256', Buffer.from(INPUT), privateKey);
      expect(await verify('RS256', { key: publicJwk(publicKey), signature })).toBe(false);
    }
  });

  test('an RSA key with the exponent 1, for which every signature is valid', async () => {
    const { n } = publicJwk(rsaKeys.publicKey) as { readonly n?: string };
    // The padded digest itself: raised to the power of 1 it is what a valid signature would give.
    const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const tail = Buffer.concat([Buffer.from([0]), prefix, createHash('sha256').update(INPUT).digest()]);
    const padding = Buffer.alloc(256 - 2 - tail.length, 0xff);
    const signature = Buffer.concat([Buffer.from([0, 1]), padding, tail]);
    const key = { kty: 'RSA', n, e: 'AQ' } as unknown as JsonWebKey;
    expect(await verify('RS256', { key, signature })).toBe(false);
  });

  test('a point that is not on its curve, and a signature of zeros', async () => {
    const [x, y] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')];
    const key = { kty: 'EC', crv: 'P-256', x, y } as unknown as JsonWebKey;
    expect(await verify('ES256', { key, signature: new Uint8Array(64) })).toBe(false);
  });

  test('a key of another curve under the name of the right one', async () => {
    const { key, signature } = ecdsa('sha256', 'secp256k1')();
    expect(await verify('ES256', { key: { ...key, crv: 'P-256' } as JsonWebKey, signature })).toBe(false);
  });
});
