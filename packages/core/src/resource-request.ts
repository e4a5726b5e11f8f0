/** URL of an API -> the Authorization header that goes there, and nowhere else. RFC 6750, sections 2.1 and 5.3. */
import { invalidSetting } from './client-settings.ts';
import { misuse, ok, type Refusal, type Result } from './failure.ts';
import type { TokenSet } from './session.ts';
import { trustOf } from './url.ts';

/**
 * Checks the list of origins that get the access token: scheme, host and port as a browser writes them, `https` or
 * loopback, without a path.
 *
 * @returns a refusal (`invalid_settings`), or undefined when nothing is wrong
 */
export const checkApis = (apis: readonly string[]): Refusal | undefined =>
  Array.isArray(apis) && apis.every(isOrigin) ? undefined : invalidSetting('apis');

/**
 * The header that makes a request an authorized one.
 *
 * @param url absolute, as the platform writes it
 * @returns the value of `Authorization`, or `api_not_listed`
 * @see RFC 6750, section 2.1
 */
export function resourceAuthorization(
  apis: readonly string[],
  url: string,
  { accessToken }: Pick<TokenSet, 'accessToken'>,
): Result<string> {
  const [origin] = /^https?:\/\/[^/?#]+/.exec(url) ?? [];
  return origin !== undefined && apis.includes(origin) ? ok(`Bearer ${accessToken}`) : misuse('api_not_listed');
}

/** RFC 6454, section 6.2: lower case, without the port that goes without saying. */
const isOrigin = (text: unknown): boolean =>
  /^(https|loopback)$/.test(trustOf(text) ?? '') &&
  /^(https:\/\/[^A-Z/?]+(?<!:443)|http:\/\/[^A-Z/?]+(?<!:80))$/.test(`${text}`);
