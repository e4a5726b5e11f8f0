/** Redirect URI -> checked redirect URI. RFC 6749, section 3.1.2; RFC 8252, section 7; RFC 9700, section 2.6. */
import { misuse, ok, type Result } from './failure.ts';
import { isAbsoluteUri, isPrivate } from './url.ts';

/**
 * A redirect URI that may be registered and used: https, http on loopback only, or a private-use scheme. Such a scheme
 * holds a dot, because it is a domain name that its owner controls. No fragment, no user information, and no parameter
 * that an authorization response adds. It is sent letter for letter as it is: nothing is normalised.
 *
 * @returns the same text, or `invalid_redirect_uri`
 * @see RFC 8252, sections 7.1 to 7.3; RFC 9700, section 2.6
 */
export function checkRedirectUri(redirectUri: string): Result<string> {
  // A private-use scheme is as good as https; its letters are lower case, as user agents report them.
  const sound =
    isPrivate(redirectUri) || (isAbsoluteUri(redirectUri) && /^[a-z][a-z\d+-]*\.[a-z\d+.-]+:/.test(redirectUri));
  return sound && !/[?&](code|state|iss|error\w*|access_token|id_token|token|response)(=|&|$)/.test(redirectUri)
    ? ok(redirectUri)
    : misuse('invalid_redirect_uri');
}
