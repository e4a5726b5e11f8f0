/** Refresh token -> new tokens, and mostly a new refresh token. RFC 6749, section 6; RFC 9700, section 4.14.2. */
import { type MisuseCode, misuseOf } from './misuse.ts';
import { listOf, type Parameters, parameterOf } from './parameters.ts';
import { refuse } from './refuse.ts';
import type { Client } from './settings.ts';
import type { Authorization, RefreshToken } from './state.ts';
import { issue, withAuthorization } from './tokens.ts';
import { believed } from './trap.ts';
import type { Reply, Turn } from './turn.ts';

export function refresh(turn: Turn, form: Parameters, client: Client): Reply {
  const { state, rules, step, now } = turn;
  const value = parameterOf(form, 'refresh_token');
  if (value === undefined) return refuse(turn, 'invalid_request', 'refresh_token is missing');
  const found = state.authorizations.find((one) => one.refreshTokens.some((token) => token.value === value));
  const token = found?.refreshTokens.find((one) => one.value === value);
  if (found === undefined || token === undefined) return refuse(turn, 'invalid_grant', 'this refresh token is unknown');
  const { request } = found;
  const told = (error: string, description: string, misuse?: MisuseCode, after: Authorization = found): Reply => ({
    ...refuse(turn, error, description),
    state: withAuthorization(state, found, after),
    login: request.login,
    misuses: misuse ? [misuseOf(misuse, { step, earlier: token.used?.step ?? request.step })] : [],
  });

  if (request.clientId !== client.clientId)
    return told('invalid_grant', 'another client has this refresh token', 'refresh_token_of_another_client');
  if (token.used !== undefined && !isInGrace(turn, found, token)) {
    const after: Authorization = rules.reuseRevokes ? { ...found, revoked: found.revoked ?? 'refresh_reuse' } : found;
    return told('invalid_grant', 'this refresh token was used', 'refresh_token_used_twice', after);
  }
  if (found.revoked !== undefined) return told('invalid_grant', 'this login was revoked');
  if (now >= token.expiresAt) return told('invalid_grant', 'this refresh token has expired');
  const scope = parameterOf(form, 'scope') === undefined ? found.scope : listOf(parameterOf(form, 'scope'));
  if (scope.some((one) => !found.scope.includes(one)))
    return told('invalid_scope', 'the login was not granted this scope', 'scope_widened');
  const other = parameterOf(form, 'audience') ?? parameterOf(form, 'resource');
  const { audiences, rotation } = state.settings;
  if (other !== undefined && audiences !== 'any' && !audiences.includes(other))
    return told('invalid_target', 'no API has this name');

  const audience = (rules.audienceOnRefresh ? other : undefined) ?? request.audience;
  const used: RefreshToken = { ...token, used: token.used ?? { step, at: now } };
  const refreshTokens = rotation ? found.refreshTokens.map((one) => (one === token ? used : one)) : found.refreshTokens;
  const { members, authorization } = issue(
    turn,
    { ...found, refreshTokens },
    {
      scope,
      ...(audience !== undefined && { audience }),
      withRefreshToken: rotation,
    },
  );
  return {
    draft: { type: 'json', status: 200, members },
    state: withAuthorization(state, found, authorization),
    login: request.login,
    misuses: believed(turn, token.trap),
  };
}

/** The one before the newest, for a while: its answer may have been lost. */
function isInGrace({ state, now }: Turn, { refreshTokens }: Authorization, { value, used }: RefreshToken): boolean {
  const at = refreshTokens.findIndex((one) => one.value === value);
  const isRecent = used !== undefined && now - used.at <= state.settings.grace;
  // What came of it must not have been used either: then its answer did arrive.
  return state.settings.grace > 0 && isRecent && refreshTokens.slice(at + 1).every((one) => one.used === undefined);
}
