import type { Course, Iri } from '../course/course.js';
import type { Unit } from '../course/units.js';
import { encodePart } from '../course/iri.js';
import type { LearningEvent, LearningEventType } from '../session/events.js';
import type { UnitSession, UnitState } from '../session/state.js';
import type { Activity, Extensions, Result, Verb } from './statement.js';

/** Everything a rule may look at. */
export interface StatementSource<E extends LearningEvent = LearningEvent> {
  readonly event: E;
  readonly course: Course;
  readonly unit: Unit;
  /** The unit's state right after the event. */
  readonly state: UnitState;
  readonly session: UnitSession;
  /** The unit's activity. */
  readonly activity: Activity;
}

/** How one kind of event becomes a statement. A row of a profile's table. */
export interface StatementRule<E extends LearningEvent = LearningEvent> {
  readonly verb: Verb;
  /** Where the standard says so. */
  readonly clause: string;
  /** Absent: the unit's activity. */
  readonly object?: (source: StatementSource<E>) => Activity;
  readonly result?: (source: StatementSource<E>) => Result;
  readonly contextExtensions?: (source: StatementSource<E>) => Extensions;
}

export type RuleTable = {
  readonly [T in LearningEventType]?: StatementRule<LearningEvent & { readonly type: T }>;
};

/** An xAPI profile as data: what its statements look like. */
export interface StatementProfile {
  /** Put in `context.contextActivities.category` of each statement; absent where the profile has none. */
  readonly category?: Iri;
  /** The type of the unit's activity. */
  readonly activityType: Iri;
  /** Group the statements of an attempt by an activity of its own. */
  readonly attempts?: boolean;
  readonly rules: RuleTable;
}

/** An id below an activity's: `http://x/a` + `step`, `1` → `http://x/a/step/1`; urns are joined by colons. */
export function childId(parent: Iri, ...parts: readonly string[]): Iri {
  const separator = parent.startsWith('urn:') ? ':' : '/';
  return [parent.replace(/\/$/, ''), ...parts.map(encodePart)].join(separator);
}
