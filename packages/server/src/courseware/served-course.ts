import type { Course, CourseNode } from '@lectern/core';
import type { Origins } from '../http/origins.js';
import type { StoredCourse } from './course-store.js';

/** A course as it is served: its addresses resolve on the content origin, where its frame is too. */
export function servedCourse({ id, course }: Pick<StoredCourse, 'id' | 'course'>, { content, public: own }: Origins): Course & { readonly base: string } {
  const base = new URL(course.base ?? '.', `${content}/c/${id}/`).href;
  return { ...course, children: course.children.map(withoutKeys), base, frame: `${content}/frame/`, files: `${own}/courses/${encodeURIComponent(id)}/files.json` };
}

/** What entitles an LMS to an AU (cmi5 10.2.7), and what a tool is told of itself (LTI 1.3, 5.4.6), is for them, in their launches, and for nobody else: the course is public. */
function withoutKeys(node: CourseNode): CourseNode {
  if (node.type === 'block') return { ...node, children: node.children.map(withoutKeys) };
  if (node.kind === 'cmi5' && node.entitlementKey !== undefined) {
    const { entitlementKey: _, ...rest } = node;
    return rest;
  }
  if (node.kind === 'lti' && node.custom !== undefined) {
    const { custom: _, ...rest } = node;
    return rest;
  }
  return node;
}
