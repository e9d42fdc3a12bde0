import type { Result } from '../statement.js';
import { formatDuration } from '../duration.js';
import { interactionActivity, interactionResult } from '../interaction.js';
import type { StatementProfile } from '../profile.js';
import { ACTIVITY_TYPES, CATEGORIES, VERBS } from '../vocabulary.js';
import { cmi5Rules } from './cmi5.js';

/** ADL xAPI SCORM Profile. A SCO is a lesson; interactions use `responded`; the final status is in `terminated`. */
export const scormProfile: StatementProfile = {
  category: CATEGORIES.scorm,
  activityType: ACTIVITY_TYPES.lesson,
  attempts: true,
  rules: {
    ...cmi5Rules,
    progressed: {
      ...cmi5Rules.progressed,
      clause: 'SCORM profile 6.0, Progress Measure: as a scaled score',
      result: (source) => ({ ...cmi5Rules.progressed.result(source), score: { scaled: source.state.progress } }),
    },
    answered: {
      verb: VERBS.responded,
      clause: 'SCORM profile, interactions',
      object: (source) => interactionActivity(source, 'interactions'),
      result: ({ event: { interaction: { score: _score, ...interaction } } }) => interactionResult(interaction),
    },
    scored: {
      verb: VERBS.scored,
      clause: 'ADL verb list, scored: a score that came without or after its status',
      result: ({ event }) => ({ score: event.score }),
    },
    terminated: {
      verb: VERBS.terminated,
      clause: 'SCORM profile, terminated',
      result: ({ event, state, session }): Result => ({
        duration: formatDuration(event.seconds ?? session.seconds),
        completion: state.completed,
        ...(state.success ? { success: state.success === 'passed' } : {}),
        ...(state.score ? { score: state.score } : {}),
      }),
    },
  },
};
