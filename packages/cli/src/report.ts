import { LecternError } from '@lectern/core';

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** What went wrong, for people: the reason, then where. */
export function describe(error: unknown): string {
  if (!(error instanceof LecternError)) return error instanceof Error ? error.message : String(error);
  const where = [error.file === undefined ? '' : `file ${error.file}`, error.field === undefined ? '' : `at ${error.field}`, error.clause === undefined ? '' : `by ${error.clause}`].filter(Boolean);
  return `${error.message} [${[error.code, ...where].join(', ')}]`;
}

export function report(error: unknown): void {
  process.stderr.write(`lectern: ${describe(error)}\n`);
}

/** The same, for machines. */
export function errorJson(error: unknown): object {
  return error instanceof LecternError ? error.toJSON() : { name: 'Error', code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
