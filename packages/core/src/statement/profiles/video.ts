import { DEFAULT_COMPLETION_THRESHOLD } from '../../session/rules.js';
import { coveredFraction, formatSegments } from '../../session/segments.js';
import type { UnitState } from '../../session/state.js';
import { formatDuration } from '../duration.js';
import type { StatementProfile, StatementSource } from '../profile.js';
import type { Extensions } from '../statement.js';
import { ACTIVITY_TYPES, CATEGORIES, EXTENSIONS, VERBS } from '../vocabulary.js';
import { cmi5Rules } from './cmi5.js';

const { video } = EXTENSIONS;

/** Seconds to the millisecond, fractions to three places: the profile's precision. */
const seconds = (time: number): number => Math.max(0, Math.round(time * 1000) / 1000);

/** `progress` is the share that was watched, which is less than all of it where a lower threshold completes. */
const watched = (state: UnitState): Extensions => ({
  [video.progress]: seconds(state.length === undefined ? state.progress : coveredFraction(state.segments, state.length)),
  [video.playedSegments]: formatSegments(state.segments),
});

const lengthOf = ({ state }: StatementSource): Extensions =>
  state.length === undefined ? {} : { [video.length]: seconds(state.length) };

/** The threshold goes with initialized, paused, completed and terminated unless it is 1 (concept completion-threshold). */
const measures = (source: StatementSource): Extensions => ({
  ...lengthOf(source),
  [video.completionThreshold]: seconds(source.unit.kind === 'video' ? (source.unit.completionThreshold ?? DEFAULT_COMPLETION_THRESHOLD) : 1),
});

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
      contextExtensions: measures,
    },
    played: {
      verb: VERBS.played,
      clause: 'Video 1.0.3, played',
      result: ({ event, state }) => ({
        extensions: { [video.time]: seconds(event.time), [video.playedSegments]: formatSegments(state.segments) },
      }),
      contextExtensions: lengthOf,
    },
    paused: {
      verb: VERBS.paused,
      clause: 'Video 1.0.3, paused',
      result: ({ event, state }) => ({ extensions: { [video.time]: seconds(event.time), ...watched(state) } }),
      contextExtensions: measures,
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
      // Template "closed-captioning": whether captions are on is in the result, their language in the context.
      result: ({ event }) => ({
        extensions: {
          [video.time]: seconds(event.time),
          ...(event.captions === undefined ? {} : { [video.captionsEnabled]: event.captions !== 'off' }),
        },
      }),
      contextExtensions: ({ event }) => ({
        ...(event.muted ? { [video.volume]: 0 } : event.volume === undefined ? {} : { [video.volume]: event.volume }),
        ...(event.speed === undefined ? {} : { [video.speed]: `${event.speed}x` }),
        ...(event.fullScreen === undefined ? {} : { [video.fullScreen]: event.fullScreen }),
        ...(event.screenSize === undefined ? {} : { [video.screenSize]: event.screenSize }),
        ...(event.playbackSize === undefined ? {} : { [video.playbackSize]: event.playbackSize }),
        ...(event.captions === undefined || event.captions === 'off' ? {} : { [video.captionsLanguage]: event.captions }),
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
      contextExtensions: measures,
    },
    terminated: {
      verb: VERBS.terminated,
      clause: 'Video 1.0.3, terminated',
      result: ({ state, session }) => ({
        duration: formatDuration(session.seconds),
        extensions: { [video.time]: seconds(state.position ?? 0), ...watched(state) },
      }),
      contextExtensions: measures,
    },
  },
};
