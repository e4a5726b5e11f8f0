/** The promises of a signature verifier: true for what is valid, and for nothing else. RFC 7515, section 5.2. */
import type { SignatureToVerify, SignatureVerifier } from '@proofkey/client';
import { decodeBase64url } from '@proofkey/core';
import { contractTest, expectSame, expectThat } from './expect.ts';
import type { ContractTest } from './subject.ts';

const octets = (text: string): Uint8Array => decodeBase64url(text) ?? new Uint8Array();

/** Each signed once with a key that was thrown away. The payload is `{"sub":"ada"}`. */
const ES256: SignatureToVerify = {
  alg: 'ES256',
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: 'OYaNvK4OAvRhUBDOGQsxulQpgKIHAfNY94ux4sypjS4',
    y: 'q7uFQjwsqh0k6SS8QWJ31ouoquHUP7fgL_BkENdTYsk',
  },
  input: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ',
  signature: octets('cdzrFqMgcX4W4fyMFXjQlN5Ce8CrxOm6-xwmFCGmhnALHKavXSvzqq8Go9AzOHBhHOlduLPsPiXm0Q7ENrE6bA'),
};

const RS256: SignatureToVerify = {
  alg: 'RS256',
  key: {
    kty: 'RSA',
    n: [
      'uTXgQHS_ZeqmYUCLDkVFfT6Gb9BcWb9vErQauvDSkXIm7tn860Vr0l87SNXVPsgkT8zXc8CHSantNYQzEzCx6n9CVERb2v3U-W6Y',
      'MH2bWrI9GfjYZyzQxEvmX0YZkLK0_iQi-3APkmbNFGETrdxf3Ma2PtqWcRnRW569qeMGQmYbLyzhrf23apN82HZtQ8gJwN8hiHuA',
      'lMgyKszEGlLPBqLdc0WL0i6gscdN9DXo-dl7DzhWHJ8mjAyYbBjXMOVg0AAx6_elEiqKFzP7PR6tuy6z3aEX3feivhM7II8Gjksy',
      'C9o08mmi-xg3SLj_Mn7RP4QpGLRHxZi836s7DO3EfQ',
    ].join(''),
    e: 'AQAB',
  },
  input: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ',
  signature: octets(
    [
      'nWA1Tp8O8eYeR865LOJ7zTzlQQa5t-VuqmJsEvtnktJ_XK_NMQ7W6w8zKgsE8D_swENdAvz7s3E5-GQyTAsdv8tiVD7clOX1Hm8G',
      'tl87a1GVHYf8pFqLW_1TSgQ5vrHr8RSDWQMx3Et4piunK3-oj1416KM2vZ08u7fvIXoLFMajEjtrXxDXDp90Udr-JBCt0Ww6Ce7u',
      'lzjxwLX2y4pFgi5mfHoDbBxVL-PiGLGHH2x6Jn4X8ImtE4dnMSNRXwcJnsdTqIEyKgEUQ3CxP_SmlPgWJEnWTEY4wzWexXTtS2GP',
      '2rtpcD_hPpCcsUKRj5wIENM-lV4w1Q04B9Fq4vCMIA',
    ].join(''),
  ),
};

/** As a verifier in memory would know them by heart. */
export const VALID: readonly SignatureToVerify[] = [RS256, ES256];

/** Nobody has signed with these. */
const OTHER_KEYS: Readonly<Record<string, SignatureToVerify['key']>> = {
  RS256: {
    kty: 'RSA',
    n: [
      'w4dBMKYOL9-PdTHD1ots1QDY388uTT9FzyR-9lQ8hJKblpSuYhVnhOzK7GFT_N20gKbZABSeqOX5YY-DaWuOWr9DL_XS8VcV5dRH',
      'He_AB4UU_yU4vkPM_1AuwWAGG6STWDIOATMv4SALKF_R54v99Qj4P_niwyeCfzvg0qdFBpHp0J2w1HnhCbqvPEmFVIZ_IaTlAX8l',
      'lP8QQXQI-VJ00JXXj3w1_IChyDoY1tb_XvNu2U65_UjfNHX5kAyIk221w6xfBVwAxD0EATGunrUoUTidQ5qHLK5vu-U7-23tsi0b',
      'I0QHP3j5iMZhhCdje7W5fAkDh02QKrN6nlMQ5KIA2w',
    ].join(''),
    e: 'AQAB',
  },
  ES256: {
    kty: 'EC',
    crv: 'P-256',
    x: 'qAkrudnuvOt1koT2cZrb8SkJMLeQC1iq6lEauRPVD8k',
    y: 'toFmxo37W4vL4AddZznrsSTVPe-gqA5HdvW-bABrym8',
  },
};

const flipped = (signature: Uint8Array): Uint8Array =>
  signature.map((octet, index) => (index === 9 ? octet ^ 1 : octet));

/** What is not a valid signature, and how it came to be. */
const FORGERIES: readonly (readonly [how: string, SignatureToVerify])[] = VALID.flatMap((valid) => {
  const { alg, key, input, signature } = valid;
  const ofAnotherKind = VALID.find((other) => other.alg !== alg)?.key ?? key;
  const forged: readonly (readonly [how: string, Partial<SignatureToVerify>])[] = [
    ['over another text', { input: `${input.split('.', 1)[0]}.eyJzdWIiOiJldmUifQ` }],
    ['by another key', { key: OTHER_KEYS[alg] ?? key }],
    ['by a key of another kind', { key: ofAnotherKind }],
    ['of which one bit was changed', { signature: flipped(signature) }],
    ['that is empty', { signature: new Uint8Array() }],
    ['of only zeros', { signature: new Uint8Array(signature.length) }],
  ];
  return forged.map(([how, instead]) => [`with ${alg} ${how}`, { ...valid, ...instead }] as const);
});

/** The same where the platform may not know the algorithm. */
const RENAMED: readonly (readonly [how: string, SignatureToVerify])[] = [
  ['under the name of another algorithm', { ...RS256, alg: 'RS512' }],
  ["under the algorithm 'none'", { ...ES256, alg: 'none' }],
  ['with an algorithm for keys of another kind', { ...ES256, alg: 'EdDSA' }],
];

/** Neither an algorithm, nor what a table of algorithms inherits, nor another way to write one. */
const UNKNOWN = ['XX999', 'constructor', 'es256'];

const FAIL_CLOSED = 'Check the signature of exactly this text by exactly this key, and fail closed.';

/** An error ends the login as well. */
const verdict = async (port: SignatureVerifier, signed: SignatureToVerify): Promise<boolean | undefined> => {
  try {
    return await port.verify(signed);
  } catch {
    return false;
  }
};

export const signatureVerifier: readonly ContractTest[] = [
  ...VALID.map((signed) =>
    contractTest('signatureVerifier', `accepts a valid signature with ${signed.alg}`, [], async (port) => {
      expectSame(await port.verify(signed), true, 'The input is ASCII; an ECDSA signature is R and S, not DER.');
    }),
  ),
  ...FORGERIES.map(([how, forged]) =>
    contractTest('signatureVerifier', `does not accept a signature ${how}`, [], async (port) => {
      expectSame(await verdict(port, forged), false, FAIL_CLOSED);
    }),
  ),
  ...RENAMED.map(([how, forged]) =>
    contractTest('signatureVerifier', `does not accept a signature ${how}`, [], async (port) => {
      const valid = await verdict(port, forged);
      expectThat(valid === false || valid === undefined, 'false, or undefined', valid, FAIL_CLOSED);
    }),
  ),
  contractTest('signatureVerifier', 'says undefined for an algorithm that it does not know', [], async (port) => {
    const repair = 'The signature may be valid: say that it was not checked. Throw nothing.';
    for (const alg of UNKNOWN) expectSame(await port.verify({ ...ES256, alg }), undefined, repair);
  }),
];
