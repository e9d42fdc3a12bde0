import type { Text } from '../course/course.js';

/** A score. `scaled` from -1 to 1; `min` ≤ `raw` ≤ `max` (xAPI 4.1.5.1). */
export interface Score {
  readonly scaled?: number;
  readonly raw?: number;
  readonly min?: number;
  readonly max?: number;
}

/** The interaction types of xAPI (Data 2.4.4.1) and SCORM 2004 (4.2.9). */
export type InteractionType =
  | 'true-false'
  | 'choice'
  | 'fill-in'
  | 'long-fill-in'
  | 'matching'
  | 'performance'
  | 'sequencing'
  | 'likert'
  | 'numeric'
  | 'other';

/** An interaction component (xAPI Data 2.4.4.1). */
export interface InteractionPart {
  /** Unique in its list. */
  readonly id: string;
  readonly description?: Text;
}

export interface Interaction {
  /** Unique in the unit; becomes the last part of the interaction's activity id. */
  readonly id: string;
  readonly type: InteractionType;
  /** What it is called, where it has a name besides its text. */
  readonly name?: Text;
  readonly description?: Text;
  /** In xAPI's encoding (`[,]`, `[.]`, `[:]`). */
  readonly correctResponsesPattern?: readonly string[];
  /** What could be picked or put into order (xAPI Data 2.4.4.1, `choice` and `sequencing`). */
  readonly choices?: readonly InteractionPart[];
  /** What was to be matched, and with what (`matching`). */
  readonly source?: readonly InteractionPart[];
  readonly target?: readonly InteractionPart[];
  readonly scale?: readonly InteractionPart[];
  readonly steps?: readonly InteractionPart[];
  readonly response?: string;
  readonly score?: Score;
  /** Absent: neither right nor wrong. */
  readonly success?: boolean;
  readonly weighting?: number;
  /** Seconds. */
  readonly latency?: number;
}

/** A step of a simulation's procedure. */
export interface StepRef {
  readonly id: string;
  readonly title: string;
}

/**
 * What content did, as data. `unitId` says where; `at` (epoch milliseconds) when, if not now: late news from a SCO or a journal.
 */
export type LearningEvent = { readonly unitId: string; readonly at?: number } & LearningEventBody;

/** How media are set. */
export interface MediaSettings {
  /** From 0 to 1. */
  readonly volume?: number;
  readonly muted?: boolean;
  /** Factor; 1 is as recorded. */
  readonly speed?: number;
  readonly fullScreen?: boolean;
  /** BCP 47 tag of the captions that are shown, or `off`. */
  readonly captions?: string;
  /** Pixels, `1920x1080`: the screen, and the video on it. The video profile wants both with `fullScreen`. */
  readonly screenSize?: string;
  readonly playbackSize?: string;
}

export type LearningEventBody =
  /** The unit is open and ready. `length`: seconds of media; absent where there is none yet, or never, as with a live stream. */
  | ({ readonly type: 'initialized'; readonly length?: number } & MediaSettings)
  /** Playing begins at `time` seconds. */
  | { readonly type: 'played'; readonly time: number }
  | { readonly type: 'paused'; readonly time: number }
  /** Seconds; ends the segment being watched at `from`. */
  | { readonly type: 'seeked'; readonly from: number; readonly to: number }
  /** The media's playing time, several times a second: extends the segment being watched, records nothing. */
  | { readonly type: 'ticked'; readonly time: number; readonly length?: number }
  /** Media settings changed, at `time` seconds. */
  | ({ readonly type: 'interacted'; readonly time: number } & MediaSettings)
  /** Fraction done, 0 to 1. Recorded when it grows by a whole tenth. */
  | { readonly type: 'progressed'; readonly progress: number }
  /**
   * Where the reader is in a document: `position` of `length` pages, the first is 0, and `place`, the same in the format's own words (an EPUB
   * CFI; at most 2,000 characters). Records nothing.
   */
  | { readonly type: 'located'; readonly position: number; readonly length?: number; readonly place?: string }
  /** The pages from `from` up to `to` (not included) of `length` have been read. Records progress and completion as they follow from all that was read. */
  | { readonly type: 'read'; readonly from: number; readonly to: number; readonly length: number }
  | { readonly type: 'answered'; readonly interaction: Interaction }
  | { readonly type: 'stepStarted'; readonly step: StepRef }
  /** `seconds` the step took. */
  | { readonly type: 'stepEnded'; readonly step: StepRef; readonly score?: Score; readonly seconds: number; readonly success?: boolean }
  | { readonly type: 'used'; readonly object: StepRef }
  | { readonly type: 'scored'; readonly score: Score }
  | { readonly type: 'completed' }
  | { readonly type: 'passed'; readonly score?: Score }
  | { readonly type: 'failed'; readonly score?: Score }
  /** Taken up again: where it was, in the unit's own words. */
  | { readonly type: 'resumed' }
  | { readonly type: 'suspended' }
  /** The unit is closed. `seconds`: the session time the content itself reported, for the record. */
  | { readonly type: 'terminated'; readonly seconds?: number };

export type LearningEventType = LearningEventBody['type'];
