/** Component schemas -> `readers.ts`, one function per object that checks a JSON value and copies what it knows. */
import { CheckWriter } from './checks.ts';
import { capital, follow, isJson, type OpenApi, type Operation, schemaName } from './description.ts';
import { isObject } from './rules.ts';

export interface Readers {
  readonly text: string;
  /** Operation and status -> the name of the function that reads that JSON body. */
  readonly byAnswer: ReadonlyMap<string, { readonly reader: string; readonly type: string }>;
}

export const answerKey = (id: string, status: string): string => `${id} ${status}`;

const NOTE =
  '// Whether unknown members are kept; the required, the optional and the lenient members, each with its check.\n';

export const renderReaders = (document: OpenApi, operations: readonly Operation[]): Readers => {
  const writer = new CheckWriter(document);
  const functions: string[] = [];
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    if (!isObject(schema)) continue;
    functions.push(
      `/** A JSON value -> \`${name}\`. */\nexport const read${capital(name)} = (value: unknown): Read<${name}> =>\n` +
        `  ${writer.read(schema, name)};\n`,
    );
  }
  const byAnswer = new Map<string, { reader: string; type: string }>();
  for (const { id, answers } of operations) {
    for (const { status, contentType, schema } of answers) {
      if (!isJson(contentType) || schema === undefined) continue;
      const name = schemaName(schema);
      if (name !== undefined && isObject(follow(document, schema))) {
        byAnswer.set(answerKey(id, status), { reader: `read${capital(name)}`, type: name });
        continue;
      }
      const type = `${capital(id)}${capital(status)}`;
      const reader = `read${type}`;
      const key = /^\d+$/.test(status) ? status : `'${status}'`;
      const wire = `operations['${id}']['responses'][${key}]['content']['${contentType}']`;
      byAnswer.set(answerKey(id, status), { reader, type });
      functions.push(
        `/** The JSON body of \`${id}\` with status ${status}. */\nexport type ${type} = ${wire};\n` +
          `/** A JSON value -> \`${type}\`. */\nexport const ${reader} = (value: unknown): Read<${type}> =>\n` +
          `  readAny(value, ${writer.check(schema, `${id} ${status}`)});\n`,
      );
    }
  }
  return { text: [writer.lines.join(''), NOTE, ...functions].join('\n'), byAnswer };
};
