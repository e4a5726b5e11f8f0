/** State, request, time, entropy -> the answer, and the state after it. The whole server, as one pure function. */
import { preflightOf, withCors } from './cors.ts';
import { answerInstead, deviated, deviationsAt } from './deviation.answer.ts';
import type { DeviationName } from './deviations.ts';
import { type Draft, errorDraft } from './draft.ts';
import type { ServerRequest, ServerResponse } from './http.ts';
import type { LogEntry } from './log.ts';
import { errorPage } from './pages.ts';
import { type Route, routeOf } from './route.ts';
import { appended, type Failing, LIMITS, type ServerState } from './state.ts';
import { withTrap } from './trap.ts';
import { type Reply, type Turn, turnOf } from './turn.ts';
import { speakablePath } from './url.ts';

export interface Answered {
  readonly state: ServerState;
  readonly response: ServerResponse;
}

/**
 * Answers one request.
 *
 * @param now NumericDate: whole seconds since 1970-01-01T00:00:00Z
 * @param entropy `ENTROPY_LENGTH` fresh random octets
 * @returns the answer, whose JWTs have yet to be signed, and what the server remembers afterwards. It never throws for
 *   what a request holds; a `RangeError` says that there was too little entropy.
 */
export function answer(state: ServerState, request: ServerRequest, now: number, entropy: Uint8Array): Answered {
  const arrived = turnOf(state, request, now, entropy);
  const preflight = preflightOf(arrived);
  if (preflight !== undefined) return { state, response: preflight };

  const route = routeOf(arrived);
  const { step } = route;
  const [failing, ...others] = state.failing[step] ?? [];
  const begun: ServerState = { ...state, steps: arrived.step, failing: { ...state.failing, [step]: others } };
  const turn: Turn = { ...arrived, state: begun };
  const deviations = deviationsAt(turn, step);
  const instead = failing ? undefined : answerInstead(turn, deviations);
  const reply: Reply = instead ?? replyOf(turn, route, failing);
  const { draft, response, changes } = deviated(reply.draft, turn, deviations, instead?.by);
  const sent: ServerResponse = failing?.type === 'drop' ? { ...response, lost: true } : response;
  const entry = entryOf(turn, route, reply, draft, sent, changes);
  // HEAD is GET without a body. RFC 9110, section 9.3.2.
  const seen: ServerResponse = request.method.toUpperCase() === 'HEAD' ? { ...sent, body: '', jwts: [] } : sent;
  // HEAD is safe: no code is issued, no page made. RFC 9110, section 9.2.1.
  const isHead = request.method.toUpperCase() === 'HEAD';
  const after = isHead ? begun : withTrap(reply.state ?? begun, turn, route, reply, changes);
  return {
    response: withCors(turn, step, seen),
    state: remembered(after, entry, isHead ? { ...reply, misuses: [] } : reply),
  };
}

function replyOf(turn: Turn, { step, endpoint }: Route, failing: Failing | undefined): Reply {
  if (failing === undefined || failing.type === 'drop') return endpoint(turn);
  if (failing.type === 'status') return { draft: { type: 'raw', status: failing.status, body: '' } };
  const { error } = failing;
  if (step === 'authorize') return endpoint({ ...turn, refusal: error });
  const status = failing.status ?? statusOf(error);
  if (step.endsWith('_page') || step === 'logout')
    return { draft: { type: 'page', status, html: errorPage(error, 'The server was told to refuse.') } };
  const headers = step === 'userinfo' ? { 'www-authenticate': `Bearer error="${error}"` } : undefined;
  return { draft: errorDraft(status, error, 'The server was told to refuse.', headers) };
}

const STATUSES: Readonly<Record<string, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  access_denied: 403,
  slow_down: 429,
  too_many_requests: 429,
  server_error: 500,
  temporarily_unavailable: 503,
};

const statusOf = (error: string): number => (Object.hasOwn(STATUSES, error) ? STATUSES[error] : undefined) ?? 400;

function entryOf(
  { step: number, method, path }: Turn,
  { step }: Route,
  { login }: Reply,
  draft: Draft,
  { status, lost }: ServerResponse,
  deviations: readonly DeviationName[],
): LogEntry {
  const told = draft.type === 'json' ? draft.members : draft.type === 'callback' ? draft.parameters : {};
  const { error } = told as { error?: unknown };
  return {
    number,
    step,
    method,
    path: speakablePath(path),
    status,
    ...(typeof error === 'string' && { error }),
    ...(login !== undefined && { login }),
    ...(deviations.length > 0 && { deviations }),
    ...(lost && { lost }),
  };
}

const remembered = (state: ServerState, entry: LogEntry, { misuses = [] }: Reply): ServerState => ({
  ...state,
  log: appended(state.log, entry, LIMITS.log),
  misuses: misuses.reduce(
    (all, one) => (all.filter(({ code }) => code === one.code).length < LIMITS.misuses ? [...all, one] : all),
    state.misuses,
  ),
});
