/** Access token -> claims about its person. OIDC Core, section 5.3; RFC 6750, section 3. */
import type { UserInfo } from '@proofkey/api';
import { bearerOf, findAccessToken } from './access-token.ts';
import { profileOf } from './claims.ts';
import { errorDraft } from './draft.ts';
import { misuseOf } from './misuse.ts';
import { parameterOf } from './parameters.ts';
import { believed } from './trap.ts';
import type { Reply, Turn } from './turn.ts';
import { type Described, described } from './wire.ts';

/** How else an access token may come. RFC 6750, sections 2.2 and 2.3. */
type Bearer = { readonly access_token: string };

export function userinfo(turn: Turn): Reply {
  const { state, headers, query, form, now, step, rules, method } = turn;
  const isInUrl = parameterOf<Bearer>(query, 'access_token') !== undefined;
  const inForm = method === 'POST' ? parameterOf<Bearer>(form, 'access_token') : undefined;
  const inHeader = bearerOf(headers['authorization']);
  if (isInUrl) {
    const misuses = [misuseOf('access_token_in_url', { step })];
    return { ...challenged(turn, 400, 'invalid_request', 'a token does not belong into a URL'), misuses };
  }
  // RFC 6750, section 2.
  if (inHeader !== undefined && inForm !== undefined)
    return challenged(turn, 400, 'invalid_request', 'the access token is there in two ways');
  const text = inHeader ?? inForm;
  if (text === undefined) return challenged(turn, 401, undefined, 'there is no access token');
  const found = findAccessToken(state, text);
  const { users } = state.settings;
  if (found === undefined && !rules.userinfoAuthorized && users[0] !== undefined)
    return { draft: { type: 'json', status: 200, members: { sub: users[0].sub } } };
  const isGood = found && found.authorization.revoked === undefined && now < found.token.expiresAt;
  if (!isGood) return challenged(turn, 401, 'invalid_token', 'it is unknown, expired or revoked');
  const { authorization, token } = found;
  const { login } = authorization.request;
  const misuses = believed(turn, token.trap);
  if (!token.scope.includes('openid'))
    return { ...challenged(turn, 403, 'insufficient_scope', 'openid is needed', 'openid'), login, misuses };
  const { sub } = authorization.session;
  const user = users.find((one) => one.sub === sub);
  const members = {
    ...(user && profileOf(user, token.scope)),
    ...described<Pick<Described<UserInfo>, 'sub'>>({ sub }),
  };
  return { draft: { type: 'json', status: 200, members }, login, misuses };
}

/** Without a token, the challenge has no error code: the client may not have known. RFC 6750, section 3.1. */
function challenged(
  { state }: Turn,
  status: number,
  error: string | undefined,
  description: string,
  scope?: string,
): Reply {
  const parts = [
    `realm="${state.settings.issuer}"`,
    ...(error === undefined ? [] : [`error="${error}"`, `error_description="${description}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
  ];
  const headers = { 'www-authenticate': `Bearer ${parts.join(', ')}` };
  return { draft: errorDraft(status, error ?? 'invalid_token', description, headers) };
}
