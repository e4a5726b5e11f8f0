/** Typed values -> HTTP request; JSON value -> checked copy. What the generated files share. RFC 6749, appendix B. */

/** A request as plain data. Header names are in lower case. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer as plain data. Header names are in lower case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `at` names the first member that is missing or wrong; it is empty if the value as a whole is wrong. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly at: string };

/** `T`, but an optional member may also be `undefined`, which means the same as absent. */
export type Input<T> = { readonly [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };

type Scalar = string | number | boolean;
/** What a query or a form can carry. An array repeats its name. */
export type FormParameters = { readonly [name: string]: Scalar | readonly Scalar[] | undefined };

// encodeURIComponent throws on half a surrogate pair. Under the `u` flag this class matches only such halves.
const utf8 = (value: Scalar): string => encodeURIComponent(String(value).replace(/[\uD800-\uDFFF]/gu, '\uFFFD'));
// Most values need nothing, and asking costs a fifth of encoding.
const encode = (value: Scalar): string =>
  /^[\w.~-]*$/.test(value as string) ? `${value}` : utf8(value).replace(/%20/g, '+');

/** Each name and value with a `&` in front. Undefined members are left out, arrays repeat their name. */
const pairs = (parameters: FormParameters): string => {
  let form = '';
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value ?? []].flat()) form += `&${encode(name)}=${encode(one)}`;
  }
  return form;
};

/** Parameters -> `application/x-www-form-urlencoded`. */
export const encodeForm = (parameters: FormParameters): string => pairs(parameters).slice(1);

/** Adds parameters to the query of a URL without a fragment, which may have a query already. RFC 6749, section 3.1. */
export const appendQuery = (url: string, parameters: FormParameters): string =>
  url + pairs(parameters).replace('&', /[?&]$/.test(url) ? '' : url.includes('?') ? '&' : '?');

/** Replaces each `{name}` of a path with the parameter of that name. */
export const fillPath = (url: string, parameters: FormParameters, names: readonly string[]): string =>
  names.reduce((path, name) => path.replaceAll(`{${name}}`, () => utf8(String(parameters[name]))), url);

/** The members with these names. */
export const pick = (parameters: FormParameters, names: readonly string[]): FormParameters =>
  Object.fromEntries(names.map((name) => [name, parameters[name]]));

/** All members but those with these names. */
export const omit = <T extends object>(parameters: T, names: readonly string[]): FormParameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));

/** Header values as texts. */
export const texts = (headers: Readonly<Record<string, Scalar>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** `true` for a value that is right as it is, a copy of an array or object that is right, anything falsy if wrong. */
export type Check = (value: unknown) => unknown;
/** Member name -> its check. */
export type Checks = Readonly<Record<string, Check>>;
type Members = Readonly<Record<string, unknown>>;

/**
 * JSON object -> checked copy. `open` keeps the members that no group names. The groups are the required members, the
 * optional ones, which have to be right if they are there, and the lenient ones, which are left out if they are wrong.
 */
export const read = <T>(value: unknown, open: boolean, ...groups: readonly Checks[]): Read<T> => {
  if (!value || typeof value !== 'object' || Array.isArray(value)) return { ok: false, at: '' };
  const to: Record<string, unknown> = open ? { ...value } : {};
  // biome-ignore lint/suspicious/noProto: an ordinary member here, but who copies it by assignment sets a prototype.
  delete to['__proto__'];
  for (const [rank, checks] of groups.entries()) {
    for (const name of Object.keys(checks)) {
      const found = Object.hasOwn(value, name) ? (value as Members)[name] : undefined;
      const copy = (checks[name] as Check)(found);
      if (copy) to[name] = copy === true ? found : copy;
      else if (rank < (found === undefined ? 1 : 2)) return { ok: false, at: name };
      else delete to[name];
    }
  }
  return { ok: true, value: to as T };
};

/** The check of an object inside another one, from what its reader says. */
export const copyOf = (result: Read<unknown>): unknown => result.ok && result.value;

/** JSON array of values that are right as they are -> its copy. */
export const list = (value: unknown, check: Check): unknown => Array.isArray(value) && value.every(check) && [...value];

/** JSON array -> the copies of its objects and arrays. */
export const copies = (value: unknown, check: Check): unknown => {
  if (!Array.isArray(value)) return false;
  const checked = value.map((one) => ({ one, copy: check(one) }));
  return checked.every(({ copy }) => copy) && checked.map(({ one, copy }) => (copy === true ? one : copy));
};

/** What the only one of these checks that accepts the value makes of it. */
export const onlyOne = (value: unknown, checks: readonly Check[]): unknown => {
  const accepted = checks.map((check) => check(value)).filter(Boolean);
  return accepted.length === 1 && accepted[0];
};

/** One check for each member that has none of these names. */
export const others = (value: unknown, names: readonly string[], check: Check): Checks =>
  Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([name, member]) =>
      // A right `__proto__` would be assigned, so only a wrong one is handed on.
      names.includes(name) || (name === '__proto__' && check(member)) ? [] : [[name, check] as const],
    ),
  );

/** The same for an answer that is not an object. */
export const readAny = <T>(value: unknown, check: Check): Read<T> => {
  const copy = check(value);
  return copy ? { ok: true, value: (copy === true ? value : copy) as T } : { ok: false, at: '' };
};
