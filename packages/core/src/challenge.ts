/** WWW-Authenticate text -> challenges -> what an API wants. RFC 9110, 11.6.1; RFC 6750, section 3; RFC 9470. */
import { type Failure, type FailureCodes, refusalOf, type StepUp } from './failure.ts';
import { httpFailureOf, refusedByServer, type Secrets, serverText } from './oauth-error.ts';

/** One challenge of a `WWW-Authenticate` field. */
export type Challenge = {
  /** In lower case; empty for parameters that no scheme stands before. */
  readonly scheme: string;
  /** By names in lower case; the object has no prototype. Of a name that is repeated, the first value. */
  readonly params: Readonly<Record<string, string>>;
  readonly token68?: string;
};

/** The rest of a longer field is not read. */
const FIELD_LIMIT = 8192;
/** What an API may ask for at once, in a list. */
const MOST_WORDS = 32;

const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
/** What may follow a value: the end, a comma, or the next parameter of a server that forgets its commas. */
const END = `\\s*(?:,|$)|\\s+${TOKEN}=`;
/** Inner quotes that nobody escaped belong to the text. */
const QUOTED = `"((?:[^"\\\\]+|\\\\.|"(?!${END}))*)"?`;
/** A token, or words up to the next parameter or challenge. */
const UNQUOTED =
  `(${TOKEN}(?=\\s*(?:,|$))|` +
  `(?:[^\\s,]+|\\s+(?![\\s,]|$|${TOKEN}=)|\\s*,[\\s,]*(?![\\s,]|$|${TOKEN}(?:\\s*=|\\s+${TOKEN}\\s*=)))*)`;
/**
 * A parameter, else a scheme and its token68, else one character that says nothing. Every match takes what it looked
 * at, but for a word or two, so that hostile text costs no more than other text of its length.
 */
const ELEMENT = `(${TOKEN})\\s*=\\s*(?:${QUOTED}|${UNQUOTED})|(${TOKEN})(?:\\s+([\\w.~+/-]+=*)(?=\\s*(?:,|$)))?|.`;

/**
 * Reads what servers really send, which need not be what the grammar says: values without quotes, quotes in quotes,
 * no scheme. It never throws; what cannot be read is left out. Text past 8192 characters is not looked at.
 *
 * @see RFC 9110, section 11.6.1
 */
export function readChallenges(header: string | null | undefined): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let params: Record<string, string> | undefined;
  const begin = (scheme: string, token68?: string): Record<string, string> => {
    const own: Record<string, string> = Object.create(null);
    challenges.push({ scheme, params: own, ...(token68 !== undefined && { token68 }) });
    return own;
  };
  const text = typeof header === 'string' ? header.slice(0, FIELD_LIMIT) : '';
  for (const [, written, quoted, plain = '', scheme, token68] of text.matchAll(new RegExp(ELEMENT, 'gs'))) {
    if (scheme !== undefined) params = begin(scheme.toLowerCase(), token68);
    if (written === undefined) continue;
    params ??= begin('');
    const name = written.toLowerCase();
    // Whoever copies the parameters into an ordinary object must not set its prototype.
    if (!(name in params) && name !== '__proto__') params[name] = quoted?.replace(/\\(.)/gs, '$1') ?? plain.trim();
  }
  return challenges;
}

type ResourceCode = Exclude<FailureCodes['oauth_error'], `${string}_refused`>;

const CODES = /^(invalid_token|insufficient_(scope|user_authentication))$/;
/** Challenges of these schemes alone come from something else, such as a proxy: no access token helps. */
const OTHER_SCHEMES = /^(basic|digest|negotiate|ntlm)$/;

/**
 * What an API that answered 401 or 403 wants. A page of another origin often cannot read the challenge, so that a 401
 * without one counts as `invalid_token`; a 403 without one may mean anything, and is no failure of ours.
 *
 * @param challenge the field `WWW-Authenticate`
 * @param secrets values that must not come back in the failure, such as the access token
 * @returns `invalid_token`, `insufficient_scope`, `insufficient_user_authentication`, or undefined
 * @see RFC 6750, section 3.1; RFC 9470, section 3
 */
export function resourceFailureOf(
  { status, challenge }: { readonly status: number; readonly challenge: string | null | undefined },
  secrets: Secrets = [],
): Failure | undefined {
  if (status !== 401 && status !== 403) return undefined;
  // Cut off, the field could end with a part of a secret that nothing recognizes any more.
  const field = challenge && challenge.length <= FIELD_LIMIT ? challenge : '';
  const challenges = readChallenges(field);
  const saying = challenges.filter(({ params }) => params['error']);
  const { params = {} } = saying.find(({ scheme }) => scheme === 'bearer') ?? saying[0] ?? {};
  const { error = '', error_description, error_uri } = params as Partial<Record<string, string>>;
  const named = CODES.test(error);
  const foreign = challenges.length > 0 && challenges.every(({ scheme }) => OTHER_SCHEMES.test(scheme));
  if (!named && (status === 403 || foreign)) return undefined;
  const code = named ? (error as ResourceCode) : 'invalid_token';
  const http = httpFailureOf({ status, headers: field ? { 'www-authenticate': field } : {}, body: '' }, secrets);
  const stepUp = code !== 'invalid_token' && { stepUp: stepUpOf(params, secrets) };
  const { failure } = refusalOf('oauth_error', code, 'log_in_again', { http, ...stepUp });
  if (!error) return failure;
  // Only its words: the sentence of that failure would name the authorization server.
  const { oauth } = refusedByServer(code, { error, error_description, error_uri }, secrets).failure;
  return { ...failure, ...(oauth && { oauth }) };
}

/** Only what a login may ask for: anything odd is left out, and a secret above all. */
function stepUpOf(params: Challenge['params'], secrets: Secrets): StepUp {
  const words = (text = ''): readonly string[] => {
    const sound = text.split(' ').filter((word) => /^[!#-[\]-~]+$/.test(word) && serverText(word, secrets) === word);
    return [...new Set(sound)].slice(0, MOST_WORDS);
  };
  const [acrValues, scope] = [words(params['acr_values']), words(params['scope'])];
  const maxAge = params['max_age'] ?? '';
  return {
    ...(acrValues.length > 0 && { acrValues }),
    ...(/^\d{1,9}$/.test(maxAge) && { maxAge: Number(maxAge) }),
    ...(scope.length > 0 && { scope }),
  };
}
