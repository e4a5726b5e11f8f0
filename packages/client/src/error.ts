/** Failure (data) -> error (thrown). The one class that this library throws. */
import { type Failure, type FailureCode, locate, type Refusal, type Result, refusalOf } from '@proofkey/core';
import { isPortError, systemName } from './port-error.ts';
import type { MaybePromise } from './ports.ts';

const BRAND = Symbol.for('proofkey.error');

/** Branch on `failure.code`, or do what `failure.recovery` says. Its text never holds a token, a code or a verifier. */
export class ProofkeyError extends Error {
  override readonly name = 'ProofkeyError';
  readonly failure: Failure;

  /** @param cause kept only when it is a `PortError`: other errors might quote a secret */
  constructor(failure: Failure, cause?: unknown) {
    const system = isPortError(cause) ? systemName(cause.system) : undefined;
    const located = system === undefined ? failure : locate(failure, { system });
    super(located.message, isPortError(cause) ? { cause } : undefined);
    this.failure = located;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The failure alone: no stack and no cause. */
  toJSON(): { readonly name: 'ProofkeyError'; readonly failure: Failure } {
    return { name: this.name, failure: this.failure };
  }
}

/**
 * Is this an error of this library, and if a code is given, that one?
 *
 * Works across copies of the package, where `instanceof` does not.
 */
export const isProofkeyError = <Code extends FailureCode = FailureCode>(
  error: unknown,
  code?: Code,
): error is ProofkeyError & { readonly failure: { readonly code: Code } } =>
  typeof error === 'object' &&
  error !== null &&
  BRAND in error &&
  (code === undefined || (error as unknown as ProofkeyError).failure.code === code);

/** What a function of the core returned, or the error that says why it did not. */
export function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new ProofkeyError(result.failure);
  return result.value;
}

/** What it means that the store of sessions or logins could not be read, where it does not say it better. */
export const UNREADABLE: Refusal = refusalOf('effect_failed', 'storage_read_failed', 'retry');

/**
 * Calls a port before or beside the machine. What it throws becomes the error that the application sees.
 *
 * @param otherwise what it means when the port does not say it better by a `PortError`
 */
export async function attempt<T>(otherwise: Refusal, task: () => MaybePromise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw portFailed(otherwise, error);
  }
}

/** The same for a port that must be called at once. */
export function attemptNow<T>(otherwise: Refusal, task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw portFailed(otherwise, error);
  }
}

function portFailed(otherwise: Refusal, error: unknown): ProofkeyError {
  const { failure } = isPortError(error) ? refusalOf('effect_failed', error.code, 'retry') : otherwise;
  // What was known of the place stays.
  return new ProofkeyError(locate(failure, { at: otherwise.failure.at }), error);
}
