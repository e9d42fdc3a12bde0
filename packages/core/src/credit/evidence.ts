import type { Iri } from '../course/course.js';
import type { Score } from '../session/events.js';
import { soundScore } from '../statement/score.js';
import { parseDuration } from '../statement/duration.js';
import type { Activity, Statement, Verb } from '../statement/statement.js';
import { VERBS } from '../statement/vocabulary.js';

/** A statement that proves something, cut down to what it proves. */
export interface Evidence {
  readonly statementId: string;
  readonly activityId: Iri;
  readonly verb: Verb;
  /** RFC 3339. */
  readonly timestamp: string;
  readonly completed?: boolean;
  readonly success?: boolean;
  readonly score?: Score;
  /** Seconds; only of statements that close a session, so that summing never counts twice. */
  readonly seconds?: number;
  /** Who vouches for it, if not the learner's own page. */
  readonly authority?: string;
}

const COUNTING: readonly string[] = [
  VERBS.completed.id,
  VERBS.passed.id,
  VERBS.failed.id,
  VERBS.scored.id,
  VERBS.terminated.id,
  VERBS.waived.id,
  VERBS.satisfied.id,
];

/** @returns `undefined` for a statement that proves nothing towards credit */
export function toEvidence(statement: Statement): Evidence | undefined {
  const object = statement.object as Activity;
  if (!COUNTING.includes(statement.verb.id) || (object.objectType !== undefined && object.objectType !== 'Activity')) return undefined;
  const { result } = statement;
  const verb = statement.verb.id;
  const waived = verb === VERBS.waived.id || verb === VERBS.satisfied.id;
  const score = result?.score && soundScore(result.score);
  const seconds = verb === VERBS.terminated.id && result?.duration ? parseDuration(result.duration) : undefined;
  return {
    statementId: statement.id,
    activityId: object.id,
    verb: statement.verb,
    timestamp: statement.timestamp,
    ...(verb === VERBS.completed.id || waived || result?.completion === true ? { completed: true } : {}),
    ...(verb === VERBS.passed.id || waived
      ? { success: true }
      : verb === VERBS.failed.id
        ? { success: false }
        : result?.success === undefined
          ? {}
          : { success: result.success }),
    ...(score ? { score } : {}),
    ...(seconds === undefined ? {} : { seconds }),
  };
}
