/** Object schema -> its members in three groups: the required, the optional and the lenient ones. */
import type { CheckWriter } from './checks.ts';
import { capital, follow, type OpenApi, quote, type Schema, schemaName } from './description.ts';
import { refused } from './failure.ts';
import { allow, isObject, RULES } from './rules.ts';

interface Member {
  readonly name: string;
  readonly schema: Schema | undefined;
  /** `IdTokenClaims nonce`: what a check is called that no other name fits. */
  readonly hint: string;
  /** The schema that this member comes from, if others are composed of that one. */
  readonly part: string | undefined;
}
export interface Group {
  readonly kind: 'required' | 'optional' | 'lenient';
  readonly members: readonly Member[];
  /** What members without a name of their own have to be. */
  readonly others?: { readonly names: readonly string[]; readonly schema: Schema | false; readonly hint: string };
}

const partsOf = (document: OpenApi, schema: Schema): readonly Schema[] =>
  (schema.allOf ?? []).map((one) => follow(document, one));

/** Whether members that the description does not name are kept. */
export const isOpen = (document: OpenApi, schema: Schema): boolean =>
  schema.additionalProperties === true || partsOf(document, schema).some((one) => isOpen(document, one));

const isShared = (document: OpenApi, name: string): boolean =>
  Object.values(document.components?.schemas ?? {}).some((one) => one.allOf?.some((part) => schemaName(part) === name));

const kindOf = (schema: Schema, name: string, where: string): Group['kind'] => {
  const isRequired = schema.required?.includes(name) === true;
  if (name === '__proto__') throw refused(where, 'no member can be called __proto__', 'Rename it.');
  if (schema.properties?.[name]?.['x-lenient'] !== true) return isRequired ? 'required' : 'optional';
  if (isRequired) throw refused(`${where}.${name}`, 'a required member cannot be lenient', 'Remove one of the two.');
  return 'lenient';
};

const ONE_LIMIT = 'Describe all members in one schema, or drop the limit.';

export const groupsOf = (document: OpenApi, schema: Schema, where: string): Group[] => {
  if (!isObject(schema)) throw refused(where, 'it is not an object', 'Say "type: object".');
  allow(schema, where, ['type', ...(RULES['object'] ?? [])]);
  const { properties = {}, required = [], additionalProperties: rest, allOf = [] } = schema;
  const isStrict = rest === false || typeof rest === 'object';
  if (isStrict && allOf.length > 0)
    throw refused(where, 'additionalProperties and allOf do not go together', ONE_LIMIT);
  const names = [...new Set([...Object.keys(properties), ...required])];
  const part = isShared(document, where) ? where : undefined;
  const composed = allOf.map((one, n) => {
    const target = follow(document, one);
    const name = schemaName(one) ?? `${where} part ${n + 1}`;
    const groups = groupsOf(document, target, name);
    if (groups.some((group) => group.others))
      throw refused(name, 'a part cannot limit additionalProperties', ONE_LIMIT);
    return groups;
  });
  return (['required', 'optional', 'lenient'] as const).map((kind) => {
    const own = names
      .filter((name) => kindOf(schema, name, where) === kind)
      .map((name) => ({ name, schema: properties[name], hint: `${where} ${name}`, part }));
    const members = [...own, ...composed.flat().flatMap((group) => (group.kind === kind ? group.members : []))];
    const twice = members.find((one, n) => members.slice(n + 1).some((two) => two.name === one.name));
    if (twice !== undefined) throw refused(`${where}.${twice.name}`, 'two parts describe it', 'Describe it once.');
    const group = { kind, members };
    return isStrict && kind === 'optional'
      ? { ...group, others: { names, schema: rest, hint: `${where} other` } }
      : group;
  });
};

/** The text of an object from names to checks. Members that come from one part share one object. */
export const renderGroup = (writer: CheckWriter, { kind, members, others }: Group): string => {
  const entries = members.map(({ name, schema, hint }) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
    return `${key}: ${writer.check(schema, hint)}`;
  });
  if (others !== undefined) {
    const check = writer.check(others.schema, others.hint);
    entries.push(`...others(value, [${others.names.map(quote).join(', ')}], ${check})`);
  }
  const line = `{ ${entries.join(', ')} }`;
  const [first] = members;
  if (entries.length === 0) return '{}';
  if (first?.part !== undefined && others === undefined && members.every((one) => one.part === first.part)) {
    return writer.define(
      `${kind}${capital(first.part)}`,
      'Checks',
      `{\n${entries.map((one) => `  ${one},\n`).join('')}}`,
    );
  }
  return line.length <= 110 ? line : `{\n${entries.map((one) => `      ${one},\n`).join('')}    }`;
};
