/** Anything -> the same without secrets, for logs, traces and bug reports. OAuth 2.1, section 7.1.3.1. */

/** What may be shown. Everything that is not on this list is hidden, so that a new secret is hidden by default. */
const SHOWN =
  /^(response_type|response_mode|client_?id|redirect_?uri|scope|iss|issuer|error|error_?description|error_?uri|grant_?type|token_?type|token_?type_?hint|expires_?(in|at)|code_?challenge_?method|audience|resource|prompt|max_?age|display|ui_?locales|acr_?values|screen_?hint|kind|type|status|recovery|message|name|method|path|alg|typ|kty|use|version|revision|started_?at|purpose|effect|session_?survives|tenant|host|content-type|accept|retry-after|cache-control)$/i;

const HIDDEN = '[redacted]';

/** `Bearer ...`, JWTs, and long runs that no person would write. */
const TOKENS =
  /\b(Bearer|DPoP|Basic)\s+[^\s,;"']+|\beyJ[\w-]+\.[\w-]+(\.[\w-]*)*|(?<![\w./:-])[\w~-]{20,}(?![\w.]*\/)/gi;
const PAIRS = /([\w.[\]-]+)(=|"?\s*:\s*"|%3D)([^\s&#"',;}]+)/g;

/** `name=value` and `"name":"value"` pairs by their name, then whatever looks like a token. */
function redactText(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) {
    if (secret) safe = safe.split(secret).join(HIDDEN).split(encodeURIComponent(secret)).join(HIDDEN);
  }
  return safe
    .replace(PAIRS, (pair, name: string, sign: string) => (SHOWN.test(name) ? pair : `${name}${sign}${HIDDEN}`))
    .replace(TOKENS, (_run, scheme?: string) => (scheme ? `${scheme} ${HIDDEN}` : HIDDEN));
}

/**
 * A copy without secrets. Members are shown only when their name is known to be harmless; text is searched for
 * parameters, credentials and tokens.
 *
 * @param secrets values that must not appear anywhere, such as this login's own
 */
export function redact(value: unknown, secrets: readonly string[] = []): unknown {
  return copy(value, secrets, []);
}

function copy(value: unknown, secrets: readonly string[], above: readonly object[]): unknown {
  if (typeof value === 'string') return redactText(value, secrets);
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return HIDDEN;
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value) || above.length > 16) return HIDDEN;
  const path = [...above, value];
  if (Array.isArray(value)) return value.map((item) => copy(item, secrets, path));
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const shown = typeof member === 'object' || typeof member === 'boolean' || SHOWN.test(name);
    Object.defineProperty(result, redactText(name, secrets), {
      value: shown || member === undefined ? copy(member, secrets, path) : HIDDEN,
      enumerable: true,
    });
  }
  return result;
}
