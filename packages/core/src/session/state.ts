import type { LaunchMode } from '../course/course.js';
import type { RollUp } from '../course/roll-up.js';
import type { Score } from './events.js';
import type { Segment } from './segments.js';

/** From `initialized` to `terminated`: cmi5's session, SCORM's learner session. */
export interface UnitSession {
  /** UUID; the `sessionid` of its statements. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds of the last sign of life; where a killed tab's session ended. */
  readonly seenAt: number;
  /** Epoch milliseconds of its last statement, where a burst of them was stamped later than `seenAt`. */
  readonly toldAt?: number;
  /** Seconds of this session, counted while there were signs of life. */
  readonly seconds: number;
  /** `failed` was recorded in this session (cmi5 9.3: no verb twice). */
  readonly failed?: boolean;
}

export interface StepOutcome {
  readonly score?: Score;
  readonly seconds: number;
  readonly success?: boolean;
  /** How often the step was ended. */
  readonly count: number;
}

/** What the session knows of one unit, over all of its sessions in the registration. */
export interface UnitState {
  readonly completed: boolean;
  readonly success?: 'passed' | 'failed' | undefined;
  readonly score?: Score;
  /** Fraction done, 0 to 1. */
  readonly progress: number;
  /** The institution has said that it need not be done (cmi5 9.3.7). Known from the LMS alone, never from what was saved. */
  readonly waived?: boolean;
  /** Seconds of attention, all sessions together. Never counts a sleeping machine. */
  readonly seatSeconds: number;
  /** Learner sessions begun. */
  readonly sessions: number;
  /** Closed in a way that asks to be taken up again. */
  readonly suspended: boolean;
  /** The attempt: the id of the session that began it. A unit that was suspended goes on with it, any other begins a new one. */
  readonly attempt?: string;
  /** Present while the unit is open. */
  readonly session?: UnitSession;
  /** The session that an earlier page left open: it was killed before it could close it. */
  readonly left?: UnitSession;
  /** Media: seconds. Documents: pages. */
  readonly length?: number;
  readonly position?: number;
  /** Documents: where in them, in the format's own words. */
  readonly place?: string;
  /** Media: what was watched. Documents: the pages that were read, the first as `[0, 1]`. */
  readonly segments: readonly Segment[];
  /** Media: where the segment being watched has got to; absent while paused. */
  readonly playhead?: number;
  readonly steps: Readonly<Record<string, StepOutcome>>;
}

export type UnitStatus = 'notStarted' | 'inProgress' | 'completed' | 'passed' | 'failed' | 'waived';

export interface SessionState {
  readonly registration: string;
  readonly launchMode: LaunchMode;
  /** Units the learner has touched, by unit id. */
  readonly units: Readonly<Record<string, UnitState>>;
  /** The unit opened last. */
  readonly currentUnitId?: string;
  readonly rollUp: RollUp;
}

export const UNTOUCHED: UnitState = Object.freeze({
  completed: false,
  progress: 0,
  seatSeconds: 0,
  sessions: 0,
  suspended: false,
  segments: Object.freeze([]),
  steps: Object.freeze({}),
});

/** One word for a unit, for people: success weighs more than completion, as in SCORM 1.2's `lesson_status`. */
export function unitStatus(unit: UnitState | undefined): UnitStatus {
  if (!unit) return 'notStarted';
  if (unit.waived && unit.success !== 'passed' && !unit.completed) return 'waived';
  if (unit.success) return unit.success;
  if (unit.completed) return 'completed';
  return unit.sessions > 0 ? 'inProgress' : 'notStarted';
}
