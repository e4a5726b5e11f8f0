/** Response -> the JSON in its body. RFC 8259; RFC 6749, section 5.1. */
import { ok, type Recovery, type Result, type UntrustedCode, untrusted } from './failure.ts';
import type { HttpResponse } from './http.ts';
import { BODY_LIMIT, MOST_BRACKETS } from './limits.ts';

/** Undefined when the text is not JSON, or nested deeper than the engine can follow. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Text that is nested so deeply that it could be read, but not written again, is none. */
export const shallow = (text = ''): string => (text.split(/[[{]/).length > MOST_BRACKETS ? '' : text);

/** Undefined for anything but a JSON object. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text);
  return value instanceof Object && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** The body of a 200 answer whose media type is exactly this one; parameters and case do not matter. */
export function readJsonBody(
  { status, headers, body }: HttpResponse,
  malformed: UntrustedCode,
  recovery: Recovery = 'report',
  mediaType: RegExp = /^\s*application\/json\s*(;|$)/i,
): Result<unknown> {
  if (body.length > BODY_LIMIT) return untrusted('response_too_large');
  if (status > 399) return untrusted('http_error', recovery, { http: { status } });
  if (status > 299) return untrusted('unexpected_redirect', 'fix_configuration');
  const json = status === 200 && mediaType.test(headers['content-type'] ?? '') ? parseJson(body) : undefined;
  return json === undefined ? untrusted(malformed) : ok(json);
}
