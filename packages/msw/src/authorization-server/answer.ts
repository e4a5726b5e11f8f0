/** State, request, time, entropy -> the answer, and the state after it. The whole server, as one pure function. */
import { preflightOf, withCors } from './cors.ts';
import { type DeviationName, deviationOf } from './deviations.ts';
import { type Draft, errorDraft, render } from './draft.ts';
import type { ServerRequest, ServerResponse } from './http.ts';
import type { LogEntry } from './log.ts';
import { errorPage } from './pages.ts';
import { type Route, routeOf } from './route.ts';
import { appended, type Failing, LIMITS, type ServerState } from './state.ts';
import { withTrap } from './trap.ts';
import { type Reply, type Turn, turnOf } from './turn.ts';

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
  const reply = replyOf(turn, route, failing);
  const deviations = state.deviations.filter((name) => deviationOf(name).steps.includes(step));
  const draft = deviations.reduce<Draft>((one, name) => deviationOf(name).alter?.(one, turn) ?? one, reply.draft);
  const rewritten = deviations.reduce<ServerResponse>(
    (one, name) => deviationOf(name).rewrite?.(one, turn) ?? one,
    render(draft),
  );
  const sent: ServerResponse = failing?.type === 'drop' ? { ...rewritten, lost: true } : rewritten;
  const entry = entryOf(turn, route, reply, draft, sent, deviations);
  return {
    response: withCors(turn, step, sent),
    state: remembered(withTrap(reply.state ?? begun, turn, route, reply, deviations), entry, reply),
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
    path,
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
  misuses: misuses.reduce((all, one) => appended(all, one, LIMITS.misuses), state.misuses),
});
