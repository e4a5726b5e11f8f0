/** Which keywords of a schema the readers check. JSON Schema 2020-12, Validation. */
import type { Schema } from './description.ts';
import { refused } from './failure.ts';

/** They say nothing about the value. */
export const NOTES: RegExp =
  /^(title|description|examples?|default|format|deprecated|readOnly|writeOnly|externalDocs|\$comment|x-.+)$/;
/** Type -> the keywords that are checked for it. */
export const RULES: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  array: ['items', 'minItems', 'maxItems'],
  object: ['properties', 'required', 'additionalProperties', 'allOf', 'discriminator'],
  boolean: [],
  null: [],
};
/** A rule that a reader would not enforce is an error here, so that nobody relies on it. */
export const allow = (schema: Schema, where: string, rules: readonly string[]): void => {
  const odd = Object.keys(schema).find((keyword) => !NOTES.test(keyword) && !rules.includes(keyword));
  if (odd === undefined) return;
  const fix = 'Leave it out, in the description or by an overlay, and check it where you use the value.';
  throw refused(where, `the readers do not know how to check "${odd}" here`, fix);
};

export const isObject = (schema: Schema): boolean => schema.type === 'object';
