/** What a test wants of the server -> the state in which the server does so. Pure. */
import { expectErrorCode, expectStatus, expectStep } from './arguments.ts';
import { DEVIATIONS, type DeviationName, type Failing, type ServerState, type Step } from './authorization-server.ts';
import { expectName } from './names.ts';

const EXPIRING = ['access_tokens', 'codes', 'refresh_tokens', 'sessions'] as const;

export type Expiring = (typeof EXPIRING)[number];

/** A moment that has passed by every clock. */
const PAST = 0;

const expired = <T extends { readonly expiresAt: number }>(one: T): T => ({ ...one, expiresAt: PAST });

/** Whatever was issued so far is too old from now on. */
export function expireNow(state: ServerState, what?: Expiring): ServerState {
  if (what !== undefined) expectName('thing that expires', what, EXPIRING);
  const has = (one: Expiring): boolean => what === undefined || what === one;
  return {
    ...state,
    sessions: has('sessions') ? [] : state.sessions,
    interactions: has('sessions') ? state.interactions.map(expired) : state.interactions,
    authorizations: state.authorizations.map((one) => ({
      ...one,
      ...(has('codes') && { code: expired(one.code) }),
      ...(has('access_tokens') && { accessTokens: one.accessTokens.map(expired) }),
      ...(has('refresh_tokens') && { refreshTokens: one.refreshTokens.map(expired) }),
    })),
  };
}

/** The next request of a kind goes wrong; asked for twice, the next two do. */
export const failNext = (state: ServerState, step: Step, how: string | number | Failing): ServerState =>
  failing(state, step, failingOf(how));

function failing(state: ServerState, step: Step, how: Failing): ServerState {
  expectStep(step);
  return { ...state, failing: { ...state.failing, [step]: [...(state.failing[step] ?? []), how] } };
}

function failingOf(how: string | number | Failing): Failing {
  if (typeof how === 'string') return sound({ type: 'error', error: how });
  return sound(typeof how === 'number' ? { type: 'status', status: how } : how);
}

function sound(how: Failing): Failing {
  const { type, error, status } = (how ?? {}) as { type?: unknown; error?: unknown; status?: unknown };
  expectName('type of failing', type, ['error', 'status', 'drop']);
  if (type === 'error') expectErrorCode(error);
  if (type === 'status' || status !== undefined) expectStatus(status);
  return how;
}

/** What a person does who refuses, unlike a server that fails. */
type Refusal = Extract<Failing, { readonly type: 'error' }> & { readonly person: true };

const isRefusal = (one: Failing): one is Refusal => 'person' in one;

/** The person refuses the next login. */
export function deny(state: ServerState, error: string): ServerState {
  expectErrorCode(error);
  const refusal: Refusal = { type: 'error', error, person: true };
  return failing(state, 'authorize', refusal);
}

/** The person agrees after all; a server that was told to fail still does. */
export function consent(state: ServerState): ServerState {
  const { authorize = [] } = state.failing;
  return { ...state, failing: { ...state.failing, authorize: authorize.filter((one) => !isRefusal(one)) } };
}

/** What was asked for and has not happened yet, as the test wrote it. */
export const unusedKnobs = (state: ServerState): readonly string[] =>
  Object.entries(state.failing).flatMap(([step, all = []]) => all.map((one) => knobOf(step, one)));

function knobOf(step: string, how: Failing): string {
  if (isRefusal(how)) return how.error === 'access_denied' ? 'deny()' : `deny('${how.error}')`;
  if (how.type === 'drop') return `dropAnswer('${step}')`;
  return `failNext('${step}', ${how.type === 'error' ? `'${how.error}'` : how.status})`;
}

export const withRotation = (state: ServerState, rotation: boolean): ServerState => ({
  ...state,
  settings: { ...state.settings, rotation },
});

export const withGrace = (state: ServerState, grace: number): ServerState => ({
  ...state,
  settings: { ...state.settings, grace },
});

/** Nothing that was issued is worth anything any more. */
export const revokeAll = (state: ServerState): ServerState => ({
  ...state,
  authorizations: state.authorizations.map((one) => ({ ...one, revoked: one.revoked ?? 'revocation' })),
});

/**
 * The server goes wrong in these ways too.
 *
 * @throws Error for a name that there is none of
 */
export function deviate(state: ServerState, names: readonly DeviationName[]): ServerState {
  for (const name of names) expectName('deviation', name, Object.keys(DEVIATIONS));
  return { ...state, deviations: [...new Set([...state.deviations, ...names])] };
}

/**
 * The server goes right again: in these ways, or in all.
 *
 * @throws Error for a name that there is none of
 */
export function honest(state: ServerState, names: readonly DeviationName[]): ServerState {
  for (const name of names) expectName('deviation', name, Object.keys(DEVIATIONS));
  return { ...state, deviations: names.length === 0 ? [] : state.deviations.filter((one) => !names.includes(one)) };
}

/**
 * From now on this is who logs in when nobody else is asked for.
 *
 * @param name a user name, or a `sub`
 */
export function withPerson(state: ServerState, name: string, nameOf: (user: User) => string): ServerState {
  const { users } = state.settings;
  const person = users.find((one) => nameOf(one) === name) ?? users.find(({ sub }) => sub === name);
  if (person === undefined)
    throw new Error(`The server knows nobody called ${name}. There are ${users.map(nameOf).join(', ')}.`);
  return { ...state, settings: { ...state.settings, users: [person, ...users.filter((one) => one !== person)] } };
}

type User = ServerState['settings']['users'][number];
