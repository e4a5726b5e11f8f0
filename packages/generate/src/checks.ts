/** JSON Schema -> source text of what checks a value. JSON Schema 2020-12, Validation. */
import { capital, follow, type OpenApi, quote, type Schema, schemaName } from './description.ts';
import { refused, said } from './failure.ts';
import { groupsOf, isOpen, renderGroup } from './groups.ts';
import { allow, isObject, NOTES, RULES } from './rules.ts';

const COMPARE = { minimum: '>=', maximum: '<=', exclusiveMinimum: '>', exclusiveMaximum: '<' } as const;

const literal = (value: unknown, where: string): string => {
  if (typeof value === 'object' && value !== null)
    throw refused(
      where,
      'only plain values can be compared',
      'Give texts, numbers, booleans or null to const and enum.',
    );
  return typeof value === 'string' ? quote(value) : String(value);
};

const expression = (pattern: string, where: string): RegExp => {
  try {
    return new RegExp(pattern, 'u');
  } catch (error) {
    throw refused(where, said(error), 'Write the pattern as ECMA-262 has it, with the flag u.');
  }
};

const camel = (text: string): string => text.replace(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase());
const inParentheses = (code: string): string => (code.includes(' && ') ? `(${code})` : code);
const functionOf = (code: string): string => `(${/\bvalue\b/.test(code) ? 'value' : ''}) => ${code}`;

/** Collects the checks that readers need, each text once. */
export class CheckWriter {
  readonly lines: string[] = [];
  readonly #names: Map<string, string> = new Map();
  readonly #document: OpenApi;

  constructor(document: OpenApi) {
    this.#document = document;
  }

  /** Writes a constant, unless there is one with that text. Returns its name. */
  define(wanted: string, type: string, code: string): string {
    const known = this.#names.get(code);
    if (known !== undefined) return known;
    const taken = new Set(this.#names.values());
    let name = camel(wanted);
    for (let n = 2; taken.has(name); n += 1) name = `${camel(wanted)}${n}`;
    this.#names.set(code, name);
    this.lines.push(`const ${name}: ${type} = ${code};\n`);
    return name;
  }

  /** The name of a function that says whether a value is right, or copies it. */
  check(schema: Schema | boolean | undefined, hint: string): string {
    const verb = this.#hasCopy(schema) ? 'copy' : 'is';
    return this.define(`${verb} ${this.#title(schema) ?? hint}`, 'Check', functionOf(this.#code(schema, hint)));
  }

  /** Common shapes are named after what they accept, because many members share them. */
  #title(schema: Schema | boolean | undefined): string | undefined {
    if (typeof schema !== 'object') return schema === false ? 'nothing' : 'anything';
    const { items, anyOf, type } = schema;
    const rules = Object.keys(schema).filter((keyword) => !NOTES.test(keyword) && keyword !== 'type');
    if (rules.includes('$ref')) return schemaName(schema);
    if (rules.length === 0) return Array.isArray(type) ? type.join(' or ') : ((type as string) ?? 'anything');
    if (rules.length > 1) return undefined;
    if (type === 'string' && schema['minLength'] === 1) return 'non-empty string';
    const [item, ...titles] = [items, ...(anyOf ?? [])].map((one) => this.#title(one));
    if (type === 'array' && item !== undefined) return `list of ${item}`;
    return titles.length === 0 || titles.includes(undefined) ? undefined : titles.join(' or ');
  }

  /** Scalars are handed on as they are, arrays and objects are copied. */
  #hasCopy(raw: Schema | boolean | undefined): boolean {
    if (typeof raw !== 'object') return false;
    const { type, anyOf, oneOf } = follow(this.#document, raw);
    const parts = anyOf ?? oneOf;
    return parts?.some((one) => this.#hasCopy(one)) ?? [type].flat().some((one) => one === 'object' || one === 'array');
  }

  /** An expression over `value`: true if it is right as it is, a copy if it has to be copied, falsy if wrong. */
  #code(schema: Schema | boolean | undefined, where: string): string {
    if (schema === undefined || schema === true) return 'value !== undefined';
    if (schema === false) return 'false';
    if (schema.$ref !== undefined) {
      allow(schema, where, ['$ref']);
      const target = follow(this.#document, schema);
      const name = schemaName(schema) ?? where;
      return isObject(target) ? `copyOf(read${capital(name)}(value))` : this.#code(target, name);
    }
    if (schema.anyOf !== undefined) {
      allow(schema, where, ['anyOf']);
      return schema.anyOf.map((one, n) => inParentheses(this.#code(one, `${where} ${n + 1}`))).join(' || ');
    }
    if (schema.oneOf !== undefined) {
      allow(schema, where, ['oneOf']);
      return `onlyOne(value, [${schema.oneOf.map((one, n) => this.check(one, `${where} ${n + 1}`)).join(', ')}])`;
    }
    if ('const' in schema || 'enum' in schema) {
      allow(schema, where, ['type', 'const', 'enum']);
      const values = 'const' in schema ? [schema['const']] : (schema['enum'] as unknown[]);
      return values.map((one) => `value === ${literal(one, where)}`).join(' || ');
    }
    if (Array.isArray(schema.type)) {
      allow(schema, where, ['type', ...schema.type.flatMap((type: string) => RULES[type] ?? [])]);
      return schema.type.map((type: string) => inParentheses(this.#code(this.#only(schema, type), where))).join(' || ');
    }
    const type = schema.type as string | undefined;
    allow(schema, where, type === undefined ? [] : ['type', ...(RULES[type] ?? [])]);
    if (type === undefined) return 'value !== undefined';
    if (type === 'null') return 'value === null';
    if (type === 'object') return `copyOf(${this.read(schema, where)})`;
    if (type === 'array') return this.#list(schema, where);
    return CheckWriter.#scalar(schema, type, where);
  }

  static #scalar(schema: Schema, type: string, where: string): string {
    const tests = [
      type === 'integer' ? `typeof value === 'number' && Number.isInteger(value)` : `typeof value === '${type}'`,
    ];
    for (const [rule, sign] of Object.entries(COMPARE)) if (rule in schema) tests.push(`value ${sign} ${schema[rule]}`);
    if (schema['minLength'] === 1) tests.push(`value !== ''`);
    else if ('minLength' in schema) tests.push(`[...value].length >= ${schema['minLength']}`);
    if ('maxLength' in schema) tests.push(`[...value].length <= ${schema['maxLength']}`);
    if ('pattern' in schema) tests.push(`${expression(String(schema['pattern']), where)}.test(value)`);
    return tests.join(' && ');
  }

  #list(schema: Schema, where: string): string {
    const bounds = [
      ...('minItems' in schema ? [`value.length >= ${schema['minItems']}`] : []),
      ...('maxItems' in schema ? [`value.length <= ${schema['maxItems']}`] : []),
    ];
    const check = this.check(schema.items, `${where} item`);
    const list = `${this.#hasCopy(schema.items) ? 'copies' : 'list'}(value, ${check})`;
    return bounds.length === 0 ? list : ['Array.isArray(value)', ...bounds, list].join(' && ');
  }

  /** One type of several, with the rules for that type only. */
  #only(schema: Schema, type: string): Schema {
    const kept = Object.entries(schema).filter(([keyword]) => NOTES.test(keyword) || RULES[type]?.includes(keyword));
    return { ...Object.fromEntries(kept), type };
  }

  /** The call that reads an object: whether it is open, then its required, optional and lenient members. */
  read(schema: Schema, where: string): string {
    const groups = groupsOf(this.#document, schema, where).map((group) => renderGroup(this, group));
    while (groups.at(-1) === '{}') groups.pop();
    const parts = ['value', String(isOpen(this.#document, schema)), ...groups];
    const line = `read(${parts.join(', ')})`;
    return line.length <= 110 && !line.includes('\n')
      ? line
      : `read(\n${parts.map((one) => `    ${one},\n`).join('')}  )`;
  }
}
