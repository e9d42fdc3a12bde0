import { formatDuration, listUnits, type Course, type Text } from '@lectern/core';
import { el, type XmlNode } from './xml.js';

/** The bindings of IEEE 1484.12 that manifests carry. GB/T 21365-2008 is the same model. */
export type LomBinding = 'ims-1.2.1' | 'ieee' | 'cc-1.1';

/** A course's metadata: what it is called, in which language, what it is about, how long it takes. */
export function lomOf(course: Course, binding: LomBinding): XmlNode {
  const facts = { title: course.title, description: course.description, language: course.language, id: course.id, duration: durationOf(course) };
  return binding === 'ims-1.2.1' ? imsLom(facts) : ieeeLom(facts, binding === 'ieee' ? '' : 'lomimscc:');
}

interface Facts {
  readonly id: string;
  readonly title: Text;
  readonly description: Text | undefined;
  readonly language: string | undefined;
  readonly duration: string | undefined;
}

/** The words by language. */
export const wordsOf = (text: Text, language: string | undefined): [language: string | undefined, words: string][] =>
  typeof text === 'string' ? [[language, text]] : Object.entries(text);

/** IMS Learning Resource Meta-data 1.2.1, which SCORM 1.2 takes (CAM 1.2 2.2). */
function imsLom({ id, title, description, language, duration }: Facts): XmlNode {
  const md = (name: string, ...children: Parameters<typeof el>[2][]): XmlNode => el(`imsmd:${name}`, {}, ...children);
  const strings = (name: string, text: Text): XmlNode => md(name, ...wordsOf(text, language).map(([tag, words]) => el('imsmd:langstring', { 'xml:lang': tag }, words)));
  return el(
    'imsmd:lom',
    {},
    md(
      'general',
      strings('title', title),
      md('catalogentry', md('catalog', 'URI'), md('entry', el('imsmd:langstring', { 'xml:lang': 'x-none' }, id))),
      language === undefined ? undefined : md('language', language),
      description === undefined ? undefined : strings('description', description),
    ),
    md('metametadata', md('metadatascheme', 'ADL SCORM 1.2')),
    duration === undefined ? undefined : md('educational', md('typicallearningtime', md('datetime', duration))),
  );
}

/** The XML binding of IEEE 1484.12.3: SCORM 2004 takes it as it is, Common Cartridge under a namespace of its own. */
function ieeeLom({ id, title, description, language, duration }: Facts, prefix: string): XmlNode {
  const md = (name: string, ...children: Parameters<typeof el>[2][]): XmlNode => el(`${prefix}${name}`, {}, ...children);
  const strings = (name: string, text: Text): XmlNode => md(name, ...wordsOf(text, language).map(([tag, words]) => el(`${prefix}string`, { language: tag }, words)));
  return el(
    `${prefix}lom`,
    prefix === '' ? { xmlns: 'http://ltsc.ieee.org/xsd/LOM' } : {},
    md(
      'general',
      md('identifier', md('catalog', 'URI'), md('entry', id)),
      strings('title', title),
      language === undefined ? undefined : md('language', language),
      description === undefined ? undefined : strings('description', description),
    ),
    prefix === '' ? md('metaMetadata', md('metadataSchema', 'LOMv1.0')) : undefined,
    // Common Cartridge's profile of the model has no place for it.
    duration === undefined || prefix !== '' ? undefined : md('educational', md('typicalLearningTime', md('duration', duration))),
  );
}

function durationOf(course: Course): string | undefined {
  const seconds = listUnits(course).reduce((sum, { expectedSeconds = 0 }) => sum + expectedSeconds, 0);
  return seconds > 0 ? formatDuration(seconds) : undefined;
}
