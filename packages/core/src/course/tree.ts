import { CoreError } from '../errors/core-error.js';
import type { Course, CourseNode, Iri, Text } from './course.js';
import type { Unit } from './units.js';
import { encodePart } from './iri.js';

/** The units of a tree in reading order. Iterative: a hostile course may nest deeper than the stack. */
export function listUnits(root: { readonly children: readonly CourseNode[] }): Unit[] {
  const units: Unit[] = [];
  const stack: CourseNode[] = [...root.children].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'unit') units.push(node);
    else for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]!);
  }
  return units;
}

/** @throws CoreError `unit-unknown` */
export function getUnit(course: Course, unitId: string): Unit {
  const unit = listUnits(course).find((candidate) => candidate.id === unitId);
  if (!unit) throw new CoreError('unit-unknown', `The course has no unit "${unitId}".`, { field: 'unitId' });
  return unit;
}

/** A unit or block by its id. */
export function getNode(course: Course, id: string): CourseNode | undefined {
  const stack: CourseNode[] = [...course.children];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.id === id) return node;
    if (node.type === 'block') for (const child of node.children) stack.push(child);
  }
  return undefined;
}

/** The activity id of a unit in statements: its own, or one below the course's. */
export function unitActivityId(course: Course, unit: Unit): Iri {
  if (unit.activityId) return unit.activityId;
  const separator = course.id.startsWith('urn:') ? ':' : '/';
  return `${course.id.replace(/\/$/, '')}${separator}${encodePart(unit.id)}`;
}

/**
 * Picks the words for a reader: the exact tag, then the same language, then English, then whatever there is.
 * @param languages BCP 47 tags, the preferred first
 */
export function pickText(text: Text | undefined, languages: readonly string[]): string {
  if (text === undefined) return '';
  if (typeof text === 'string') return text;
  const tags = Object.keys(text);
  for (const wanted of [...languages, 'en']) {
    const primary = wanted.toLowerCase().split('-')[0];
    const found =
      tags.find((tag) => tag.toLowerCase() === wanted.toLowerCase()) ??
      tags.find((tag) => tag.toLowerCase().split('-')[0] === primary);
    if (found) return text[found]!;
  }
  return tags[0] === undefined ? '' : text[tags[0]]!;
}
