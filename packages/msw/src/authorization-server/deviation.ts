/** What one deviation is: a way in which real servers go wrong, or hostile ones attack. */
import type { Draft } from './draft.ts';
import type { ServerResponse } from './http.ts';
import type { Step } from './log.ts';
import type { Rules } from './rules.ts';
import type { Turn } from './turn.ts';

export interface Deviation {
  /** What the server does, as a sentence. */
  readonly does: string;
  /** Where it was seen, or which attack it is: `OpenAuth`, `AT-05`. */
  readonly seen: string;
  /** The answers that it changes. */
  readonly steps: readonly Step[];
  /** Rules that it bends. */
  readonly rules?: Partial<Rules>;
  /** Answers before the endpoint is asked: no code is spent, no refresh token rotated. */
  readonly instead?: (turn: Turn) => Draft | undefined;
  /** Changes what an honest server decided. What it has nothing to do with, it gives back as it is. */
  readonly alter?: (draft: Draft, turn: Turn) => Draft;
  /** Changes the very text that leaves; likewise. */
  readonly rewrite?: (response: ServerResponse, turn: Turn) => ServerResponse;
  /** What a client has to do instead of going on, as a sentence. When absent, a client may go on. */
  readonly duty?: string;
}
