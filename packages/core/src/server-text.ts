/** Text that a server chose -> text that may be shown and logged. RFC 6749, section 5.2; CWE-117. */
import type { OAuthError } from './failure.ts';

const LIMIT = 1024;

// Control characters, line separators, and the marks that reorder text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * One bounded line without this login's own secrets (of 8 characters or more), which a server may echo, as they are or
 * percent-encoded.
 * It is still untrusted: whoever renders it as HTML must escape it.
 */
export function serverText(text: string | undefined, secrets: readonly (string | undefined | null)[]): string | undefined {
  let safe = text?.slice(0, LIMIT).replace(UNPRINTABLE, ' ');
  for (const secret of secrets) {
    if (secret && secret.length > 7) safe = safe?.replaceAll(secret, '[redacted]').replaceAll(encodeURIComponent(secret), '[redacted]');
  }
  return safe;
}

type Said = { readonly error: string; readonly error_description?: string; readonly error_uri?: string };

/** The three members of an error response; an `error_uri` that is no web address is left out. */
export const oauthErrorOf = (said: Said, secrets: readonly (string | undefined | null)[]): OAuthError => ({
  error: serverText(said.error, secrets) as string,
  error_description: serverText(said.error_description, secrets),
  error_uri: serverText(/^https?:/i.test(said.error_uri ?? '') ? said.error_uri : undefined, secrets),
});
