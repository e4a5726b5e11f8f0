/** What a person typed or clicked on a page -> the next page, or back to the client. OIDC Core, section 3.1.2.3. */
import { continueLogin, errorCallback, grantCode, newSession, pageOf } from './authorization.ts';
import { isSamePage, sessionOf } from './cookies.ts';
import { type Draft, errorPageDraft } from './draft.ts';
import { parameterOf } from './parameters.ts';
import { grantable, type User, usernameOf } from './settings.ts';
import {
  appended,
  type Interaction,
  LIMITS,
  type PersonSession,
  type ServerState,
  type SoundRequest,
} from './state.ts';
import type { Reply, Turn } from './turn.ts';

/**
 * Shows the page of an interaction, or takes its form.
 *
 * A page belongs to the browser that it was made for: a login page to its cookie, a consent page to who is logged in.
 * Else an attacker could begin a login and let somebody else's browser finish it. RFC 9700, section 4.7.
 */
export function answerInteraction(turn: Turn): Reply {
  const { state, method, path, now } = turn;
  const interaction = state.interactions.find(({ id }) => path.endsWith(`/${id}`));
  if (interaction === undefined || now >= interaction.expiresAt) return over(404, interaction);
  const { session, request } = interaction;
  const present = sessionOf(turn);
  if (session === undefined ? !isSamePage(turn, interaction) : present?.sub !== session.sub)
    return over(403, interaction);
  if (method === 'GET') return shown(turn, interaction);
  const reply = present && session ? answerConsent(turn, interaction, present) : answerLogin(turn, interaction);
  return { ...reply, draft: seeOther(reply.draft), login: request.login };
}

/** The form may hold a password, which must not be sent on. RFC 9700, section 4.12. */
const seeOther = (draft: Draft): Draft =>
  draft.type === 'callback' || draft.type === 'redirect' ? { ...draft, status: 303 } : draft;

const over = (status: number, interaction: Interaction | undefined): Reply => ({
  draft: errorPageDraft(
    status,
    'page_over',
    'This page is not good any more. Go back to the application and log in again.',
  ),
  ...(interaction && { login: interaction.request.login }),
});

function shown(turn: Turn, interaction: Interaction, status = 200, problem?: string, username?: string): Reply {
  const html = pageOf(turn, interaction, problem, username);
  return { draft: { type: 'page', status, html }, login: interaction.request.login };
}

/** Each page is answered once. */
const without = (state: ServerState, interaction: Interaction): ServerState => ({
  ...state,
  interactions: state.interactions.filter((one) => one !== interaction),
});

function answerLogin(turn: Turn, interaction: Interaction): Reply {
  const { form, state } = turn;
  const username = parameterOf(form, 'username')?.trim() ?? '';
  const user = state.settings.users.find((one) => isRight(one, username, parameterOf(form, 'password')));
  // 401 would need a challenge, and 200 would let a password manager keep what was wrong. RFC 9110, section 15.5.
  if (user === undefined) return shown(turn, interaction, 403, 'User name or password is wrong.', username);
  const answered = without(state, interaction);
  const reply = continueLogin({ ...turn, state: answered }, interaction.request, newSession(turn, user), true);
  return { ...reply, state: reply.state ?? answered };
}

const isRight = (user: User, username: string, password: string | undefined): boolean =>
  [usernameOf(user), user.sub].includes(username) && (user.password === undefined || user.password === password);

/** @param present who is logged in now, who may have logged in again since the page was shown */
function answerConsent(turn: Turn, interaction: Interaction, present: PersonSession): Reply {
  const { request } = interaction;
  const state = without(turn.state, interaction);
  switch (parameterOf(turn.form, 'answer')) {
    case 'agree':
      return grantCode({ ...turn, state: withConsent(state, request, present) }, request, present, false);
    case 'refuse':
      return { draft: errorCallback(turn, request, 'access_denied', 'The person refused.'), state };
    default:
      return shown(turn, interaction, 400);
  }
}

/** What somebody agreed to once is not asked again. */
function withConsent(state: ServerState, { clientId, scope }: SoundRequest, { sub }: PersonSession): ServerState {
  const isSame = (one: { readonly clientId: string; readonly sub: string }): boolean =>
    one.clientId === clientId && one.sub === sub;
  const before = state.consents.find(isSame)?.scope ?? [];
  const consent = { clientId, sub, scope: [...new Set([...before, ...grantable(state.settings, scope)])] };
  const others = state.consents.filter((one) => !isSame(one));
  return { ...state, consents: appended(others, consent, LIMITS.consents) };
}
