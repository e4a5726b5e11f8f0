/** Key sets that were received -> the keys that may have signed, or when to fetch the set again. OIDC Core, 10.1.1. */
import { ok, type Result } from './failure.ts';
import type { HttpResponse } from './http.ts';
import { readKeySet, selectKeys } from './key-set.ts';
import { isWithin } from './lifetime.ts';
import { KEY_SET_COOL_DOWN, KEY_SET_LIFETIME } from './limits.ts';
import type { NumericDate } from './values.ts';
import type { JsonWebKey } from './wire.ts';

/** What is known of the keys of one server. It is never written down. */
export type KnownKeys = {
  readonly keys: readonly JsonWebKey[];
  readonly receivedAt: NumericDate;
  /** When the set was last fetched because a key was not in it. */
  readonly searchedAt?: NumericDate;
};

/**
 * The keys that may have made a signature.
 *
 * A key that is not there may be new, so the set is fetched again; but only once in a while, because anybody who makes
 * a token can name one.
 *
 * @param now seconds since 1970-01-01T00:00:00Z
 * @returns at least one key, `id_token_key_not_found`, or undefined: fetch the set ({@link beginFetch}), give what
 *   comes to {@link receiveKeys}, and choose from that with `selectKeys`
 */
export function findKeys(
  known: KnownKeys | undefined,
  wanted: { readonly alg: string; readonly kid: string | undefined },
  now: NumericDate,
): Result<readonly JsonWebKey[]> | undefined {
  if (!isCurrentSet(known, now)) return undefined;
  const found = selectKeys(known.keys, wanted);
  return found.ok || isWithin(KEY_SET_COOL_DOWN, now, known.searchedAt) ? found : undefined;
}

/** What is known while the set is being fetched: a search for a key counts also when no answer comes. */
export const beginFetch = (known: KnownKeys | undefined, now: NumericDate): KnownKeys | undefined =>
  isCurrentSet(known, now) ? { ...known, searchedAt: now } : known;

/**
 * Takes a key set that was fetched.
 *
 * @param known what {@link beginFetch} gave
 * @param now the moment of receipt, in seconds since 1970-01-01T00:00:00Z
 * @returns what is known now, or what `readKeySet` refuses
 */
export function receiveKeys(known: KnownKeys | undefined, response: HttpResponse, now: NumericDate): Result<KnownKeys> {
  const keys = readKeySet(response);
  return keys.ok ? ok({ ...known, keys: keys.value, receivedAt: now }) : keys;
}

const isCurrentSet = (known: KnownKeys | undefined, now: NumericDate): known is KnownKeys =>
  isWithin(KEY_SET_LIFETIME, now, known?.receivedAt);
