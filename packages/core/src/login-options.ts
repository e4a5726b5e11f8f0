/** What an application asks of one login -> authorization request parameters. OpenID Connect Core, section 3.1.2.1. */
import { misuse, ok, type Result } from './failure.ts';
import { namesOf } from './form-urlencoded.ts';
import { isTexts } from './records.ts';
import type { Expectations } from './transaction.ts';
import { isAbsoluteUri, splitUrl } from './url.ts';
import type { AuthorizeQuery } from './wire.ts';

export type Prompt = 'none' | 'login' | 'consent' | 'select_account' | 'create';

export type LoginOptions = {
  /** Where the callback will arrive. Registered with the server, compared letter for letter. */
  readonly redirectUri: string;
  /** With `openid` the person is identified by an ID Token; `offline_access` asks for a refresh token. */
  readonly scope: readonly string[];
  /** The API that the access token is for, where the server names it so. */
  readonly audience?: string;
  /** The APIs that the access token is for. RFC 8707, section 2: absolute URIs without fragment. */
  readonly resource?: readonly string[];
  readonly connection?: string;
  /** The ID Token must then be for this organization. */
  readonly organization?: string;
  /** `none` stands alone. */
  readonly prompt?: Prompt | readonly Prompt[];
  /** Seconds since the person last authenticated, at most; 0 asks for a new authentication. Checked. */
  readonly maxAge?: number;
  readonly loginHint?: string;
  readonly idTokenHint?: string;
  /** Asked for, not insisted on; to insist, use an essential `acr` in `claims`. */
  readonly acrValues?: readonly string[];
  readonly uiLocales?: readonly string[];
  readonly display?: 'page' | 'popup' | 'touch' | 'wap';
  /** OpenID Connect Core, section 5.5. An essential `acr` with values and an essential `auth_time` are checked. */
  readonly claims?: ClaimsRequest;
  readonly responseMode?: 'query' | 'fragment';
  /** Further parameters, such as `screen_hint` or `ext-theme`. They can never replace one of the protocol's. */
  readonly extra?: Readonly<Record<string, string>>;
  /** JSON that is kept with the transaction and given back after the login; it is never sent. */
  readonly appState?: unknown;
};

export type ClaimRequest = {
  readonly essential?: boolean;
  readonly value?: string;
  readonly values?: readonly string[];
};
export type ClaimsRequest = {
  readonly id_token?: Readonly<Record<string, ClaimRequest | null>>;
  readonly userinfo?: Readonly<Record<string, ClaimRequest | null>>;
};

/** Only the core sends these, or they have an option of their own because they change how the answer is checked. */
const RESERVED =
  /^(response_|client_|code|request|(redirect_uri|state|nonce|grant_type|max_age|claims|prompt|resource)$)/;

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : Name;
type SentOptions = Omit<LoginOptions, 'redirectUri' | 'extra' | 'appState'>;
/** Every option is named after its parameter; an option without one does not compile. */
export type OptionsQuery = Pick<AuthorizeQuery, Snake<keyof SentOptions>>;

/** A misspelt option, such as `appstate`, must not be taken for a parameter and sent. */
const OPTIONS: readonly string[] = /* @__PURE__ */ (
  'redirectUri scope audience resource connection organization prompt maxAge loginHint idTokenHint acrValues ' +
  'uiLocales display claims responseMode extra appState'
).split(' ');

/**
 * The parameters that the options stand for, `extra` apart, which is only checked here.
 *
 * @returns them, or `invalid_scope`, `invalid_resource`, `invalid_parameter`, `reserved_parameter`
 */
export function queryOf(endpoint: string, options: LoginOptions): Result<OptionsQuery> {
  const { redirectUri: _, appState, extra, claims, maxAge, ...sent } = options;
  const { scope, resource, prompt, responseMode } = sent;
  // RFC 6749, section 3.3.
  if (!isTexts(scope) || !scope.every((token) => /^[!#-[\]-~]+$/.test(token))) return misuse('invalid_scope');
  if (![resource ?? []].flat().every(isAbsoluteUri)) return misuse('invalid_resource');
  const requested = jsonOf(claims);
  const query: Record<string, unknown> = {};
  for (const [option, value] of Object.entries({ ...sent, claims: requested })) {
    const text = Array.isArray(value) && value !== resource ? value.join(' ') : value;
    if ((text ?? '') !== '') query[option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = text;
  }
  const sound =
    Object.keys(options).every((option) => OPTIONS.includes(option)) &&
    Object.values({ ...query, resource: '', ...extra }).every((value) => typeof (value ?? '') === 'string') &&
    /^\{.*\}$/s.test(requested ?? '{}') &&
    jsonOf(appState) !== '' &&
    Number.isSafeInteger(maxAge ?? 0) &&
    (maxAge ?? 0) >= 0 &&
    /^(none|(?!.*\bnone\b)[a-z_ ]*)$/.test([prompt ?? ''].flat().join(' ')) &&
    /^(query|fragment)$/.test(responseMode ?? 'query');
  if (!sound) return misuse('invalid_parameter');
  query['max_age'] = maxAge ?? undefined;
  const added = Object.keys({ ...extra }).concat(namesOf(splitUrl(endpoint).query));
  const names = Object.keys(query).concat(added);
  return new Set(names).size < names.length || added.some((name) => RESERVED.test(name))
    ? misuse('reserved_parameter')
    : ok(query as OptionsQuery);
}

/** JSON text; empty for what JSON cannot hold, undefined for what was not given. */
function jsonOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** What the answer has to show because these options asked for it. */
export function expectationsOf({ maxAge, claims, organization, extra }: LoginOptions): Expectations {
  const { acr, auth_time } = claims?.id_token ?? {};
  const acrValues = acr?.essential ? [acr.values ?? acr.value ?? []].flat() : [];
  return {
    maxAge: maxAge ?? undefined,
    authTime: auth_time?.essential,
    acrValues: acrValues.length ? acrValues : undefined,
    organization: organization || extra?.['organization'] || undefined,
  };
}
