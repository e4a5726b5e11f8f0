/** A token -> it is of no use any more, nor is what belongs to it. RFC 7009. */
import { findAccessToken } from './access-token.ts';
import { parameterOf } from './parameters.ts';
import { refuse } from './refuse.ts';
import { formOf } from './token-request.ts';
import { withAuthorization } from './tokens.ts';
import type { Reply, Turn } from './turn.ts';

export function revoke(turn: Turn): Reply {
  const { state } = turn;
  const sound = formOf(turn);
  if ('draft' in sound) return sound;
  const { form, client } = sound;
  const text = parameterOf(form, 'token');
  if (text === undefined) return refuse(turn, 'invalid_request', 'token is missing');
  const done: Reply = { draft: { type: 'raw', status: 200, body: '' } };
  const byRefreshToken = state.authorizations.find((one) => one.refreshTokens.some(({ value }) => value === text));
  const byAccessToken = findAccessToken(state, text);
  const found = byRefreshToken ?? byAccessToken?.authorization;
  // An unknown token is not an error. RFC 7009, section 2.2.
  if (found === undefined) return done;
  const { login, clientId } = found.request;
  if (clientId !== client.clientId) return { ...refuse(turn, 'invalid_grant', 'another client has this token'), login };
  if (byRefreshToken !== undefined)
    return { ...done, login, state: withAuthorization(state, found, { ...found, revoked: 'revocation' }) };
  const accessTokens = found.accessTokens.filter((one) => one !== byAccessToken?.token);
  return { ...done, login, state: withAuthorization(state, found, { ...found, accessTokens }) };
}
