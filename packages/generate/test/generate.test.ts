/** The generator: what is committed is what it writes, and what it cannot check, it refuses. */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { change, generate, generated, options, source, workshop } from '../../api/test/description.ts';
import { renderFiles } from '../src/files.ts';

describe('pnpm generate', () => {
  test('gives exactly the files that are committed', async () => {
    const files = await renderFiles(source.document, source.banner, 'ts');
    expect(readdirSync(generated).sort()).toEqual([...files.keys()].sort());
    for (const [name, text] of files) expect(readFileSync(join(generated, name), 'utf8'), name).toBe(text);
  });

  test('marks every file with the hash of its source and ends it with a newline', async () => {
    for (const text of (await renderFiles(source.document, source.banner, 'ts')).values()) {
      expect(text).toMatch(
        /^\/\/ Generated from openapi\/.+ \(sha256 [0-9a-f]{64}\) by pnpm generate\. Do not edit\.\n/,
      );
      expect(text).toMatch(/[^\n]\n$/);
    }
  });

  test('--check is content with fresh files, and names one that was changed by a byte or is too many', () => {
    const shop = workshop();
    expect(generate(...options(shop))).toMatchObject({ status: 0 });
    expect(generate(...options(shop), '--check')).toMatchObject({ status: 0, stderr: '' });
    change(join(shop.out, 'readers.ts'), (text) => text.replace('255', '256'));
    cpSync(join(shop.out, 'readers.ts'), join(shop.out, 'old.ts'));
    const { status, stderr } = generate(...options(shop), '--check');
    expect(status).toBe(1);
    expect(stderr).toMatch(/readers\.ts is out of date/);
    expect(stderr).toMatch(/old\.ts is out of date/);
    expect(stderr).not.toMatch(/requests\.ts/);
  });

  test('--check notices a change of the description, even of a text', () => {
    const shop = workshop();
    generate(...options(shop));
    change(shop.spec, (text) => text.replace('Ask the person for a code', 'Ask the user'));
    expect(generate(...options(shop), '--check').status).toBe(1);
  });
});

describe('the generator refuses, instead of leaving out,', () => {
  const member = (schema: object) => ({
    components: { schemas: { A: { type: 'object', properties: { a: schema } } } },
  });
  const operation = (parts: object, method = 'post') => ({
    paths: { '/a': { [method]: { operationId: 'a', responses: {}, ...parts } } },
  });
  const form = (schema: object) =>
    operation({ requestBody: { content: { 'application/x-www-form-urlencoded': { schema } } } });

  test.each([
    ['a rule that readers do not check', member({ type: 'array', uniqueItems: true }), /uniqueItems/],
    ['a rule that does not belong to its type', member({ type: 'string', minimum: 3 }), /minimum/],
    [
      'a lenient member that is required',
      {
        components: {
          schemas: { A: { type: 'object', required: ['a'], properties: { a: { type: 'string', 'x-lenient': true } } } },
        },
      },
      /A\.a/,
    ],
    [
      'a member that two parts describe',
      {
        components: {
          schemas: {
            A: { type: 'object', properties: { a: {} }, allOf: [{ $ref: '#/components/schemas/B' }] },
            B: { type: 'object', properties: { a: { type: 'string' } } },
          },
        },
      },
      /A\.a/,
    ],
    [
      'a limit to additional properties beside other parts',
      { components: { schemas: { A: { type: 'object', allOf: [{ type: 'object' }], additionalProperties: false } } } },
      /A: additionalProperties/,
    ],
    [
      'a member that is called __proto__',
      { components: { schemas: { A: { type: 'object', required: ['__proto__'] } } } },
      /__proto__/,
    ],
    ['a nested object in a form', form({ type: 'object', properties: { deep: { type: 'object' } } }), /deep/],
    [
      'a body that is neither form nor JSON',
      operation({ requestBody: { content: { 'text/csv': {} } } }),
      /a: only form and JSON/,
    ],
    ['a method that HttpRequest does not know', operation({}, 'delete'), /GET and POST/],
    [
      'a cookie parameter',
      operation({ parameters: [{ name: 'c', in: 'cookie', schema: { type: 'string' } }] }),
      /cookie/,
    ],
    ['an operation without a name', operation({ operationId: undefined }), /operationId/],
    [
      'a reference to nothing',
      operation({ parameters: [{ $ref: '#/components/parameters/x' }] }),
      /#\/components\/parameters\/x/,
    ],
  ])('%s', async (_, part, message) => {
    const description = { openapi: '3.1.0', info: { title: '', version: '' }, paths: {}, ...part } as never;
    await expect(renderFiles(description, '', 'js')).rejects.toThrow(message);
  });
});
