/** What a {@link LecternError} may carry besides its message. */
export interface LecternErrorDetails {
  /** The file the fault is in, as named in its package or URL. */
  readonly file?: string;
  /** Path of the fault inside the file or value, e.g. `actor.mbox` or `organizations/item[2]/@identifierref`. */
  readonly field?: string;
  /** The clause of the standard that is broken, e.g. `cmi5 9.3`. */
  readonly clause?: string;
  readonly cause?: unknown;
}

/**
 * The base of every error Lectern throws on purpose. Each package has one subclass with a literal `code` union,
 * so that a caller switches on `code` and never parses prose.
 */
export class LecternError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly file?: string;
  readonly field?: string;
  readonly clause?: string;

  constructor(code: Code, message: string, details: LecternErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    if (details.file !== undefined) this.file = details.file;
    if (details.field !== undefined) this.field = details.field;
    if (details.clause !== undefined) this.clause = details.clause;
  }

  /** A plain object for logs, problem+json bodies and structured clone. Never holds the cause. */
  toJSON(): { name: string; code: Code; message: string; file?: string; field?: string; clause?: string } {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      ...(this.file === undefined ? {} : { file: this.file }),
      ...(this.field === undefined ? {} : { field: this.field }),
      ...(this.clause === undefined ? {} : { clause: this.clause }),
    };
  }
}
