import { formatSegments } from '../../session/segments.js';
import type { UnitState } from '../../session/state.js';
import { formatDuration } from '../duration.js';
import type { StatementProfile, StatementSource } from '../profile.js';
import type { Extensions } from '../statement.js';
import { ACTIVITY_TYPES, CATEGORIES, EXTENSIONS, VERBS } from '../vocabulary.js';
import { cmi5Rules } from './cmi5.js';

const { video } = EXTENSIONS;

/** Seconds to the millisecond, as the profile's examples have them. */
const seconds = (time: number): number => Math.max(0, Math.round(time * 1000) / 1000);

const watched = (state: UnitState): Extensions => ({
  [video.progress]: Math.round(state.progress * 1000) / 1000,
  [video.playedSegments]: formatSegments(state.segments),
});

const lengthOf = ({ state }: StatementSource): Extensions =>
  state.length === undefined ? {} : { [video.length]: seconds(state.length) };

/** xAPI Video Profile 1.0.3. */
export const videoProfile: StatementProfile = {
  category: CATEGORIES.video,
  activityType: ACTIVITY_TYPES.video,
  rules: {
    ...cmi5Rules,
    progressed: undefined,
    initialized: {
      verb: VERBS.initialized,
      clause: 'Video 1.0.3, initialized',
      contextExtensions: (source) => ({
        ...lengthOf(source),
        [video.completionThreshold]: source.unit.kind === 'video' ? (source.unit.completionThreshold ?? 0.9) : 1,
      }),
    },
    played: {
      verb: VERBS.played,
      clause: 'Video 1.0.3, played',
      result: ({ event }) => ({ extensions: { [video.time]: seconds(event.time) } }),
      contextExtensions: lengthOf,
    },
    paused: {
      verb: VERBS.paused,
      clause: 'Video 1.0.3, paused',
      result: ({ event, state }) => ({ extensions: { [video.time]: seconds(event.time), ...watched(state) } }),
      contextExtensions: lengthOf,
    },
    seeked: {
      verb: VERBS.seeked,
      clause: 'Video 1.0.3, seeked',
      result: ({ event }) => ({
        extensions: { [video.timeFrom]: seconds(event.from), [video.timeTo]: seconds(event.to) },
      }),
    },
    interacted: {
      verb: VERBS.interacted,
      clause: 'Video 1.0.3, interacted',
      result: ({ event }) => ({ extensions: { [video.time]: seconds(event.time) } }),
      contextExtensions: ({ event }) => ({
        ...(event.volume === undefined ? {} : { [video.volume]: event.muted ? 0 : event.volume }),
        ...(event.speed === undefined ? {} : { [video.speed]: `${event.speed}x` }),
        ...(event.fullScreen === undefined ? {} : { [video.fullScreen]: event.fullScreen }),
        ...(event.captions === undefined
          ? {}
          : { [video.captionsEnabled]: event.captions !== 'off', ...(event.captions === 'off' ? {} : { [video.captionsLanguage]: event.captions }) }),
      }),
    },
    completed: {
      verb: VERBS.completed,
      clause: 'Video 1.0.3, completed',
      result: ({ state, session }) => ({
        completion: true,
        duration: formatDuration(session.seconds),
        extensions: { [video.time]: seconds(state.position ?? 0), ...watched(state) },
      }),
      contextExtensions: lengthOf,
    },
    terminated: {
      verb: VERBS.terminated,
      clause: 'Video 1.0.3, terminated',
      result: ({ state, session }) => ({
        duration: formatDuration(session.seconds),
        extensions: { [video.time]: seconds(state.position ?? 0), ...watched(state) },
      }),
      contextExtensions: lengthOf,
    },
  },
};
