/** Anything -> the same without secrets, for logs, traces and bug reports. OAuth 2.1, section 7.1.3.1. */

/** What may be shown. Everything that is not on this list is hidden, so that a new secret is hidden by default. */
const HARMLESS =
  'response_(?:type|mode)|client_?id|redirect_?uri|scope|iss|issuer|error|error_?(?:description|uri)|grant_?type|' +
  'token_?type|token_?type_?hint|expires_?(?:in|at)|code_?challenge_?method|audience|resource|prompt|max_?age|' +
  'display|ui_?locales|acr_?values|screen_?hint|kind|type|status|recovery|message|name|method|path|alg|typ|kty|use|' +
  'version|revision|started_?at|purpose|effect|session_?survives|tenant|host|content-type|accept|retry-after|' +
  'cache-control';

/** Hidden whatever it holds. What has another name, such as the state of a machine, is looked into by member. */
const SECRET =
  'code|nonce|password|id_token|mfa_?token|dpop|(?:[\\w-]*[_-])?(?:cookie|authorization|verifier|secret|assertion)|' +
  'code_?verifier|client_?(?:secret|assertion)|(?:access|refresh|device)_?(?:token|code)';
const SHOWN = new RegExp(`^(${HARMLESS})$`, 'i');
const OPAQUE = new RegExp(`^(${SECRET})$`, 'i');
const HIDDEN = '[redacted]';

/** Where a name begins. Long text stays linear, because that is never inside a word. */
const START = '(?:(?<![\\w.[\\]%-])|(?<=%(?:25)*(?:3F|26|23)))';
/** Between a name and its value: `=`, also percent-encoded, or a colon after a quoted name. */
const SIGN = '(?:=|%(?:25)*3D|["\']\\s*:\\s*)';
const VALUE = '(?:"(?:[^"\\\\]|\\\\.)*"?|\'(?:[^\'\\\\]|\\\\.)*\'?|[^\\s&#"\',;}]+)';
const PAIRS = new RegExp(`${START}(?!(?:${HARMLESS})${SIGN})([\\w.[\\]-]+${SIGN})${VALUE}`, 'gi');
/** In prose, a colon says nothing about the word before it, unless that is the name of a secret. */
const HEADERS = new RegExp(`${START}((?:${SECRET})\\s*:\\s*)[^\\r\\n,;]+`, 'gi');
const USER_INFO = /\/\/[^\s/?#@"']+@/g;
/** `Bearer ...`, JWTs, and long runs that no person would write. */
const TOKENS = /\b(Bearer|DPoP|Basic)\s+[^\s,;"']+|eyJ[\w-]{8,}(?:\.[\w-]*)*|[\w~+-]{20,}/gi;
/** `token_endpoint`, `oauth-authorization-server`, `authorizationEndpoint`: long, but made of words. */
const WORDS = /^[a-z]{1,19}(?:[_-][a-z]{1,19}|[A-Z][a-z]{1,18})+$/;

/** Takes secrets out of a text; `budget` is how many objects may still be copied. */
type Strike = ((text: string) => string) & { budget: number };

/** Longer text, and larger structures, are no help to anybody who reads a log. */
const LONGEST = 1_048_576;
const MOST_OBJECTS = 10_000;
/** Takes this login's own secrets out of a text, as they are or encoded. */
function strikeOut(secrets: readonly string[]): Strike {
  const texts = (Array.isArray(secrets) ? secrets : []).filter((secret) => secret && typeof secret === 'string');
  const forms = texts.flatMap((secret) => {
    // encodeURIComponent throws on half a surrogate pair; under the `u` flag this class matches only such halves.
    const encoded = encodeURIComponent(secret.replace(/[\uD800-\uDFFF]/gu, '\uFFFD'));
    return [secret, encoded, encoded.replace(/%20/g, '+'), JSON.stringify(secret).slice(1, -1)];
  });
  // The longest first, and all in one pass: a secret may be the beginning of another one.
  const sorted = forms.sort((a, b) => b.length - a.length).map((form) => form.replace(/[^\w\s]/g, '\\$&'));
  const all = new RegExp(sorted.join('|') || '(?!)', 'gi');
  return Object.assign((text: string) => text.slice(0, LONGEST).replace(all, HIDDEN), { budget: MOST_OBJECTS });
}

/** Values by their names, then whatever looks like a token. */
const redactText = (text: string, strike: Strike): string =>
  strike(text)
    .replace(USER_INFO, `//${HIDDEN}@`)
    .replace(PAIRS, `$1${HIDDEN}`)
    .replace(HEADERS, `$1${HIDDEN}`)
    .replace(TOKENS, (run, scheme?: string) => (scheme ? `${scheme} ${HIDDEN}` : WORDS.test(run) ? run : HIDDEN));

/**
 * A copy without secrets. Members are shown only when their name is known to be harmless; text is searched for
 * parameters, credentials and tokens. It never throws.
 *
 * @param secrets values that must not appear anywhere, such as this login's own
 */
export function redact(value: unknown, secrets: readonly string[] = []): unknown {
  return copy(value, strikeOut(secrets), [], true);
}

/** @param shown is the name under which the value was found known to be harmless? */
function copy(value: unknown, strike: Strike, above: readonly object[], shown: boolean): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'object') {
    try {
      if (strike.budget-- < 0) return HIDDEN;
      return above.includes(value) || above.length > 16 ? HIDDEN : copyObject(value, strike, [...above, value], shown);
    } catch {
      return HIDDEN;
    }
  }
  if (!shown) return HIDDEN;
  if (typeof value === 'string') return redactText(value, strike);
  return typeof value === 'number' && strike(`${value}`) === `${value}` ? value : HIDDEN;
}

function copyObject(value: object, strike: Strike, path: readonly object[], shown: boolean): unknown {
  if (ArrayBuffer.isView(value)) return HIDDEN;
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => copy(item, strike, path, shown));
  const named = (value instanceof Map ? Object.fromEntries(value) : value) as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  let alike = 0;
  // What an error says is not enumerable.
  const own = value instanceof Error ? ['name', 'message', 'cause'].filter((name) => name in value) : [];
  for (const name of new Set([...own, ...Object.keys(named)])) {
    const safe = WORDS.test(name) ? strike(name) : redactText(name, strike);
    // Two names can be alike without their secrets.
    const free = Object.hasOwn(result, safe) ? `${safe} ${++alike}` : safe;
    let member: unknown = HIDDEN;
    try {
      if (!OPAQUE.test(name)) member = named[name];
    } catch {} // A getter may throw, and then there is nothing to show.
    const harmless = SHOWN.test(name) || own.includes(name) || member === HIDDEN;
    Object.defineProperty(result, free, { value: copy(member, strike, path, harmless), enumerable: true });
  }
  return result;
}
