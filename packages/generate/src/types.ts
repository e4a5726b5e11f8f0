/** OpenAPI description -> `schema.ts`, the types of everything on the wire. Written by openapi-typescript. */
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import type { OpenApi } from './description.ts';

export const renderTypes = async (document: OpenApi): Promise<string> =>
  astToString(
    await openapiTypescript(structuredClone(document) as unknown as OpenAPI3, {
      immutable: true,
      rootTypes: true,
      rootTypesKeepCasing: true,
      rootTypesNoSchemaPrefix: true,
      // A default is what the receiver assumes. It does not make the member present.
      defaultNonNullable: false,
      silent: true,
    }),
  );
