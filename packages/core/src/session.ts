/** Tokens <-> the session that is kept once a person is logged in. RFC 6749, sections 1.4 and 1.5. */
import type { SessionIdToken } from './id-token.ts';
import { parseObject } from './json.ts';
import { isText, isTexts } from './records.ts';
import type { Tokens } from './token-response.ts';
import type { Transaction } from './transaction.ts';
import type { AccessToken, LoginId, NumericDate, RefreshToken, Validated } from './values.ts';
import { type IdTokenClaims, readIdTokenClaims } from './wire.ts';

/** What the client keeps. Final from the first release: a later version has another number and is left alone. */
export type Session = {
  readonly version: 1;
  readonly issuer: string;
  readonly clientId: string;
  /** The login that began it. Two sessions of one login can be ordered by their revision; others cannot. */
  readonly loginId: LoginId;
  /** Grows by one with every change. */
  readonly revision: number;
  /** A person is (iss, sub), and nothing else; null without `openid`. OpenID Connect Core, section 5.7. */
  readonly sub: string | null;
  readonly grant: Grant;
  /** One per audience, resource or scope that tokens were asked for; `''` names the default one. */
  readonly tokenSets: Readonly<Record<string, TokenSet>>;
  readonly idToken: SessionIdToken | null;
};

export type Grant = {
  readonly refreshToken: RefreshToken | null;
  /** What the person granted at the login; a narrower refresh does not shrink it. */
  readonly scope: readonly string[];
  /** A refresh that was begun and not yet resolved: which token, when, and how often it was sent. */
  readonly journal: JournalEntry | null;
};

export type JournalEntry = {
  readonly refreshToken: RefreshToken;
  readonly sentAt: NumericDate;
  readonly sends: number;
};

export type TokenSet = {
  readonly accessToken: AccessToken;
  readonly tokenType: 'Bearer';
  readonly expiresAt: NumericDate | null;
  readonly scope: readonly string[];
};

/** The stored session must still be this one; null: a new login replaces whatever is stored. */
export type SessionGuard = { readonly loginId: LoginId; readonly revision: number } | null;

/** What was found under the key. Corrupt, foreign and newer data is neither used nor deleted. */
export type ThawedSession =
  | { readonly status: 'present'; readonly session: Session }
  | { readonly status: 'absent' | 'corrupt' | 'foreign' | 'newer' };

/** An access token is used up to this many seconds before it expires, so that it does not expire on its way. */
export const EXPIRY_MARGIN = 30;

/** The first session of a login. What is not a checked ID Token does not compile. */
export function createSession(
  { clientId, server, loginId, tokenSet }: Transaction,
  { refreshToken, idToken: _, additional: __, ...tokens }: Tokens,
  idToken: SessionIdToken | null,
): Session {
  return {
    version: 1,
    issuer: server.issuer,
    clientId,
    loginId,
    revision: 1,
    sub: idToken?.claims.sub ?? null,
    grant: { refreshToken, scope: tokens.scope, journal: null },
    tokenSets: { [tokenSet]: tokens },
    idToken,
  };
}

/** Good for at least {@link EXPIRY_MARGIN} seconds more. Without a known expiry: until an API refuses it. */
export const isFresh = ({ expiresAt }: TokenSet, now: NumericDate): boolean =>
  expiresAt === null || expiresAt - EXPIRY_MARGIN > now;

export const freezeSession = (session: Session): string => JSON.stringify(session);

/** Reads back what {@link freezeSession} wrote, for this client and this issuer only. */
export function thawSession(
  text: string | null,
  { clientId, issuer }: { readonly clientId: string; readonly issuer: string },
): ThawedSession {
  if (text === null) return { status: 'absent' };
  const record: Partial<Session> = parseObject(text) ?? {};
  if (typeof record.version === 'number' && record.version > 1) return { status: 'newer' };
  if (record.version !== 1 || !isText(record.issuer) || !isText(record.clientId)) return { status: 'corrupt' };
  if (record.clientId !== clientId || record.issuer !== issuer) return { status: 'foreign' };
  const { idToken } = record;
  const claims = idToken instanceof Object ? readIdTokenClaims(idToken.claims) : undefined;
  if (!isSession(record) || claims?.ok === false) return { status: 'corrupt' };
  // Claims are read again, so that no member but those of a token comes back.
  const copy = idToken && claims ? { ...idToken, claims: claims.value as Validated<IdTokenClaims> } : null;
  return { status: 'present', session: { ...(record as Session), idToken: copy } };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isSession({ loginId, revision, sub, grant, tokenSets, idToken }: Partial<Session>): boolean {
  if (!isText(loginId) || !Number.isSafeInteger(revision) || !isObject(grant) || !isObject(tokenSets)) return false;
  if (!Object.values(tokenSets).every(isTokenSet) || !isGrant(grant)) return false;
  if (idToken === null) return sub === null;
  return (
    isObject(idToken) &&
    isText(idToken.token) &&
    (idToken.signature === 'verified' || idToken.signature === 'tls_only') &&
    isObject(idToken.claims) &&
    idToken.claims.sub === sub
  );
}

/** As a token endpoint may write it; anything else would end up in the message of whoever sends it as a header. */
const isToken = (value: unknown): boolean => isText(value) && /^[!-~]+$/.test(value);

function isTokenSet(value: unknown): value is TokenSet {
  if (!isObject(value)) return false;
  const { accessToken, tokenType, expiresAt, scope } = value as Partial<TokenSet>;
  const timed = expiresAt === null || Number.isFinite(expiresAt);
  return isToken(accessToken) && tokenType === 'Bearer' && timed && isTexts(scope);
}

function isGrant({ refreshToken, scope, journal }: Partial<Grant>): boolean {
  if ((refreshToken !== null && !isText(refreshToken)) || !isTexts(scope)) return false;
  if (journal === null) return true;
  if (!isObject(journal)) return false;
  const entry = journal as Partial<JournalEntry>;
  return isText(entry.refreshToken) && Number.isFinite(entry.sentAt) && Number.isSafeInteger(entry.sends);
}
