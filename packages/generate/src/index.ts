/** An OpenAPI description of a server -> a typed client of it, as files. The command is `npx @proofkey/generate`. */
export { GenerateError, type GenerateFailureCode } from './failure.ts';
export type { Imports } from './files.ts';
export { type Generated, type GenerateOptions, generate, mergeDescription } from './generate.ts';
