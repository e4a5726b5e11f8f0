/** JSON Schema -> source text of functions that check a value. JSON Schema 2020-12, Validation. */
import { capital, follow, type OpenApi, quote, type Schema, schemaName } from './description.ts';

const NOTES =
  /^(title|description|examples?|default|format|deprecated|readOnly|writeOnly|externalDocs|\$comment|x-.+)$/;
const RULES: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  array: ['items', 'minItems', 'maxItems'],
  object: ['properties', 'required', 'additionalProperties', 'allOf', 'discriminator'],
  boolean: [],
  null: [],
};
const COMPARE = { minimum: '>=', maximum: '<=', exclusiveMinimum: '>', exclusiveMaximum: '<' } as const;

/** A rule that a reader would not enforce is an error here, so that nobody relies on it. */
const allow = (schema: Schema, where: string, rules: readonly string[]): void => {
  const odd = Object.keys(schema).find((keyword) => !NOTES.test(keyword) && !rules.includes(keyword));
  if (odd !== undefined) throw new Error(`${where}: the readers do not know how to check "${odd}" here`);
};

const literal = (value: unknown, where: string): string => {
  if (typeof value === 'object' && value !== null) throw new Error(`${where}: only plain values can be compared`);
  return typeof value === 'string' ? quote(value) : String(value);
};

export const isObject = (schema: Schema): boolean => schema.type === 'object';

/** Collects the functions that readers need, each text once. */
export class Parsers {
  readonly lines: string[] = [];
  readonly #names: Map<string, string> = new Map();
  readonly #taken: Set<string> = new Set();
  readonly #document: OpenApi;

  constructor(document: OpenApi) {
    this.#document = document;
  }

  #define(hint: string, type: string, code: string): string {
    const known = this.#names.get(code);
    if (known !== undefined) return known;
    const base = hint.replace(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase());
    let name = base;
    for (let n = 2; this.#taken.has(name); n += 1) name = `${base}${n}`;
    this.#taken.add(name);
    this.#names.set(code, name);
    this.lines.push(`const ${name}: ${type} = ${code};\n`);
    return name;
  }

  /** The name of a function `(value: unknown) => unknown` that answers `undefined` if the value is wrong. */
  parser(schema: Schema | boolean | undefined, hint: string): string {
    const test = this.#test(schema, hint);
    const code =
      test === undefined
        ? this.#copy(schema as Schema, hint)
        : test === 'true'
          ? 'value'
          : `(${test} ? value : undefined)`;
    return this.#define(`parse ${Parsers.#nameOf(code) ?? hint}`, 'Parse', `(value) => ${code}`);
  }

  /** Common shapes are named after what they accept, because many members share them. */
  static #nameOf(code: string): string | undefined {
    const [, type, more] = /^\(typeof value === '(\w+)'( && value !== '')? \? value : undefined\)$/.exec(code) ?? [];
    const [, item] = /^list\(value, parse(\w+)\)$/.exec(code) ?? [];
    if (type !== undefined) return `${more === undefined ? 'any' : 'non-empty'} ${type}`;
    return item !== undefined ? `list of ${item}` : code === 'value' ? 'anything' : undefined;
  }

  /** An expression over `value` that is true if it is right, or undefined if the value has to be copied. */
  #test(schema: Schema | boolean | undefined, where: string): string | undefined {
    if (schema === undefined || schema === true) return 'true';
    if (schema === false) return 'false';
    if (schema.$ref !== undefined) {
      allow(schema, where, ['$ref']);
      return this.#test(follow(this.#document, schema), schemaName(schema) ?? where);
    }
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices !== undefined) {
      allow(schema, where, [schema.anyOf ? 'anyOf' : 'oneOf']);
      const tests = choices.map((one, n) => this.#test(one, `${where} ${n + 1}`));
      if (schema.oneOf !== undefined || tests.includes(undefined)) return undefined;
      return tests.map((one) => `(${one})`).join(' || ');
    }
    if ('const' in schema || 'enum' in schema) {
      allow(schema, where, ['type', 'const', 'enum']);
      const values = 'const' in schema ? [schema['const']] : (schema['enum'] as unknown[]);
      return values.map((one) => `value === ${literal(one, where)}`).join(' || ');
    }
    if (Array.isArray(schema.type)) {
      allow(schema, where, ['type', ...schema.type.flatMap((type: string) => RULES[type] ?? [])]);
      const tests = schema.type.map((type: string) => this.#test(this.#only(schema, type), where));
      return tests.includes(undefined) ? undefined : tests.map((one) => `(${one})`).join(' || ');
    }
    const type = schema.type as string | undefined;
    allow(schema, where, type === undefined ? [] : ['type', ...(RULES[type] ?? [])]);
    if (type === undefined) return 'true';
    if (type === 'object' || type === 'array') return undefined;
    if (type === 'null') return 'value === null';
    const tests = [
      type === 'integer' ? `typeof value === 'number' && Number.isInteger(value)` : `typeof value === '${type}'`,
    ];
    for (const [rule, sign] of Object.entries(COMPARE)) if (rule in schema) tests.push(`value ${sign} ${schema[rule]}`);
    if (schema['minLength'] === 1) tests.push(`value !== ''`);
    else if ('minLength' in schema) tests.push(`[...value].length >= ${schema['minLength']}`);
    if ('maxLength' in schema) tests.push(`[...value].length <= ${schema['maxLength']}`);
    if ('pattern' in schema) {
      const pattern = new RegExp(String(schema['pattern']), 'u').toString();
      tests.push(
        `${this.#define(
          `${where} pattern`.replace(/^./, (c) => c.toLowerCase()),
          'RegExp',
          pattern,
        )}.test(value)`,
      );
    }
    return tests.join(' && ');
  }

  /** One type of several, with the rules for that type only. */
  #only(schema: Schema, type: string): Schema {
    const kept = Object.entries(schema).filter(([keyword]) => NOTES.test(keyword) || RULES[type]?.includes(keyword));
    return { ...Object.fromEntries(kept), type };
  }

  #copy(schema: Schema, hint: string): string {
    if (schema.$ref !== undefined) {
      const target = follow(this.#document, schema);
      const name = schemaName(schema) ?? hint;
      return isObject(target) ? this.#nested(target, name) : this.#copy(target, name);
    }
    const choices =
      schema.anyOf ??
      schema.oneOf ??
      (Array.isArray(schema.type) ? schema.type.map((type: string) => this.#only(schema, type)) : undefined);
    if (choices !== undefined) {
      const parsers = choices.map((one: Schema, n: number) => this.parser(one, `${hint} ${n + 1}`));
      return `either(value, [${parsers.join(', ')}]${schema.oneOf ? ', true' : ''})`;
    }
    if (isObject(schema)) return this.#nested(schema, hint);
    const bounds =
      'maxItems' in schema
        ? `, ${schema['minItems'] ?? 0}, ${schema['maxItems']}`
        : 'minItems' in schema
          ? `, ${schema['minItems']}`
          : '';
    return `list(value, ${this.parser(schema.items, `${hint} item`)}${bounds})`;
  }

  #nested(schema: Schema, hint: string): string {
    return `nested(value, ${this.members(schema, hint)}, ${this.isOpen(schema)})`;
  }

  /** Whether members that the description does not name are kept. */
  isOpen(schema: Schema): boolean {
    return (
      schema.additionalProperties === true ||
      (schema.allOf ?? []).some((one) => this.isOpen(follow(this.#document, one)))
    );
  }

  readonly #members: Map<Schema, string> = new Map();
  /** The name of a function that checks and copies the members of an object. */
  members(schema: Schema, hint: string): string {
    const known = this.#members.get(schema);
    if (known !== undefined) return known;
    if (!isObject(schema)) throw new Error(`${hint}: say "type: object"`);
    allow(schema, hint, ['type', ...(RULES['object'] ?? [])]);
    const name = `members${capital(hint).replace(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase())}`;
    this.#members.set(schema, name);
    const { properties = {}, required = [], additionalProperties: rest } = schema;
    const names = [...new Set([...Object.keys(properties), ...required])];
    const steps = names.map((member) => {
      const own = properties[member];
      const soft = own?.['x-lenient'] === true;
      if (soft && required.includes(member)) throw new Error(`${hint}.${member}: a required member cannot be lenient`);
      const verb = soft ? 'lenient' : required.includes(member) ? 'must' : 'may';
      return `${verb}(from, to, ${quote(member)}, ${this.parser(own, `${hint} ${member}`)})`;
    });
    for (const [n, part] of (schema.allOf ?? []).entries()) {
      steps.push(
        `${this.members(follow(this.#document, part), schemaName(part) ?? `${hint} part ${n + 1}`)}(from, to)`,
      );
    }
    if (rest === false || typeof rest === 'object') {
      steps.push(`others(from, to, [${names.map(quote).join(', ')}], ${this.parser(rest, `${hint} other`)})`);
    }
    const body = steps.length === 0 ? '() => undefined' : `(from, to) =>\n  ${steps.join(' ??\n  ')}`;
    this.lines.push(`const ${name}: ReadMembers = ${body};\n`);
    return name;
  }
}
