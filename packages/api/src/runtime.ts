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
type Headers = { readonly [name: string]: Scalar | undefined };

// encodeURIComponent throws on half a surrogate pair. Under the `u` flag this class matches only such halves.
const utf8 = (text: string): string => encodeURIComponent(text.replace(/[\uD800-\uDFFF]/gu, '\uFFFD'));

const encode = (value: Scalar): string => {
  const text = String(value);
  // Most names and values need no encoding, and to see that is ten times cheaper than to do it.
  return /^[\w*.-]*$/.test(text)
    ? text
    : utf8(text).replace(/%20|[!'()~]/g, (c) => (c === '%20' ? '+' : `%${c.charCodeAt(0).toString(16).toUpperCase()}`));
};

/** Parameters -> `application/x-www-form-urlencoded`. Undefined members are left out, arrays repeat their name. */
export const encodeForm = (parameters: FormParameters): string => {
  let form = '';
  const add = (name: string, value: Scalar | undefined): void => {
    if (value !== undefined) form += `${form === '' ? '' : '&'}${encode(name)}=${encode(value)}`;
  };
  for (const name of Object.keys(parameters)) {
    const value = parameters[name];
    if (typeof value === 'object') for (const one of value) add(name, one);
    else add(name, value);
  }
  return form;
};

/** Adds parameters to the query of a URL, which may have one already. A fragment stays at the end. */
export const appendQuery = (url: string, parameters: FormParameters): string => {
  const query = encodeForm(parameters);
  if (query === '') return url;
  const end = url.indexOf('#') < 0 ? url.length : url.indexOf('#');
  const start = url.slice(0, end);
  const mark = /[?&]$/.test(start) ? '' : start.includes('?') ? '&' : '?';
  return start + mark + query + url.slice(end);
};

/** Replaces each `{name}` of a path with the parameter of that name. */
export const fillPath = (url: string, parameters: FormParameters, names: readonly string[]): string =>
  names.reduce((path, name) => path.replaceAll(`{${name}}`, () => utf8(String(parameters[name]))), url);

/** The members with these names. */
export const pick = (parameters: FormParameters, names: readonly string[]): FormParameters =>
  Object.fromEntries(names.map((name) => [name, parameters[name]]));

/** All members but those with these names. */
export const omit = <T extends object>(parameters: T, names: readonly string[]): FormParameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));

/** Method, URL, headers and perhaps a body -> request. Undefined headers are left out. */
export const createRequest = (
  method: HttpRequest['method'],
  url: string,
  headers: Headers,
  body?: string,
): HttpRequest => {
  const present: Record<string, string> = {};
  for (const name of Object.keys(headers)) if (headers[name] !== undefined) present[name] = String(headers[name]);
  return body === undefined ? { method, url, headers: present } : { method, url, headers: present, body };
};

/** A JSON value -> its checked copy, or `undefined` if it is wrong. JSON itself has no `undefined`. */
export type Parse = (value: unknown) => unknown;
type Members = Record<string, unknown>;
/** Copies checked members from one object to another -> the name of the first wrong one. */
export type ReadMembers = (from: Members, to: Members) => string | undefined;

const own = (from: Members, name: string): unknown => (Object.hasOwn(from, name) ? from[name] : undefined);
// `__proto__` from JSON is an ordinary member, but assigning it would set a prototype.
const everyMember = (from: Members): Members => {
  const to: Members = {};
  for (const name of Object.keys(from)) if (name !== '__proto__' && from[name] !== undefined) to[name] = from[name];
  return to;
};

/** A member that may be absent, and has to be right if it is there. */
export const may = (from: Members, to: Members, name: string, parse: Parse): string | undefined => {
  const value = own(from, name);
  if (value === undefined) return undefined;
  const copy = parse(value);
  if (copy === undefined) return name;
  to[name] = copy;
  return undefined;
};

/** A member that has to be there. */
export const must = (from: Members, to: Members, name: string, parse: Parse): string | undefined =>
  own(from, name) === undefined ? name : may(from, to, name, parse);

/** A member that is left out if it is wrong. */
export const lenient = (from: Members, to: Members, name: string, parse: Parse): undefined => {
  if (may(from, to, name, parse) !== undefined) delete to[name];
};

/** Members other than the named ones: each has to be right. */
export const others = (from: Members, to: Members, names: readonly string[], parse: Parse): string | undefined => {
  for (const name of Object.keys(from)) {
    if (names.includes(name) || from[name] === undefined) continue;
    const copy = parse(from[name]);
    if (copy === undefined) return name;
    if (name !== '__proto__') to[name] = copy;
  }
  return undefined;
};

/** JSON object -> checked copy. `open` keeps the members that the description does not name. */
export const read = <T>(value: unknown, members: ReadMembers, open: boolean): Read<T> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, at: '' };
  const from = value as Members;
  const to = open ? everyMember(from) : {};
  const at = members(from, to);
  return at === undefined ? { ok: true, value: to as T } : { ok: false, at };
};

/** The same for an object inside another one. */
export const nested = (value: unknown, members: ReadMembers, open: boolean): unknown => {
  const result = read(value, members, open);
  return result.ok ? result.value : undefined;
};

/** The same for an answer that is not an object. */
export const readAny = <T>(value: unknown, parse: Parse): Read<T> => {
  const copy = parse(value);
  return copy === undefined ? { ok: false, at: '' } : { ok: true, value: copy as T };
};

/** JSON array -> checked copy. */
export const list = (value: unknown, parse: Parse, least: number = 0, most: number = Infinity): unknown => {
  if (!Array.isArray(value) || value.length < least || value.length > most) return undefined;
  const copy = value.map(parse);
  return copy.includes(undefined) ? undefined : copy;
};

/** JSON value -> what the first parser that accepts it makes of it. `only` also refuses what a second one accepts. */
export const either = (value: unknown, parsers: readonly Parse[], only: boolean = false): unknown => {
  const copies = parsers.map((parse) => parse(value)).filter((copy) => copy !== undefined);
  return only && copies.length > 1 ? undefined : copies[0];
};
