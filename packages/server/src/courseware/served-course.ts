import type { Course } from '@lectern/core';
import type { Origins } from '../http/origins.js';
import type { StoredCourse } from './course-store.js';

/** A course as it is served: its addresses resolve on the content origin, where its frame is too. */
export function servedCourse({ id, course }: Pick<StoredCourse, 'id' | 'course'>, { content }: Origins): Course & { readonly base: string } {
  const base = new URL(course.base ?? '.', `${content}/c/${id}/`).href;
  return { ...course, base, frame: `${content}/frame/` };
}
