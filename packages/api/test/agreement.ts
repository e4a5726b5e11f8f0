/** A schema -> values that fit it and values that nearly do, and what a reader has to make of each. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect } from 'vitest';
import { follow, type OpenApi, type Schema } from '../../generate/src/description.ts';
import type { Read } from '../src/index.ts';

type Members = Record<string, unknown>;
type Reader = (value: unknown) => Read<unknown>;

const LENGTHS = [0, 1, 9, 10, 11, 42, 43, 44, 127, 128, 129, 254, 255, 256];
const wrong: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, '', ' ', 'é', 'a"b', 'a\\b', 'a\nb', '\u0000', '\u007F', '😀', '\uD800'),
  fc.constantFrom<unknown>(0, -0, -1, 1.5, 1e21, 3155760000, 3155760001, 99999999999, 99999999999.5, 100000000000),
  fc.constantFrom<unknown>([], [1], [null], ['a'], ['a', 1], {}, { kty: 'RSA' }, [[]], '123', '12345678901'),
  fc.constantFrom(...LENGTHS).chain((length) => fc.constantFrom('a', '9', 'é').map((one) => one.repeat(length))),
  fc.jsonValue({ maxDepth: 2 }),
);
const ODD_NAMES = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'extra', 'https://example.com/roles', ''];

/** `__proto__` in JSON is an ordinary member. Only JSON.parse and defineProperty can make one. */
const withProto = (members: Members, value: unknown): Members =>
  Object.defineProperty({ ...members }, '__proto__', { value, enumerable: true, writable: true, configurable: true });

export class Agreement {
  readonly #document: OpenApi;
  readonly #one: Ajv2020;
  readonly #all: Ajv2020;

  constructor(document: OpenApi) {
    this.#document = document;
    this.#one = new Ajv2020({ strict: false, allErrors: false, validateSchema: false });
    this.#all = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
    for (const ajv of [this.#one, this.#all]) ajv.addSchema(document, 'description');
  }

  #validator(ajv: Ajv2020, pointer: string): ValidateFunction {
    const found = ajv.getSchema(`description#/components/schemas/${pointer}`);
    if (found === undefined) throw new Error(`no schema ${pointer}`);
    return found as ValidateFunction;
  }

  /** A schema's own members and those of its parts, each with the way to it. */
  #members(schema: Schema, pointer: string): Map<string, { schema: Schema; pointer: string }> {
    const members = new Map<string, { schema: Schema; pointer: string }>();
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      members.set(name, { schema: member, pointer: `${pointer}/properties/${name}` });
    }
    for (const part of schema.allOf ?? []) {
      const name = String(part.$ref).split('/').at(-1) ?? '';
      for (const [key, member] of this.#members(follow(this.#document, part), name)) members.set(key, member);
    }
    return members;
  }

  #fitting(raw: Schema, depth: number): fc.Arbitrary<unknown> {
    const schema = follow(this.#document, raw);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) return fc.oneof(...choices.map((one) => this.#fitting(one, depth)));
    if (Array.isArray(schema.type)) {
      return fc.oneof(...schema.type.map((type: string) => this.#fitting({ ...schema, type }, depth)));
    }
    if ('const' in schema) return fc.constant(schema['const']);
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
    const {
      exclusiveMinimum = -1000,
      minimum = exclusiveMinimum,
      maximum = 1000,
      minItems = 0,
      maxItems = 3,
    } = schema as Record<string, number>;
    switch (schema.type) {
      case 'string':
        if (typeof schema['pattern'] === 'string') return fc.stringMatching(new RegExp(schema['pattern']));
        return fc.string({ minLength: Number(schema['minLength'] ?? 0), maxLength: Number(schema['maxLength'] ?? 9) });
      case 'integer':
        return fc.oneof(fc.integer({ min: minimum, max: maximum }), fc.constantFrom(minimum, maximum));
      case 'number':
        return fc.oneof(
          fc.double({ min: minimum, max: maximum, noNaN: true }),
          fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1),
        );
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'array':
        // A schema may contain itself.
        if (depth > 1) return fc.constant([]);
        return fc.array(this.#fitting(schema.items as Schema, depth), {
          minLength: Math.max(0, minItems - 1),
          maxLength: maxItems + 1,
        });
      case 'object':
        return this.#object(schema, depth + 1);
      default:
        return fc.jsonValue({ maxDepth: 1 });
    }
  }

  /** Mostly right, so that each fault is met alone and deep members are reached. */
  #object(schema: Schema, depth: number): fc.Arbitrary<Members> {
    const required = new Set(schema.required ?? []);
    const model: Record<string, fc.Arbitrary<unknown>> = {};
    for (const [name, member] of this.#members(schema, '')) {
      model[name] = fc.oneof(
        { weight: 40, arbitrary: this.#fitting(member.schema, depth) },
        { weight: 1, arbitrary: wrong },
      );
    }
    const optional = Object.keys(model).filter((name) => !required.has(name));
    const base = fc.record(model, { requiredKeys: [...required].filter((name) => name in model) });
    const extra = fc.dictionary(fc.constantFrom(...ODD_NAMES), wrong, { maxKeys: 2 });
    return fc
      .tuple(base, extra, fc.option(wrong, { freq: 4, nil: undefined }), fc.nat(), fc.nat(9), wrong)
      .map(([members, others, proto, n, mood, bad]) => {
        const value: Members = { ...members, ...others };
        const names = mood === 2 ? optional : [...required];
        const name = names[n % Math.max(1, names.length)];
        if (mood === 0 && name !== undefined) delete value[name];
        if ((mood === 1 || mood === 2) && name !== undefined) value[name] = bad;
        return proto === undefined ? value : withProto(value, proto);
      });
  }

  /** What is left of a value once wrong lenient members are gone. */
  #soften(schema: Schema, pointer: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const left = Object.defineProperties({}, Object.getOwnPropertyDescriptors(value)) as Members;
    for (const [name, member] of this.#members(schema, pointer)) {
      if (member.schema['x-lenient'] !== true || !Object.hasOwn(left, name)) continue;
      if (!this.#validator(this.#one, member.pointer)(left[name])) delete left[name];
    }
    return left;
  }

  /** The part of an accepted value that a reader may hand on. */
  #known(raw: Schema, pointer: string, value: unknown): unknown {
    const schema = follow(this.#document, raw);
    if (Array.isArray(value) && typeof schema.items === 'object') {
      return value.map((one) => this.#known(schema.items as Schema, `${pointer}/items`, one));
    }
    if (schema.type !== 'object' || typeof value !== 'object' || value === null) return value;
    const members = this.#members(schema, pointer);
    const open = Boolean(schema.additionalProperties);
    const copy: Members = {};
    for (const [name, member] of Object.entries(value)) {
      const known = members.get(name);
      if (name !== '__proto__' && (open || known))
        copy[name] = known ? this.#known(known.schema, known.pointer, member) : member;
    }
    return copy;
  }

  /** Fails unless the reader and ajv agree about many values. Returns how many were right and how many wrong. */
  check(name: string, reader: Reader, runs: number): { accepted: number; refused: number } {
    const schema = this.#document.components?.schemas?.[name] as Schema;
    const count = { accepted: 0, refused: 0 };
    const values = fc.oneof(
      { weight: 50, arbitrary: this.#object(schema, 0) as fc.Arbitrary<unknown> },
      { weight: 1, arbitrary: wrong },
    );
    fc.assert(
      fc.property(values, (value) => {
        const before = JSON.stringify(value);
        const left = this.#soften(schema, name, value);
        const right = this.#validator(this.#one, name)(left);
        const result = reader(value);
        count[right ? 'accepted' : 'refused'] += 1;
        expect(result.ok).toBe(right);
        expect(JSON.stringify(value)).toBe(before);
        if (result.ok) expect(result.value).toStrictEqual(this.#known(schema, name, left));
        else expect(this.#blamed(name, left)).toContain(result.at);
      }),
      // The same values every time: a test that fails now and then teaches nobody.
      { numRuns: runs, seed: 20261121 },
    );
    return count;
  }

  #blamed(name: string, value: unknown): string[] {
    const validate = this.#validator(this.#all, name);
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, params }) => {
      const first = instancePath.split('/')[1]?.replaceAll('~1', '/').replaceAll('~0', '~');
      return first ?? params['missingProperty'] ?? params['additionalProperty'] ?? '';
    });
  }
}
