/** One description -> every generated file, as text. */
import { readFileSync } from 'node:fs';
import { renderClient } from './client.ts';
import { capital, type OpenApi, operationsOf } from './description.ts';
import { checkNames } from './names.ts';
import { renderOperations } from './operations.ts';
import { renderReaders } from './readers.ts';
import { type Builder, renderRequests } from './requests.ts';
import { renderTypes } from './types.ts';

/** How the files name each other: `./x.js` or `./x.ts`. */
export type Imports = 'js' | 'ts';

// What is published has the sources of this one file beside `dist`, because they are what it hands out.
const RUNTIME = new URL('../src/runtime.ts', import.meta.url);
const SHARED_TYPES = ['FormParameters', 'HttpRequest', 'HttpResponse', 'Input', 'Read'];
const SHARED_FUNCTIONS = ['appendQuery', 'encodeForm'];

/** The import line for those of `names` that a text uses. Comments and members do not count. */
const importLine = (text: string, from: string, names: readonly string[], asType: boolean): string => {
  const code = text.replace(/\/\*\*.*?\*\//gs, '');
  const used = [...new Set(names)]
    .filter((name) => new RegExp(`(?<![\\w']|[^.]\\.)${name}(?![\\w'])`).test(code))
    .sort();
  const line = `import ${asType ? 'type ' : ''}{ ${used.join(', ')} } from '${from}';\n`;
  if (used.length === 0) return '';
  return line.length <= 120 ? line : line.replace('{ ', '{\n  ').replaceAll(', ', ',\n  ').replace(' }', ',\n}');
};

const REQUEST_FUNCTIONS = ['appendQuery', 'encodeForm', 'fillPath', 'omit', 'pick', 'texts'];
const READER_FUNCTIONS = ['copies', 'copyOf', 'list', 'onlyOne', 'others', 'read', 'readAny'];

/** The types that a client needs from the requests: names of parameters and headers, not of schemas. */
const aliases = (builders: readonly Builder[]): string[] =>
  builders
    .flatMap(({ operation, inputs }) =>
      inputs.flatMap((one) => one.type.split(' & ').map((type) => ({ type, operation }))),
    )
    .flatMap(({ type, operation }) => (/^\w+$/.test(type) && type.startsWith(capital(operation.id)) ? [type] : []));

/** File name -> text, each beginning with the banner. */
export const renderFiles = async (
  document: OpenApi,
  banner: string,
  imports: Imports,
): Promise<ReadonlyMap<string, string>> => {
  const schemas = Object.keys(document.components?.schemas ?? {});
  const operations = operationsOf(document);
  const requests = renderRequests(document, operations);
  const readers = renderReaders(document, operations);
  const client = renderClient(requests.builders, operations, readers);
  const table = renderOperations(operations);
  const shared = readFileSync(RUNTIME, 'utf8').replaceAll('\r\n', '\n');
  checkNames(schemas, operations, [requests.text, readers.text, client, table, shared]);
  const own = aliases(requests.builders);
  const builderNames = requests.builders.map((one) => `build${capital(one.name)}`);
  const readerNames = [...readers.byAnswer.values()].map((one) => one.reader);
  const bodies = [...readers.byAnswer.values()].map((one) => one.type).filter((type) => !schemas.includes(type));
  const wire = ['operations', ...schemas];
  const runtime = './runtime.ts';

  const files = new Map<string, string>([
    ['runtime.ts', shared],
    ['schema.ts', await renderTypes(document)],
    ['operations.ts', table],
    [
      'requests.ts',
      importLine(requests.text, runtime, ['HttpRequest', 'Input'], true) +
        importLine(requests.text, runtime, REQUEST_FUNCTIONS, false) +
        importLine(requests.text, './schema.ts', wire, true) +
        `\n${requests.text}`,
    ],
    [
      'readers.ts',
      importLine(readers.text, runtime, ['Check', 'Checks', 'Read'], true) +
        importLine(readers.text, runtime, READER_FUNCTIONS, false) +
        importLine(readers.text, './schema.ts', wire, true) +
        `\n${readers.text}`,
    ],
    [
      'client.ts',
      importLine(client, runtime, ['HttpRequest', 'HttpResponse', 'Input', 'Read'], true) +
        `import { operations } from './operations.ts';\n` +
        importLine(client, './readers.ts', readerNames, false) +
        importLine(client, './readers.ts', bodies, true) +
        importLine(client, './requests.ts', own, true) +
        importLine(client, './requests.ts', builderNames, false) +
        importLine(client, './schema.ts', schemas, true) +
        `\n${client}`,
    ],
    [
      'index.ts',
      `export * from './client.ts';\nexport { operations } from './operations.ts';\nexport * from './readers.ts';\n` +
        `export * from './requests.ts';\n` +
        `export type { ${SHARED_TYPES.join(', ')} } from '${runtime}';\n` +
        `export { ${SHARED_FUNCTIONS.join(', ')} } from '${runtime}';\n` +
        (schemas.length === 0
          ? ''
          : `export type { ${['components', 'paths', ...schemas].sort().join(', ')} } from './schema.ts';\n`),
    ],
  ]);
  const linked = (text: string): string =>
    imports === 'ts' ? text : text.replace(/^((?:import|export|\}).* from '\.\/\w+)\.ts';$/gm, `$1.js';`);
  return new Map([...files].map(([name, text]) => [name, banner + linked(text).trimEnd().concat('\n')]));
};
