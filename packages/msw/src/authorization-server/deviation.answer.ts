/** What an honest server decided -> what leaves, once its deviations have had their way. */
import { type DeviationName, deviationOf } from './deviations.ts';
import { type Draft, render } from './draft.ts';
import type { ServerResponse } from './http.ts';
import type { Step } from './log.ts';
import type { Turn } from './turn.ts';

/** Those that are switched on and have to do with this step. */
export const deviationsAt = ({ state }: Turn, step: Step): readonly DeviationName[] =>
  state.deviations.filter((name) => deviationOf(name).steps.includes(step));

export interface Instead {
  readonly draft: Draft;
  readonly by: DeviationName;
}

/** The answer of the first deviation that does not let the endpoint be asked. */
export function answerInstead(turn: Turn, names: readonly DeviationName[]): Instead | undefined {
  for (const by of names) {
    const draft = deviationOf(by).instead?.(turn);
    if (draft !== undefined) return { draft, by };
  }
  return undefined;
}

export interface Deviated {
  readonly draft: Draft;
  readonly response: ServerResponse;
  /** Those that did change this answer, as far as one can see; a bent rule may have. */
  readonly changes: readonly DeviationName[];
}

/**
 * Changes a draft, then its text, by each deviation in turn.
 *
 * @param by the deviation that the draft is of, if there is one
 */
export function deviated(start: Draft, turn: Turn, names: readonly DeviationName[], by?: DeviationName): Deviated {
  const changes = new Set(names.filter((name) => name === by || deviationOf(name).rules));
  const applied = <T>(first: T, change: (one: T, name: DeviationName) => T | undefined): T =>
    names.reduce((before, name) => {
      const after = change(before, name) ?? before;
      if (after !== before && JSON.stringify(after) !== JSON.stringify(before)) changes.add(name);
      return after;
    }, first);
  const draft = applied<Draft>(start, (one, name) => deviationOf(name).alter?.(one, turn));
  const response = applied<ServerResponse>(render(draft), (one, name) => deviationOf(name).rewrite?.(one, turn));
  return { draft, response, changes: names.filter((name) => changes.has(name)) };
}
