/** JWK Set response -> the keys that may have signed. RFC 7517, sections 4 and 5; OpenID Connect Core, section 10.1. */
import { ok, type Result, untrusted } from './failure.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { readJsonBody } from './json.ts';
import { isKeyFor } from './json-web-key.ts';
import { MOST_KEYS, MOST_TRIED } from './limits.ts';
import { recoveryOf, withoutRetry } from './oauth-error.ts';
import { buildGetKeySet, type JsonWebKey, readJsonWebKey, readJsonWebKeySet } from './wire.ts';

/** Asks for the keys of a server. RFC 7517, section 5; OpenID Connect Core, section 10.1. */
export const keySetRequest = (jwksUri: string): HttpRequest => buildGetKeySet(jwksUri);

/**
 * Reads a key set. Keys that are not understood are left out, as RFC 7517, section 5 asks.
 *
 * @returns the keys, or `unexpected_redirect`, `response_too_large`, `http_error`, `malformed_key_set`
 */
export function readKeySet(response: HttpResponse): Result<readonly JsonWebKey[]> {
  // A wrong address stays wrong; anything else may be well at the next login.
  const recovery = withoutRetry(recoveryOf('', response.status));
  // Many servers say that it is a key set. RFC 7517, section 8.5.2.
  const mediaType = /^\s*application\/(jwk-set\+)?json\s*(;|$)/i;
  const body = readJsonBody(response, 'malformed_key_set', recovery, mediaType);
  if (!body.ok) return body;
  const set = readJsonWebKeySet(body.value);
  if (!set.ok || set.value.keys.length > MOST_KEYS) return untrusted('malformed_key_set');
  return ok(set.value.keys.map(readJsonWebKey).flatMap((key) => (key.ok ? key.value : [])));
}

/**
 * The keys that may have made this signature: by `kid` where there is one, else every key that fits. A key for
 * encryption, for another algorithm or of another type never fits, and neither does a symmetric one.
 *
 * @returns at least one key, or `id_token_key_not_found`
 */
export function selectKeys(
  keys: readonly JsonWebKey[],
  { alg, kid }: { readonly alg: string; readonly kid?: string | undefined },
): Result<readonly JsonWebKey[]> {
  const fitting = keys.filter((key) => (kid ?? key.kid) === key.kid && isKeyFor(alg, key));
  return fitting.length ? ok(fitting.slice(0, MOST_TRIED)) : untrusted('id_token_key_not_found');
}
