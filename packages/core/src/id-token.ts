/** ID Token -> validated claims. OpenID Connect Core, sections 3.1.3.7, 3.1.3.8 and 12.2; RFC 8725. */
import { encodeBase64url } from './base64url.ts';
import { type ClientSettings, toleranceOf } from './client-settings.ts';
import type { DigestAlgorithm } from './effect.ts';
import { type IdTokenMember, ok, type Result, untrusted } from './failure.ts';
import { type Jwt, readJwt } from './jwt.ts';
import { firstOf } from './records.ts';
import type { Expectations } from './transaction.ts';
import type { Checked, Nonce, NumericDate, Validated } from './values.ts';
import { type IdTokenClaims, readIdTokenClaims } from './wire.ts';

/** What this ID Token has to agree with. */
export type ExpectedIdToken = Expectations & {
  readonly issuer: string;
  /** Sent with the authorization request. Absent: none was sent, and none is accepted. */
  readonly nonce?: Nonce | undefined;
  /** The access token that came with it, for `at_hash`. */
  readonly accessToken?: string;
  /** The server's own list narrows ours. */
  readonly signingAlgorithms?: readonly string[] | undefined;
  /** Claims of the login, when this is the answer to a refresh. OpenID Connect Core, section 12.2. */
  readonly original?: IdTokenClaims | undefined;
};

type Narrowing = { readonly signingAlgorithms?: readonly string[] | undefined };

/** Every claim is checked; the signature is not, and travels along. */
export type ValidatedIdToken = {
  readonly token: string;
  readonly claims: Validated<IdTokenClaims>;
  readonly jwt: Jwt;
  /** What `at_hash` is still to be compared with: the digest of this. OpenID Connect Core, section 3.1.3.6. */
  readonly hashed: { readonly algorithm: DigestAlgorithm; readonly ascii: string } | undefined;
};

/** What a session may be made of. */
export type SessionIdToken = Checked<{
  readonly token: string;
  readonly claims: Validated<IdTokenClaims>;
  /** `tls_only`: the server publishes no keys, so that only its TLS connection vouches for the claims. */
  readonly signature: 'verified' | 'tls_only';
}>;

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
  const isAllowed = (alg: string): boolean =>
    [settings, expected].every(({ signingAlgorithms: list }: Narrowing) => list?.includes(alg) ?? true);
  const jwt = readJwt(token, isAllowed);
  if (!jwt.ok) return jwt;
  const read = readIdTokenClaims(jwt.value.payload);
  if (!read.ok) return untrusted(`id_token_${read.at as IdTokenMember}_invalid`);
  const claims = read.value;
  const tolerance = toleranceOf(settings);
  const { accessToken: ascii } = expected;
  const wrong = wrongMemberOf(settings, expected, claims, now, tolerance);
  const late = now < claims.exp + tolerance ? undefined : 'id_token_expired';
  const code = wrong ? (`id_token_${wrong}_invalid` as const) : late;
  // A token that just arrived was issued just now, by the server's clock.
  const clock = /expired|iat|nbf|auth_time/.test(code ?? '') && { clockOffset: claims.iat - now };
  if (code) return untrusted(code, 'report', { ...clock });
  // RFC 8032: Ed25519 hashes with SHA-512, whatever its name ends with.
  const algorithm = `SHA-${/^Ed/.test(jwt.value.alg) ? 512 : jwt.value.alg.slice(2)}` as DigestAlgorithm;
  const hashed = claims.at_hash === undefined || ascii === undefined ? undefined : { algorithm, ascii };
  return ok({ token, claims: claims as Validated<IdTokenClaims>, jwt: jwt.value, hashed });
}

/**
 * The last word on an ID Token, once a platform has checked its signature.
 *
 * @param signature `tls_only` for the token of a server that publishes no keys, and for no other
 * @param digest of what `hashed` names, if it names something
 * @returns what a session may be made of, or `id_token_at_hash_invalid`
 * @see OpenID Connect Core, sections 3.1.3.6 and 3.1.3.8
 */
export function acceptIdToken(
  { token, claims, hashed }: ValidatedIdToken,
  signature: SessionIdToken['signature'],
  digest?: Uint8Array,
): Result<SessionIdToken> {
  // Half of nothing would be what an empty hash says.
  const half = digest?.length && encodeBase64url(digest.subarray(0, digest.length / 2));
  return hashed && half !== claims.at_hash
    ? untrusted('id_token_at_hash_invalid')
    : ok({ token, claims, signature } as SessionIdToken);
}

/** The first member that does not agree with what was asked for, and for a refresh with the login. */
function wrongMemberOf(
  { clientId, trustedAudiences = [], maxIdTokenAge = Infinity }: ClientSettings,
  { issuer, nonce, maxAge, authTime, acrValues, organization, original }: ExpectedIdToken,
  claims: IdTokenClaims,
  now: number,
  tolerance: number,
): IdTokenMember | undefined {
  const { iss, sub, exp, iat, nbf = 0, auth_time, acr = '', azp = clientId, org_id, org_name = '' } = claims;
  const audiences = [claims.aud].flat();
  const isStale = (time: number, age: number): boolean => time > now + tolerance || now - time > age + tolerance;
  const byId = organization?.startsWith('org_');
  return firstOf({
    // Who made it, for whom, and what kind of token it is.
    iss: iss !== issuer,
    aud: !audiences.includes(clientId) || !audiences.every((one) => [clientId, ...trustedAudiences].includes(one)),
    azp: azp !== clientId,
    events: claims['events'] !== undefined,
    // When it was made, until when it is good, and when the person authenticated.
    exp: exp < iat,
    iat: isStale(iat, maxIdTokenAge) || iat < (original?.iat ?? 0),
    nbf: nbf > now + tolerance,
    auth_time:
      auth_time === undefined
        ? maxAge !== undefined || authTime
        : isStale(auth_time, maxAge ?? Infinity) || (original?.auth_time ?? auth_time) !== auth_time,
    // Does it answer what was asked, and still speak of the same login? OpenID Connect Core, section 12.2.
    sub: original && sub !== original.sub,
    nonce: original ? (claims.nonce ?? original.nonce) !== original.nonce : claims.nonce !== nonce,
    acr: acrValues && !(acrValues.length ? acrValues.includes(acr) : acr),
    org_id: (original && (org_id ?? original.org_id) !== original.org_id) || (byId && org_id !== organization),
    org_name: organization && !byId && ![organization, organization.toLowerCase()].includes(org_name),
  });
}
