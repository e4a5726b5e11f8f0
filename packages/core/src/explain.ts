/** Failure -> what happened, why, and what to do about it, for a person who develops an application. */
import { idTokenTexts } from './explain.id-token.ts';
import { localTexts } from './explain.local.ts';
import { responseTexts } from './explain.responses.ts';
import { saidTexts } from './explain.server.ts';
import {
  type Failure,
  type FailureCode,
  type FailureCodes,
  type FailureKind,
  placeOf,
  type Recovery,
} from './failure.ts';

export type Explanation = {
  /** What happened, in one sentence. */
  readonly what: string;
  /** The true causes, the most frequent one first. */
  readonly why: string;
  readonly fix: string;
};

/** What is said of one code. `recovery` is the usual one, `also` what else it can be; a failure says its own. */
export type Text = Explanation & { readonly recovery: Recovery; readonly also?: readonly Recovery[] };
/** A text for each of these codes and for no other. */
export type Texts<Code extends FailureCode> = { readonly [C in Code]: Text };

type KindOf<C extends FailureCode> = { [K in FailureKind]: C extends FailureCodes[K] ? K : never }[FailureKind];
type Explanations = { readonly [C in FailureCode]: Text & { readonly kind: KindOf<C> } };

const LINK = 'https://github.com/proofkey/proofkey/blob/main/docs/failures.md#';

/** Every text with its kind, so that a code cannot be listed under the wrong one. */
function ofKind<K extends FailureKind>(
  kind: K,
  texts: Texts<FailureCodes[K]>,
): { readonly [C in FailureCodes[K]]: Text & { readonly kind: K } } {
  const entries = Object.entries<Text>(texts).map(([code, text]) => [code, { kind, ...text }]);
  return Object.fromEntries(entries) as { readonly [C in FailureCodes[K]]: Text & { readonly kind: K } };
}

const { oauth_error, effect_failed, misuse } = localTexts;

/** Every code that a failure can have. A code without a text, or a text without a code, does not compile. */
export const explanations: Explanations = {
  ...ofKind('oauth_error', oauth_error),
  ...ofKind('untrusted_response', { ...responseTexts, ...idTokenTexts }),
  ...ofKind('effect_failed', effect_failed),
  ...ofKind('misuse', misuse),
};

/**
 * What the server said decides, where it is known, else what the application has to do, else the code. It holds no
 * secret and no text of a server.
 */
export function explain({ code, recovery, oauth, http }: Failure): Explanation {
  const { what, why, fix }: Explanation = explanations[code];
  const name = `${code}/${oauth?.error ?? http?.status ?? recovery}`;
  const said = Object.hasOwn(saidTexts, name) ? saidTexts[name] : undefined;
  return { what, why, fix, ...said };
}

/** Four lines: what happened and where, why, what to do, and where to read more. */
export function explainText(failure: Failure): string {
  const { what, why, fix } = explain(failure);
  const { http, system = http && `HTTP ${http.status}` } = failure;
  return `${what}${placeOf({ ...failure, system })}\nWhy: ${why}\nFix: ${fix}\n${LINK}${failure.code}`;
}
