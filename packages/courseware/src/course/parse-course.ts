import { findRequirementFault, hasRequirements, type Block, type Course, type CourseNode, type Iri, type Unit } from '@lectern/core';
import * as v from 'valibot';
import { PackageError } from '../package/package-error.js';
import { blockSchema, courseSchema, unitSchemas } from './course-schema.js';

export interface ParseCourseOptions {
  /** Where the course was read from: `base` and `frame` become absolute by it, and name the file in errors. */
  readonly url?: string;
  /** The course's activity id, whatever the file says. */
  readonly id?: Iri;
  /** The file's name, for errors. Default: `url`, else `course.json`. */
  readonly file?: string;
}

/** Blocks and units a course may have, and how deep they may nest. */
const MAX_NODES = 50_000;
const MAX_DEPTH = 60;

/**
 * Reads a `course.json`. Units may leave out `moveOn` (`CompletedOrPassed`).
 * @param json a parsed JSON value, from anywhere
 * @throws PackageError `invalid-course` with the path of the fault in `field`, `identifier-duplicate`, `identifier-missing`, `reference-missing`
 */
export function parseCourse(json: unknown, options: ParseCourseOptions = {}): Course {
  const file = options.file ?? options.url ?? 'course.json';
  const head = check(courseSchema, json, '', file);
  const { $schema: _schema, children: raw, base, frame, files, id: written, ...rest } = head;
  const id = options.id ?? written;
  if (id === undefined) throw new PackageError('identifier-missing', 'The course has no id.', { file, field: 'id' });
  const absolute = (url: string): string => (options.url === undefined ? url : new URL(url, options.url).href);
  const { children, paths } = readNodes(raw, file);
  const resolvedBase = base ?? (options.url === undefined ? undefined : '.');
  // Absent properties stay absent: strict readers (exactOptionalPropertyTypes, JSON) tell them from undefined.
  const course = prune({
    ...rest,
    id,
    children,
    base: resolvedBase === undefined ? undefined : absolute(resolvedBase),
    frame: frame === undefined ? undefined : absolute(frame),
    files: files === undefined ? undefined : absolute(files),
  }) as unknown as Course;
  checkRequirements(course, paths, file);
  return course;
}

/** What is demanded must be there and must be possible; and one authority says where learners may go. */
function checkRequirements(course: Course, paths: ReadonlyMap<string, string>, file: string): void {
  if (!hasRequirements(course)) return;
  const ruled = course.sequencing !== undefined || course.format === 'scorm12' || course.format === 'scorm2004';
  const fault = findRequirementFault(course);
  if (!fault && !ruled) return;
  const at = fault === undefined ? '' : `${paths.get(fault.nodeId)!}.${fault.index === undefined ? 'id' : `requires[${fault.index}]`}`;
  if (fault?.type === 'unknown') throw new PackageError('reference-missing', `"${at}": the course has no unit or block "${fault.ids[0]}".`, { file, field: at });
  if (fault) throw invalid(`"${at}": it could never be opened, because it waits for itself: ${fault.ids.join(' → ')}.`, file, at);
  throw invalid('A course with SCORM\'s sequencing has no "requires" and no "order" beside it.', file, course.sequencing === undefined ? 'format' : 'sequencing');
}

/**
 * Parses and reads the text of a `course.json`.
 * @throws PackageError `malformed-json`, and what {@link parseCourse} throws
 */
export function parseCourseText(text: string, options: ParseCourseOptions = {}): Course {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PackageError('malformed-json', `The course is not JSON: ${message}`, { file: options.file ?? options.url ?? 'course.json', cause });
  }
  return parseCourse(json, options);
}

interface Pending {
  readonly raw: readonly unknown[];
  readonly into: CourseNode[];
  readonly path: string;
  readonly depth: number;
}

/** Iterative: nesting is the author's choice, the stack is ours. */
function readNodes(raw: readonly unknown[], file: string): { readonly children: CourseNode[]; readonly paths: ReadonlyMap<string, string> } {
  const root: CourseNode[] = [];
  const paths = new Map<string, string>();
  const pending: Pending[] = [{ raw, into: root, path: 'children', depth: 1 }];
  for (let level = pending.pop(); level; level = pending.pop()) {
    if (level.depth > MAX_DEPTH) throw invalid(`Blocks nest deeper than ${MAX_DEPTH}.`, file, level.path);
    for (const [index, item] of level.raw.entries()) {
      const path = `${level.path}[${index}]`;
      const { node, below } = readNode(item, path, file);
      if (paths.has(node.id)) throw new PackageError('identifier-duplicate', `The id "${node.id}" is used twice.`, { file, field: `${path}.id` });
      paths.set(node.id, path);
      if (paths.size > MAX_NODES) throw invalid(`The course has more than ${MAX_NODES} blocks and units.`, file, path);
      level.into.push(node);
      if (below && node.type === 'block') pending.push({ raw: below, into: node.children as CourseNode[], path: `${path}.children`, depth: level.depth + 1 });
    }
  }
  return { children: root, paths };
}

function readNode(item: unknown, path: string, file: string): { node: CourseNode; below?: readonly unknown[] } {
  const { type, kind } = (typeof item === 'object' && item !== null ? item : {}) as { type?: unknown; kind?: unknown };
  if (type === 'block') {
    const { children, ...block } = check(blockSchema, item, path, file);
    return { node: prune({ ...block, children: [] as CourseNode[] }) as unknown as Block, below: children };
  }
  if (type !== 'unit') throw invalid(`"${path}.type" must be "block" or "unit".`, file, `${path}.type`);
  if (typeof kind !== 'string' || !Object.hasOwn(unitSchemas, kind)) {
    throw invalid(`"${path}.kind" must be one of ${Object.keys(unitSchemas).join(', ')}.`, file, `${path}.kind`);
  }
  const unit = check(unitSchemas[kind as keyof typeof unitSchemas] as v.GenericSchema<unknown, object>, item, path, file);
  return { node: prune(unit) as unknown as Unit };
}

function check<Schema extends v.GenericSchema>(schema: Schema, value: unknown, path: string, file: string): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = [path, v.getDotPath(issue)?.replace(/\.(\d+)(?=\.|$)/g, '[$1]')].filter(Boolean).join('.');
  throw invalid(field === '' ? `The course: ${issue.message}.` : `"${field}": ${issue.message}.`, file, field);
}

function invalid(message: string, file: string, field: string): PackageError {
  return new PackageError('invalid-course', message, { file, field });
}

function prune(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
