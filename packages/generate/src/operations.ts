/** Operations -> `operations.ts`, the table of what exists: method, path, content type, parameters, answers. */
import { type Operation, quote, type Schema, schemaName } from './description.ts';

const names = (schema: Schema): string =>
  (schema.oneOf ?? [schema])
    .map((one) => (schemaName(one) === undefined ? 'null' : quote(`${schemaName(one)}`)))
    .join(', ');

const row = (operation: Operation): string => {
  const { id, method, path, body, parameters, answers } = operation;
  const answer = ({ status, contentType, schema }: Operation['answers'][number]): string =>
    `      ${quote(status)}: { contentType: ${contentType === undefined ? 'null' : quote(contentType)}, ` +
    `schema: ${schemaName(schema) === undefined ? 'null' : quote(`${schemaName(schema)}`)} },\n`;
  return (
    `  ${id}: {\n    method: '${method}',\n    path: ${quote(path)},\n` +
    `    contentType: ${body === undefined ? 'null' : quote(body.contentType)},\n` +
    `    body: [${body === undefined ? '' : names(body.schema)}],\n` +
    `    parameters: [${parameters
      .map((one) => `\n      { name: ${quote(one.name)}, in: '${one.in}', required: ${one.required} },`)
      .join('')}${parameters.length > 0 ? '\n    ' : ''}],\n` +
    `    responses: {\n${answers.map(answer).join('')}    },\n  },\n`
  );
};

export const renderOperations = (operations: readonly Operation[]): string =>
  `/** Every operation of the description. A schema is null if it has no name of its own. */\n` +
  `export const operations = {\n${operations.map(row).join('')}} as const;\n`;
