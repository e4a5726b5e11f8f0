/** Access token -> claims about its person. OIDC Core, section 5.3; RFC 6750, section 3. */
import type { UserInfo } from '@proofkey/api';
import { bearerOf, findAccessToken } from './access-token.ts';
import { profileOf } from './claims.ts';
import { errorDraft } from './draft.ts';
import { misuseOf } from './misuse.ts';
import { parameterOf } from './parameters.ts';
import { believed } from './trap.ts';
import type { Reply, Turn } from './turn.ts';

export function userinfo(turn: Turn): Reply {
  const { state, headers, query, form, now, step, rules } = turn;
  const inUrl = parameterOf(query, 'access_token') !== undefined ? [misuseOf('access_token_in_url', { step })] : [];
  const text = bearerOf(headers['authorization']) ?? parameterOf(form, 'access_token');
  if (text === undefined) return { ...challenged(401, undefined, 'there is no access token'), misuses: inUrl };
  const found = findAccessToken(state, text);
  const { users } = state.settings;
  if (found === undefined && !rules.userinfoAuthorized && users[0] !== undefined)
    return { draft: { type: 'json', status: 200, members: { sub: users[0].sub } } };
  const isGood = found && found.authorization.revoked === undefined && now < found.token.expiresAt;
  if (!isGood) return { ...challenged(401, 'invalid_token', 'it is unknown, expired or revoked'), misuses: inUrl };
  const { authorization, token } = found;
  const { login } = authorization.request;
  const misuses = [...inUrl, ...believed(turn, token.trap)];
  if (!token.scope.includes('openid'))
    return { ...challenged(403, 'insufficient_scope', 'openid is needed', 'openid'), login, misuses };
  const { sub } = authorization.session;
  const user = users.find((one) => one.sub === sub);
  const members: UserInfo = { ...(user && profileOf(user, token.scope)), sub };
  return { draft: { type: 'json', status: 200, members }, login, misuses };
}

/** Without a token there is no error code: the client may not have known. RFC 6750, section 3.1. */
function challenged(status: number, error: string | undefined, description: string, scope?: string): Reply {
  const parts = [
    ...(error === undefined ? [] : [`error="${error}"`, `error_description="${description}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
  ];
  const headers = { 'www-authenticate': ['Bearer', parts.join(', ')].join(' ').trim() };
  return { draft: errorDraft(status, error ?? 'invalid_request', description, headers) };
}
