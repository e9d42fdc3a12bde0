import { interactionActivity, interactionResult } from '../interaction.js';
import type { StatementProfile } from '../profile.js';
import { ACTIVITY_TYPES, VERBS } from '../vocabulary.js';
import { cmi5Rules } from './cmi5.js';

/** Quizzes and other content that asks: each question is an interaction activity below the unit's, its answer a statement of its own. */
export const assessmentProfile: StatementProfile = {
  activityType: ACTIVITY_TYPES.assessment,
  attempts: true,
  rules: {
    ...cmi5Rules,
    answered: {
      verb: VERBS.answered,
      clause: 'ADL verb list, answered; xAPI Data 2.4.4.1, interaction activities; cmi5 7.1.3: allowed between initialized and terminated',
      object: (source) => interactionActivity(source, 'questions'),
      result: ({ event }) => interactionResult(event.interaction),
    },
    scored: {
      verb: VERBS.scored,
      clause: 'ADL verb list, scored: an attempt that changes neither completion nor success',
      result: ({ event }) => ({ score: event.score }),
    },
  },
};
