/** ID Token -> validated claims. OpenID Connect Core, sections 3.1.3.7, 3.1.3.8 and 12.2; RFC 8725. */
import { encodeBase64url } from './base64url.ts';
import { type ClientSettings, toleranceOf } from './client-settings.ts';
import { type IdTokenMember, ok, type Result, untrusted } from './failure.ts';
import { type Jwt, readJwt } from './jwt.ts';
import type { Expectations } from './transaction.ts';
import type { Nonce, NumericDate, Validated } from './values.ts';
import { type IdTokenClaims, readIdTokenClaims } from './wire.ts';

/** What this ID Token has to agree with. */
export type ExpectedIdToken = Expectations & {
  readonly issuer: string;
  /** Sent with the authorization request. Absent: none was sent, and none is accepted. */
  readonly nonce?: Nonce | undefined;
  /** The access token that came with it, for `at_hash`. */
  readonly accessToken?: string;
  /** Where it is absent, the hash is left to whoever verifies the signature. */
  readonly sha256?: (ascii: string) => Uint8Array;
  /** The server's own list narrows ours. */
  readonly signingAlgorithms?: readonly string[] | undefined;
  /** Claims of the login, when this is the answer to a refresh. OpenID Connect Core, section 12.2. */
  readonly original?: IdTokenClaims | undefined;
};

/** Every claim is checked; the signature is not, and travels along. */
export type ValidatedIdToken = {
  readonly token: string;
  readonly claims: Validated<IdTokenClaims>;
  readonly jwt: Jwt;
  /** An `at_hash` that is still to be checked, with the digest of the signature's algorithm. */
  readonly accessTokenHash: { readonly accessToken: string; readonly expected: string } | undefined;
};

/** A member that is refused, or undefined. */
type Problem = IdTokenMember | false | undefined;

/**
 * Checks everything in an ID Token but its signature.
 *
 * @param now seconds since 1970-01-01T00:00:00Z: the moment of receipt
 * @returns the claims and what is to be verified, or one of the `id_token_...` codes
 * @see OpenID Connect Core, section 3.1.3.7
 */
export function validateIdToken(
  settings: ClientSettings,
  expected: ExpectedIdToken,
  token: string,
  now: NumericDate,
): Result<ValidatedIdToken> {
  const lists = [settings.signingAlgorithms, expected.signingAlgorithms];
  const jwt = readJwt(token, (alg) => lists.every((list) => list?.includes(alg) ?? true));
  if (!jwt.ok) return jwt;
  const read = readIdTokenClaims(jwt.value.payload);
  if (!read.ok) return untrusted(`id_token_${read.at as IdTokenMember}_invalid`);
  const claims = read.value;
  const tolerance = toleranceOf(settings);
  const { accessToken, sha256 } = expected;
  const problem =
    problemOfParties(settings, expected, claims) ||
    problemOfTimes(settings, expected, claims, now, tolerance) ||
    problemOfRequest(expected, claims);
  if (problem) return untrusted(`id_token_${problem}_invalid`);
  if (!(now < claims.exp + tolerance)) return untrusted('id_token_expired');
  const result = { token, claims: claims as Validated<IdTokenClaims>, jwt: jwt.value, accessTokenHash: undefined };
  const { at_hash: hash } = claims;
  if (hash === undefined || accessToken === undefined) return ok(result);
  if (!sha256 || !jwt.value.alg.endsWith('256')) {
    return ok({ ...result, accessTokenHash: { accessToken, expected: hash } });
  }
  const half = encodeBase64url(sha256(accessToken).subarray(0, 16));
  return half === hash ? ok(result) : untrusted('id_token_at_hash_invalid');
}

/** Who made it, for whom, and what kind of token it is. */
function problemOfParties(settings: ClientSettings, { issuer }: ExpectedIdToken, claims: IdTokenClaims): Problem {
  const audiences = [claims.aud].flat();
  const trusted = [settings.clientId, ...(settings.trustedAudiences ?? [])];
  if (claims.iss !== issuer) return 'iss';
  if (!audiences.includes(settings.clientId) || !audiences.every((one) => trusted.includes(one))) return 'aud';
  if ((claims.azp ?? settings.clientId) !== settings.clientId) return 'azp';
  return claims['events'] !== undefined && 'events';
}

/** When it was made, until when it is good, and when the person authenticated. */
function problemOfTimes(
  { maxIdTokenAge = Infinity }: ClientSettings,
  { maxAge, authTime, original }: ExpectedIdToken,
  { exp, iat, nbf = 0, auth_time }: IdTokenClaims,
  now: number,
  tolerance: number,
): Problem {
  const latest = now + tolerance;
  if (exp < iat) return 'exp';
  if (iat > latest || now - iat > maxIdTokenAge + tolerance || iat < (original?.iat ?? 0)) return 'iat';
  if (nbf > latest) return 'nbf';
  if (auth_time === undefined) return (maxAge !== undefined || authTime) && 'auth_time';
  const moved = original?.auth_time !== undefined && original.auth_time !== auth_time;
  return (moved || auth_time > latest || now - auth_time > (maxAge ?? Infinity) + tolerance) && 'auth_time';
}

/** Does it answer what was asked, and still speak of the same login? OpenID Connect Core, section 12.2. */
function problemOfRequest(
  { nonce, original, acrValues, organization }: ExpectedIdToken,
  { sub, acr = '', nonce: answered, org_id, org_name = '' }: IdTokenClaims,
): Problem {
  if (original && sub !== original.sub) return 'sub';
  if (original && (org_id ?? original.org_id) !== original.org_id) return 'org_id';
  if (original ? (answered ?? original.nonce) !== original.nonce : answered !== nonce) return 'nonce';
  if (acrValues && !(acrValues.length ? acrValues.includes(acr) : acr)) return 'acr';
  if (!organization) return false;
  if (organization.startsWith('org_')) return org_id !== organization && 'org_id';
  return ![organization, organization.toLowerCase()].includes(org_name) && 'org_name';
}
