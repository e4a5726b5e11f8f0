/** application/x-www-form-urlencoded text -> names and values. RFC 6749, appendix B. */
import { cut } from './url.ts';

/** The raw pairs of a query or a form, in their order. */
export const rawPairs = (text: string): readonly string[] => text.split('&').filter(Boolean);

/** Each name and its value, decoded; undefined for what cannot be decoded. */
const pairsOf = (text: string): readonly (readonly (string | undefined)[])[] =>
  rawPairs(text).map((pair) => cut(pair, '=').map(decode));

/** The names of a query or a form, decoded, in their order. */
export const namesOf = (text: string): readonly string[] => pairsOf(text).map(([name = '']) => name);

/**
 * The parameters with these names, or what is wrong with one of them. All others are ignored, as RFC 6749, section 3.1
 * asks. Only the given names become members, so that no name can touch a prototype.
 */
export function readParameters<Name extends string>(
  text: string,
  names: readonly Name[],
): Partial<Record<Name, string>> | 'duplicate_parameter' | 'malformed_parameter' {
  const values: Partial<Record<Name, string>> = {};
  for (const [name, value] of pairsOf(text) as readonly (readonly [Name, string | undefined])[]) {
    if (!names.includes(name)) continue;
    if (values[name] !== undefined) return 'duplicate_parameter';
    if (value === undefined) return 'malformed_parameter';
    values[name] = value;
  }
  return values;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}
