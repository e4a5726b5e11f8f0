/** A URL as the RFCs write it -> what may be done with it. RFC 3986. Some engines have no URL class, others repair. */

/**
 * An absolute URI without a fragment: only characters of RFC 3986, so that no parser can see something else here than
 * this one does.
 */
export const isAbsoluteUri = (text: unknown): text is string =>
  typeof text === 'string' && /^[a-z][a-z\d+.-]*:[\w\-.~:/?[\]@!$&'()*+,;=%]+$/i.test(text);

/** How far a server's URL may be trusted; undefined for anything but http(s) without user information and fragment. */
export function trustOf(url: unknown): 'https' | 'loopback' | 'insecure' | undefined {
  const parts = isAbsoluteUri(url) && /^(https?):\/\/([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?([/?]|$)/i.exec(url);
  if (!parts) return undefined;
  const [, scheme = '', host = ''] = parts;
  if (scheme.length === 5) return 'https';
  return /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/i.test(host) ? 'loopback' : 'insecure';
}

/** Https, or http on loopback: nobody on the way can read or change what is sent. */
export const isPrivate = (url: unknown): boolean => /^(https|loopback)$/.test(trustOf(url) ?? '');

/** An issuer identifier: private, without a query. RFC 8414, section 2. */
export const isIssuer = (issuer: unknown): issuer is string => isPrivate(issuer) && !(issuer as string).includes('?');

/** Splits at the first `?` and the first `#`. */
export function splitUrl(url: string): { base: string; query: string; fragment: string } {
  const [front = '', fragment = ''] = cut(url, '#');
  const [base = '', query = ''] = cut(front, '?');
  return { base, query, fragment };
}

/** The text before and after the first mark. */
export function cut(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
