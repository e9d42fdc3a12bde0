import { hasRequirements, listUnits, type Course, type Navigation, type Opening, type Session, type Step } from '@lectern/core';

/** Whether a course says itself where its learners may go, by `requires` and `order` or by the rules of SCORM: a SCORM 2004 course always does, if only by its defaults (CAM 5.1.2). */
export const isRuled = (course: Course): boolean =>
  course.sequencing !== undefined || course.format === 'scorm2004' || hasRequirements(course) || listUnits(course).some((unit) => unit.kind === 'scorm' && unit.prerequisites !== undefined);

const WAITING = { allowed: false, reason: 'waiting' } as const;

/** Until it is known what the learner has done, nothing is open: what may be, depends on that. */
export const waitingNavigation: Navigation = {
  canOpen: (): Opening => WAITING,
  step: (): Step => WAITING,
  request: () => ({ type: 'refused', reason: 'waiting' }),
  subscribe: () => () => undefined,
};

/** The navigation of a course with rules, from where the learner's record says they are. */
export async function openRuledNavigation(course: Course, session: Session): Promise<Navigation> {
  if (!course.sequencing && !course.format.startsWith('scorm') && hasRequirements(course)) return (await import('./required-order.js')).createOrderedNavigation(course, session);
  const { openCourseNavigation } = await import('@lectern/courseware/sequencing');
  return openCourseNavigation(course, session);
}
