/** Ctrl+C while logins wait -> they end as cancelled and clean up; then the program ends, as it would have at once. */

/** What a shell reports for a program that SIGINT ended. */
const EXIT_CODE = 130;

export type InterruptGuard = {
  /** The wait is over: from now on Ctrl+C does what it did before. */
  settled(): void;
  /** Nothing of the login is left. Ends the program when Ctrl+C ended this login, it was the last, and nobody minds. */
  closed(): void;
};

type Guarded = { readonly cancel: () => void; interrupted: boolean };

const waiting = new Set<Guarded>();
/** Logins that Ctrl+C ended and that are not closed yet. */
let closing = 0;
let nobodyElse = false;

/**
 * Cancels the login on SIGINT. Where the application listens to SIGINT too, it decides what else happens.
 *
 * While the login cleans up nothing listens any more, so that a second Ctrl+C ends the program at once.
 */
export function guardInterrupt(cancel: () => void): InterruptGuard {
  const guarded: Guarded = { cancel, interrupted: false };
  // First in the row: a listener that is called only once is still counted then.
  if (waiting.size === 0) process.prependListener('SIGINT', interrupt);
  waiting.add(guarded);
  const settled = (): void => {
    if (waiting.delete(guarded) && waiting.size === 0) process.off('SIGINT', interrupt);
  };
  const closed = (): void => {
    settled();
    if (!guarded.interrupted) return;
    guarded.interrupted = false;
    closing -= 1;
    if (closing === 0 && nobodyElse) process.exit(EXIT_CODE);
  };
  return { settled, closed };
}

function interrupt(): void {
  nobodyElse = process.listenerCount('SIGINT') === 1 + bystanders();
  // Not before all listeners were called: those of `signal-exit` end the program as soon as they are alone.
  queueMicrotask(() => process.off('SIGINT', interrupt));
  const ended = [...waiting];
  waiting.clear();
  closing += ended.length;
  for (const guarded of ended) {
    guarded.interrupted = true;
    guarded.cancel();
  }
}

/** Listeners of `signal-exit`, which many packages bring: they do not mind that the program ends, only how it does. */
function bystanders(): number {
  const known = process as unknown as Readonly<Record<PropertyKey, { readonly count?: unknown } | undefined>>;
  const versions = [known['__signal_exit_emitter__'], known[Symbol.for('signal-exit emitter')]];
  return versions.reduce((sum, version) => sum + (Number(version?.count) || 0), 0);
}

/**
 * What a key of the terminal does where raw mode does not keep it from doing so.
 *
 * Windows cannot signal a process; there only Ctrl+C is passed on, to those who listen.
 */
export function raise(signal: 'SIGINT' | 'SIGQUIT' | 'SIGTSTP'): void {
  if (process.platform !== 'win32') process.kill(process.pid, signal);
  else if (signal === 'SIGINT') process.emit(signal, signal);
}
