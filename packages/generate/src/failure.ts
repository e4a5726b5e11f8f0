/** Something that can not be generated from, or written to -> one error that says what, where and how to fix it. */

/** Every reason why nothing was generated. */
export type GenerateFailureCode =
  | 'wrong_arguments'
  | 'unreadable_file'
  | 'invalid_yaml'
  | 'not_openapi'
  | 'invalid_overlay'
  | 'unsupported'
  | 'foreign_file'
  | 'unwritable_folder';

/**
 * The only error that `generate` rejects with for what its caller can mend. Nothing was written then, except after
 * `unwritable_folder`, when some of the files may be new already.
 */
export class GenerateError extends Error {
  override readonly name = 'GenerateError';
  readonly code: GenerateFailureCode;
  /** A file, a schema, an operation or a member; each inside the one before. */
  readonly where: string;
  /** One sentence: what to do about it. */
  readonly fix: string;
  /** One sentence, without `where` and `fix`. */
  readonly what: string;

  constructor(code: GenerateFailureCode, where: string, what: string, fix: string, cause?: unknown) {
    super(`${where}: ${what}. ${fix}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.where = where;
    this.what = what;
    this.fix = fix;
  }

  /** The same, found in this file. */
  within(file: string): GenerateError {
    return new GenerateError(this.code, `${file}: ${this.where}`, this.what, this.fix, this.cause);
  }
}

/** A part of a description that the generated code could not carry out. */
export const refused = (where: string, what: string, fix: string): GenerateError =>
  new GenerateError('unsupported', where, what, fix);

/** What somebody else threw, in one line. */
export const said = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.replace(/[:.]$/, '') ?? '';
