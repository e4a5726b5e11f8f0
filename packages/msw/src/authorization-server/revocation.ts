/** A token -> it is of no use any more, nor is what belongs to it. RFC 7009. */
import type { Revocation } from '@proofkey/api';
import { findAccessToken } from './access-token.ts';
import { parameterOf } from './parameters.ts';
import { refuse } from './refuse.ts';
import { formOf } from './token-request.ts';
import { withAuthorization } from './tokens.ts';
import type { Reply, Turn } from './turn.ts';

export function revoke(turn: Turn): Reply {
  const { state, rules } = turn;
  const sound = formOf(turn);
  if ('draft' in sound) return sound;
  const { form, client } = sound;
  const text = parameterOf<Revocation>(form, 'token');
  if (text === undefined) return refuse(turn, 'invalid_request', 'token is missing');
  const done: Reply = { draft: { type: 'raw', status: 200, body: '' } };
  const byRefreshToken = state.authorizations.find((one) => one.refreshTokens.some(({ value }) => value === text));
  const byAccessToken = findAccessToken(state, text);
  const found = byRefreshToken ?? byAccessToken?.authorization;
  // An unknown token is not an error. RFC 7009, section 2.2.
  if (found === undefined)
    return rules.unknownTokensRevocable ? done : refuse(turn, 'invalid_request', 'this token is unknown');
  const { login, clientId, step: earlier } = found.request;
  if (clientId !== client.clientId) {
    const misuse = byRefreshToken && 'refresh_token_of_another_client';
    return { ...refuse(turn, 'invalid_request', 'another client has this token', misuse, { earlier }), login };
  }
  if (byRefreshToken !== undefined) {
    const revoked = found.revoked ?? 'revocation';
    return { ...done, login, state: withAuthorization(state, found, { ...found, revoked }) };
  }
  const accessTokens = found.accessTokens.filter((one) => one !== byAccessToken?.token);
  return { ...done, login, state: withAuthorization(state, found, { ...found, accessTokens }) };
}
