/** The generator knows nothing about any one description: operations that have nothing to do with ours work as well. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { HttpRequest, HttpResponse, Read } from '../../api/src/index.ts';
import { Agreement } from '../../api/test/agreement.ts';
import { change, generate, options, root, withTools, workshop } from '../../api/test/description.ts';
import { load } from '../src/load.ts';

const pets = {
  '/shelters/{shelter}/pets': {
    post: {
      operationId: 'addPet',
      parameters: [
        { name: 'shelter', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'dry', in: 'query', schema: { type: 'boolean' } },
        { name: 'X-Trace', in: 'header', required: true, schema: { type: 'string' } },
        { name: 'X-Depth', in: 'header', schema: { type: 'integer' } },
      ],
      requestBody: {
        required: true,
        content: { 'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/NewPet' } } },
      },
      responses: {
        201: {
          description: 'Added.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
        },
        default: {
          description: 'No.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
    get: {
      operationId: 'listPets',
      parameters: [{ name: 'shelter', in: 'path', required: true, schema: { type: 'string' } }],
      responses: {
        200: {
          description: 'All.',
          content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Pet' } } } },
        },
      },
    },
  },
};
const petSchemas = {
  NewPet: {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
  },
  Problem: {
    type: 'object',
    required: ['title'],
    properties: { title: { type: 'string', maxLength: 10 } },
    additionalProperties: false,
  },
  Labels: { type: 'object', properties: { a: { type: 'boolean' } }, additionalProperties: { type: 'string' } },
  Named: { type: 'object', required: ['name'], allOf: [{ $ref: '#/components/schemas/Labelled' }] },
  Labelled: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      labels: { $ref: '#/components/schemas/Labels' },
      'x-1': { type: ['array', 'null'], items: { type: 'boolean' } },
    },
  },
  Pet: {
    type: 'object',
    required: ['id', 'kind', 'owner'],
    properties: {
      id: { type: 'integer', minimum: 1 },
      kind: { enum: ['cat', 'dog', null] },
      owner: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', minLength: 2 }, since: { type: ['integer', 'null'] } },
      },
      parents: { type: 'array', maxItems: 2, items: { $ref: '#/components/schemas/Pet' } },
      tags: { type: 'array', items: { type: 'string' } },
      weight: { type: 'number', exclusiveMinimum: 0 },
      size: { oneOf: [{ type: 'integer' }, { type: 'number', maximum: 5 }] },
    },
  },
};

describe('an unrelated operation', () => {
  const shop = workshop();
  change(shop.spec, (text) => {
    const document = parse(text);
    Object.assign(document.paths, pets);
    Object.assign(document.components.schemas, petSchemas);
    return stringify(document);
  });
  const written = generate(...options(shop));
  const tom = { id: 1, kind: 'cat', owner: { name: 'Jo' } };
  // biome-ignore lint/suspicious/noExplicitAny: what is generated here did not exist when this file was compiled.
  const generatedApi = (): Promise<any> => import(pathToFileURL(join(shop.out, 'index.ts')).href);

  test('is generated without a change to the generator', () =>
    expect(written).toMatchObject({ status: 0, stderr: '' }));

  test('compiles', () => {
    const config = join(shop.out, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ extends: join(root, 'packages/api/tsconfig.json'), include: ['.'] }));
    const { status, stdout } = spawnSync('tsc', ['-p', config], { encoding: 'utf8', env: withTools });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  test('gets a builder that puts each parameter where it belongs', async () => {
    const { buildAddPet } = await generatedApi();
    const parameters = { shelter: 'a/b c', dry: true, name: 'Tom & co', tags: ['x', 'y'] };
    expect(
      buildAddPet('https://pets.example/shelters/{shelter}/pets', parameters, { 'x-trace': '7', 'x-depth': 0 }),
    ).toEqual({
      method: 'POST',
      url: 'https://pets.example/shelters/a%2Fb%20c/pets?dry=true',
      headers: {
        accept: 'application/json, application/problem+json',
        'content-type': 'application/x-www-form-urlencoded',
        'x-trace': '7',
        'x-depth': '0',
      },
      body: 'name=Tom+%26+co&tags=x&tags=y',
    });
  });

  test('gets readers that copy known members at every depth', async () => {
    const { readPet } = await generatedApi();
    const value = { ...tom, owner: { name: 'Jo', since: null, x: 1 }, parents: [{ ...tom, y: 2 }], z: 3 };
    expect(readPet(value)).toStrictEqual({
      ok: true,
      value: { ...tom, owner: { name: 'Jo', since: null }, parents: [tom] },
    });
    expect(readPet({ ...tom, owner: { name: 'J' } })).toEqual({ ok: false, at: 'owner' });
    expect(readPet({ ...tom, parents: [tom, { ...tom, id: 0 }] })).toEqual({ ok: false, at: 'parents' });
  });

  test('gets readers that count characters and items, not code units', async () => {
    const { readPet, readProblem } = await generatedApi();
    expect(readProblem({ title: '\u{1F600}'.repeat(10) })).toMatchObject({ ok: true });
    expect(readProblem({ title: '\u{1F600}'.repeat(11) })).toEqual({ ok: false, at: 'title' });
    expect(readPet({ ...tom, owner: { name: '\u{1F600}' } })).toEqual({ ok: false, at: 'owner' });
    expect(readPet({ ...tom, parents: [tom, tom] })).toMatchObject({ ok: true });
    expect(readPet({ ...tom, parents: [tom, tom, tom] })).toEqual({ ok: false, at: 'parents' });
  });

  test.each(Object.keys(petSchemas))('gets a reader that agrees with ajv on %s', async (name) => {
    const readers: Record<string, (value: unknown) => Read<unknown>> = await generatedApi();
    const agreement = new Agreement(load(shop.spec, [shop.overlay], '', '').document);
    const { accepted, refused } = agreement.check(name, readers[`read${name}`] as never, 1000);
    expect(Math.min(accepted, refused)).toBeGreaterThan(20);
  });

  test('gets methods of the client', async () => {
    const { createApi } = await generatedApi();
    const answers = [
      [201, tom],
      [422, { title: 'no' }],
      [422, { title: 'no', x: 1 }],
      [200, [tom]],
      [200, [1]],
    ] as const;
    const results: unknown[] = [];
    for (const [status, body] of answers) {
      const transport = (_: HttpRequest): Promise<HttpResponse> =>
        Promise.resolve({ status, headers: {}, body: JSON.stringify(body) });
      const api = createApi('https://pets.example', transport);
      results.push(
        await (status === 200
          ? api.listPets({ shelter: 's' })
          : api.addPet({ shelter: 's', name: 'Tom' }, { 'x-trace': '7' })),
      );
    }
    expect(results).toMatchObject([
      { ok: true, status: 201, value: tom },
      { ok: false, status: 422, error: { title: 'no' } },
      { ok: false, status: 422, at: 'x' },
      { ok: true, status: 200, value: [tom] },
      { ok: false, status: 200, at: '' },
    ]);
  });
});
