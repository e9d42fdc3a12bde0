import type { Course, Navigation, Session } from '@lectern/core';
import { openPrerequisiteNavigation } from './prerequisite-navigation.js';
import { SequencedNavigation } from './sequenced-navigation.js';

/** The navigation of a course with rules: SCORM 2004's sequencing, or SCORM 1.2's prerequisites. */
export async function openCourseNavigation(course: Course, session: Session): Promise<Navigation> {
  return course.format === 'scorm12' ? openPrerequisiteNavigation(course, session) : SequencedNavigation.open({ course, session });
}
