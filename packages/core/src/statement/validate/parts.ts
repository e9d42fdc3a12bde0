import { isLanguageTag } from '../language.js';
import { activity, extensions, iri, languageMap } from './activity.js';
import { actor, agent, group } from './actor.js';
import { isDuration, isMediaType, isSha2, isUuid } from './formats.js';
import { boolean, format, listOf, number, oneOf, own, shape, text, type Check, type Fields, type Judge } from './judge.js';

export const uuid: Check = format('4.4', isUuid, 'a UUID in its standard form');

export const verb: Check = shape('2.4.3', { id: iri, display: languageMap }, ['id']);

export const statementRef: Check = shape('2.4.4', { objectType: oneOf('2.4.4', 'StatementRef'), id: uuid }, ['objectType', 'id']);

function scoreRange(record: Fields, path: string, judge: Judge): void {
  const [raw, min, max] = ['raw', 'min', 'max'].map((key) => own(record, key));
  if (typeof min === 'number' && typeof max === 'number' && min >= max) judge.add(`${path}.min`, '2.4.5', 'must be less than max');
  if (typeof raw !== 'number') return;
  if (typeof min === 'number' && raw < min) judge.add(`${path}.raw`, '2.4.5', 'must not be less than min');
  else if (typeof max === 'number' && raw > max) judge.add(`${path}.raw`, '2.4.5', 'must not be greater than max');
}

export const result: Check = shape('2.4.5', {
  score: shape(
    '2.4.5',
    {
      scaled: number('2.4.5', (value) => value >= -1 && value <= 1, 'from -1 to 1'),
      raw: number('2.4.5'),
      min: number('2.4.5'),
      max: number('2.4.5'),
    },
    [],
    scoreRange,
  ),
  success: boolean,
  completion: boolean,
  response: text,
  duration: format('4.6', isDuration, 'an ISO 8601 duration'),
  extensions,
});

const activityItems = listOf(activity);

/** A single activity stands for an array of one, so that 0.95 statements stay good (2.4.6.2). */
const contextActivities: Check = (value, path, judge) => (Array.isArray(value) ? activityItems : activity)(value, path, judge);

const typeItems = listOf(iri);

const relevantTypes: Check = (value, path, judge) => {
  typeItems(value, path, judge);
  if (Array.isArray(value) && value.length === 0) judge.add(path, '2.4.6', 'must not be empty');
};

const contextFields: Readonly<Record<string, Check>> = {
  registration: uuid,
  instructor: actor,
  team: group,
  contextActivities: shape('2.4.6', {
    parent: contextActivities,
    grouping: contextActivities,
    category: contextActivities,
    other: contextActivities,
  }),
  revision: text,
  platform: text,
  language: format('2.4.6', isLanguageTag, 'an RFC 5646 language tag'),
  statement: statementRef,
  extensions,
};

const context10 = shape('2.4.6', contextFields);

const context20 = shape('2.4.6', {
  ...contextFields,
  contextAgents: listOf(shape('2.4.6', { objectType: oneOf('2.4.6', 'contextAgent'), agent, relevantTypes }, ['objectType', 'agent'])),
  contextGroups: listOf(shape('2.4.6', { objectType: oneOf('2.4.6', 'contextGroup'), group, relevantTypes }, ['objectType', 'group'])),
});

export const context: Check = (value, path, judge) => (judge.version === '2.0.0' ? context20 : context10)(value, path, judge);

export const attachments: Check = listOf(
  shape(
    '2.4.11',
    {
      usageType: iri,
      display: languageMap,
      description: languageMap,
      contentType: format('2.4.11', isMediaType, 'a media type'),
      length: number('2.4.11', (value) => Number.isSafeInteger(value) && value >= 0, 'a whole number of octets'),
      sha2: format('2.4.11', isSha2, 'a SHA-2 hash in hexadecimal digits'),
      fileUrl: iri,
    },
    ['usageType', 'display', 'contentType', 'length', 'sha2'],
  ),
);
