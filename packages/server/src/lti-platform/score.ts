import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { ServerError } from '../errors.js';
import { readShape } from '../http/read-shape.js';

/** How far the learner is (AGS 2.0, 3.4.7). */
export const ACTIVITY_PROGRESS = ['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed'] as const;
/** How far whoever grades is (AGS 2.0, 3.4.8). Only `FullyGraded` is a verdict. */
export const GRADING_PROGRESS = ['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady'] as const;

/** A score as a tool sends it (AGS 2.0, 3.4). */
export interface AgsScore {
  readonly userId: string;
  /** Absent: there is none, and one that was there is taken back (3.4.5). */
  readonly given?: { readonly score: number; readonly maximum: number };
  readonly activityProgress: (typeof ACTIVITY_PROGRESS)[number];
  readonly gradingProgress: (typeof GRADING_PROGRESS)[number];
  readonly comment?: string;
  readonly timestamp: Date;
  /** Of its members: the same score sent twice has the same. */
  readonly digest: Buffer;
}

/** More than this many times the maximum is no extra credit, but percent where a fraction was meant. */
const MOST = 10;

/** Milliseconds that a tool's clock may be ahead: a score of tomorrow would keep today's out. */
const AHEAD = 10 * 60_000;

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)$/i;

const number = v.pipe(v.number(), v.finite());

const schema = v.object({
  userId: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  scoreGiven: v.nullish(v.pipe(number, v.minValue(0, 'must be 0 or more'))),
  scoreMaximum: v.nullish(v.pipe(number, v.gtValue(0, 'must be above 0'), v.maxValue(1e9))),
  activityProgress: v.picklist(ACTIVITY_PROGRESS),
  gradingProgress: v.picklist(GRADING_PROGRESS),
  comment: v.nullish(v.pipe(v.string(), v.maxLength(10_000))),
  timestamp: v.pipe(v.string(), v.regex(TIMESTAMP, 'must be ISO 8601 with a time zone')),
});

/**
 * Reads what a tool posts. Members of its own are left alone.
 * @throws ServerError `body-invalid` with the member in `field`, and the clause
 */
export function readScore(body: unknown, now: number = Date.now()): AgsScore {
  const refuse = (field: string, message: string, clause: string): never => {
    throw new ServerError('body-invalid', message, { field, clause: `AGS 2.0, ${clause}` });
  };
  const { userId, scoreGiven, scoreMaximum, activityProgress, gradingProgress, comment, timestamp } = readShape(schema, body);
  const at = new Date(timestamp.replace(/([+-]\d{2})$/, '$1:00'));
  if (Number.isNaN(at.getTime())) refuse('timestamp', 'There is no such time.', '3.4.4');
  if (at.getTime() > now + AHEAD) refuse('timestamp', 'The time is in the future; look at the tool’s clock.', '3.4.4');
  if (at.getTime() < 0) refuse('timestamp', 'The time is before 1970.', '3.4.4');
  const given = scoreGiven === undefined || scoreGiven === null ? undefined : { score: scoreGiven, maximum: scoreMaximum ?? refuse('scoreMaximum', 'A score comes with its maximum.', '3.4.5') };
  if (given && given.score > given.maximum * MOST) refuse('scoreGiven', `The score is more than ${MOST} times its maximum.`, '3.4.5');
  const members = [userId, given?.score ?? null, given?.maximum ?? null, activityProgress, gradingProgress, comment ?? null, at.getTime()];
  return {
    userId, activityProgress, gradingProgress, timestamp: at,
    ...(given ? { given } : {}),
    ...(comment === undefined || comment === null ? {} : { comment }),
    digest: createHash('sha256').update(JSON.stringify(members)).digest(),
  };
}
