import type { Activity, Result } from '../statement.js';
import { formatDuration } from '../duration.js';
import { childId, type StatementProfile } from '../profile.js';
import { languageMap } from '../language.js';
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
      object: ({ event: { interaction }, activity, course }): Activity => ({
        objectType: 'Activity',
        id: childId(activity.id, 'interactions', interaction.id),
        definition: {
          type: ACTIVITY_TYPES.interaction,
          interactionType: interaction.type,
          ...(interaction.description ? { description: languageMap(interaction.description, course.language) } : {}),
          ...(interaction.correctResponsesPattern?.length
            ? { correctResponsesPattern: interaction.correctResponsesPattern }
            : {}),
        },
      }),
      result: ({ event: { interaction } }): Result => ({
        ...(interaction.response === undefined ? {} : { response: interaction.response }),
        ...(interaction.success === undefined ? {} : { success: interaction.success }),
        ...(interaction.latency === undefined ? {} : { duration: formatDuration(interaction.latency) }),
      }),
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
