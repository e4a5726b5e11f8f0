/**
 * A token, a key set -> whether a signature was believed, the same wherever it runs: Node.js, a page, or an engine that
 * has nothing but the language. It sees the core as an argument and uses no platform itself.
 */
import type { SignatureVerifier } from '@proofkey/client';
import type * as core from '@proofkey/core';
import type * as curves from '@proofkey/core/curves';
import type * as pure from '@proofkey/core/pure-verifier';

export type Case = {
  readonly id: string;
  readonly alg: string;
  readonly jwt: string;
  readonly jwks: unknown;
  /** Settings and expectations at once. */
  readonly given: core.ClientSettings & core.ExpectedIdToken;
  readonly now: core.NumericDate;
};

export type Request = Parameters<pure.PureVerifier['verify']>[0];
export type Outcome = 'accepted' | 'refused' | 'unknown';

/** What is left to be checked, by key; nothing when the token is refused unseen, or has no key. */
export function requestsOf(proofkey: typeof core, { jwt, jwks, given, now }: Case): readonly Request[] {
  const headers = { 'content-type': 'application/json' };
  const token = proofkey.validateIdToken(given, given, jwt, now);
  const keys = proofkey.readKeySet({ status: 200, headers, body: JSON.stringify(jwks) });
  if (!token.ok || !keys.ok) return [];
  const fitting = proofkey.selectKeys(keys.value, token.value.jwt);
  return fitting.ok ? fitting.value.map((key) => ({ ...token.value.jwt, key })) : [];
}

export function outcomeOf(answers: readonly (boolean | undefined)[]): Outcome {
  if (answers.includes(true)) return 'accepted';
  return answers.includes(undefined) ? 'unknown' : 'refused';
}

/** By all that there is without a platform. */
export function checkPure(
  proofkey: typeof core & typeof pure & typeof curves,
  cases: readonly Case[],
): readonly Outcome[] {
  const { pureVerifier, rs256, rs384, rs512, es256, es384, edDsa } = proofkey;
  const { verify } = pureVerifier(rs256, rs384, rs512, es256, es384, edDsa);
  return cases.map((one) => outcomeOf(requestsOf(proofkey, one).map(verify)));
}

/** By a verifier of a platform. Without the word `async`, which is nothing for an engine without promises. */
export const checkBy = (
  { verify }: SignatureVerifier,
  proofkey: typeof core,
  cases: readonly Case[],
): Promise<readonly Outcome[]> =>
  Promise.all(cases.map((one) => Promise.all(requestsOf(proofkey, one).map(verify)).then(outcomeOf)));
