import { isSatisfied, type SessionState, type Unit } from '@lectern/core';
import { usualSeconds } from './unit-words.js';

/** How far a course is done. */
export interface CourseProgress {
  /** 0 to 1. */
  readonly fraction: number;
  /** Every unit's `moveOn` is met. */
  readonly satisfied: boolean;
  readonly units: number;
  readonly satisfiedUnits: number;
  /** Seconds of the learner's attention, in all visits. */
  readonly seconds: number;
  /** Seconds that what is left usually takes. Absent where a unit that is left does not say how long it is. */
  readonly remainingSeconds?: number;
}

export function courseProgress(units: readonly Unit[], state: SessionState | undefined): CourseProgress {
  let seconds = 0;
  let left = 0;
  for (const unit of units) {
    const known = state?.units[unit.id];
    seconds += known?.seatSeconds ?? 0;
    if (!isSatisfied(unit.moveOn, known)) left += (usualSeconds(unit, known) ?? NaN) * (1 - (known?.progress ?? 0));
  }
  const { progress = 0, satisfied = false, satisfiedUnits = 0 } = state?.rollUp ?? {};
  return { fraction: progress, satisfied, units: units.length, satisfiedUnits, seconds, ...(Number.isNaN(left) ? {} : { remainingSeconds: left }) };
}
