/** OpenAPI description -> its operations as plain records, references followed. OpenAPI 3.1.0, section 4.8. */
import { refused } from './failure.ts';

export interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: boolean | Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface RawParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
  readonly style?: string;
  readonly explode?: boolean;
}
type Security = readonly Readonly<Record<string, unknown>>[];
interface RawOperation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly RawParameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
  readonly security?: Security;
}
interface SecurityScheme {
  readonly type: string;
  readonly scheme?: string;
  readonly in?: string;
  readonly name?: string;
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly security?: Security;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
  };
}

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}
export interface Credential {
  readonly header: string;
  /** One TypeScript type per way to fill the header. */
  readonly types: readonly string[];
  readonly required: boolean;
}
export interface Answer {
  readonly status: string;
  readonly contentType: string | undefined;
  readonly schema: Schema | undefined;
}
export interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly credentials: readonly Credential[];
  readonly body: { readonly contentType: string; readonly schema: Schema; readonly required: boolean } | undefined;
  readonly answers: readonly Answer[];
}

export const FORM = 'application/x-www-form-urlencoded';
export const isJson = (contentType: string | undefined): boolean =>
  /^application\/(.+\+)?json\b/.test(contentType ?? '');
export const schemaName = (schema: Schema | undefined): string | undefined =>
  /^#\/components\/schemas\/([^/]+)$/.exec(schema?.$ref ?? '')?.[1];
export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
export const small = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
export const quote = (text: string): string =>
  `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
/** A text that can stand in a comment without ending it. */
export const remark = (text: string): string => text.replaceAll('*/', '*\\/');

/** Follows local references until something else is there. */
export const follow = <T>(document: OpenApi, node: T): T => {
  let found: unknown = node;
  for (let hops = 0; typeof (found as { $ref?: unknown })?.$ref === 'string'; hops += 1) {
    const ref = (found as { $ref: string }).$ref;
    if (!ref.startsWith('#/') || hops > 20)
      throw refused(
        ref,
        'this reference can not be followed',
        'Refer to a place in the same file, and not in a circle.',
      );
    found = ref
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document);
    if (found === undefined) throw refused(ref, 'nothing is there', 'Correct the reference, or add what it names.');
  }
  return found as T;
};

const credentialsOf = (document: OpenApi, security: Security): Credential[] => {
  const schemes = document.components?.securitySchemes ?? {};
  const credential = (name: string): { header: string; type: string } | undefined => {
    const scheme = schemes[name];
    if (scheme?.type === 'http') return { header: 'authorization', type: `\`${scheme.scheme} \${string}\`` };
    if (scheme?.type !== 'apiKey' || scheme.in !== 'header') return undefined;
    return { header: String(scheme.name).toLowerCase(), type: 'string' };
  };
  const choices = security.map((choice) => Object.keys(choice).flatMap((name) => credential(name) ?? []));
  return [...new Set(choices.flat().map((one) => one.header))].map((header) => ({
    header,
    types: [...new Set(choices.flat().flatMap((one) => (one.header === header ? [one.type] : [])))],
    required: choices.every((choice) => choice.some((one) => one.header === header)),
  }));
};

const parameterOf = (id: string, raw: RawParameter): Parameter => {
  const where = `${id}: parameter ${raw.name}`;
  if (raw.in !== 'query' && raw.in !== 'path' && raw.in !== 'header')
    throw refused(where, `"${raw.in}" is unknown`, 'Put it in the query, the path or a header.');
  if (raw.explode === false || raw.style !== undefined)
    throw refused(where, 'style and explode are not supported', 'Leave them out: an array repeats its name.');
  if (raw.schema === undefined) throw refused(where, 'there is no schema', 'Give it one, such as { type: string }.');
  return { name: raw.name, in: raw.in, required: raw.required === true || raw.in === 'path', schema: raw.schema };
};

const bodyOf = (id: string, raw: RawOperation['requestBody']): Operation['body'] => {
  if (raw === undefined) return undefined;
  const contentType = FORM in raw.content ? FORM : Object.keys(raw.content).find(isJson);
  const schema = contentType === undefined ? undefined : raw.content[contentType]?.schema;
  if (contentType === undefined || schema === undefined)
    throw refused(id, 'only form and JSON bodies are supported', `Give the body as ${FORM} or JSON, with a schema.`);
  return { contentType, schema, required: raw.required === true };
};

const answerOf = (status: string, content: Content = {}): Answer => {
  const contentType = Object.keys(content).find(isJson) ?? Object.keys(content)[0];
  return { status, contentType, schema: contentType === undefined ? undefined : content[contentType]?.schema };
};

const ONLY = 'Remove this operation by an overlay: HttpRequest knows GET and POST only.';

export const operationsOf = (document: OpenApi): Operation[] =>
  Object.entries(document.paths).flatMap(([path, item]) => {
    const { parameters: shared = [], summary: _, description: __, servers: ___, ...methods } = item;
    return Object.entries(methods).flatMap(([method, node]) => {
      if (method.startsWith('x-')) return [];
      const raw = node as RawOperation;
      const id = raw.operationId;
      if (id === undefined || !/^[A-Za-z]\w*$/.test(id))
        throw refused(`${method} ${path}`, 'its operationId must be a name', 'Give it one of letters, digits and _.');
      if (method !== 'get' && method !== 'post') throw refused(id, `${method} is not one of GET and POST`, ONLY);
      const all = [...(shared as RawParameter[]), ...(raw.parameters ?? [])].map((one) => follow(document, one));
      const last = all.filter((one, n) => !all.slice(n + 1).some((two) => two.name === one.name && two.in === one.in));
      return [
        {
          id,
          summary: raw.summary ?? id,
          method: method === 'get' ? 'GET' : 'POST',
          path,
          parameters: last.map((one) => parameterOf(id, one)),
          credentials: credentialsOf(document, raw.security ?? document.security ?? []),
          body: bodyOf(id, follow(document, raw.requestBody)),
          answers: Object.entries(raw.responses ?? {}).map(([status, one]) =>
            answerOf(status, follow(document, one).content),
          ),
        } satisfies Operation,
      ];
    });
  });
