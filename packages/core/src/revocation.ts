/** Token -> request to take it back; answer -> is it done? RFC 7009. */
import type { ClientSettings } from './client-settings.ts';
import { misuse, ok, type Refusal, type Result, refusalOf, untrusted } from './failure.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { parseJson, shallow } from './json.ts';
import { BODY_LIMIT } from './limits.ts';
import { httpFailureOf, recoveryOf, refusedByServer, type Secrets } from './oauth-error.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { buildRevoke, readErrorResponse } from './wire.ts';

/**
 * Asks the server to take a token back. A refresh token should go first: servers take its access tokens along.
 *
 * @returns the request, or `endpoint_missing`
 * @see RFC 7009, section 2.1
 */
export function revocationRequest(
  { revocationEndpoint }: Pick<ServerMetadata, 'revocationEndpoint'>,
  { clientId }: Pick<ClientSettings, 'clientId'>,
  token: string,
  hint: 'refresh_token' | 'access_token',
): Result<HttpRequest> {
  if (revocationEndpoint === undefined) return misuse('endpoint_missing');
  return ok(buildRevoke(revocationEndpoint, { client_id: clientId, token, token_type_hint: hint }));
}

/**
 * Reads the answer. Success has no content: the body is not looked at. Whatever is refused here must not keep a logout
 * from going on.
 *
 * @param secrets values that must not come back in the failure, such as the token that was sent
 * @returns true, or `revocation_refused` (recovery `retry` where asking again can help), `unexpected_redirect`
 * @see RFC 7009, sections 2.2 and 2.2.1
 */
export function readRevocationResponse(response: HttpResponse, secrets: Secrets): Result<true> {
  const { status, body } = response;
  if (status >= 200 && status < 300) return ok(true);
  if (status < 400) return untrusted('unexpected_redirect', 'fix_configuration');
  const http = httpFailureOf(response, secrets);
  const said = readErrorResponse(parseJson(shallow(body.slice(0, BODY_LIMIT))));
  const { failure }: Refusal = said.ok
    ? refusedByServer('revocation_refused', said.value, secrets, http)
    : refusalOf('oauth_error', 'revocation_refused', 'none', { http });
  const error = failure.oauth?.error ?? '';
  const usual = recoveryOf(error, status);
  // A token that the server does not know is as good as taken back, and nobody logs in to log out.
  const recovery = usual === 'log_in_again' || error === 'invalid_token' ? 'none' : usual;
  return { ok: false, failure: { ...failure, recovery } };
}
