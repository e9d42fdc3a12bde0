import type { OpenedActivity } from './opened-activity.js';

/**
 * Where a learner, or the content that is open, asks to go: the navigation requests of SCORM 2004 (SN 5.6, table 5.6.4a; RTE 4.4.1 `adl.nav.request`),
 * which every course understands.
 */
export interface NavigationRequest {
  readonly request: 'continue' | 'previous' | 'choice' | 'jump' | 'exit' | 'exitAll' | 'abandon' | 'abandonAll' | 'suspendAll';
  /** Where `choice` and `jump` lead: the id of a unit or block. */
  readonly target?: string;
}

/** A request that names no place. */
export type StepRequest = Exclude<NavigationRequest['request'], 'choice' | 'jump'>;

/**
 * Why a way is closed, for people.
 * - `order`: other units come first, or may not be gone back to.
 * - `prerequisites`: units it builds on are not done (`requires`; SCORM 1.2 `adlcp:prerequisites`).
 * - `disabled`: a rule of the course has switched it off.
 * - `attempts`: it has been begun as often as allowed.
 * - `expired`: its time is used up, or its dates are over.
 * - `choice`: the course leads by itself; its contents are only to be looked at.
 * - `end`: there is nothing in that direction.
 * - `unknown`: the course has no such place.
 * - `waiting`: what the learner did before is on its way, and decides.
 */
export type ClosedReason = 'waiting' | 'order' | 'prerequisites' | 'disabled' | 'attempts' | 'expired' | 'choice' | 'end' | 'unknown';

/** Whether a place may be gone to now. */
export type Opening =
  | { readonly allowed: true; readonly hidden?: boolean }
  | { readonly allowed: false; readonly reason: ClosedReason; /** Ids of the units and blocks that have to be done before, where the course names them. */ readonly missing?: readonly string[]; /** It is not to be shown at all. */ readonly hidden?: boolean };

/** Whether a step may be taken now, and where it leads as far as that can be said in advance. */
export type Step = Opening & { readonly unitId?: string };

/** What became of a request. */
export type NavigationOutcome =
  /** This unit is to be opened. */
  | { readonly type: 'deliver'; readonly unitId: string }
  /** Nothing is open, and the learner chooses. */
  | { readonly type: 'rest' }
  /** The attempt on the course is over; `suspended`, to be taken up again. */
  | { readonly type: 'ended'; readonly suspended: boolean }
  /** Nothing has changed. */
  | { readonly type: 'refused'; readonly reason: ClosedReason };

/** What a course has come to; an absent value is unknown. */
export interface CourseOutcome {
  readonly completed: boolean | undefined;
  readonly success: 'passed' | 'failed' | undefined;
  /** -1 to 1. */
  readonly scaled: number | undefined;
}

/**
 * What may be opened in a course, and why not; and where a request leads. One authority an attempt: the player asks it before anything opens,
 * whatever asked for it.
 */
export interface Navigation {
  /** Whether the contents may lead to a unit or block now. */
  canOpen(nodeId: string): Opening;
  step(request: StepRequest): Step;
  /**
   * Asks to go somewhere. Where that is in order, `leave` is called first and awaited: what the open unit reports last may decide where to go.
   * Not a promise where nothing has to be waited for.
   */
  request(request: NavigationRequest, leave: () => void | Promise<void>): NavigationOutcome | Promise<NavigationOutcome>;
  /**
   * Present where the course itself says where a visit begins: where the learner was, at its beginning, or nowhere.
   * @param wanted a unit to begin with, if it may be opened; `again`: anew, after the course has ended
   */
  begin?(wanted?: string, again?: boolean): NavigationOutcome;
  /** Present where content takes part in it: the open unit's end of the line. `undefined` for any other unit. */
  activity?(unitId: string): OpenedActivity | undefined;
  /** Present where the whole course has an outcome of its own, not only the sum of its units. */
  outcome?(): CourseOutcome;
  /** Tells when an answer may have changed. @returns a function that ends it */
  subscribe(listener: () => void): () => void;
}
