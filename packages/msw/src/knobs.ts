/** What a test wants of the server -> the state in which the server does so. Pure. */
import {
  DEVIATIONS,
  type DeviationName,
  type Failing,
  type ServerState,
  STEPS,
  type Step,
} from './authorization-server.ts';

export type Expiring = 'access_tokens' | 'codes' | 'refresh_tokens' | 'sessions';

/** A moment that has passed by every clock. */
const PAST = 0;

const expired = <T extends { readonly expiresAt: number }>(one: T): T => ({ ...one, expiresAt: PAST });

/** Whatever was issued so far is too old from now on. */
export function expireNow(state: ServerState, what?: Expiring): ServerState {
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
export function failNext(state: ServerState, step: Step, how: string | number | Failing): ServerState {
  expectName('step', step, STEPS);
  const failing = failingOf(how);
  return { ...state, failing: { ...state.failing, [step]: [...(state.failing[step] ?? []), failing] } };
}

function failingOf(how: string | number | Failing): Failing {
  if (typeof how === 'string') return { type: 'error', error: how };
  return typeof how === 'number' ? { type: 'status', status: how } : how;
}

/** The person agrees after all. */
export function consent(state: ServerState): ServerState {
  const { authorize: _refused, ...others } = state.failing;
  return { ...state, failing: others };
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

/** The server goes right again: in these ways, or in all. */
export const honest = (state: ServerState, names: readonly DeviationName[]): ServerState => ({
  ...state,
  deviations: names.length === 0 ? [] : state.deviations.filter((one) => !names.includes(one)),
});

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

/** In the editor a wrong name is an error; a test in JavaScript has only this. */
function expectName(what: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  const words = name.split('_');
  const shared = (one: string): number => one.split('_').filter((word) => words.includes(word)).length;
  const near = names.filter((one) => shared(one) > 0).sort((a, b) => shared(b) - shared(a));
  const shown = near.length > 0 ? near : names;
  const rest = shown.length > NAMES_SHOWN ? ', ...' : '';
  throw new Error(`No ${what} is called ${name}. There are ${shown.slice(0, NAMES_SHOWN).join(', ')}${rest}`);
}

const NAMES_SHOWN = 12;

type User = ServerState['settings']['users'][number];
