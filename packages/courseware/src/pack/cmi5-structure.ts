import { unitActivityId, type Course, type MoveOn, type Text } from '@lectern/core';
import { wordsOf } from './lom.js';
import type { ManifestParts } from './manifest-parts.js';
import type { Launch, PlanNode } from './plan.js';
import { el, type XmlNode } from './xml.js';

const NAMESPACE = 'https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd';

/** `cmi5.xml` (cmi5 13). Ids are the publisher's: an LMS makes its own of them. */
export function cmi5Structure({ course, plan }: ManifestParts): XmlNode {
  const objectives = course.objectives ?? [];
  const id = course.publisherId ?? course.id;
  return el(
    'courseStructure',
    { xmlns: NAMESPACE },
    el('course', { id }, text('title', course.title, course), text('description', course.description ?? course.title, course)),
    objectives.length
      ? el('objectives', {}, ...objectives.map((objective) => el('objective', { id: objective.id }, text('title', objective.title, course), text('description', objective.description ?? objective.title, course))))
      : undefined,
    plan.nodes.map((node) => nodeOf(node, course, id)),
  );
}

function nodeOf(node: PlanNode, course: Course, root: string): XmlNode {
  if (node.type === 'launch') return au(node, course, root);
  const { block } = node;
  return el(
    'block',
    { id: block.publisherId ?? below(root, 'block', block.id) },
    text('title', block.title, course),
    text('description', block.description ?? block.title, course),
    references(block.objectives),
    node.children.map((child) => nodeOf(child, course, root)),
  );
}

function au({ unit, href, masteryScore }: Launch, course: Course, root: string): XmlNode {
  const own = unit?.kind === 'cmi5' ? unit : undefined;
  return el(
    'au',
    {
      id: own?.publisherId ?? (unit ? unitActivityId({ ...course, id: root }, unit) : below(root, 'au', 'course')),
      moveOn: unit?.moveOn ?? ('CompletedOrPassed' satisfies MoveOn),
      masteryScore: masteryScore === undefined ? undefined : String(Math.round(masteryScore * 1e4) / 1e4),
      launchMethod: own?.launchMethod ?? 'AnyWindow',
      activityType: own?.activityType,
    },
    text('title', unit?.title ?? course.title, course),
    text('description', unit?.description ?? unit?.title ?? course.description ?? course.title, course),
    references(own?.objectives),
    el('url', {}, href),
    own?.launchParameters === undefined ? undefined : el('launchParameters', {}, own.launchParameters),
    own?.entitlementKey === undefined ? undefined : el('entitlementKey', {}, own.entitlementKey),
  );
}

const below = (root: string, kind: string, id: string): string => `${root.replace(/\/$/, '')}${root.startsWith('urn:') ? ':' : '/'}${kind}/${encodeURIComponent(id)}`;

const references = (objectives: readonly string[] | undefined): XmlNode | undefined => (objectives?.length ? el('objectives', {}, ...objectives.map((idref) => el('objective', { idref }))) : undefined);

const text = (name: string, words: Text, { language }: Course): XmlNode => el(name, {}, ...wordsOf(words, language).map(([lang, string]) => el('langstring', { lang }, string)));

