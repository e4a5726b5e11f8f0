/** An answer that was spoiled on purpose -> the misuse of a client that goes on with it. */
import { type DeviationName, deviationOf } from './deviations.ts';
import { type Misuse, misuseOf } from './misuse.ts';
import type { Route } from './route.ts';
import type { ServerState, Trap } from './state.ts';
import type { Reply, Turn } from './turn.ts';

/** Once its deviation was taken back, the next login is not about it any more. */
export const metadataTrapOf = ({ metadataTrap, deviations }: ServerState): Trap | undefined =>
  metadataTrap && deviations.includes(metadataTrap.deviation) ? metadataTrap : undefined;

/** Nothing, when there is no trap. */
export function believed({ step }: Pick<Turn, 'step'>, trap: Trap | undefined): readonly Misuse[] {
  if (trap === undefined) return [];
  const { does, duty = '' } = deviationOf(trap.deviation);
  return [misuseOf('spoiled_answer_believed', { step, earlier: trap.step, deviation: trap.deviation, does, duty })];
}

/** Marks what an answer gave away, when a client has to refuse that answer. */
export function withTrap(
  state: ServerState,
  { step: number }: Turn,
  { step }: Route,
  { draft }: Reply,
  changes: readonly DeviationName[],
): ServerState {
  const deviation = changes.find((name) => deviationOf(name).duty !== undefined);
  if (deviation === undefined) {
    // Sound metadata are in the place of the spoiled ones now.
    const { metadataTrap: _, ...trapless } = state;
    return step === 'metadata' && draft.type === 'json' && draft.status === 200 ? trapless : state;
  }
  const trap: Trap = { deviation, step: number };
  if (step === 'metadata') return { ...state, metadataTrap: trap };
  const given = draft.type === 'callback' ? draft.parameters['code'] : undefined;
  const isSpoiled = draft.type === 'json' && draft.status === 200 && (step === 'token' || step === 'refresh');
  const last = <T>(list: readonly T[], change: (one: T) => T): readonly T[] =>
    list.map((one, at) => (at === list.length - 1 ? change(one) : one));
  return {
    ...state,
    authorizations: state.authorizations.map((one) => {
      if (given !== undefined && one.code.value === given) return { ...one, trap };
      if (!isSpoiled || one.lastStep !== number) return one;
      const renewed = 'refresh_token' in draft.members;
      return {
        ...one,
        accessTokens: last(one.accessTokens, (token) => ({ ...token, trap })),
        refreshTokens: renewed ? last(one.refreshTokens, (token) => ({ ...token, trap })) : one.refreshTokens,
      };
    }),
  };
}
