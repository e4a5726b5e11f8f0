/** One description -> every generated file, as text. */
import { renderClient } from './client.ts';
import { capital, type OpenApi, operationsOf } from './description.ts';
import { renderOperations } from './operations.ts';
import { renderReaders } from './readers.ts';
import { type Builder, renderRequests } from './requests.ts';
import { renderTypes } from './types.ts';

const RUNTIME = '../runtime.ts';

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
export const renderFiles = async (document: OpenApi, banner: string): Promise<ReadonlyMap<string, string>> => {
  const schemas = Object.keys(document.components?.schemas ?? {});
  const operations = operationsOf(document);
  const requests = renderRequests(document, operations);
  const readers = renderReaders(document, operations);
  const client = renderClient(requests.builders, operations, readers);
  const own = aliases(requests.builders);
  const builderNames = requests.builders.map((one) => `build${capital(one.name)}`);
  const readerNames = [...readers.byAnswer.values()].map((one) => one.reader);
  const bodies = [...readers.byAnswer.values()].map((one) => one.type).filter((type) => !schemas.includes(type));
  const wire = ['operations', ...schemas];

  const files = new Map<string, string>([
    ['schema.ts', await renderTypes(document)],
    ['operations.ts', renderOperations(operations)],
    [
      'requests.ts',
      importLine(requests.text, RUNTIME, ['HttpRequest', 'Input'], true) +
        importLine(requests.text, RUNTIME, REQUEST_FUNCTIONS, false) +
        importLine(requests.text, './schema.ts', wire, true) +
        `\n${requests.text}`,
    ],
    [
      'readers.ts',
      importLine(readers.text, RUNTIME, ['Check', 'Checks', 'Read'], true) +
        importLine(readers.text, RUNTIME, READER_FUNCTIONS, false) +
        importLine(readers.text, './schema.ts', wire, true) +
        `\n${readers.text}`,
    ],
    [
      'client.ts',
      importLine(client, RUNTIME, ['HttpRequest', 'HttpResponse', 'Input', 'Read'], true) +
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
        (schemas.length === 0
          ? ''
          : `export type { ${['components', 'paths', ...schemas].sort().join(', ')} } from './schema.ts';\n`),
    ],
  ]);
  return new Map([...files].map(([name, text]) => [name, banner + text.trimEnd().concat('\n')]));
};
