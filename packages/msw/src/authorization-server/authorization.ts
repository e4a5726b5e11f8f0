/** A sound authorization request and its person -> a code, an error or a page. OIDC Core, 3.1.2.3 to 3.1.2.6. */
import type { AuthorizationErrorResponse, AuthorizationResponse } from '@proofkey/api';
import { cookieOf, pageCookieOf, sessionOf } from './cookies.ts';
import type { Draft } from './draft.ts';
import { consentPage, loginPage } from './pages.ts';
import { clientOf, grantable, type User, usernameOf } from './settings.ts';
import {
  type Authorization,
  appended,
  type Interaction,
  LIMITS,
  type PersonSession,
  type ServerState,
  type SoundRequest,
} from './state.ts';
import type { Reply, Turn } from './turn.ts';
import { pathOf } from './url.ts';
import { described } from './wire.ts';

/** A request without `state` gets an answer without it. */
type Stateless<Response extends { readonly state: string }> = Omit<Response, 'state'> &
  Partial<Pick<Response, 'state'>>;

/** Seconds for a person to answer a page. */
const PATIENCE = 600;

/** The path of a page that waits for its person; its form is posted there too. */
export const INTERACTION_PATH = '/interaction/';

/** An error that the client is told by redirect. RFC 6749, section 4.1.2.1. */
export function errorCallback(
  { rules, state }: Turn,
  request: SoundRequest,
  error: string,
  description: string,
): Draft {
  return {
    type: 'callback',
    redirectUri: request.redirectUri,
    mode: request.responseMode,
    parameters: described<Stateless<AuthorizationErrorResponse>>({
      error,
      error_description: description,
      state: rules.stateInErrors ? request.state : undefined,
      iss: rules.issInResponse ? state.settings.issuer : undefined,
    }),
  };
}

/**
 * Goes on with a login, as far as it goes without its person.
 *
 * @param fresh whether the person logged in for this very request
 */
export function continueLogin(turn: Turn, request: SoundRequest, session?: PersonSession, fresh = false): Reply {
  const { state, refusal } = turn;
  if (refusal !== undefined) return { draft: errorCallback(turn, request, refusal, 'The server was told to refuse.') };
  if (session === undefined || (!fresh && hasToLogIn(turn, request, session))) return askForLogin(turn, request);
  if (request.subHint !== undefined && request.subHint !== session.sub)
    return refused(turn, request, 'login_required', 'Somebody else is logged in.');
  const settled = fresh ? remember(state, session) : state;
  const scope = grantable(state.settings, request.scope);
  if (state.settings.person === 'automatic' || hasConsent(state, request, session, scope))
    return grantCode({ ...turn, state: settled }, request, session, fresh);
  if (request.prompt.includes('none')) return refused(turn, request, 'consent_required', 'The person has to agree.');
  return showPage({ ...turn, state: settled }, request, session, fresh);
}

const refused = (turn: Turn, request: SoundRequest, error: string, description: string): Reply => ({
  draft: errorCallback(turn, request, error, description),
});

function hasToLogIn({ now }: Turn, { prompt, maxAge, subHint }: SoundRequest, session: PersonSession): boolean {
  if (['login', 'select_account', 'create'].some((one) => prompt.includes(one))) return true;
  // A max_age of 0 means prompt=login. OIDC Core, section 3.1.2.1.
  const isTooOld = maxAge === 0 || (maxAge !== undefined && now - session.authTime > maxAge);
  return isTooOld || (subHint ?? session.sub) !== session.sub;
}

function hasConsent(
  state: ServerState,
  request: SoundRequest,
  session: PersonSession,
  scope: readonly string[],
): boolean {
  if (request.prompt.includes('consent')) return false;
  const { clientId } = request;
  const given = state.consents.find((one) => one.clientId === clientId && one.sub === session.sub);
  return given !== undefined && scope.every((one) => given.scope.includes(one));
}

function askForLogin(turn: Turn, request: SoundRequest): Reply {
  const { state, rules } = turn;
  if (request.prompt.includes('none')) {
    if (rules.promptNoneRedirects) return refused(turn, request, 'login_required', 'Nobody is logged in.');
    return showPage(turn, request);
  }
  if (state.settings.person === 'pages') return showPage(turn, request);
  const user = expectedUser(state.settings.users, request);
  if (user === undefined) return refused(turn, request, 'login_required', 'The server knows no such person.');
  return continueLogin(turn, request, newSession(turn, user), true);
}

/** Who is meant by a hint, else the first. */
function expectedUser(users: readonly User[], { loginHint, subHint }: SoundRequest): User | undefined {
  if (subHint !== undefined) return users.find((one) => one.sub === subHint);
  return users.find((one) => [usernameOf(one), one.sub].includes(loginHint ?? '')) ?? users[0];
}

/** Somebody has logged in, here and now; if they were before, in the same session with a new cookie. */
export function newSession(turn: Turn, { sub }: User): PersonSession {
  const before = sessionOf(turn);
  const sid = before?.sub === sub ? before.sid : turn.random().slice(0, 22);
  return { id: turn.random(), sid, sub, authTime: turn.now };
}

function remember(state: ServerState, session: PersonSession): ServerState {
  const others = state.sessions.filter(({ sid }) => sid !== session.sid);
  return { ...state, sessions: appended(others, session, LIMITS.sessions) };
}

/** On to the login page, or with somebody who is logged in to the consent page. Each page has an address of its own. */
function showPage(turn: Turn, request: SoundRequest, session?: PersonSession, fresh = false): Reply {
  const { state, now, random } = turn;
  const id = random();
  const to = interactionPath(state, id);
  const waiting = { id, expiresAt: now + PATIENCE, request };
  const secret = random();
  const interaction: Interaction = session ? { ...waiting, session } : { ...waiting, secret };
  const loggedIn = session && fresh ? { 'set-cookie': cookieOf(turn, session) } : {};
  return {
    draft: {
      type: 'redirect',
      to,
      headers: session ? loggedIn : { 'set-cookie': pageCookieOf(turn, to, secret) },
    },
    state: { ...state, interactions: appended(state.interactions, interaction, LIMITS.interactions) },
  };
}

/** Without an origin, so that a browser stays where it is: `localhost` and `127.0.0.1` do not share their cookies. */
export const interactionPath = ({ settings }: ServerState, id: string): string =>
  `${pathOf(settings.issuer)}${INTERACTION_PATH}${id}`;

/** The page of an interaction; with a problem, once more. */
export function pageOf({ state }: Turn, interaction: Interaction, problem?: string, typed?: string): string {
  const { settings } = state;
  const { id, request, session } = interaction;
  const action = interactionPath(state, id);
  const clientName = clientOf(settings, request.clientId)?.name ?? request.clientId;
  if (session === undefined) {
    const username = typed ?? request.loginHint;
    const anyPassword = settings.users.every(({ password }) => password === undefined);
    return loginPage({ action, clientName, anyPassword, ...(username && { username }), ...(problem && { problem }) });
  }
  const user = settings.users.find((one) => one.sub === session.sub);
  const { name } = (user?.claims ?? {}) as { name?: unknown };
  const userName = typeof name === 'string' ? name : user ? usernameOf(user) : session.sub;
  const { audience } = request;
  const scope = grantable(settings, request.scope);
  return consentPage({ action, clientName, userName, scope, ...(audience && { audience }) });
}

/** A code for the client. RFC 6749, section 4.1.2. */
export function grantCode(turn: Turn, request: SoundRequest, session: PersonSession, fresh: boolean): Reply {
  const { state, now, random, rules } = turn;
  const { issuer, lifetimes } = state.settings;
  const code = rules.codePrefix + random();
  const authorization: Authorization = {
    request,
    session,
    scope: grantable(state.settings, request.scope),
    code: { value: code, expiresAt: now + lifetimes.code },
    accessTokens: [],
    refreshTokens: [],
  };
  const draft: Draft = {
    type: 'callback',
    redirectUri: request.redirectUri,
    mode: request.responseMode,
    parameters: described<Stateless<AuthorizationResponse>>({
      code,
      state: request.state,
      iss: rules.issInResponse ? issuer : undefined,
    }),
    ...(fresh && { headers: { 'set-cookie': cookieOf(turn, session) } }),
  };
  const authorizations = appended(state.authorizations, authorization, LIMITS.authorizations);
  return { draft, state: { ...state, authorizations } };
}
