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

/**
 * The learner leaves the course, or has come to its end. The open unit is suspended in any case; `preventDefault()` keeps the player's own
 * farewell away, for a page that goes elsewhere when `saved` resolves.
 */
export class ExitEvent extends Event {
  static readonly type = 'lectern-exit';
  /** `left`: to be taken up again. */
  readonly reason: 'left' | 'ended';
  /** Resolves when everything recorded has been sent or the sending has failed, with what waits and what has arrived. Never rejects. */
  readonly saved: Promise<DeliveryState | undefined>;

  constructor(reason: 'left' | 'ended', saved: Promise<DeliveryState | undefined>) {
    super(ExitEvent.type, { bubbles: true, composed: true, cancelable: true });
    this.reason = reason;
    this.saved = saved;
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
    'lectern-delivery': DeliveryEvent;
    'lectern-download': DownloadEvent;
    'lectern-exit': ExitEvent;
  }
}
