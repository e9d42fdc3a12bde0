import type { Clock } from './clock.js';

/** Makes the timestamps of one page: RFC 3339, UTC, milliseconds, each later than the one before, because verbs are ordered by them (cmi5 9.3). */
export interface Stamper {
  stamp(at: number): string;
  /** Epoch milliseconds of the last one; 0 before. */
  last(): number;
}

export function createStamper(clock: Clock): Stamper {
  let last = 0;
  return {
    stamp(at) {
      // Never in the future (xAPI Data 2.4.7), however wrong the content's own clock.
      const now = clock.now();
      last = Math.max(Math.floor(at >= 0 ? Math.min(at, now) : now), last + 1);
      return new Date(last).toISOString();
    },
    last: () => last,
  };
}
