import type { Iri, Text } from '../course/course.js';

/** How many hours of study one credit stands for, unless the institution says otherwise (16 学时 = 1 学分). */
export const DEFAULT_HOURS_PER_CREDIT = 16;

/**
 * One thing a learner must do. `weight` is its share of the mark; weights need not add up to 1.
 * `completed`, `passed`: the activity's own verdict. `score`: a scaled score of at least `minimum` (0 to 1).
 * `seconds`: at least `minimum` seconds of recorded time.
 */
export interface Requirement {
  readonly id: string;
  readonly title: Text;
  readonly activityId: Iri;
  readonly kind: 'completed' | 'passed' | 'score' | 'seconds';
  readonly minimum?: number;
  readonly weight?: number;
}

/** How a course turns into credit at one institution. There is no conversion between schemes. */
export interface CreditPolicy {
  readonly id: string;
  readonly title: Text;
  /** The course's activity id. */
  readonly courseId: Iri;
  readonly institution: { readonly name: Text; readonly homePage?: Iri };
  /** What the number means, e.g. `CN` (学分) or `ECTS`. */
  readonly scheme: string;
  /** Credits the course is worth. */
  readonly credits: number;
  /** Default {@link DEFAULT_HOURS_PER_CREDIT}. */
  readonly hoursPerCredit?: number;
  readonly requirements: readonly Requirement[];
  /** Scaled mark from 0 to 1 that must be reached besides the requirements. Absent: none. */
  readonly passMark?: number;
}
