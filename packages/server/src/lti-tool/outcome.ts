import type { OutcomeReport } from '@lectern/core';
import { outcomeSchema } from '../dispatches/dispatch-schemas.js';
import { readShape } from '../http/read-shape.js';

/** What a registration has come to, as a gradebook is told. */
export type Outcome = Pick<OutcomeReport, 'completed' | 'success' | 'score' | 'progress'>;

/** Of what a score is said to be (AGS 2.0, 3.4.5): a hundred, since gradebooks show what they are given. */
export const MAXIMUM = 100;

/** AGS 2.0, 3.4. */
export interface Score {
  readonly userId: string;
  readonly timestamp: string;
  readonly activityProgress: 'Initialized' | 'Started' | 'InProgress' | 'Submitted' | 'Completed';
  readonly gradingProgress: 'FullyGraded' | 'Pending' | 'PendingManual' | 'Failed' | 'NotReady';
  readonly scoreGiven?: number;
  readonly scoreMaximum?: number;
}

export function readOutcome(value: unknown): Outcome & { readonly unitId?: string | undefined } {
  const { unitId, completed, success, score, progress } = readShape(outcomeSchema, value);
  return { unitId, completed, progress, ...(success === undefined ? {} : { success }), ...(score?.scaled === undefined ? {} : { score: { scaled: score.scaled } }) };
}

/** What was reached stays: completed, passed, and how far. A later score counts, unless it would fail what was passed. */
export function mergeOutcome(before: Outcome | undefined, now: Outcome): Outcome {
  if (!before) return now;
  const passed = before.success === 'passed';
  const success = passed ? 'passed' : (now.success ?? before.success);
  const score = passed && now.success === 'failed' ? before.score : (now.score ?? before.score);
  return { completed: before.completed || now.completed, progress: Math.max(before.progress, now.progress), ...(success === undefined ? {} : { success }), ...(score === undefined ? {} : { score }) };
}

/**
 * As a gradebook takes it. With a score it is the score; a course that has none counts as done or not, so a completed one is given all points, and one that is
 * not completed none yet. A verdict without a score counts likewise.
 */
export function toScore({ completed, success, score, progress }: Outcome, userId: string, at: Date): Score {
  const scaled = score?.scaled ?? (success === undefined ? (completed ? 1 : undefined) : success === 'passed' ? 1 : 0);
  const done = completed || success !== undefined;
  return {
    userId,
    timestamp: at.toISOString(),
    activityProgress: done ? 'Completed' : progress > 0 || scaled !== undefined ? 'InProgress' : 'Started',
    gradingProgress: scaled === undefined ? 'NotReady' : done ? 'FullyGraded' : 'Pending',
    ...(scaled === undefined ? {} : { scoreGiven: Math.round(Math.min(1, Math.max(0, scaled)) * MAXIMUM * 100) / 100, scoreMaximum: MAXIMUM }),
  };
}
