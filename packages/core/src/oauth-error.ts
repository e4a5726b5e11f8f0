/** What a server says about its refusal -> a failure. RFC 6749, sections 4.1.2.1 and 5.2; CWE-117. */

import { type FailureCodes, type HttpFailure, type Recovery, type Refusal, refusalOf } from './failure.ts';
import type { HttpResponse } from './http.ts';
import { parseJson } from './json.ts';
import { encodeForm } from './wire.ts';

/** Values of this login that must not come back in a failure. */
export type Secrets = readonly (string | undefined | null)[];

/** Without these secrets (of 6 characters or more), as they are or percent-encoded; the longest first. */
function strike(text: string, secrets: Secrets): string {
  const found = secrets.filter((secret) => secret?.[5]) as string[];
  return found
    .flatMap((secret) => [secret, encodeForm({ '': secret }).slice(1)])
    .flatMap((form) => [form, form.replace(/\+/g, '%20'), form.replace(/%../g, (octet) => octet.toLowerCase())])
    .sort((one, other) => other.length - one.length)
    .reduce((rest, form) => rest.split(form).join('***'), text);
}

/**
 * One bounded line without this login's own secrets, which a server may echo. It is still untrusted: whoever renders
 * it as HTML must escape it.
 */
export function serverText(text: string | undefined, secrets: Secrets): string | undefined {
  // Control characters, line separators, and the marks that reorder text.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const line = text?.replace(/[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ');
  // Shortened last, so that no part of a secret is left at the end.
  return line && strike(line, secrets).slice(0, 1024);
}

type Said = {
  readonly error: string;
  readonly error_description?: string | undefined;
  readonly error_uri?: string | undefined;
};

/** An `error_uri` that is no web address is left out; members that no standard names are kept, but never printed. */
export function refusedByServer(
  code: FailureCodes['oauth_error'],
  { error, error_description, error_uri = '', ...additional }: Said,
  secrets: Secrets,
  http?: HttpFailure,
): Refusal {
  const oauth = {
    error: serverText(error, secrets) as string,
    error_description: serverText(error_description, secrets),
    error_uri: /^https?:/i.test(error_uri) ? serverText(error_uri, secrets) : undefined,
  };
  Object.defineProperty(oauth, 'additional', { value: parseJson(strike(JSON.stringify(additional), secrets)) });
  return refusalOf('oauth_error', code, recoveryOf(error, http?.status), { oauth, http });
}

/** How an endpoint answered that gave no success. */
export const httpFailureOf = ({ status, headers }: HttpResponse, secrets: Secrets): HttpFailure => ({
  status,
  retryAfter: serverText(headers['retry-after'] ?? headers['x-ratelimit-reset'], secrets),
  challenge: serverText(headers['www-authenticate']?.split(' ', 1)[0], secrets),
});

/** Where the answer can be had once only, trying again is a new login. */
export const withoutRetry = (recovery: Recovery): Recovery => (recovery === 'retry' ? 'log_in_again' : recovery);

export function recoveryOf(error: string, status: number = 0): Recovery {
  if (status > 499 || /^4(08|25|29)$/.test(`${status}`) || /^(server_error|temporarily_)/.test(error)) return 'retry';
  // The address is wrong: logging in again would loop for ever.
  if (/^40[45]$/.test(`${status}`) && error !== 'invalid_grant') return 'fix_configuration';
  return /^(invalid_(?!grant)|unauthorized_|unsupported_|request_|registration_)/.test(error)
    ? 'fix_configuration'
    : 'log_in_again';
}
