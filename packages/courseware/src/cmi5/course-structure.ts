import { unitActivityId, type Block, type Cmi5Unit, type Course, type CourseNode, type MoveOn, type Text } from '@lectern/core';
import type { ManifestOptions, ReadManifest } from '../package/manifest.js';
import { PackageError, type PackageErrorCode, type PackageWarning } from '../package/package-error.js';
import { ReferenceResolver } from '../package/references.js';
import { isAbsoluteUrl } from '../course/safe-url.js';
import type { XmlElement } from '../package/xml-element.js';
import { UnitIds } from '../package/unit-ids.js';

/** The namespace of `v1/CourseStructure.xsd`; its elements and no others may stand where the schema says. */
export const CMI5_NAMESPACE = 'https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd';

const MAX_DEPTH = 60;
const MOVE_ON: readonly MoveOn[] = ['NotApplicable', 'Passed', 'Completed', 'CompletedAndPassed', 'CompletedOrPassed'];
const LAUNCH_METHODS = ['AnyWindow', 'OwnWindow'] as const;

/** What the schema allows below each element. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  courseStructure: ['course', 'objectives', 'au', 'block'],
  course: ['title', 'description'],
  block: ['title', 'description', 'objectives', 'au', 'block'],
  au: ['title', 'description', 'objectives', 'url', 'launchParameters', 'entitlementKey'],
  objectives: ['objective'],
};

interface Reading {
  readonly options: ManifestOptions;
  readonly file: string;
  readonly resolver: ReferenceResolver;
  readonly ids: UnitIds;
  /** Publishers' ids, over AUs, blocks and objectives each. */
  readonly seen: Set<string>;
  readonly course: Course;
}

/**
 * Reads a cmi5 course structure (`cmi5.xml`). The publisher's ids are kept as `publisherId`; the activity ids are the LMS's own (8.1.5).
 * @throws PackageError `wrong-standard`, `element-unknown`, `element-missing`, `identifier-missing`, `identifier-duplicate`,
 * `value-invalid`, `relative-url`, `unsafe-url`, `path-traversal`, `file-missing`; each with its clause of cmi5
 */
export function readCourseStructure(root: XmlElement, options: ManifestOptions): ReadManifest {
  const file = options.file ?? 'cmi5.xml';
  const warnings: PackageWarning[] = [];
  if (root.name !== 'courseStructure' || root.namespace !== CMI5_NAMESPACE) {
    const problem = root.name === 'courseStructure' ? `its namespace is "${root.namespace}"` : `its root is <${root.name}>`;
    throw new PackageError('wrong-standard', `This is not a cmi5 course structure: ${problem}.`, { file, field: root.name, clause: 'cmi5 14.0' });
  }
  const head = root.child('course');
  if (!head) throw fault('element-missing', 'The course structure has no <course>.', root, file, '13.1.1');
  checkChildren(root, file);
  const course: Course = {
    id: options.id,
    title: readText(head, 'title', file, '13.1.1'),
    description: readText(head, 'description', file, '13.1.1'),
    format: 'cmi5',
    children: [],
  };
  const reading: Reading = {
    options,
    file,
    resolver: new ReferenceResolver(options.files, (warning) => void warnings.push(warning)),
    ids: new UnitIds(),
    seen: new Set(),
    course,
  };
  readId(head, reading, '13.1.1');
  const objectives = root.child('objectives');
  if (objectives) readObjectives(objectives, reading, warnings);
  const children = readNodes(root, reading, 1);
  return { course: { ...course, ...languageOf(course.title), children }, warnings };
}

function fault(code: PackageErrorCode, message: string, element: XmlElement, file: string, clause: string, attribute?: string): PackageError {
  return new PackageError(code, message, {
    file,
    field: attribute === undefined ? element.path || element.name : element.attributePath(attribute),
    clause: `cmi5 ${clause}`,
  });
}

/** The schema is closed in its own namespace and open to others' (13.1.5). */
function checkChildren(element: XmlElement, file: string): void {
  const allowed = CHILDREN[element.name] ?? [];
  for (const child of element.children) {
    const ours = child.namespace === CMI5_NAMESPACE || child.namespace === '';
    if (ours && !allowed.includes(child.name)) {
      throw fault('element-unknown', `<${element.name}> may not have <${child.name}>.`, child, file, '14.0');
    }
  }
  const loose = element.text.trim();
  if (loose !== '') throw fault('element-unknown', `<${element.name}> may not have text of its own: "${loose.slice(0, 40)}".`, element, file, '14.0');
}

function readNodes(parent: XmlElement, reading: Reading, depth: number): CourseNode[] {
  const { file } = reading;
  if (depth > MAX_DEPTH) throw fault('invalid-course', `Blocks nest deeper than ${MAX_DEPTH}.`, parent, file, '13.1.2');
  const nodes = parent.children.flatMap((child): CourseNode[] => {
    if (child.namespace !== CMI5_NAMESPACE) return [];
    if (child.name === 'au') return [readAu(child, reading)];
    return child.name === 'block' ? [readBlock(child, reading, depth)] : [];
  });
  if (nodes.length === 0) throw fault('element-missing', `<${parent.name}> has no <au> and no <block>.`, parent, file, '13.1.2');
  return nodes;
}

function readBlock(element: XmlElement, reading: Reading, depth: number): Block {
  checkChildren(element, reading.file);
  const publisherId = readId(element, reading, '13.1.2');
  return {
    type: 'block',
    id: reading.ids.take(publisherId, 'block'),
    title: readText(element, 'title', reading.file, '13.1.2'),
    description: readText(element, 'description', reading.file, '13.1.2'),
    children: readNodes(element, reading, depth + 1),
  };
}

function readAu(element: XmlElement, reading: Reading): Cmi5Unit {
  const { file } = reading;
  checkChildren(element, file);
  const publisherId = readId(element, reading, '13.1.4');
  const mastery = element.attribute('masteryScore');
  const score = mastery === undefined ? undefined : Number(mastery);
  if (score !== undefined && !(mastery !== '' && score >= 0 && score <= 1 && /^[+]?\d*\.?\d*$/.test(mastery!))) {
    throw fault('value-invalid', `masteryScore "${mastery}" is not a decimal from 0 to 1.`, element, file, '13.1.4', 'masteryScore');
  }
  const launchParameters = element.textOf('launchParameters');
  const entitlementKey = element.textOf('entitlementKey');
  const activityType = element.attribute('activityType');
  const unit: Cmi5Unit = {
    type: 'unit',
    kind: 'cmi5',
    id: reading.ids.take(publisherId, 'au'),
    publisherId,
    title: readText(element, 'title', file, '13.1.4'),
    description: readText(element, 'description', file, '13.1.4'),
    url: readUrl(element, reading),
    launchMethod: oneOf(element, 'launchMethod', LAUNCH_METHODS, 'AnyWindow', file),
    moveOn: oneOf(element, 'moveOn', MOVE_ON, 'NotApplicable', file),
    ...(score === undefined ? {} : { masteryScore: Math.round(score * 10_000) / 10_000 }),
    ...(launchParameters ? { launchParameters } : {}),
    ...(entitlementKey ? { entitlementKey } : {}),
    ...(activityType ? { activityType } : {}),
  };
  return { ...unit, activityId: unitActivityId(reading.course, unit) };
}

function oneOf<const Value extends string>(element: XmlElement, name: string, values: readonly Value[], otherwise: Value, file: string): Value {
  const value = element.attribute(name);
  if (value === undefined) return otherwise;
  if (values.includes(value as Value)) return value as Value;
  throw fault('value-invalid', `${name} "${value.slice(0, 80)}" is none of ${values.join(', ')}.`, element, file, '13.1.4', name);
}

function readUrl(element: XmlElement, reading: Reading): string {
  const { file, options } = reading;
  const child = element.child('url');
  const url = child?.text.trim();
  if (!child || !url) throw fault('element-missing', 'The <au> has no <url>.', child ?? element, file, '13.1.4');
  if (isAbsoluteUrl(url)) return reading.resolver.resolve(url, { file, field: child.path, clause: 'cmi5 13.1.4' });
  if (!options.files) {
    throw fault('relative-url', `"${url.slice(0, 200)}" is relative, but the course structure came without a package.`, child, file, '14.2');
  }
  return reading.resolver.resolve(url, { file, field: child.path, clause: 'cmi5 14.1' });
}

function readId(element: XmlElement, { seen, file }: Reading, clause: string): string {
  const id = element.attribute('id');
  if (!id) throw fault('identifier-missing', `<${element.name}> has no id.`, element, file, clause, 'id');
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(id)) throw fault('value-invalid', `The id "${id.slice(0, 200)}" is not an absolute IRI.`, element, file, clause, 'id');
  // A course, a block and an AU may not share an id either: each names an activity of its own.
  if (seen.has(id)) throw fault('identifier-duplicate', `The id "${id.slice(0, 200)}" is used twice.`, element, file, clause, 'id');
  seen.add(id);
  return id;
}

function readObjectives(list: XmlElement, reading: Reading, warnings: PackageWarning[]): void {
  checkChildren(list, reading.file);
  for (const objective of list.childrenNamed('objective')) {
    readId(objective, reading, '13.1.3');
    readText(objective, 'title', reading.file, '13.1.3');
  }
  warnings.push({ code: 'objectives-kept-out', message: 'The objectives were checked; they are not shown.', file: reading.file, field: list.path });
}

/** `title` or `description`: langstrings (13.1). One without a language stands for all. */
function readText(owner: XmlElement, name: string, file: string, clause: string): Text {
  const element = owner.child(name);
  const strings = element?.childrenNamed('langstring') ?? [];
  if (!element || strings.length === 0) throw fault('element-missing', `<${owner.name}> has no <${name}> with a langstring.`, element ?? owner, file, clause);
  const words: Record<string, string> = {};
  for (const string of strings) words[string.attribute('lang') || 'und'] = string.text.trim().replace(/\s+/g, ' ');
  const [only] = Object.entries(words);
  return Object.keys(words).length === 1 && only![0] === 'und' ? only![1] : words;
}

function languageOf(title: Text): { language?: string } {
  const [tag] = typeof title === 'string' ? [] : Object.keys(title);
  return tag && tag !== 'und' ? { language: tag } : {};
}
