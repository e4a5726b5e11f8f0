/** What stored records, settings and claims are checked with: values that JSON can hold. RFC 8259. */

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** A list of texts; also the empty one. */
export const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

export const isAbsentOr = (test: (value: unknown) => boolean, value: unknown): boolean =>
  value === undefined || test(value);

/** The name of the first check that found something wrong. */
export const firstOf = <Name extends string>(wrong: Readonly<Record<Name, unknown>>): Name | undefined =>
  (Object.keys(wrong) as Name[]).find((name) => wrong[name]);
