/** Query or form -> its parameters. WHATWG URL, application/x-www-form-urlencoded; RFC 6749, section 3.1. */

import type { AuthorizeQuery, CodeExchange, Refresh } from '@proofkey/api';

/** In the order in which they came. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** Half a surrogate pair has no UTF-8, and could not be sent back. Under the `u` flag only such halves match. */
const wellFormed = (text: string): string => text.replace(/[\uD800-\uDFFF]/gu, '\uFFFD');

function decoded(text: string): string {
  const spaced = wellFormed(text.replace(/\+/g, ' '));
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** Text after `?`, or a form -> its parameters. An escape that cannot be read stays as it is. */
export function readParameters(text: string): Parameters {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [decoded(part), ''] : [decoded(part.slice(0, at)), decoded(part.slice(at + 1))];
    });
}

/** Parameters -> a query or form. */
export function writeParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map((pair) => pair.map((text) => encodeURIComponent(text).replace(/%20/g, '+')).join('='))
    .join('&');
}

/**
 * The value of a parameter; without a value it counts as left out. RFC 6749, section 3.1.
 *
 * `Form` is the type of the message in the description, so that no name can be asked for that is not in there.
 */
export const parameterOf = <Form = Record<string, unknown>>(
  parameters: Parameters,
  name: Extract<keyof Form, string>,
): string | undefined => parameters.find(([one]) => one === name)?.[1] || undefined;

/** Every value of a parameter that may be repeated. */
export const valuesOf = <Form>(parameters: Parameters, name: Extract<keyof Form, string>): readonly string[] =>
  parameters.filter(([one, value]) => one === name && value !== '').map(([, value]) => value);

/** RFC 8707, section 2. */
const REPEATABLE: keyof (AuthorizeQuery | CodeExchange | Refresh) = 'resource';

/** The first parameter that came more than once, though it may not. */
export const repeatedIn = (parameters: Parameters): string | undefined =>
  parameters.find(([name], at) => name !== REPEATABLE && parameters.findIndex(([one]) => one === name) < at)?.[0];

/** The name of a parameter, as it may be told: what does not look like one may be a secret in the wrong place. */
export const speakable = (name: string): string => (/^[a-z_]{1,30}$/.test(name) ? name : '(unknown)');

/** RFC 6749, appendix A.4. */
export const isScope = (text: string): boolean => /^[ !#-[\]-~]*$/.test(text);

/** Names separated by spaces, each once. */
export const listOf = (text: string | undefined): readonly string[] => [
  ...new Set((text ?? '').split(' ').filter((one) => one !== '')),
];
