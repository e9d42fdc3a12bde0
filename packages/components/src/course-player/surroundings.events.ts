import type { Unit, UnitStatus } from '@lectern/core';

/** The course's progress has changed. */
export class CourseProgressEvent extends Event {
  static readonly type = 'lectern-progress';
  /** Fraction of the course, 0 to 1. */
  readonly progress: number;
  /** Every unit's `moveOn` is met. */
  readonly satisfied: boolean;
  /** Seconds of the learner's attention, in all visits. */
  readonly seconds: number;
  /** Seconds that what is left usually takes, where every unit that is left says so. */
  readonly remainingSeconds: number | undefined;

  constructor(progress: number, satisfied: boolean, seconds: number, remainingSeconds: number | undefined) {
    super(CourseProgressEvent.type, { bubbles: true, composed: true });
    this.progress = progress;
    this.satisfied = satisfied;
    this.seconds = seconds;
    this.remainingSeconds = remainingSeconds;
  }
}

/** The last unit that was missing is done: every unit's `moveOn` is met now, and was not before. */
export class CourseCompleteEvent extends Event {
  static readonly type = 'lectern-course-complete';

  constructor() {
    super(CourseCompleteEvent.type, { bubbles: true, composed: true });
  }
}

/** A unit has another status, or has been opened or closed to the learner. */
export class UnitStateEvent extends Event {
  static readonly type = 'lectern-unit-state';
  readonly unit: Unit;
  readonly status: UnitStatus;
  readonly previous: UnitStatus;
  /** It may not be opened now; why, the player's `snapshot` says. */
  readonly locked: boolean;

  constructor(unit: Unit, status: UnitStatus, previous: UnitStatus, locked: boolean) {
    super(UnitStateEvent.type, { bubbles: true, composed: true });
    this.unit = unit;
    this.status = status;
    this.previous = previous;
    this.locked = locked;
  }
}

/** Something in the player's `snapshot` has changed. Not more often than the player draws itself. */
export class PlayerChangeEvent extends Event {
  static readonly type = 'lectern-change';

  constructor() {
    super(PlayerChangeEvent.type, { bubbles: true, composed: true });
  }
}

/** The player fills the screen, or does so no more. */
export class FullscreenEvent extends Event {
  static readonly type = 'lectern-fullscreen';
  readonly active: boolean;
  /** It fills the page only, because the browser has no full screen to give here. */
  readonly pseudo: boolean;

  constructor(active: boolean, pseudo: boolean) {
    super(FullscreenEvent.type, { bubbles: true, composed: true });
    this.active = active;
    this.pseudo = pseudo;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lectern-progress': CourseProgressEvent;
    'lectern-course-complete': CourseCompleteEvent;
    'lectern-unit-state': UnitStateEvent;
    'lectern-change': PlayerChangeEvent;
    'lectern-fullscreen': FullscreenEvent;
  }
}
