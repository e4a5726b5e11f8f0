/** The promises of a signature verifier: true for what is valid, and for nothing else. RFC 7515, section 5.2. */
import type { SignatureVerifier } from '@proofkey/client';
import { decodeBase64url, type JsonWebKey } from '@proofkey/core';
import { contractTest, expectSame } from './expect.ts';
import type { ContractTest } from './subject.ts';

type Signed = Parameters<SignatureVerifier['verify']>[0];

const octets = (text: string): Uint8Array => decodeBase64url(text) ?? new Uint8Array();

/** Each signed once with a key that was thrown away. The payload is `{"sub":"ada"}`. */
const ES256: Signed & { readonly key: JsonWebKey } = {
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

const OTHER_KEY: JsonWebKey = {
  kty: 'EC',
  crv: 'P-256',
  x: 'qAkrudnuvOt1koT2cZrb8SkJMLeQC1iq6lEauRPVD8k',
  y: 'toFmxo37W4vL4AddZznrsSTVPe-gqA5HdvW-bABrym8',
};

const RS256: Signed = {
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

const ES384: Signed = {
  alg: 'ES384',
  key: {
    kty: 'EC',
    crv: 'P-384',
    x: 'rZQGft-5QXZFVTGbqNj6-MyMsydPNcX-7pF5w9uwH2ZB_iMstnxjF9DfDRPd2l45',
    y: 'GRcmazuFwYB7vIkPx4b5Y7Dmqq9eo2t8-179XVjRP788MIBVbX_FaDor3KCts3nL',
  },
  input: 'eyJhbGciOiJFUzM4NCJ9.eyJzdWIiOiJhZGEifQ',
  signature: octets(
    'lTxekkwBVGW2LTbtb2lR1E8lDB5J4mREPcLbUpsm5qNjLE-fMEV2AH9GkXLHAySzxqPWUpsHzYDCke1leWEN_oIhO-ZY_wuaP4UVXXx428zFEjE' +
      'TOEKzvdaWEOyPMsd4',
  ),
};

/** The left half of the SHA-384 of it, because the algorithm is ES384. OpenID Connect Core, section 3.1.3.6. */
const ACCESS_TOKEN_HASH = { accessToken: 'an-access-token', expected: 'p3iANihy1MamculNPUrQ8HsBkouO-q2I' };

const flipped = (signature: Uint8Array): Uint8Array =>
  signature.map((octet, index) => (index === 9 ? octet ^ 1 : octet));

/** What is not a valid signature, and how it came to be. */
const FORGERIES: readonly (readonly [how: string, Signed])[] = [
  ['over another text', { ...ES256, input: 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJldmUifQ' }],
  ['by another key', { ...ES256, key: OTHER_KEY }],
  ['of which one bit was changed', { ...ES256, signature: flipped(ES256.signature) }],
  ['that is empty', { ...ES256, signature: new Uint8Array() }],
  ['of only zeros', { ...ES256, signature: new Uint8Array(64) }],
  ['under the name of another algorithm', { ...RS256, alg: 'RS512' }],
  ['by a key of another kind', { ...RS256, key: ES256.key }],
  ["under the algorithm 'none'", { ...ES256, alg: 'none' }],
];

export const signatureVerifier: readonly ContractTest[] = [
  ...[RS256, ES256].map((signed) =>
    contractTest('signatureVerifier', `accepts a valid signature with ${signed.alg}`, [], async (port) => {
      expectSame(await port.verify(signed), true, 'The input is ASCII; an ECDSA signature is R and S, not DER.');
    }),
  ),
  ...FORGERIES.map(([how, forged]) =>
    contractTest('signatureVerifier', `does not accept a signature ${how}`, [], async (port) => {
      // An error ends the login as well.
      const valid = await Promise.resolve(port.verify(forged)).catch(() => false);
      expectSame(valid, false, 'Check the signature of exactly this text by exactly this key, and fail closed.');
    }),
  ),
  contractTest('signatureVerifier', 'accepts the hash of the access token', [], async (port) => {
    const valid = await port.verify({ ...ES384, accessTokenHash: ACCESS_TOKEN_HASH });
    expectSame(valid, true, 'Base64url of the left half of the hash that belongs to the algorithm.');
  }),
  contractTest('signatureVerifier', 'does not accept the hash of another access token', [], async (port) => {
    const accessTokenHash = { ...ACCESS_TOKEN_HASH, accessToken: 'another-access-token' };
    const valid = await Promise.resolve(port.verify({ ...ES384, accessTokenHash })).catch(() => false);
    expectSame(valid, false, 'When a hash of the access token is given, check it too.');
  }),
];
