/** Query or form -> its parameters. WHATWG URL, application/x-www-form-urlencoded; RFC 6749, section 3.1. */

/** In the order in which they came. */
export type Parameters = readonly (readonly [name: string, value: string])[];

function decoded(text: string): string {
  const spaced = text.replace(/\+/g, ' ');
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

/** The value of a parameter; without a value it counts as left out. RFC 6749, section 3.1. */
export const parameterOf = (parameters: Parameters, name: string): string | undefined =>
  parameters.find(([one]) => one === name)?.[1] || undefined;

/** The first parameter that came more than once. `resource` may. RFC 8707, section 2. */
export const repeatedIn = (parameters: Parameters): string | undefined =>
  parameters.find(([name], at) => name !== 'resource' && parameters.findIndex(([one]) => one === name) < at)?.[0];

/** Names separated by spaces, each once. */
export const listOf = (text: string | undefined): readonly string[] => [
  ...new Set((text ?? '').split(' ').filter((one) => one !== '')),
];
