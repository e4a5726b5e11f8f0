/** State, request, time, entropy -> the answer, and the state after it. The whole server, as one pure function. */
import { preflightOf, withCors } from './cors.ts';
import { answerInstead, deviated, deviationsAt } from './deviation.answer.ts';
import type { DeviationName } from './deviations.ts';
import { type Draft, errorDraft, errorPageDraft } from './draft.ts';
import type { ServerRequest, ServerResponse } from './http.ts';
import type { LogEntry } from './log.ts';
import type { Misuse } from './misuse.ts';
import { type Route, routeOf } from './route.ts';
import { appended, type Failing, LIMITS, type ServerState } from './state.ts';
import { withLostAnswer } from './tokens.ts';
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
  // HEAD is GET without a body, and safe: of what it asks nothing comes but this. RFC 9110, sections 9.2.1 and 9.3.2.
  if (turn.isHead)
    return {
      response: withCors(turn, step, { ...sent, body: '', jwts: [] }),
      state: logged({ ...state, steps: turn.step }, entry),
    };
  const worked = reply.state ?? begun;
  // What never arrived can not be believed.
  const after = sent.lost ? withLostAnswer(worked, turn.step) : withTrap(worked, turn, route, reply, changes);
  return {
    response: withCors(turn, step, sent),
    state: { ...logged(after, entry), misuses: withMisuses(after.misuses, reply.misuses ?? []) },
  };
}

function replyOf(turn: Turn, { step, endpoint }: Route, failing: Failing | undefined): Reply {
  if (failing === undefined || failing.type === 'drop') return endpoint(turn);
  if (failing.type === 'status') return { draft: { type: 'raw', status: failing.status, body: '' } };
  const { error } = failing;
  if (step === 'authorize') return endpoint({ ...turn, refusal: error });
  const status = failing.status ?? statusOf(error);
  if (step.endsWith('_page') || step === 'logout')
    return { draft: errorPageDraft(status, error, 'The server was told to refuse.') };
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
  { step: number, method, isHead, path }: Turn,
  { step }: Route,
  { login }: Reply,
  draft: Draft,
  { status, lost }: ServerResponse,
  deviations: readonly DeviationName[],
): LogEntry {
  const told = draft.type === 'json' ? draft.members : draft.type === 'callback' ? draft.parameters : draft;
  const { error } = told as { error?: unknown };
  return {
    number,
    step,
    method: isHead ? 'HEAD' : method,
    path: speakablePath(path),
    status,
    ...(typeof error === 'string' && { error }),
    ...(login !== undefined && { login }),
    ...(deviations.length > 0 && { deviations }),
    ...(lost && { lost }),
  };
}

const logged = (state: ServerState, entry: LogEntry): ServerState => ({
  ...state,
  log: appended(state.log, entry, LIMITS.log),
});

/** The first of each kind are kept: they are the nearest to the cause. */
function withMisuses(before: readonly Misuse[], found: readonly Misuse[]): readonly Misuse[] {
  const all = [...before];
  for (const one of found) if (all.filter(({ code }) => code === one.code).length < LIMITS.misuses) all.push(one);
  return all;
}
