import { isSatisfied, type SessionState, type Unit } from '@lectern/core';
import { usualSeconds } from './unit-words.js';

/** How far a course is done. */
export interface CourseProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** Every unit's `moveOn` is met. */
  readonly satisfied: boolean;
  /** Units that something is asked of: those whose `moveOn` is `NotApplicable` are there to be looked at, and would be done before they were begun. */
  readonly units: number;
  /** Those of them whose `moveOn` is met. */
  readonly satisfiedUnits: number;
  /** Seconds of the learner's attention, in all visits. */
  readonly seconds: number;
  /** Seconds that what is left usually takes. Absent where a unit that is left does not say how long it is. */
  readonly remainingSeconds?: number;
}

export function courseProgress(units: readonly Unit[], state: SessionState | undefined): CourseProgress {
  let seconds = 0;
  let left = 0;
  let required = 0;
  let done = 0;
  for (const unit of units) {
    const known = state?.units[unit.id];
    seconds += known?.seatSeconds ?? 0;
    if (unit.moveOn !== 'NotApplicable') {
      required += 1;
      if (isSatisfied(unit.moveOn, known)) done += 1;
    }
    if (!isSatisfied(unit.moveOn, known)) left += (usualSeconds(unit, known) ?? NaN) * (1 - (known?.progress ?? 0));
  }
  const { progress = 0, satisfied = false } = state?.rollUp ?? {};
  return { fraction: progress, satisfied, units: required, satisfiedUnits: done, seconds, ...(Number.isNaN(left) ? {} : { remainingSeconds: left }) };
}
