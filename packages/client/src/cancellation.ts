/** A signal of the application, or of a logout -> one signal that ends the wait for the person. */
import type { AbortSignalLike } from './ports.ts';

export type Cancellation = {
  readonly signal: AbortSignalLike;
  cancel(): void;
  /** Nobody waits any more: the signal of the application is let go. */
  end(): void;
};

/** @param outer cancels this one, too; throws for what is no signal, as an AbortController is easily taken for one */
export function cancellation(outer: AbortSignalLike | undefined): Cancellation {
  const listeners = new Set<() => void>();
  let cancelled = false;
  const cancel = (): void => {
    if (cancelled) return;
    cancelled = true;
    for (const listener of [...listeners]) listener();
  };
  outer?.addEventListener('abort', cancel, { once: true });
  return {
    cancel,
    end: () => outer?.removeEventListener('abort', cancel),
    signal: {
      get aborted() {
        return cancelled || outer?.aborted === true;
      },
      addEventListener: (_type, listener) => void listeners.add(listener),
      removeEventListener: (_type, listener) => void listeners.delete(listener),
    },
  };
}
