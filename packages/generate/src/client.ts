/** Builders and readers -> `client.ts`, a typed client that sends through a transport the caller gives. */
import { capital, type Operation, quote, remark } from './description.ts';
import { answerKey, type Readers } from './readers.ts';
import type { Builder } from './requests.ts';
import { SEND } from './send.ts';

const isSuccess = (status: string): boolean => status.startsWith('2');

const bodyReader = (operation: Operation, answer: Operation['answers'][number], readers: Readers): [string, string] => {
  const known = readers.byAnswer.get(answerKey(operation.id, answer.status));
  if (known !== undefined) return [known.reader, known.type];
  if (answer.contentType === undefined) return [`'nothing'`, 'undefined'];
  return [`'text'`, 'string'];
};

const resultType = (operation: Operation, readers: Readers): string => {
  const { answers } = operation;
  const good = answers.filter(
    ({ status }) => isSuccess(status) || (status === 'default' && !answers.some((one) => isSuccess(one.status))),
  );
  const bad = answers.filter(({ status }) => !isSuccess(status)).map((one) => bodyReader(operation, one, readers)[1]);
  const errors = [...new Set(bad)].filter((type) => type !== 'undefined');
  return [
    ...good.map(
      (one) =>
        `ApiSuccess<${/^\d+$/.test(one.status) ? one.status : 'number'}, ${bodyReader(operation, one, readers)[1]}>`,
    ),
    `ApiFailure<${errors.length > 0 ? errors.join(' | ') : 'never'}>`,
  ].join(' | ');
};

const methodType = ({ name, operation, inputs }: Builder, readers: Readers): string => {
  const declared = inputs.map((one) => `${one.name}${one.optional ? '?' : ''}: ${one.type}`).join(', ');
  return (
    `  /** ${remark(`${operation.summary}. ${operation.method} ${operation.path}`)} */\n` +
    `  ${name}(${declared}): Promise<${resultType(operation, readers)}>;\n`
  );
};

export const renderClient = (
  builders: readonly Builder[],
  operations: readonly Operation[],
  readers: Readers,
): string => {
  const tables = operations.map((operation) => {
    const rows = operation.answers.map(
      (answer) => `  ${quote(answer.status)}: ${bodyReader(operation, answer, readers)[0]},\n`,
    );
    return `const ${operation.id}Answers: Answers = {\n${rows.join('')}};\n`;
  });
  const methods = builders.map(({ name, operation, inputs }) => {
    const names = inputs.map((one) => one.name).join(', ');
    return (
      `    ${name}: (${names}) =>\n` +
      `      sendTo('${operation.id}', (url) => build${capital(name)}(url, ${names}), ${operation.id}Answers),\n`
    );
  });
  return [
    SEND,
    `/** Every request of the description, sent and read. */\nexport type Api = {\n${builders
      .map((builder) => methodType(builder, readers))
      .join('')}};\n`,
    tables.join('\n'),
    `/** A server and a way to send -> typed methods. A method rejects only if the transport does. */\n` +
      `export const createApi = (server: Server, transport: Transport): Api => {\n` +
      `  const { base, urls = {} } = typeof server === 'string' ? { base: server } : server;\n` +
      `  const sendTo = <T>(\n    name: keyof typeof operations,\n    build: (url: string) => HttpRequest,\n` +
      `    answers: Answers,\n  ): Promise<T> =>\n` +
      `    send(\n      transport,\n      build(urls[name] ?? base.replace(/\\/$/, '') + operations[name].path),\n` +
      `      answers,\n    ) as Promise<T>;\n` +
      `  return {\n${methods.join('')}  };\n};\n`,
  ].join('\n');
};
