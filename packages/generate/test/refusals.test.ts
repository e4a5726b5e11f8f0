/** Whatever is wrong with the input: a typed error that says what, where and how to fix it, and nothing is written. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { GenerateError, type GenerateFailureCode, generate } from '../src/index.ts';
import { compile, compilers, NODENEXT, type Project, project } from './consumer.ts';

const described = (parts: object): string =>
  stringify({ openapi: '3.1.0', info: { title: 't', version: '1' }, paths: {}, ...parts });
const withSchema = (name: string, schema: object): string => described({ components: { schemas: { [name]: schema } } });
const withOperation = (parts: object, path = '/a'): string =>
  described({ paths: { [path]: { get: { operationId: 'a', responses: {}, ...parts } } } });

const refusal = async (own: Project, overlays: readonly string[] = []): Promise<GenerateError> => {
  const options = { spec: own.path('openapi.yaml'), overlays: overlays.map(own.path), out: own.path('generated') };
  const error = await generate(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(GenerateError);
  expect(existsSync(own.path('generated'))).toBe(false);
  return error as GenerateError;
};

describe('a description is refused', () => {
  test.each<[string, GenerateFailureCode, string, RegExp]>([
    ['that is empty', 'not_openapi', '', /not an OpenAPI description/],
    ['that is no YAML', 'invalid_yaml', 'a: [1', /not YAML: .+ line 1/],
    ['that holds itself', 'invalid_yaml', '&a\nb: *a\n', /not YAML/],
    ['that is a list', 'not_openapi', '[1]', /not an OpenAPI description/],
    ['of Swagger 2', 'not_openapi', 'swagger: "2.0"', /not an OpenAPI description/],
    ['of OpenAPI 3.0', 'not_openapi', described({ openapi: '3.0.3' }), /it is OpenAPI 3\.0\.3.+3\.1/],
    ['without paths', 'not_openapi', described({ paths: undefined }), /no paths/],
    ['with a path that is nothing', 'not_openapi', described({ paths: { '/a': null } }), /can not be read/],
    [
      'with a keyword that readers do not check',
      'unsupported',
      withSchema('A', { type: 'object', properties: { a: { type: 'string', not: { const: 'x' } } } }),
      /: A a: .+"not".+ Leave it out/,
    ],
    [
      'with a pattern that is none',
      'unsupported',
      withSchema('A', { type: 'object', properties: { a: { type: 'string', pattern: '(' } } }),
      /: A a: .*regular expression/,
    ],
    [
      'that refers to another file',
      'unsupported',
      withOperation({ responses: { 200: { $ref: 'other.yaml#/a' } } }),
      /paths \/a get responses 200: it refers to other\.yaml#\/a.+Bundle/,
    ],
    ['with a name of a schema that is no name', 'unsupported', withSchema('a-b', { type: 'object' }), /schema a-b/],
    [
      'with a schema called like a type of its own',
      'unsupported',
      withSchema('Transport', { type: 'object' }),
      /taken/,
    ],
    [
      'with a schema called like a type of the language',
      'unsupported',
      withSchema('Record', { type: 'object' }),
      /taken/,
    ],
    [
      'with two operations of one name',
      'unsupported',
      described({
        paths: { '/a': { get: { operationId: 'a', responses: {} }, post: { operationId: 'a', responses: {} } } },
      }),
      /: a: two/,
    ],
    [
      'with a body that is called like another operation',
      'unsupported',
      described({
        components: { schemas: { B: { type: 'object' }, C: { type: 'object' } } },
        paths: {
          '/b': { get: { operationId: 'b', responses: {} } },
          '/a': {
            post: {
              operationId: 'a',
              requestBody: {
                content: {
                  'application/json': {
                    schema: { oneOf: [{ $ref: '#/components/schemas/B' }, { $ref: '#/components/schemas/C' }] },
                  },
                },
              },
              responses: {},
            },
          },
        },
      }),
      /: a: two builders would be named b/,
    ],
  ])('%s', async (_, code, text, message) => {
    const own = project();
    own.write('openapi.yaml', text);
    const error = await refusal(own);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
    expect(error.where.startsWith(own.path('openapi.yaml'))).toBe(true);
    expect(error.message).toBe(`${error.where}: ${error.what}. ${error.fix}`);
    expect(error.fix).toMatch(/^[A-Z].+\.$/s);
  });

  test('that is not there', async () => {
    const own = project();
    const spec = own.path('nothing.yaml');
    const out = own.path('generated');
    await expect(generate({ spec, out })).rejects.toMatchObject({ code: 'unreadable_file', where: spec });
  });

  test.each(['Api', 'readA', 'isString', 'operations', 'Promise', 'class', 'string'])(
    'that calls a schema %s',
    async (name) => {
      const own = project();
      const schemas = { A: { type: 'object', properties: { a: { type: 'string' } } }, [name]: { type: 'integer' } };
      own.write('openapi.yaml', described({ components: { schemas } }));
      expect(await refusal(own)).toMatchObject({ code: 'unsupported', what: 'its name is taken' });
    },
  );

  test('and the command says so on stderr, with exit code 2', () => {
    const own = project();
    own.write('openapi.yaml', described({ openapi: '3.0.3' }));
    const { code, stdout, stderr } = own.command('--spec', 'openapi.yaml', '--out', 'generated');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('openapi.yaml: it is OpenAPI 3.0.3. Convert it to OpenAPI 3.1.\n');
  });
});

describe('an overlay is refused', () => {
  test.each([
    ['without actions', 'overlay: 1.0.0', /no actions/],
    ['whose action has no target', 'actions: [{ update: {} }]', /no target/],
    ['whose target is not there', 'actions: [{ target: $.nowhere, update: {} }]', /nothing is at.+\$\.nowhere/],
    ['whose target is a filter', 'actions: [{ target: "$..a", update: {} }]', /cannot follow/],
  ])('%s, and is the file that is named', async (_, text, message) => {
    const own = project();
    own.write('mine.yaml', text);
    const error = await refusal(own, ['mine.yaml']);
    expect(error.code).toBe('invalid_overlay');
    expect(error.message).toMatch(message);
    expect(error.where.startsWith(own.path('mine.yaml'))).toBe(true);
  });
});

test('a text of a description can not end the comment that it stands in', async () => {
  const own = project();
  own.write('openapi.yaml', withOperation({ summary: 'a */ b' }, '/a/*/b'));
  await generate({ spec: own.path('openapi.yaml'), out: own.path('generated') });
  expect(own.read('generated/requests.ts')).toContain('/** a *\\/ b. GET /a/*\\/b */');
  expect(compile(own, compilers['TypeScript 5.9'] ?? '', { ...NODENEXT, noEmit: true }, ['generated/index.ts'])).toBe(
    '',
  );
});

describe('the command refuses', () => {
  test.each([
    ['to run without a description', ['--out', 'generated'], /--spec is missing/],
    ['to run without a folder', ['--spec', 'openapi.yaml'], /--out is missing/],
    ['a word that it does not know', ['--spec', 'openapi.yaml', '--ouput', 'x'], /--ouput/],
    ['a word that stands alone', ['openapi.yaml'], /openapi\.yaml/],
    ['another kind of import', ['--spec', 'openapi.yaml', '--out', 'g', '--imports', 'mjs'], /--imports is js or ts/],
  ])('%s', (_, words, message) => {
    const { code, stdout, stderr } = project().command(...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/See --help\.\n$/);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  test('to merge a description into itself', () => {
    const own = project();
    const before = own.read('openapi.yaml');
    const { code, stderr } = own.command('--spec', 'openapi.yaml', '--merged', './openapi.yaml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/would be overwritten/);
    expect(own.read('openapi.yaml')).toBe(before);
  });
});
