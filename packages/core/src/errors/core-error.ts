import { LecternError } from './lectern-error.js';

/** The faults that `@lectern/core` itself finds. */
export type CoreErrorCode =
  | 'course-invalid'
  | 'unit-unknown'
  | 'statement-invalid'
  | 'policy-invalid'
  | 'quiz-invalid'
  | 'simulation-invalid'
  | 'snapshot-invalid';

export class CoreError extends LecternError<CoreErrorCode> {}
