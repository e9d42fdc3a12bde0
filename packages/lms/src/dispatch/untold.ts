import type { OutcomeReport } from '@lectern/core';

/** What an LMS is told of a course. */
export type Verdict = 'completed' | 'passed' | 'failed';

/**
 * What of an outcome has to be told yet: `completed` and `passed` once in a registration, `failed` not after `passed`.
 * @param success as the package's own rules have it
 * @param told by this session and by earlier ones
 */
export function untold({ completed }: OutcomeReport, success: OutcomeReport['success'], told: ReadonlySet<string>): readonly Verdict[] {
  return [
    ...(completed && !told.has('completed') ? (['completed'] as const) : []),
    ...(success && !told.has('passed') && !told.has(success) ? [success] : []),
  ];
}
