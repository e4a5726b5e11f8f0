/** Signatures without WebCrypto: what is valid, and every way in which padding, keys and curves have been cheated. */
import { constants, createHash, createPrivateKey, type JsonWebKeyInput, privateEncrypt, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { edDsa, es256, es384 } from '../src/curves.ts';
import { encodeBase64url, isWhole, type JsonWebKey } from '../src/index.ts';
import { pureDigest, pureVerifier, rs256, rs384, rs512, type SignatureAlgorithm } from '../src/pure-verifier.ts';
import keys from './fixtures/signing-keys.json' with { type: 'json' };

type Name = keyof typeof keys;

const INPUT = 'eyJhbGciOiJ4In0.eyJzdWIiOiJhZGEifQ';
const all: readonly SignatureAlgorithm[] = [rs256, rs384, rs512, es256, es384, edDsa];
const { verify } = pureVerifier(...all);

function publicOf(name: Name): JsonWebKey {
  const { kty, crv, n, e, x, y } = keys[name] as JsonWebKey;
  return JSON.parse(JSON.stringify({ kty, crv, n, e, x, y }));
}

const privateOf = (name: Name) => createPrivateKey({ key: keys[name], format: 'jwk' } as JsonWebKeyInput);

function signatureOf(name: Name, hash: string | null, input = INPUT): Uint8Array {
  return new Uint8Array(sign(hash, Buffer.from(input), { key: privateOf(name), dsaEncoding: 'ieee-p1363' }));
}

const SIGNERS: readonly (readonly [alg: string, name: Name, hash: string | null])[] = [
  ['RS256', 'rsa', 'sha256'],
  ['RS256', 'rsaOfExponent3', 'sha256'],
  ['RS256', 'rsaOf3072', 'sha256'],
  ['RS384', 'rsa', 'sha384'],
  ['RS512', 'rsa', 'sha512'],
  ['ES256', 'p256', 'sha256'],
  ['ES384', 'p384', 'sha384'],
  ['EdDSA', 'ed25519', null],
  ['Ed25519', 'ed25519', null],
];

describe.each(SIGNERS)('%s by %s', (alg, name, hash) => {
  const key = publicOf(name);
  const signature = signatureOf(name, hash);

  test('takes what the key has signed', () => {
    expect(verify({ alg, key, input: INPUT, signature })).toBe(true);
    expect(verify({ alg, key: { ...key, use: 'sig', key_ops: ['verify'], alg }, input: INPUT, signature })).toBe(true);
  });

  test('refuses another text, any changed octet, and a cut or longer signature', () => {
    expect(verify({ alg, key, input: `${INPUT}x`, signature })).toBe(false);
    for (let at = 0; at < signature.length; at += 7) {
      const changed = signature.map((octet, index) => (index === at ? octet ^ 1 : octet));
      expect([at, verify({ alg, key, input: INPUT, signature: changed })]).toEqual([at, false]);
    }
    const others = [new Uint8Array(), signature.subarray(1), Uint8Array.of(...signature, 0)];
    for (const other of [...others, Uint8Array.of(0, ...signature), new Uint8Array(signature.length)]) {
      expect(verify({ alg, key, input: INPUT, signature: other })).toBe(false);
    }
  });

  test('refuses a key that is meant for something else, and one with broken members', () => {
    const meant: Partial<JsonWebKey>[] = [{ use: 'enc' }, { key_ops: [] }, { alg: 'PS256' }, { kty: 'oct' }];
    const broken = ['n', 'e', 'x', 'y', 'crv'].flatMap((member) =>
      member in key ? ['', '!', 'AAAA', 7, null, {}].map((value) => ({ [member]: value })) : [],
    );
    for (const members of [...meant, ...broken]) {
      const other = { ...key, ...members } as JsonWebKey;
      expect([members, verify({ alg, key: other, input: INPUT, signature })]).toEqual([members, false]);
    }
  });

  test('is not known to a verifier that was given other algorithms', () => {
    const others = all.filter(({ names }) => !names.includes(alg));
    expect(pureVerifier(...others).verify({ alg, key, input: INPUT, signature })).toBeUndefined();
    expect(pureVerifier().verify({ alg, key, input: INPUT, signature })).toBeUndefined();
  });
});

test.each(['none', 'HS256', 'PS256', 'ES512', 'RS1', '', '__proto__'])('does not know %j', (alg) => {
  expect(verify({ alg, key: publicOf('rsa'), input: INPUT, signature: new Uint8Array(256) })).toBeUndefined();
});

describe('RSASSA-PKCS1-v1_5', () => {
  const SHA256_PREFIX = '3031300d060960864801650304020105000420';
  const digest = createHash('sha256').update(INPUT).digest('hex');
  const size = 256;
  const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
  /** What the private key makes of octets that are as long as its modulus, whatever they say. */
  const sealed = (encoded: Uint8Array): Uint8Array => {
    const key = { key: privateOf('rsa'), padding: constants.RSA_NO_PADDING };
    return new Uint8Array(privateEncrypt(key, encoded));
  };
  const filled = (head: string, tail: string): Uint8Array =>
    octets(head + 'ff'.repeat(size - (head.length + tail.length) / 2) + tail);
  const check = (signature: Uint8Array, key = publicOf('rsa')) =>
    verify({ alg: 'RS256', key, input: INPUT, signature });

  test('the encoding that is made here is the right one', () => {
    const encoded = filled('0001', tail);
    expect(check(sealed(encoded))).toBe(true);
    expect(sealed(encoded)).toEqual(signatureOf('rsa', 'sha256'));
  });

  const tail = `00${SHA256_PREFIX}${digest}`;
  test.each([
    ['a short padding, and rubbish behind the digest', `0001ffffffffffffffff${tail}`, ''],
    ['no parameters of the hash', '0001', `00302f300b06096086480165030402010420${digest}`],
    ['the block type 2', '0002', tail],
    ['the block type 0', '0000', tail],
    ['a padding that holds something else', '0001fffe', tail],
    ['a padding that ends early', '0001ff00', tail],
    ['the prefix of SHA-512', '0001', tail.replace('020105', '020305')],
    ['no prefix at all', '0001', `00${digest}`],
    ['the digest of another text', '0001', `00${SHA256_PREFIX}${createHash('sha256').update('x').digest('hex')}`],
    ['a length in the long form', '0001', `00308131${tail.slice(6)}`],
  ])('ID-05 refuses what the right key has signed with %s', (_what, head, end) => {
    expect(check(sealed(filled(head, end)))).toBe(false);
  });

  test('ID-05 refuses a forgery for the exponent 3, whose padding is short and whose end is rubbish', () => {
    const key = publicOf('rsaOfExponent3');
    const start = BigInt(`0x0001ffffffffffffffff00${SHA256_PREFIX}${digest}`.padEnd(2 + 512, '0'));
    const forged = cubeRoot(start) + 1n;
    // The forgery is a good one: its cube begins like a signature, and needs no modulus.
    expect((forged ** 3n).toString(16).padStart(512, '0')).toMatch(new RegExp(`^0001f{16}00${SHA256_PREFIX}${digest}`));
    expect(check(octets(forged.toString(16).padStart(512, '0')), key)).toBe(false);
  });

  test('refuses a valid signature with the modulus added to it', () => {
    const modulus = BigInt(`0x${Buffer.from(String(keys.rsa.n), 'base64url').toString('hex')}`);
    for (let count = 0; count < 1000; count++) {
      const input = `${INPUT}${count}`;
      const signature = signatureOf('rsa', 'sha256', input);
      const sum = BigInt(`0x${Buffer.from(signature).toString('hex')}`) + modulus;
      if (sum >> BigInt(8 * size)) continue;
      const key = publicOf('rsa');
      expect(verify({ alg: 'RS256', key, input, signature })).toBe(true);
      expect(verify({ alg: 'RS256', key, input, signature: octets(sum.toString(16)) })).toBe(false);
      return;
    }
    throw new Error('no signature is small enough');
  });

  test('a key that costs most is still only 64 multiplications, and one that would cost more is not tried', () => {
    const n = encodeBase64url(new Uint8Array(1024).fill(255));
    const key = { kty: 'RSA', n, e: '_____w' };
    const signature = new Uint8Array(1024).fill(254);
    expect(isWhole(key, signature)).toBe(true);
    expect(check(signature, key)).toBe(false);
    const larger = new Uint8Array(1025).fill(255);
    expect(isWhole({ ...key, n: encodeBase64url(larger) }, larger)).toBe(false);
    expect(isWhole({ ...key, e: 'AQAAAAE' }, signature)).toBe(false);
  });
});

describe('ECDSA', () => {
  const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const key = publicOf('p256');
  const signature = signatureOf('p256', 'sha256');
  const numbers = [0, 32].map((at) => BigInt(`0x${Buffer.from(signature.subarray(at, at + 32)).toString('hex')}`));
  const [r = 0n, s = 0n] = numbers;
  const check = (...[one, other]: readonly [bigint, bigint]) => {
    const hex = [one, other].map((number) => number.toString(16).padStart(64, '0')).join('');
    return verify({ alg: 'ES256', key, input: INPUT, signature: Uint8Array.from(Buffer.from(hex, 'hex')) });
  };

  test('takes the lower and the higher S', () => {
    expect([check(r, s), check(r, ORDER - s)]).toEqual([true, true]);
  });

  test.each([
    ['R is zero', 0n, s],
    ['S is zero', r, 0n],
    ['both are zero', 0n, 0n],
    ['R is the order', ORDER, s],
    ['S is the order', r, ORDER],
    ['they are exchanged', s, r],
  ])('refuses a signature where %s', (_what, one, other) => {
    expect(check(one, other)).toBe(false);
  });

  test('refuses DER, a key of another curve, and one beside its curve', () => {
    const der = new Uint8Array(sign('sha256', Buffer.from(INPUT), privateOf('p256')));
    expect(verify({ alg: 'ES256', key, input: INPUT, signature: der })).toBe(false);
    expect(verify({ alg: 'ES256', key: { ...key, crv: 'P-384' }, input: INPUT, signature })).toBe(false);
    expect(verify({ alg: 'ES384', key, input: INPUT, signature })).toBe(false);
    expect(verify({ alg: 'ES256', key: { ...key, y: String(key.x) }, input: INPUT, signature })).toBe(false);
  });
});

test.each([
  ['ES256', 'P-256'],
  ['EdDSA', 'Ed25519'],
])('%s: a key and a signature that are both too long for their curve, and fit each other', (alg, crv) => {
  const [x, y] = [keys.p384.x, keys.p384.y];
  const key = { kty: alg === 'EdDSA' ? 'OKP' : 'EC', crv, x, y };
  const signature = signatureOf('p384', 'sha384');
  expect(isWhole(key, signature)).toBe(true);
  expect(verify({ alg, key, input: INPUT, signature })).toBe(false);
});

describe('Ed25519', () => {
  /** Points of order 1, 2, 4 and 8, and one that is not in its shortest form. RFC 8032 knows no use for them. */
  const SMALL = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];

  test.each(SMALL)('refuses a key of small order, under which nothing has to be signed: %s', (hex) => {
    const x = Buffer.from(hex, 'hex').toString('base64url');
    const signature = new Uint8Array(64).fill(1, 0, 1);
    const inputs = Array.from({ length: 16 }, (_, count) => `${INPUT}${count}`);
    const key = { kty: 'OKP', crv: 'Ed25519', x };
    expect(inputs.map((input) => verify({ alg: 'EdDSA', key, input, signature }))).not.toContain(true);
  });

  test('refuses S with the order added to it, and another curve of the same size', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const signature = signatureOf('ed25519', null);
    const key = publicOf('ed25519');
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order;
    const larger = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
    expect(larger).toHaveLength(32);
    const changed = Uint8Array.of(...signature.subarray(0, 32), ...larger);
    expect(verify({ alg: 'EdDSA', key, input: INPUT, signature: changed })).toBe(false);
    expect(verify({ alg: 'EdDSA', key: { ...key, crv: 'X25519' }, input: INPUT, signature })).toBe(false);
  });
});

test.each([
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
] as const)('pureDigest: %s', (algorithm, name) => {
  for (const text of ['', 'a', INPUT.repeat(9)]) {
    expect(encodeBase64url(pureDigest(algorithm, text))).toBe(createHash(name).update(text).digest('base64url'));
  }
});

function cubeRoot(cube: bigint): bigint {
  let [low, high] = [0n, 1n << 690n];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** 3n > cube) high = middle - 1n;
    else low = middle;
  }
  return low;
}
