import type { RuleTable, StatementProfile, StatementSource } from '../profile.js';
import type { Result } from '../statement.js';
import { formatDuration } from '../duration.js';
import { ACTIVITY_TYPES, EXTENSIONS, VERBS } from '../vocabulary.js';

/**
 * The defined statements of cmi5 (9.3), for every kind of unit that has no profile of its own.
 * Score only in passed and failed (9.5.1), success only there (9.5.2), completion only in completed (9.5.3),
 * duration in terminated, completed, passed and failed (9.5.4).
 */
export const cmi5Rules = {
  initialized: { verb: VERBS.initialized, clause: 'cmi5 9.3.2' },
  completed: {
    verb: VERBS.completed,
    clause: 'cmi5 9.3.3',
    result: ({ session }) => ({ completion: true, duration: formatDuration(session.seconds) }),
  },
  passed: {
    verb: VERBS.passed,
    clause: 'cmi5 9.3.4',
    result: ({ event, session }) => ({
      success: true,
      duration: formatDuration(session.seconds),
      ...(event.score ? { score: event.score } : {}),
    }),
  },
  failed: {
    verb: VERBS.failed,
    clause: 'cmi5 9.3.5',
    result: ({ event, session }) => ({
      success: false,
      duration: formatDuration(session.seconds),
      ...(event.score ? { score: event.score } : {}),
    }),
  },
  progressed: {
    verb: VERBS.progressed,
    clause: 'cmi5 9.5.5.1',
    result: ({ state }) => ({ extensions: { [EXTENSIONS.progress]: Math.floor(state.progress * 100 + 1e-9) } }),
  },
  suspended: { verb: VERBS.suspended, clause: 'SCORM profile, suspended' },
  resumed: { verb: VERBS.resumed, clause: 'SCORM profile, resumed' },
  terminated: {
    verb: VERBS.terminated,
    clause: 'cmi5 9.3.8',
    result: ({ event, session }) => ({ duration: formatDuration(event.seconds ?? session.seconds) }),
  },
} as const satisfies RuleTable;

/**
 * Whether a statement about the unit is one that cmi5 defines (7.1.3, 9.3). A pass after a failure in the same session is not: 9.3 allows
 * one verdict a session.
 */
export function isDefined({ event, session }: StatementSource): boolean {
  switch (event.type) {
    case 'initialized':
    case 'completed':
    case 'failed':
    case 'terminated':
      return true;
    case 'passed':
      return session.failed !== true;
    default:
      return false;
  }
}

/**
 * The result as cmi5 wants it in a defined statement: completion only in completed, success and score only in passed and failed (9.5.1 to
 * 9.5.3), a scaled score from 0 to 1 that agrees with the mastery score, a raw one with its bounds. An LMS refuses all else, verdict included.
 */
export function definedResult({ event, unit }: StatementSource, result: Result): Result {
  const { score, success, completion, ...rest } = result;
  if (event.type === 'completed') return { ...rest, completion: true };
  if (event.type !== 'passed' && event.type !== 'failed') return rest;
  const passed = event.type === 'passed';
  const { scaled, raw, min, max } = score ?? {};
  const agrees = scaled !== undefined && scaled >= 0 && (unit.masteryScore === undefined || scaled >= unit.masteryScore === passed);
  const bounded = raw !== undefined && min !== undefined && max !== undefined;
  if (scaled !== undefined && !agrees) return { ...rest, success: passed };
  const kept = { ...(agrees ? { scaled } : {}), ...(bounded ? { raw, min, max } : {}) };
  return { ...rest, success: passed, ...(agrees || bounded ? { score: kept } : {}) };
}

export const lessonProfile: StatementProfile = { activityType: ACTIVITY_TYPES.lesson, rules: cmi5Rules };
