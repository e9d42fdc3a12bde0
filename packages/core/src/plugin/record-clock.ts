import type { Clock } from '../session/clock.js';

/** By how much the clock of the place that keeps the records is ahead of this page's. */
export interface ClockSkew {
  /** Milliseconds; negative: behind. The middle of what is possible. */
  readonly offset: number;
  /** Milliseconds to either side of `offset`. */
  readonly uncertainty: number;
}

/** The time by which records are stamped: that of the place that keeps them, as far as it is known. It steps when more is learnt. */
export interface RecordClock extends Clock {
  /** @param at epoch milliseconds by this page's clock (`Date.now()`). @returns the same moment by this one */
  correct(at: number): number;
  /** As measured; `undefined` before that, and where it cannot be. Small skews are measured, and not corrected. */
  readonly skew: ClockSkew | undefined;
}
