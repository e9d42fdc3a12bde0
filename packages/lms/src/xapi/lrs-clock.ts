import { systemClock, type Clock, type ClockSkew, type RecordClock } from '@lectern/core';

/** This page's clock put right by what an LRS says the time is. */
export interface LrsClock extends RecordClock {
  /** Epoch milliseconds by this page's clock, which goes on as before when someone sets it back. What requests are timed by. */
  page(): number;
  /**
   * Learns from an answer.
   * @param date its `Date`; `null` where there is none, or CORS hides it
   * @param sentAt {@link page} when its request was sent
   * @param receivedAt {@link page} when it came
   */
  learn(date: string | null, sentAt: number, receivedAt: number): void;
}

export interface LrsClockOptions {
  readonly wall?: Clock;
  /** Milliseconds since any moment, by a clock that nobody can set. Default: the browser's, where `wall` is. */
  readonly elapsed?: (() => number) | undefined;
}

/** Milliseconds: less is not corrected. Clocks of servers differ among themselves by as much, and LRSs allow for it (xAPI Data 2.4.7). */
export const TOLERATED_SKEW = 2_000;

/** Milliseconds by which the wall clock falls behind a clock that nobody can set before it counts as set back. */
const SET_BACK = 1_000;

/** `Date` has whole seconds (RFC 9110, 5.6.7). */
const DATE_STEP = 1_000;

/**
 * An answer with a `Date` was written between the sending of its request and its arrival. So each one bounds the skew from both sides, the closer the
 * faster it came, and what all of them allow is closer than the best of them. Answers that contradict the earlier ones tell of a clock that was changed:
 * the earlier ones are forgotten.
 *
 * What is corrected is corrected to the earliest that the LRS's clock can show, so that no record comes from its future.
 */
export function createLrsClock({ wall = systemClock, elapsed = wall === systemClock ? () => performance.now() : undefined }: LrsClockOptions = {}): LrsClock {
  let bounds: { readonly least: number; readonly most: number } | undefined;
  let shift = 0;
  let before: { readonly wall: number; readonly elapsed: number } | undefined;

  function page(): number {
    const now = { wall: wall.now(), elapsed: elapsed?.() ?? 0 };
    if (elapsed && before) {
      // The other way round is a machine that has slept, or a clock that was set ahead: only the LRS can tell.
      const behind = now.elapsed - before.elapsed - (now.wall - before.wall);
      if (behind > SET_BACK) shift += behind;
    }
    before = now;
    return now.wall + shift;
  }

  function correction(): number {
    return bounds && (bounds.least > TOLERATED_SKEW || bounds.most < -TOLERATED_SKEW) ? bounds.least : 0;
  }

  return {
    page,
    now: () => page() + correction(),
    correct: (at) => at + (page() - wall.now()) + correction(),
    learn(date, sentAt, receivedAt) {
      const told = date === null ? NaN : Date.parse(date);
      if (Number.isNaN(told) || receivedAt < sentAt) return;
      const heard = { least: told - receivedAt, most: told + DATE_STEP - sentAt };
      const both = bounds && { least: Math.max(bounds.least, heard.least), most: Math.min(bounds.most, heard.most) };
      bounds = both && both.least <= both.most ? both : heard;
    },
    get skew(): ClockSkew | undefined {
      return bounds && { offset: Math.round((bounds.least + bounds.most) / 2), uncertainty: Math.ceil((bounds.most - bounds.least) / 2) };
    },
  };
}
