/** Random octets -> code verifier -> code challenge. RFC 7636, sections 4.1 and 4.2. */
import { _SHA256 } from '@noble/hashes/sha2.js';
import { encodeBase64url } from './base64url.ts';
import { misuse, ok, type Result, refusalOf } from './failure.ts';
import type { CodeChallenge, CodeVerifier } from './values.ts';

/** ASCII text -> its SHA-256 digest, 32 octets. */
export function sha256(ascii: string): Uint8Array {
  const octets = new Uint8Array(ascii.length);
  for (let i = 0; i < ascii.length; i++) octets[i] = ascii.charCodeAt(i);
  return new _SHA256().update(octets).digest();
}

/** 43 to 128 unreserved characters, RFC 7636, section 4.1. */
export const isCodeVerifier = (value: unknown): value is CodeVerifier =>
  typeof value === 'string' && /^[\w.~-]{43,128}$/.test(value);

/**
 * Makes the code verifier of one login from 32 (to 96) fresh random octets; 32 give the 43 characters that RFC 7636
 * recommends.
 *
 * @returns the verifier, or `insufficient_entropy`
 * @see RFC 7636, sections 4.1 and 7.1
 */
export const codeVerifierFrom = (octets: Uint8Array): Result<CodeVerifier> =>
  octets.length > 31 && octets.length < 97
    ? ok(encodeBase64url(octets) as CodeVerifier)
    : refusalOf('effect_failed', 'insufficient_entropy', 'report');

/**
 * `BASE64URL(SHA256(ASCII(code_verifier)))`: the text is hashed, not the octets it was made from. Only S256 exists.
 *
 * @returns the challenge, or `invalid_code_verifier` for anything but 43 to 128 unreserved characters
 * @see RFC 7636, section 4.2
 */
export const codeChallengeFor = (verifier: CodeVerifier): Result<CodeChallenge> =>
  isCodeVerifier(verifier) ? ok(encodeBase64url(sha256(verifier)) as CodeChallenge) : misuse('invalid_code_verifier');
