/** Claims of an ID Token -> the person as the application types it, by any Standard Schema (Zod, Valibot, ArkType). */
import { type IdTokenClaims, locate, refusalOf, type Session } from '@proofkey/core';
import { ProofkeyError } from './error.ts';
import type { MaybePromise } from './ports.ts';

/** The part of Standard Schema, version 1, that is used here. */
export interface ClaimsSchema<User> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => MaybePromise<SchemaResult<User>>;
    readonly types?: { readonly input: unknown; readonly output: User } | undefined;
  };
}

type SchemaResult<User> =
  | { readonly value: User; readonly issues?: undefined }
  | { readonly issues: readonly { readonly path?: readonly PathPart[] | undefined }[] };
type PathPart = PropertyKey | { readonly key: PropertyKey };

/** Makes of a session who the person is; undefined without an ID Token. */
export type UserOf = (session: Pick<Session, 'idToken'>) => Promise<unknown>;

/** @returns a function that rejects with `claims_refused`, which names the first claim that is wrong */
export const userOf =
  (schema: ClaimsSchema<unknown> | undefined): UserOf =>
  async ({ idToken }) => {
    if (idToken === null || schema === undefined) return idToken?.claims;
    // A copy, so that nothing a schema does changes the session.
    const copy = JSON.parse(JSON.stringify(idToken.claims)) as IdTokenClaims;
    const result = await validated(schema, copy);
    if (result?.issues === undefined && result !== undefined) return result.value;
    throw new ProofkeyError(locate(REFUSED, { at: nameOf(result?.issues[0]?.path?.[0]) }));
  };

/** Undefined when the schema threw: its error might quote a claim. */
async function validated(schema: ClaimsSchema<unknown>, claims: unknown): Promise<SchemaResult<unknown> | undefined> {
  try {
    return await schema['~standard'].validate(claims);
  } catch {
    return undefined;
  }
}

/** The name of a claim, which may be a URL; nothing that could not be one. */
function nameOf(part: PathPart | undefined): string | undefined {
  const name = typeof part === 'object' ? part.key : part;
  return typeof name === 'string' && /^[\w.:/-]{1,128}$/.test(name) ? name : undefined;
}

const { failure: REFUSED } = refusalOf('untrusted_response', 'claims_refused', 'report');
