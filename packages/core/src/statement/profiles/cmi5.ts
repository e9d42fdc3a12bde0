import type { RuleTable, StatementProfile } from '../profile.js';
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
    result: ({ state }) => ({ extensions: { [EXTENSIONS.progress]: Math.floor(state.progress * 100) } }),
  },
  suspended: { verb: VERBS.suspended, clause: 'SCORM profile, suspended' },
  resumed: { verb: VERBS.resumed, clause: 'SCORM profile, resumed' },
  terminated: {
    verb: VERBS.terminated,
    clause: 'cmi5 9.3.8',
    result: ({ event, session }) => ({ duration: formatDuration(event.seconds ?? session.seconds) }),
  },
} as const satisfies RuleTable;

export const documentProfile: StatementProfile = { activityType: ACTIVITY_TYPES.document, rules: cmi5Rules };
export const lessonProfile: StatementProfile = { activityType: ACTIVITY_TYPES.lesson, rules: cmi5Rules };
