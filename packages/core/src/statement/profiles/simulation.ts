import type { StepRef } from '../../session/events.js';
import { formatDuration } from '../duration.js';
import { languageMap } from '../language.js';
import { childId, type StatementProfile, type StatementSource } from '../profile.js';
import type { Activity } from '../statement.js';
import { ACTIVITY_TYPES, VERBS } from '../vocabulary.js';
import { cmi5Rules } from './cmi5.js';

const part = (source: StatementSource, kind: string, ref: StepRef, type: string): Activity => ({
  objectType: 'Activity',
  id: childId(source.activity.id, kind, ref.id),
  definition: { type, name: languageMap(ref.title, source.course.language) },
});

/** Virtual simulations: steps are attempted and completed, objects are used. */
export const simulationProfile: StatementProfile = {
  activityType: ACTIVITY_TYPES.simulation,
  rules: {
    ...cmi5Rules,
    stepStarted: {
      verb: VERBS.attempted,
      clause: 'Simulation, step start',
      object: (source) => part(source, 'steps', source.event.step, ACTIVITY_TYPES.step),
    },
    stepEnded: {
      verb: VERBS.completed,
      clause: 'Simulation, step end',
      object: (source) => part(source, 'steps', source.event.step, ACTIVITY_TYPES.step),
      result: ({ event }) => ({
        completion: true,
        duration: formatDuration(event.seconds),
        ...(event.score ? { score: event.score } : {}),
        ...(event.success === undefined ? {} : { success: event.success }),
      }),
    },
    used: {
      verb: VERBS.used,
      clause: 'Serious games profile, used',
      object: (source) => part(source, 'objects', source.event.object, ACTIVITY_TYPES.object),
    },
    scored: {
      verb: VERBS.scored,
      clause: 'ADL verb list, scored',
      result: ({ event }) => ({ score: event.score }),
    },
  },
};
