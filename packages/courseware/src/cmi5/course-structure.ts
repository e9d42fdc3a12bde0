import { listUnits, unitActivityId, type Activity, type Block, type Cmi5Unit, type Course, type CourseNode, type LearningObjective, type MoveOn, type Text, type Unit } from '@lectern/core';
import type { ManifestOptions, ReadManifest } from '../package/manifest.js';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import { ReferenceResolver } from '../package/references.js';
import type { XmlElement } from '../package/xml-element.js';
import { UnitIds } from '../package/unit-ids.js';
import { readAuUrl } from './au-url.js';
import { checkElement, CMI5_NAMESPACE, fault, isOurs } from './structure-schema.js';

export { CMI5_NAMESPACE };

const MAX_DEPTH = 60;
const MOVE_ON: readonly MoveOn[] = ['NotApplicable', 'Passed', 'Completed', 'CompletedAndPassed', 'CompletedOrPassed'];
const LAUNCH_METHODS = ['AnyWindow', 'OwnWindow'] as const;

interface Reading {
  readonly options: ManifestOptions;
  readonly file: string;
  readonly resolver: ReferenceResolver;
  readonly ids: UnitIds;
  /** Publishers' ids, over AUs, blocks and objectives each. */
  readonly seen: Set<string>;
  readonly objectives: ReadonlyMap<string, LearningObjective>;
  readonly course: Course;
}

/**
 * Reads a cmi5 course structure (`cmi5.xml`). The publisher's ids are kept as `publisherId`; the activity ids are the LMS's own (8.1.5).
 * @throws PackageError `wrong-standard`, `element-unknown`, `element-misplaced`, `attribute-unknown`, `element-missing`,
 * `identifier-missing`, `identifier-duplicate`, `reference-missing`, `value-invalid`, `relative-url`, `unsafe-url`, `path-traversal`, `file-missing`; each with
 * its clause of cmi5
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
  checkElement(root, file);
  checkElement(head, file);
  const seen = new Set<string>();
  const publisherId = readId(head, { seen, file }, '13.1.1');
  const course: Course = {
    id: options.id,
    publisherId,
    title: readText(head, 'title', file, '13.1.1'),
    description: readText(head, 'description', file, '13.1.1'),
    format: 'cmi5',
    children: [],
  };
  const list = root.child('objectives');
  const objectives = list ? readObjectives(list, { seen, file }) : new Map<string, LearningObjective>();
  const reading: Reading = {
    options,
    file,
    resolver: new ReferenceResolver(options.files, (warning) => void warnings.push(warning)),
    ids: new UnitIds(),
    seen,
    objectives,
    course,
  };
  const children = readNodes(root, reading, 1);
  return { course: { ...course, ...languageOf(course.title), ...(objectives.size > 0 ? { objectives: [...objectives.values()] } : {}), children }, warnings, definitions: listUnits({ children }).map(describe) };
}

/** What reports call an AU that has told nothing yet. */
function describe(unit: Unit): Activity {
  const map = (text: Text): Readonly<Record<string, string>> => (typeof text === 'string' ? { und: text } : text);
  const type = unit.kind === 'cmi5' && unit.activityType && isIri(unit.activityType) ? { type: unit.activityType } : {};
  return { objectType: 'Activity', id: unit.activityId!, definition: { ...type, name: map(unit.title), ...(unit.description ? { description: map(unit.description) } : {}) } };
}

const isIri = (text: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+$/.test(text);

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
  checkElement(element, reading.file);
  const publisherId = readId(element, reading, '13.1.2');
  return {
    type: 'block',
    id: reading.ids.take(publisherId, 'block'),
    publisherId,
    title: readText(element, 'title', reading.file, '13.1.2'),
    description: readText(element, 'description', reading.file, '13.1.2'),
    ...readReferences(element, reading, '13.1.2'),
    children: readNodes(element, reading, depth + 1),
  };
}

function readAu(element: XmlElement, reading: Reading): Cmi5Unit {
  const { file } = reading;
  checkElement(element, file);
  const publisherId = readId(element, reading, '13.1.4');
  const mastery = element.attribute('masteryScore');
  const score = mastery === undefined ? undefined : Number(mastery);
  if (score !== undefined && !(mastery !== '' && score >= 0 && score <= 1 && /^[+-]?\d*\.?\d*$/.test(mastery!))) {
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
    url: readAuUrl(element, file, reading.options.files, reading.resolver),
    launchMethod: oneOf(element, 'launchMethod', LAUNCH_METHODS, 'AnyWindow', file),
    moveOn: oneOf(element, 'moveOn', MOVE_ON, 'NotApplicable', file),
    ...(score === undefined ? {} : { masteryScore: Math.round(Math.abs(score) * 10_000) / 10_000 }),
    ...(launchParameters ? { launchParameters } : {}),
    ...(entitlementKey ? { entitlementKey } : {}),
    ...(activityType ? { activityType } : {}),
    ...readReferences(element, reading, '13.1.4'),
  };
  return { ...unit, activityId: unitActivityId(reading.course, unit) };
}

function oneOf<const Value extends string>(element: XmlElement, name: string, values: readonly Value[], otherwise: Value, file: string): Value {
  const value = element.attribute(name);
  if (value === undefined) return otherwise;
  if (values.includes(value as Value)) return value as Value;
  throw fault('value-invalid', `${name} "${value.slice(0, 80)}" is none of ${values.join(', ')}.`, element, file, '13.1.4', name);
}

function readId(element: XmlElement, { seen, file }: Pick<Reading, 'seen' | 'file'>, clause: string): string {
  const id = element.attribute('id');
  if (!id) throw fault('identifier-missing', `<${element.name}> has no id.`, element, file, clause, 'id');
  if (!isIri(id)) throw fault('value-invalid', `The id "${id.slice(0, 200)}" is not a fully qualified IRI.`, element, file, clause, 'id');
  // A course, a block, an objective and an AU may not share an id either: each names a thing of its own.
  if (seen.has(id)) throw fault('identifier-duplicate', `The id "${id.slice(0, 200)}" is used twice.`, element, file, clause, 'id');
  seen.add(id);
  return id;
}

function readObjectives(list: XmlElement, place: Pick<Reading, 'seen' | 'file'>): Map<string, LearningObjective> {
  checkElement(list, place.file);
  const objectives = list.childrenNamed('objective').filter(isOurs).map((element): LearningObjective => {
    checkElement(element, place.file);
    return { id: readId(element, place, '13.1.3'), title: readText(element, 'title', place.file, '13.1.3'), description: readText(element, 'description', place.file, '13.1.3') };
  });
  if (objectives.length === 0) throw fault('element-missing', '<objectives> has no <objective>.', list, place.file, '13.1.3');
  return new Map(objectives.map((objective) => [objective.id, objective]));
}

/** The objectives that a block or an AU refers to. */
function readReferences(owner: XmlElement, { file, objectives }: Reading, clause: string): { objectives?: readonly string[] } {
  const list = owner.child('objectives');
  if (!list) return {};
  checkElement(list, file);
  const ids = list.childrenNamed('objective').filter(isOurs).map((element) => {
    const id = element.attribute('idref') ?? '';
    if (!objectives.has(id)) throw fault('reference-missing', `The course has no objective "${id.slice(0, 200)}".`, element, file, clause, 'idref');
    return id;
  });
  return ids.length > 0 ? { objectives: [...new Set(ids)] } : {};
}

/** `title` or `description`: langstrings (13.1). One without a language stands for all. */
function readText(owner: XmlElement, name: string, file: string, clause: string): Text {
  const element = owner.child(name);
  if (element) checkElement(element, file);
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
