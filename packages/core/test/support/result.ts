/** Result -> what a test wants to see of it. */
import type { Failure, Result } from '../../src/index.ts';

/** The value; a refusal fails the test and says why. */
export function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.failure.code}`);
  return result.value;
}

/** The failure; a value fails the test. */
export function failureIn(result: Result<unknown>): Failure {
  if (result.ok) throw new Error('accepted');
  return result.failure;
}

/** `accepted`, or the code of the refusal. */
export const outcomeOf = (result: Result<unknown>): string => (result.ok ? 'accepted' : result.failure.code);
