/** A word of a test, and the words that there are -> a sentence when it is none of them, the nearest ones first. */

const SHOWN = 12;

/**
 * Undefined for a word that there is. In the editor another one is an error; a test in JavaScript has only this.
 *
 * @param what the kind of word: `step`, `deviation`
 */
export function strangeName(what: string, name: unknown, names: readonly string[]): string | undefined {
  if (typeof name === 'string' && names.includes(name)) return undefined;
  const words = wordsOf(String(name));
  const shared = (one: string): number => wordsOf(one).filter((word) => words.includes(word)).length;
  const near = names.filter((one) => shared(one) > 0).sort((a, b) => shared(b) - shared(a));
  const shown = near.length > 0 && names.length > SHOWN ? near : [...new Set([...near, ...names])];
  const rest = shown.length > SHOWN ? ', ...' : '.';
  return `No ${what} is called ${String(name)}. There are ${shown.slice(0, SHOWN).join(', ')}${rest}`;
}

/** Of `wrong_issuer` as of `wrongIssuer`. */
const wordsOf = (name: string): readonly string[] =>
  name
    .split(/_|(?=[A-Z])/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');

/** @throws Error for a word that there is none of */
export function expectName(what: string, name: unknown, names: readonly string[]): void {
  const sentence = strangeName(what, name, names);
  if (sentence !== undefined) throw new Error(sentence);
}
