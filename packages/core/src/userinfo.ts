/** Access token -> request for user information; answer -> claims about that person. OpenID Connect Core, 5.3. */
import { resourceFailureOf } from './challenge.ts';
import { misuse, ok, type Result, refusalOf, untrusted } from './failure.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { readJsonBody } from './json.ts';
import { httpFailureOf, recoveryOf } from './oauth-error.ts';
import type { ServerMetadata } from './server-metadata.ts';
import type { AccessToken } from './values.ts';
import { buildGetUserInfo, readUserInfo, type UserInfo } from './wire.ts';

/**
 * Asks who the person is. The token travels in the header only.
 *
 * @param sub of the ID Token; null without one, and then nothing could tell whom an answer is about
 * @returns the request, or `endpoint_missing`, `invalid_scope`
 * @see OpenID Connect Core, section 5.3.1; RFC 6750, section 2.1
 */
export function userinfoRequest(
  { userinfoEndpoint }: ServerMetadata,
  sub: string | null,
  accessToken: AccessToken,
): Result<HttpRequest> {
  if (sub === null) return misuse('invalid_scope');
  if (userinfoEndpoint === undefined) return misuse('endpoint_missing');
  return ok(buildGetUserInfo(userinfoEndpoint, {}, { authorization: `Bearer ${accessToken}` }));
}

/**
 * Reads what the server says about the person, if it is the one who logged in.
 *
 * @param sub of the ID Token
 * @param accessToken that was sent, so that a server cannot bring it back in a failure
 * @returns the claims, or `userinfo_sub_missing`, `userinfo_sub_mismatch`, `userinfo_jwt_unexpected`,
 *   `malformed_userinfo_response`, `invalid_token`, `insufficient_scope`, `insufficient_user_authentication`,
 *   `http_error`, `unexpected_redirect`, `response_too_large`
 * @see OpenID Connect Core, sections 5.3.2 and 5.3.3; RFC 6750, section 3.1
 */
export function readUserinfoResponse(
  response: HttpResponse,
  sub: string | null,
  accessToken?: AccessToken,
): Result<UserInfo> {
  const { status, headers } = response;
  if (status === 200 && /^\s*application\/jwt\s*(;|$)/i.test(headers['content-type'] ?? ''))
    return untrusted('userinfo_jwt_unexpected', 'fix_configuration');
  const body = readJsonBody(response, 'malformed_userinfo_response');
  if (!body.ok) {
    if (body.failure.code !== 'http_error') return body;
    const http = httpFailureOf(response, [accessToken]);
    const refused = resourceFailureOf({ status, challenge: headers['www-authenticate'] }, [accessToken]);
    return refused
      ? { ok: false, failure: { ...refused, http } }
      : refusalOf('untrusted_response', 'http_error', recoveryOf('', status), { http });
  }
  const read = readUserInfo(body.value);
  if (!read.ok) return untrusted(read.at === '' ? 'malformed_userinfo_response' : 'userinfo_sub_missing');
  return read.value.sub === sub ? ok(read.value) : untrusted('userinfo_sub_mismatch');
}
