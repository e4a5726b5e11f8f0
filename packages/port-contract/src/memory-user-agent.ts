/** URL -> callback URL, by a function that is the person and the server's pages in one. */

import type { UserAgent, UserAgentOutcome } from '@proofkey/client';
import { type Departure, type MaybePromise, type OpenRequest, PortError } from '@proofkey/client';

/** @returns the callback URL, how else it ended, or nothing when the callback is to `arrive` later */
export type Visit = (url: string) => MaybePromise<string | UserAgentOutcome | undefined>;

export interface MemoryUserAgent extends UserAgent {
  /** Every URL that was shown, in order: of logins, and those that it left for. */
  readonly opened: readonly string[];
  leave(url: string): void;
  /** Brings a callback URL, as a browser does. A login that does not accept it waits on. */
  arrive(callbackUrl: string): void;
}

interface Waiting {
  readonly accepts: OpenRequest['accepts'];
  settle(outcome: UserAgentOutcome): void;
}

/** @param visit when absent every login waits for `arrive` */
export function memoryUserAgent(redirectUri: string, visit: Visit = () => undefined): MemoryUserAgent {
  const opened: string[] = [];
  const waiting = new Set<Waiting>();
  const arrive = (callbackUrl: string): void => {
    const login = [...waiting].find(({ accepts }) => accepts(callbackUrl));
    login?.settle({ type: 'returned', url: callbackUrl });
  };

  function begin(): Departure {
    let mine: Waiting | undefined;
    const leave = (): void => {
      if (mine) waiting.delete(mine);
    };
    return {
      redirectUri,
      async open({ url, accepts, cancel }) {
        if (cancel?.aborted) return { type: 'cancelled' };
        return new Promise<UserAgentOutcome>((resolve, reject) => {
          const end = (settle: () => void): void => {
            leave();
            cancel?.removeEventListener('abort', cancelled);
            settle();
          };
          const settle = (outcome: UserAgentOutcome): void => end(() => resolve(outcome));
          const cancelled = (): void => settle({ type: 'cancelled' });
          mine = { accepts, settle };
          waiting.add(mine);
          cancel?.addEventListener('abort', cancelled, { once: true });
          opened.push(url);
          const visited = async (): Promise<void> => {
            const result = await visit(url);
            if (typeof result === 'string') arrive(result);
            else if (result !== undefined) settle(result);
          };
          visited().catch(() => end(() => reject(new PortError('user_agent_failed'))));
        });
      },
      close: leave,
    };
  }

  return { opened, arrive, begin, leave: (url) => void opened.push(url) };
}
