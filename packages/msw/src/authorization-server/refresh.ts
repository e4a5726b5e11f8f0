/** Refresh token -> new tokens, and mostly a new refresh token. RFC 6749, section 6; RFC 9700, section 4.14.2. */
import type { Refresh } from '@proofkey/api';
import { type MisuseCode, misuseOf } from './misuse.ts';
import { isScope, listOf, type Parameters, parameterOf, valuesOf } from './parameters.ts';
import { refuse } from './refuse.ts';
import { apisOf, isResource } from './resource.ts';
import type { Client } from './settings.ts';
import type { Authorization, RefreshToken } from './state.ts';
import { issue, withAuthorization } from './tokens.ts';
import { believed } from './trap.ts';
import type { Reply, Turn } from './turn.ts';

export function refresh(turn: Turn, form: Parameters, client: Client): Reply {
  const { state, rules, step, now } = turn;
  const text = (name: keyof Refresh): string | undefined => parameterOf<Refresh>(form, name);
  const value = text('refresh_token');
  if (value === undefined) return refuse(turn, 'invalid_request', 'refresh_token is missing');
  const found = state.authorizations.find((one) => one.refreshTokens.some((token) => token.value === value));
  const token = found?.refreshTokens.find((one) => one.value === value);
  if (found === undefined || token === undefined) return refuse(turn, 'invalid_grant', 'this refresh token is unknown');
  const { request } = found;
  const told = (error: string, description: string, misuse?: MisuseCode, after: Authorization = found): Reply => ({
    ...refuse(turn, error, description),
    state: withAuthorization(state, found, after),
    login: request.login,
    misuses: misuse ? [misuseOf(misuse, { step, earlier: request.step })] : [],
  });

  if (request.clientId !== client.clientId)
    return told('invalid_grant', 'another client has this refresh token', 'refresh_token_of_another_client');
  const replaced = isReplacing(turn, found, token);
  if (token.used !== undefined && !replaced && !isInGrace(turn, found, token)) {
    const known = withToken(found, token, { ...token, used: firstUse(token) ?? token.used });
    const after: Authorization = rules.reuseRevokes ? { ...known, revoked: found.revoked ?? 'refresh_reuse' } : known;
    const facts = { step, earlier: token.used.step, revoked: rules.reuseRevokes };
    // To ask once more is all that a client can do whose answer was lost.
    const misuses = token.used.lost ? [] : [misuseOf('refresh_token_used_twice', facts)];
    return { ...told('invalid_grant', 'this refresh token was used', undefined, after), misuses };
  }
  if (found.revoked !== undefined) return told('invalid_grant', 'this login was revoked');
  if (now >= token.expiresAt) return told('invalid_grant', 'this refresh token has expired');
  if (!isScope(text('scope') ?? '')) return told('invalid_scope', 'a scope has an odd character');
  const asked = listOf(text('scope'));
  const scope = asked.length === 0 ? found.scope : asked;
  if (scope.some((one) => !found.scope.includes(one)))
    return told('invalid_scope', 'the login was not granted this scope', 'scope_widened');
  const targets = valuesOf<Refresh>(form, 'resource');
  if (targets.length > 1) return told('invalid_target', 'one API at a time');
  // `audience` is Auth0's, whose refresh tokens are good for several APIs; `resource` stays within the login.
  if (rules.audienceOnRefresh && !targets.every((one) => isResource(one) && apisOf(request).includes(one)))
    return told('invalid_target', 'the login was not for this API');
  const other = text('audience') ?? targets[0];
  const { audiences } = state.settings;
  const rotation = state.settings.rotation && rules.rotation;
  if (other !== undefined && audiences !== 'any' && !audiences.includes(other))
    return told('invalid_target', 'no API has this name');

  const audience = (rules.audienceOnRefresh ? other : undefined) ?? request.audience;
  const used: RefreshToken = { ...token, used: firstUse(token) ?? { step, at: now } };
  const left = replaced ? found.refreshTokens.filter((one) => one.from !== value) : found.refreshTokens;
  const refreshTokens = rotation ? left.map((one) => (one === token ? used : one)) : left;
  const { members, authorization } = issue(
    turn,
    { ...found, refreshTokens },
    {
      scope,
      ...(audience !== undefined && { audience }),
      ...(rotation && { refreshTokenFrom: value }),
    },
  );
  return {
    draft: { type: 'json', status: 200, members },
    state: withAuthorization(state, found, authorization),
    login: request.login,
    misuses: believed(turn, token.trap),
  };
}

/** Whether or not its answer was lost: whoever asks again is not asked why a second time. */
const firstUse = ({ used }: RefreshToken): RefreshToken['used'] => used && { step: used.step, at: used.at };

const withToken = (authorization: Authorization, old: RefreshToken, now: RefreshToken): Authorization => ({
  ...authorization,
  refreshTokens: authorization.refreshTokens.map((one) => (one === old ? now : one)),
});

/** The one before the newest, at a server that lets go of the newest then. */
const isReplacing = ({ rules }: Turn, { refreshTokens }: Authorization, { value, used }: RefreshToken): boolean =>
  rules.oldReplacesNewer && used !== undefined && refreshTokens.at(-1)?.from === value;

/** For a while after its first use, as the answer to that may have been lost, or somebody else may have been faster. */
function isInGrace({ state, now }: Turn, { refreshTokens }: Authorization, { value, used }: RefreshToken): boolean {
  const isRecent = used !== undefined && now - used.at < state.settings.grace;
  // Nothing that came of it may have been used: then there was an answer, and this is an old copy.
  return isRecent && refreshTokens.every((one) => one.from !== value || one.used === undefined);
}
