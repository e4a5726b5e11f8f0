/** A grant -> access token, refresh token, ID Token. RFC 6749, section 5.1; OIDC Core, section 2. */
import type { IdTokenClaims, TokenResponse } from '@proofkey/api';
import { profileOf } from './claims.ts';
import type { JwtDraft } from './draft.ts';
import { endpointOf } from './settings.ts';
import {
  type AccessToken,
  type Authorization,
  appended,
  LIMITS,
  type RefreshToken,
  type ServerKey,
  type ServerState,
} from './state.ts';
import type { Turn } from './turn.ts';
import { type Described, described } from './wire.ts';

/** The members of a token response; JWTs are not signed yet. */
export type TokenMembers = {
  readonly [name in keyof Described<TokenResponse>]:
    | TokenResponse[name]
    | (name extends 'access_token' | 'id_token' ? JwtDraft : never);
};

export interface Issued {
  readonly members: TokenMembers;
  readonly authorization: Authorization;
}

export interface Wanted {
  readonly scope: readonly string[];
  readonly audience?: string;
  /** Of the authorization request, for the ID Token of a code; a refresh has none. OIDC Core, section 12.2. */
  readonly nonce?: string;
  /** The refresh token that a new one replaces; `code` for the first one; when absent, there is none. */
  readonly refreshTokenFrom?: string;
}

/** Issues tokens for an authorization. An access token for an API is a JWT (RFC 9068), any other means nothing. */
export function issue(turn: Turn, authorization: Authorization, wanted: Wanted): Issued {
  const { now, random, state } = turn;
  const { accessToken: life, refreshToken: refreshLife } = state.settings.lifetimes;
  const { scope, audience, refreshTokenFrom: from } = wanted;
  const id = random();
  const accessToken: AccessToken = { id, expiresAt: now + life, scope, ...(audience !== undefined && { audience }) };
  const refreshToken: RefreshToken | undefined =
    from === undefined ? undefined : { value: random(), expiresAt: now + refreshLife, from };
  return {
    members: described<TokenMembers>({
      access_token: audience === undefined ? id : accessJwt(turn, authorization, accessToken, audience),
      token_type: 'Bearer',
      expires_in: life,
      scope: scope.join(' '),
      refresh_token: refreshToken?.value,
      id_token: scope.includes('openid') ? idToken(turn, authorization, wanted) : undefined,
    }),
    authorization: {
      ...authorization,
      lastStep: turn.step,
      accessTokens: appended(roomIn(authorization.accessTokens, now), accessToken, LIMITS.accessTokens),
      refreshTokens: refreshToken
        ? appended(authorization.refreshTokens, refreshToken, LIMITS.refreshTokens)
        : authorization.refreshTokens,
    },
  };
}

/** Where there is no room, those go first that are of no use. */
const roomIn = (tokens: readonly AccessToken[], now: number): readonly AccessToken[] =>
  tokens.length < LIMITS.accessTokens ? tokens : tokens.filter(({ expiresAt }) => now < expiresAt);

const signingKey = ({ keys }: ServerState): ServerKey | undefined => keys.at(-1);

function headerAndKey(state: ServerState, typ: string): Pick<JwtDraft, 'header' | 'signWith'> {
  const { kid = '', alg = '' } = signingKey(state) ?? {};
  return { header: { alg, typ, kid }, signWith: { type: 'own_key', kid } };
}

function accessJwt(
  { state, now }: Turn,
  { request, session }: Authorization,
  { id, expiresAt, scope }: AccessToken,
  audience: string,
): JwtDraft {
  const { issuer, users } = state.settings;
  const userinfo = endpointOf(state.settings, 'getUserInfo', 'postUserInfo');
  // One token for the API and, as Auth0 does it, for the claims about the person.
  const alsoFor = scope.includes('openid') && userinfo !== undefined ? [userinfo] : [];
  const user = users.find((one) => one.sub === session.sub);
  const claims = {
    // An API may decide by roles or groups. RFC 9068, section 2.2.3.1.
    ...(user && profileOf(user, [])),
    iss: issuer,
    sub: session.sub,
    aud: alsoFor.length > 0 ? [audience, ...alsoFor] : audience,
    client_id: request.clientId,
    iat: now,
    exp: expiresAt,
    jti: id,
    scope: scope.join(' '),
  };
  return { type: 'jwt', ...headerAndKey(state, 'at+jwt'), claims };
}

function idToken({ state, now }: Turn, { request, session }: Authorization, { scope, nonce }: Wanted): JwtDraft {
  const { issuer, lifetimes, users } = state.settings;
  const user = users.find((one) => one.sub === session.sub);
  const protocol = described<IdTokenClaims>({
    iss: issuer,
    sub: session.sub,
    aud: request.clientId,
    iat: now,
    exp: now + lifetimes.idToken,
    auth_time: session.authTime,
    sid: session.sid,
    acr: request.acr,
    nonce,
  });
  // Claims of the person are data of a test, and must not stand in for those of the protocol.
  const claims = { ...(user && profileOf(user, scope)), ...protocol };
  return { type: 'jwt', ...headerAndKey(state, 'JWT'), claims, withAtHash: true };
}

/** The state with one authorization replaced. */
export const withAuthorization = (state: ServerState, old: Authorization, now: Authorization): ServerState => ({
  ...state,
  authorizations: state.authorizations.map((one) => (one === old ? now : one)),
});

/** The client never had the answer of that step, so it can not know that its refresh token was used. */
export const withLostAnswer = (state: ServerState, step: number): ServerState => ({
  ...state,
  authorizations: state.authorizations.map((one) =>
    one.lastStep === step ? { ...one, refreshTokens: one.refreshTokens.map((token) => lostAt(step, token)) } : one,
  ),
});

const lostAt = (step: number, token: RefreshToken): RefreshToken =>
  token.used?.step === step ? { ...token, used: { ...token.used, lost: true } } : token;
