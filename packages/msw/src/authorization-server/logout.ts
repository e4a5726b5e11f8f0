/** Logout request -> nobody is logged in at the server any more. OIDC RP-Initiated Logout 1.0; Auth0's /v2/logout. */
import type { LogoutQuery, LogoutRequest, LogoutV2Query } from '@proofkey/api';
import { interactionPath } from './authorization.ts';
import { cookieOf, sessionOf } from './cookies.ts';
import { errorPageDraft } from './draft.ts';
import { claimsIn } from './jwt.ts';
import { type Misuse, misuseOf } from './misuse.ts';
import { loggedOutPage, logoutPage, stillLoggedInPage } from './pages.ts';
import { type Parameters, parameterOf, repeatedIn, speakable, writeParameters } from './parameters.ts';
import { isRegistered, isSoundRedirectUri } from './redirect-uri.ts';
import { unknownClient } from './refuse.ts';
import { type Client, clientOf } from './settings.ts';
import type { Authorization, ServerState } from './state.ts';
import type { Reply, Turn } from './turn.ts';
import { described } from './wire.ts';

/** Where two pages are, among those that wait for somebody: no interaction has so short an id. */
export const LOGOUT_QUESTION = 'logout';
export const LOGGED_OUT = 'logged-out';

/** A logout request that was found sound. */
type SoundLogout = { readonly to?: string; readonly sid?: string };

type Refusal = { readonly sentence: string; readonly misuse: Misuse };

/** Asks the person only when there is somebody to log out whom no hint names. RP-Initiated Logout, section 2. */
export function logout(turn: Turn): Reply {
  const parameters = turn.method === 'POST' ? turn.form : turn.query;
  const sound = soundLogout(turn, parameters);
  if ('sentence' in sound) return refused(sound);
  const session = sessionOf(turn);
  const { settings, sessions } = turn.state;
  const isNamed = sessions.some(({ sid }) => sid === sound.sid) && (session ?? sound).sid === sound.sid;
  const isAlone = settings.person === 'automatic' || isNamed;
  if (isAlone || (session === undefined && turn.method === 'GET')) return ended(turn, sound);
  return toQuestion(turn, parameters);
}

/** A form of another site brings no cookie. Whether somebody is logged in shows what follows a redirect: that does. */
const toQuestion = ({ state }: Turn, parameters: Parameters): Reply => ({
  draft: {
    type: 'redirect',
    to: `${interactionPath(state, LOGOUT_QUESTION)}?${writeParameters(kept(parameters))}`,
  },
});

/** The page that asks, and the form that comes from it; one from elsewhere ends nothing, but is asked too. */
export function logoutQuestion(turn: Turn): Reply {
  const { method, form, query, state } = turn;
  const parameters = method === 'POST' ? form : query;
  const sound = soundLogout(turn, parameters);
  if ('sentence' in sound) return refused(sound);
  if (sessionOf(turn) === undefined) return method === 'GET' ? ended(turn, sound) : toQuestion(turn, parameters);
  // The cookie keeps forms of other sites out. Another port on loopback is the same site: browsers say who asks, and
  // who says nothing is none.
  const isOwn = method === 'POST' && [undefined, 'same-origin'].includes(turn.headers['sec-fetch-site']);
  if (isOwn && parameterOf(form, 'answer') === 'agree') return ended(turn, sound);
  const html =
    isOwn && parameterOf(form, 'answer') === 'refuse'
      ? stillLoggedInPage()
      : logoutPage(interactionPath(state, LOGOUT_QUESTION), kept(parameters));
  return { draft: { type: 'page', status: 200, html } };
}

export const loggedOut = (): Reply => ({ draft: { type: 'page', status: 200, html: loggedOutPage() } });

/** Auth0's older endpoint: never asks, knows no hint and no `state`, and has an address to fall back to. */
export function logoutV2(turn: Turn): Reply {
  const { query, state } = turn;
  const clientId = parameterOf<LogoutV2Query>(query, 'client_id');
  const client = clientOf(state.settings, clientId);
  if (clientId !== undefined && client === undefined) return refused(noClient(turn));
  const to = parameterOf<LogoutV2Query>(query, 'returnTo') ?? client?.postLogoutRedirectUris?.[0];
  if (to === undefined) return ended(turn, {});
  const { clients } = state.settings;
  const asked = client ? [client] : clients === 'any' ? [{ clientId: '' }] : clients;
  return asked.some((one) => mayLeadTo(turn, one, to)) ? ended(turn, { to }) : refused(notRegistered(turn));
}

const noClient = (turn: Turn): Refusal => ({
  sentence: 'No client has this client_id.',
  misuse: unknownClient(turn),
});
const notRegistered = ({ step }: Turn): Refusal => ({
  sentence: 'The address to go to afterwards is not registered.',
  misuse: misuseOf('post_logout_redirect_uri_not_registered', { step }),
});
const wrongHint = ({ step }: Turn): Refusal => ({
  sentence: 'The id_token_hint is no ID Token of this server for this client.',
  misuse: misuseOf('id_token_hint_wrong', { step }),
});

type Name = Extract<keyof LogoutQuery & keyof LogoutRequest, string>;

const KEPT: readonly Name[] = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'];

const kept = (parameters: Parameters): Readonly<Record<string, string>> =>
  Object.fromEntries(parameters.filter(([name]) => KEPT.some((one) => one === name)));

/** A hint that has expired is as good as another. Its signature is not checked: here there is nothing that could. */
function soundLogout(turn: Turn, parameters: Parameters): SoundLogout | Refusal {
  const { settings } = turn.state;
  const text = (name: Name): string | undefined => parameterOf<LogoutQuery>(parameters, name);
  const repeated = repeatedIn(parameters);
  if (repeated !== undefined)
    return {
      sentence: `The parameter ${speakable(repeated)} is there more than once.`,
      misuse: misuseOf('parameter_repeated', { step: turn.step, name: speakable(repeated) }),
    };
  const hint = text('id_token_hint');
  const { iss, aud, sid, sub } = claimsIn(hint) ?? {};
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const clientId = text('client_id') ?? audience.find((one) => typeof one === 'string');
  const client = clientOf(settings, typeof clientId === 'string' ? clientId : undefined);
  if (text('client_id') !== undefined && client === undefined) return noClient(turn);
  const isOurs = iss === settings.issuer && typeof sub === 'string' && audience.includes(client?.clientId);
  if (hint !== undefined && !(isOurs && client)) return wrongHint(turn);
  const given = typeof sid === 'string' ? { sid } : {};
  const uri = text('post_logout_redirect_uri');
  // Whose address it is nobody knows then, so that nobody is led there. RP-Initiated Logout, section 3.
  if (uri === undefined || client === undefined) return given;
  if (!mayLeadTo(turn, client, uri)) return notRegistered(turn);
  const state = text('state');
  const more =
    state === undefined
      ? ''
      : `${uri.includes('?') ? '&' : '?'}${writeParameters(described<Pick<LogoutRequest, 'state'>>({ state }))}`;
  return { ...given, to: uri + more };
}

const mayLeadTo = ({ rules }: Turn, { postLogoutRedirectUris }: Client, uri: string): boolean =>
  isSoundRedirectUri(uri) && isRegistered(uri, postLogoutRedirectUris, rules.loopbackPortFree);

const refused = ({ sentence, misuse }: Refusal): Reply => ({
  draft: errorPageDraft(400, 'invalid_request', sentence),
  misuses: [misuse],
});

function ended(turn: Turn, { to, sid }: SoundLogout): Reply {
  const session = sessionOf(turn);
  const isAutomatic = turn.state.settings.person === 'automatic';
  const sids = [session?.sid, sid].filter((one) => one !== undefined);
  return {
    draft: {
      type: 'redirect',
      to: to ?? interactionPath(turn.state, LOGGED_OUT),
      // A form of another site must not end the session of whoever is made to send it, whomever its hint names.
      ...((session || isAutomatic) && { headers: { 'set-cookie': cookieOf(turn, undefined) } }),
    },
    state: withoutSessions(turn.state, sids),
  };
}

/** `offline_access` outlives the session, other tokens end with it, as at oidc-provider and Keycloak. OIDC Core, 11. */
function withoutSessions(state: ServerState, sids: readonly string[]): ServerState {
  const endsNow = ({ session, scope, revoked }: Authorization): boolean =>
    revoked === undefined && sids.includes(session.sid) && !scope.includes('offline_access');
  return {
    ...state,
    sessions: state.sessions.filter(({ sid }) => !sids.includes(sid)),
    authorizations: state.authorizations.map((one) => (endsNow(one) ? { ...one, revoked: 'logout' } : one)),
  };
}
