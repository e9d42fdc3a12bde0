import type { DeliveryState, Unit } from '@lectern/core';

/** Another unit is open, or none (`unit` is `undefined` after `suspend()`). */
export class UnitChangeEvent extends Event {
  static readonly type = 'lectern-unit-change';
  readonly unit: Unit | undefined;
  readonly previous: Unit | undefined;

  constructor(unit: Unit | undefined, previous: Unit | undefined) {
    super(UnitChangeEvent.type, { bubbles: true, composed: true });
    this.unit = unit;
    this.previous = previous;
  }
}

/** The course's progress has changed. */
export class CourseProgressEvent extends Event {
  static readonly type = 'lectern-progress';
  /** Fraction of the course, 0 to 1. */
  readonly progress: number;
  /** Every unit's `moveOn` is met. */
  readonly satisfied: boolean;

  constructor(progress: number, satisfied: boolean) {
    super(CourseProgressEvent.type, { bubbles: true, composed: true });
    this.progress = progress;
    this.satisfied = satisfied;
  }
}

/** What waits and what has arrived has changed. */
export class DeliveryEvent extends Event {
  static readonly type = 'lectern-delivery';
  readonly delivery: DeliveryState;

  constructor(delivery: DeliveryState) {
    super(DeliveryEvent.type, { bubbles: true, composed: true });
    this.delivery = delivery;
  }
}

/** The course is being downloaded, because its server does not answer in parts. */
export class DownloadEvent extends Event {
  static readonly type = 'lectern-download';
  /** Bytes. */
  readonly loaded: number;
  /** Bytes in all, where the server says. */
  readonly total: number | undefined;

  constructor(loaded: number, total: number | undefined) {
    super(DownloadEvent.type, { bubbles: true, composed: true });
    this.loaded = loaded;
    this.total = total;
  }
}

declare global {
  interface HTMLElementEventMap {
    'lectern-unit-change': UnitChangeEvent;
    'lectern-progress': CourseProgressEvent;
    'lectern-delivery': DeliveryEvent;
    'lectern-download': DownloadEvent;
  }
}
