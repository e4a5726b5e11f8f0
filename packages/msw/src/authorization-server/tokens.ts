/** A grant -> access token, refresh token, ID Token. RFC 6749, section 5.1; OIDC Core, section 2. */
import type { IdTokenClaims, TokenResponse } from '@proofkey/api';
import { profileOf } from './claims.ts';
import type { JwtDraft } from './draft.ts';
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

/** The members of a token response; JWTs are not signed yet. */
export type TokenMembers = {
  readonly [name in keyof Omit<TokenResponse, 'access_token' | 'id_token'>]: TokenResponse[name];
} & { readonly access_token: string | JwtDraft; readonly id_token?: JwtDraft };

export interface Issued {
  readonly members: TokenMembers;
  readonly authorization: Authorization;
}

export interface Wanted {
  readonly scope: readonly string[];
  readonly audience?: string;
  /** Of the authorization request, for the ID Token of a code; a refresh has none. OIDC Core, section 12.2. */
  readonly nonce?: string;
  readonly withRefreshToken: boolean;
}

/** Issues tokens for an authorization. An access token for an API is a JWT (RFC 9068), any other means nothing. */
export function issue(turn: Turn, authorization: Authorization, wanted: Wanted): Issued {
  const { now, random, state } = turn;
  const { accessToken: life, refreshToken: refreshLife } = state.settings.lifetimes;
  const { scope, audience } = wanted;
  const id = random();
  const accessToken: AccessToken = { id, expiresAt: now + life, scope, ...(audience !== undefined && { audience }) };
  const refreshToken: RefreshToken | undefined = wanted.withRefreshToken
    ? { value: random(), expiresAt: now + refreshLife }
    : undefined;
  return {
    members: {
      access_token: audience === undefined ? id : accessJwt(turn, authorization, accessToken, audience),
      token_type: 'Bearer',
      expires_in: life,
      scope: scope.join(' '),
      ...(refreshToken && { refresh_token: refreshToken.value }),
      ...(scope.includes('openid') && { id_token: idToken(turn, authorization, wanted.nonce) }),
    },
    authorization: {
      ...authorization,
      lastStep: turn.step,
      accessTokens: appended(authorization.accessTokens, accessToken, LIMITS.tokens),
      refreshTokens: refreshToken
        ? appended(authorization.refreshTokens, refreshToken, LIMITS.tokens)
        : authorization.refreshTokens,
    },
  };
}

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
  const claims = {
    iss: state.settings.issuer,
    sub: session.sub,
    aud: audience,
    client_id: request.clientId,
    iat: now,
    exp: expiresAt,
    jti: id,
    scope: scope.join(' '),
  };
  return { type: 'jwt', ...headerAndKey(state, 'at+jwt'), claims };
}

function idToken({ state, now, rules }: Turn, { request, session, scope }: Authorization, nonce?: string): JwtDraft {
  const { issuer, lifetimes, users } = state.settings;
  const user = users.find((one) => one.sub === session.sub);
  const claims: IdTokenClaims = {
    ...(user && profileOf(user, scope)),
    iss: issuer,
    sub: session.sub,
    aud: request.clientId,
    iat: now,
    exp: now + lifetimes.idToken,
    auth_time: session.authTime,
    sid: session.sid,
    ...(request.acr !== undefined && { acr: request.acr }),
    ...(nonce !== undefined && rules.nonceInIdToken && { nonce }),
  };
  return { type: 'jwt', ...headerAndKey(state, 'JWT'), claims, withAtHash: true };
}

/** The state with one authorization replaced. */
export const withAuthorization = (state: ServerState, old: Authorization, now: Authorization): ServerState => ({
  ...state,
  authorizations: state.authorizations.map((one) => (one === old ? now : one)),
});
