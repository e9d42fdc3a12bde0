import { isLanguageTag } from '../language.js';
import { isIri } from './formats.js';
import { at, format, listOf, mapOf, oneOf, own, shape, text, type Check, type Fields, type Judge } from './judge.js';

export const iri: Check = format('4.3', isIri, 'an absolute IRI');
export const languageMap: Check = mapOf('4.2', isLanguageTag, 'an RFC 5646 language tag', text);
/** The values of extensions are never judged: nulls and all (4.1). */
export const extensions: Check = mapOf('4.1', isIri, 'an absolute IRI');

/** Which lists of components an interaction may have (2.4.4.1, Interaction Components). */
const COMPONENT_LISTS: Readonly<Record<string, readonly string[]>> = {
  'true-false': [],
  choice: ['choices'],
  'fill-in': [],
  'long-fill-in': [],
  matching: ['source', 'target'],
  performance: ['steps'],
  sequencing: ['choices'],
  likert: ['scale'],
  numeric: [],
  other: [],
};

const LISTS = ['choices', 'scale', 'source', 'target', 'steps'];

const componentItems = listOf(shape('2.4.4', { id: text, description: languageMap }, ['id']));

const components: Check = (value, path, judge) => {
  componentItems(value, path, judge);
  if (!Array.isArray(value)) return;
  const seen = new Set<unknown>();
  for (let i = 0; i < value.length && !judge.full; i++) {
    const item: unknown = value[i];
    const id = typeof item === 'object' && item !== null ? own(item as Fields, 'id') : undefined;
    if (typeof id !== 'string') continue;
    if (seen.has(id)) judge.add(`${path}[${i}].id`, '2.4.4', 'must be unique in its list');
    seen.add(id);
  }
};

function interaction(record: Fields, path: string, judge: Judge): void {
  const type = own(record, 'interactionType');
  const lists = LISTS.filter((key) => own(record, key) !== undefined);
  if (type === undefined) {
    if (lists.length > 0 || own(record, 'correctResponsesPattern') !== undefined) {
      judge.add(at(path, 'interactionType'), '2.4.4', 'is missing, and the definition is that of an interaction');
    }
    return;
  }
  if (typeof type !== 'string' || !Object.hasOwn(COMPONENT_LISTS, type)) return;
  for (const key of lists) {
    if (!COMPONENT_LISTS[type]!.includes(key)) judge.add(at(path, key), '2.4.4', `does not belong to interactions of type "${type}"`);
  }
}

const definition = shape(
  '2.4.4',
  {
    name: languageMap,
    description: languageMap,
    type: iri,
    moreInfo: iri,
    extensions,
    interactionType: oneOf('2.4.4', ...Object.keys(COMPONENT_LISTS)),
    correctResponsesPattern: listOf(text),
    ...Object.fromEntries(LISTS.map((key) => [key, components])),
  },
  [],
  interaction,
);

export const activity: Check = shape('2.4.4', { objectType: oneOf('2.4.4', 'Activity'), id: iri, definition }, ['id']);
