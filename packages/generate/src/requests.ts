/** Operations -> `requests.ts`, functions that turn typed parameters into a request without sending it. */
import {
  capital,
  FORM,
  follow,
  isJson,
  type OpenApi,
  type Operation,
  type Parameter,
  quote,
  remark,
  type Schema,
  schemaName,
  small,
} from './description.ts';
import { refused } from './failure.ts';

export interface Builder {
  /** `codeExchange`: the method of the client; the function is `buildCodeExchange`. */
  readonly name: string;
  readonly operation: Operation;
  /** The arguments after the URL. */
  readonly inputs: readonly { readonly name: string; readonly type: string; readonly optional: boolean }[];
}

// A form or a query carries texts. Anything else would be sent as "[object Object]".
const isFlat = (document: OpenApi, raw: Schema, inArray: boolean = false): boolean => {
  const schema = follow(document, raw);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.every((one) => isFlat(document, one, inArray));
  if (schema.type === 'array')
    return !inArray && typeof schema.items === 'object' && isFlat(document, schema.items, true);
  return [schema.type ?? typeof schema['const']].flat().every((type) => /^(string|number|integer|boolean)$/.test(type));
};

const FLAT = 'Give it a text, a number, a boolean, or a list of them.';

const checkForm = (document: OpenApi, id: string, raw: Schema): void => {
  const schema = follow(document, raw);
  for (const one of schema.oneOf ?? schema.allOf ?? []) checkForm(document, id, one);
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (!isFlat(document, member)) throw refused(id, `a form cannot carry ${name}`, FLAT);
  }
};

const type = (id: string, part: Parameter['in']): string => `NonNullable<operations['${id}']['parameters']['${part}']>`;

const headerTypes = (operation: Operation): string => {
  const members = [
    ...operation.credentials.map(({ header, types, required }) => ({ header, type: types.join(' | '), required })),
    ...operation.parameters.flatMap((one) =>
      one.in === 'header'
        ? [
            {
              header: one.name.toLowerCase(),
              type: `NonNullable<${type(operation.id, 'header')}[${quote(one.name)}]>`,
              required: one.required,
            },
          ]
        : [],
    ),
  ];
  if (members.length === 0) return '';
  const key = (header: string): string => (/^\w+$/.test(header) ? header : quote(header));
  const lines = members.map(
    ({ header, type: text, required }) => `  readonly ${key(header)}${required ? '' : '?'}: ${text};\n`,
  );
  const name = `${capital(operation.id)}Headers`;
  return `/** Headers of \`${operation.id}\`. */\nexport type ${name} = {\n${lines.join('')}};\n`;
};

/** Errors count as well. What only redirects is a navigation, and a browser knows best which pages it can show. */
const acceptOf = ({ answers }: Operation): string[] => {
  const isSuccess = ({ status }: Operation['answers'][number]): boolean => /^2|^default$/.test(status);
  if (!answers.some(isSuccess)) return [];
  const wanted = answers.filter((one) => isSuccess(one) || isJson(one.contentType));
  return [...new Set(wanted.flatMap((one) => one.contentType ?? []))];
};

/** The types that an operation's builders share, then one builder, or one per named body. */
const ofOperation = (
  document: OpenApi,
  operation: Operation,
  used: Set<string>,
): { builders: Builder[]; text: string } => {
  const { id, method, path, parameters, credentials, body } = operation;
  const names = (part: Parameter['in']): string[] => parameters.flatMap((one) => (one.in === part ? [one.name] : []));
  for (const one of parameters)
    if (!isFlat(document, one.schema)) throw refused(id, `${one.in} cannot carry ${one.name}`, FLAT);
  if (body?.contentType === FORM) checkForm(document, id, body.schema);

  const parts: string[] = [];
  let text = headerTypes(operation);
  for (const part of ['path', 'query'] as const) {
    if (names(part).length === 0) continue;
    const alias = `${capital(id)}${capital(part)}`;
    text += `/** Parameters in the ${part} of \`${id}\`. */\nexport type ${alias} = Input<${type(id, part)}>;\n`;
    parts.push(alias);
  }
  const headerRequired =
    credentials.some((one) => one.required) || parameters.some((one) => one.in === 'header' && one.required);
  const hasHeaders = credentials.length > 0 || names('header').length > 0;
  const isText = parameters.every((one) => one.in !== 'header' || follow(document, one.schema).type === 'string');
  const accept = acceptOf(operation);
  const fixed = [
    ...(accept.length > 0 ? [`accept: ${quote(accept.join(', '))}`] : []),
    ...(body === undefined ? [] : [`'content-type': ${quote(body.contentType)}`]),
    ...(hasHeaders ? [isText ? '...headers' : '...texts(headers)'] : []),
  ];

  const build = (name: string, bodyType: string | undefined): Builder => {
    const all = bodyType === undefined ? parts : [...parts, `Input<${bodyType}>`];
    const optional = !body?.required && !parameters.some((one) => one.in !== 'header' && one.required);
    const nothing = all.length === 0;
    const inputs = [
      {
        name: 'parameters',
        type: nothing ? 'Record<string, never>' : all.join(' & '),
        optional: optional && !headerRequired,
      },
      ...(hasHeaders ? [{ name: 'headers', type: `${capital(id)}Headers`, optional: !headerRequired }] : []),
    ];
    const signature = inputs.map(({ name, type, optional }) => {
      // The underscore says that a builder without parameters does not read the argument that keeps its place.
      if (nothing && name === 'parameters') return `  _${name}${optional ? '?' : ''}: ${type},\n`;
      // To spread undefined adds nothing.
      if (isText && name === 'headers') return `  ${name}${optional ? '?' : ''}: ${type},\n`;
      return `  ${name}: ${type}${optional ? ' | undefined = {}' : ''},\n`;
    });
    const list = (part: Parameter['in']): string => `[${names(part).map(quote).join(', ')}]`;
    let url = names('path').length > 0 ? `fillPath(url, parameters, ${list('path')})` : 'url';
    const queryOnly = bodyType === undefined && names('path').length === 0;
    if (names('query').length > 0)
      url = `appendQuery(${url}, ${queryOnly ? 'parameters' : `pick(parameters, ${list('query')})`})`;
    const rest =
      parts.length === 0
        ? 'parameters'
        : `omit(parameters, [${[...names('path'), ...names('query')].map(quote).join(', ')}])`;
    const encoded = body?.contentType === FORM ? `encodeForm(${rest})` : `JSON.stringify(${rest})`;
    const headers = fixed.length === 0 ? '{}' : `{\n${fixed.map((one) => `    ${one},\n`).join('')}  }`;
    text +=
      `/** ${remark(`${operation.summary}. ${method} ${path}`)} */\n` +
      `export const build${capital(name)} = (\n  url: string,\n${signature.join('')}): HttpRequest => ({\n` +
      `  method: '${method}',\n  ${url === 'url' ? '' : 'url: '}${url},\n  headers: ${headers},\n` +
      `${bodyType === undefined ? '' : `  body: ${encoded},\n`}});\n`;
    if (used.has(name))
      throw refused(id, `two builders would be named ${name}`, 'Rename the schema of the body, or the operation.');
    used.add(name);
    return { name, operation, inputs };
  };

  if (body === undefined) return { builders: [build(id, undefined)], text };
  const choices = (body.schema.oneOf ?? []).map(schemaName);
  if (choices.length > 0 && choices.every((one) => one !== undefined)) {
    return { builders: choices.map((one) => build(small(`${one}`), one)), text };
  }
  const inline = `NonNullable<operations['${id}']['requestBody']>['content']['${body.contentType}']`;
  return { builders: [build(id, schemaName(body.schema) ?? inline)], text };
};

export const renderRequests = (
  document: OpenApi,
  operations: readonly Operation[],
): { builders: Builder[]; text: string } => {
  const used = new Set<string>();
  const all = operations.map((operation) => ofOperation(document, operation, used));
  return { builders: all.flatMap((one) => one.builders), text: all.map((one) => one.text).join('\n') };
};
