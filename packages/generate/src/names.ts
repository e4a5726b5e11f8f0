/** Names of schemas and operations -> nothing, or a refusal of those that generated code could not declare. */
import { type Operation, small } from './description.ts';
import { refused } from './failure.ts';

const RENAME = 'Rename it in the description.';

/** What generated code uses without declaring it, what openapi-typescript declares, and what is no name at all. */
const TAKEN = new Set(
  [
    'Record Promise NonNullable Pick Readonly Object Array Number Math JSON String RegExp paths webhooks components',
    'operations any boolean never null number object string symbol undefined unknown void bigint break case catch',
    'class const continue debugger default delete do else enum export extends false finally for function if import in',
    'instanceof new return super switch this throw true try typeof var while with implements interface let package',
    'private protected public static yield await',
  ].flatMap((line) => line.split(' ')),
);

const declaredIn = (text: string): string[] =>
  Array.from(text.matchAll(/^(?:export )?(?:const|type|interface) (\w+)/gm), ([, name = '']) => name);
const exportedFrom = (text: string): string[] =>
  Array.from(text.matchAll(/^export (?:const|type|interface) (\w+)/gm), ([, name = '']) => name);
const repeated = (names: readonly string[]): string | undefined => names.find((one, n) => names.indexOf(one) !== n);

/** `texts` are the files beside the types. The readers of schemas, and everything else there, has to have one name. */
export const checkNames = (
  schemas: readonly string[],
  operations: readonly Operation[],
  texts: readonly string[],
): void => {
  const declared = new Set(texts.flatMap(declaredIn));
  for (const name of schemas) {
    if (!/^[A-Za-z_]\w*$/.test(name)) throw refused(`schema ${name}`, 'its name is not one of TypeScript', RENAME);
    if (TAKEN.has(name) || declared.has(name)) throw refused(`schema ${name}`, 'its name is taken', RENAME);
  }
  const operation = repeated(operations.map((one) => small(one.id)));
  if (operation !== undefined) throw refused(operation, 'two operations have this name', RENAME);
  const twice = repeated(texts.flatMap(exportedFrom));
  if (twice !== undefined) throw refused(twice, 'two parts of the generated code would have this name', RENAME);
};
