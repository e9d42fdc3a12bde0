import { unitActivityId, type Text } from '@lectern/core';
import { wordsOf } from './lom.js';
import type { ManifestParts } from './manifest-parts.js';
import { el, type XmlNode } from './xml.js';

/** `tincan.xml`: the launchable activities; the course first, as the activity that the others are part of. */
export function tincanManifest({ course, plan }: ManifestParts): XmlNode {
  const words = (name: string, text: Text): XmlNode[] => wordsOf(text, course.language).map(([lang, string]) => el(name, { lang: lang ?? 'und' }, string));
  const activities = plan.launches.map(({ unit, href }) =>
    el(
      'activity',
      { id: unit ? unitActivityId(course, unit) : course.id, type: unit ? 'http://adlnet.gov/expapi/activities/lesson' : 'http://adlnet.gov/expapi/activities/course' },
      words('name', unit?.title ?? course.title),
      words('description', unit?.description ?? unit?.title ?? course.description ?? course.title),
      el('launch', { lang: course.language ?? 'und' }, href),
    ),
  );
  return el('tincan', { xmlns: 'http://projecttincan.com/tincan.xsd' }, el('activities', {}, ...activities));
}
