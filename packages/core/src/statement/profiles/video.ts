import { isMediaUnit } from '../../course/units.js';
import type { MediaSettings } from '../../session/events.js';
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
  [video.completionThreshold]: seconds(isMediaUnit(source.unit) ? (source.unit.completionThreshold ?? DEFAULT_COMPLETION_THRESHOLD) : 1),
});

const settings = ({ volume, muted, speed, fullScreen, screenSize, playbackSize, captions }: MediaSettings): Extensions => ({
  ...(muted ? { [video.volume]: 0 } : volume === undefined ? {} : { [video.volume]: volume }),
  ...(speed === undefined ? {} : { [video.speed]: `${speed}x` }),
  ...(fullScreen === undefined ? {} : { [video.fullScreen]: fullScreen }),
  ...(screenSize === undefined ? {} : { [video.screenSize]: screenSize }),
  ...(playbackSize === undefined ? {} : { [video.playbackSize]: playbackSize }),
  ...(captions === undefined || captions === 'off' ? {} : { [video.captionsLanguage]: captions }),
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
      // What the learner finds set when it opens is recommended in template "initialized".
      contextExtensions: (source) => ({ ...measures(source), ...settings(source.event) }),
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
      contextExtensions: ({ event }) => settings(event),
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

/** xAPI Audio Profile 1.0: the video profile's verbs and extensions, its own category and activity type. */
export const audioProfile: StatementProfile = { ...videoProfile, category: CATEGORIES.audio, activityType: ACTIVITY_TYPES.audio };
