import type { LaunchMode, OutcomeReport } from '@lectern/core';

/** The LMS around a stub, as far as a stub needs it. */
export interface StubLms {
  /** What the LMS calls its learner. */
  readonly learner: string;
  readonly launchMode: LaunchMode;
  readonly returnUrl?: string;
  report(outcome: OutcomeReport): Promise<void>;
  /** The page is left for good. */
  leave(): void;
}

/** What a stub is for. */
export interface StubCourse {
  readonly id: string;
  readonly title: string;
  /** Scaled score, 0 to 1, where the LMS has no place for it. */
  readonly masteryScore?: number;
}

/**
 * Each kind's own code loads here, and lies in packages of that kind alone.
 * @returns `undefined` where there is no LMS of the package's kind
 * @throws LecternError when it refuses
 */
export async function findStubLms(as: string, view: Window, { masteryScore, ...course }: StubCourse): Promise<StubLms | undefined> {
  if (as === 'cmi5' || as === 'xapi') {
    // A launch that lacks something is one all the same, and the learner reads what.
    const has = (...names: readonly string[]): boolean => new RegExp(`[?&](?:${names.join('|')})=`).test(view.location.search);
    // An LMS may launch a Tin Can package by cmi5.
    if (has('fetch') && (as === 'cmi5' || !has('auth'))) return (await import('./thin-au.js')).openThinAu(view);
    if (as === 'cmi5' || !has('endpoint', 'auth', 'actor', 'activity_id')) return undefined;
    return (await import('./thin-tincan.js')).openThinTincan(view, { courseId: course.id, ...(masteryScore === undefined ? {} : { masteryScore }) });
  }
  return (await import('./stub-scorm.js')).findScormLms(as, view, course);
}
