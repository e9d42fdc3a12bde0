import type { CoreError, DocumentType, Quiz } from '@lectern/core';
import { parseQuiz } from '@lectern/core';
import * as v from 'valibot';
import { isAbsoluteUrl, isSafeUrl } from './safe-url.js';
import { sequencingSchema } from './sequencing-schema.js';

/** `course.json`, object by object. Every object is closed: a misspelt optional field is a fault, not a silent default. */

const words = v.pipe(v.string(), v.trim(), v.minLength(1, 'must have words in it'), v.maxLength(4000));
const tag = v.pipe(v.string(), v.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'must be a BCP 47 language tag'));
const text = v.union([words, v.pipe(v.record(tag, words), v.check((map) => Object.keys(map).length > 0, 'has no language'))], 'must be words, or words by language tag');
const url = v.pipe(v.string(), v.minLength(1), v.maxLength(2048), v.check(isSafeUrl, 'must be a relative, http: or https: URL'));
const iri = v.pipe(v.string(), v.maxLength(2000), v.regex(/^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/, 'must be an absolute IRI'));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.check((value) => value.trim() === value, 'must not begin or end with a space'));
const fraction = v.pipe(v.number(), v.minValue(0, 'must be from 0 to 1'), v.maxValue(1, 'must be from 0 to 1'));
const seconds = v.pipe(v.number(), v.gtValue(0, 'must be above 0'), v.maxValue(31_536_000));
const moveOn = v.optional(v.picklist(['Passed', 'Completed', 'CompletedAndPassed', 'CompletedOrPassed', 'NotApplicable']), 'CompletedOrPassed');

const requires = v.optional(
  v.pipe(v.array(id), v.minLength(1, 'must have an entry'), v.maxLength(200), v.check((ids) => new Set(ids).size === ids.length, 'must not name anything twice')),
);
const order = v.optional(v.picklist(['free', 'forced'], 'must be "free" or "forced"'));

/** Media types of documents, as core's `DocumentType`. */
const DOCUMENT_TYPES = [
  'text/markdown',
  'application/pdf',
  'application/epub+zip',
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/avif',
  'image/gif',
  'image/svg+xml',
] as const satisfies readonly DocumentType[];

const described = { id, title: text, description: v.optional(text) };
const unit = {
  type: v.literal('unit'),
  ...described,
  activityId: v.optional(iri),
  moveOn,
  masteryScore: v.optional(fraction),
  expectedSeconds: v.optional(seconds),
  requires,
};
const at = <Item extends v.GenericSchema>(item: Item, max = 50) => v.pipe(v.array(item), v.minLength(1, 'must have an entry'), v.maxLength(max));

const completion = v.variant('policy', [
  v.strictObject({ policy: v.literal('visited') }),
  v.strictObject({ policy: v.literal('time'), seconds }),
  v.strictObject({ policy: v.literal('scrolled'), fraction }),
  v.strictObject({ policy: v.literal('reported') }),
]);

/** Names and values of LTI's custom parameters; what a value means is the tool's affair. */
const custom = v.pipe(
  v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(255)), v.pipe(v.string(), v.maxLength(4000))),
  v.check((map) => Object.keys(map).length <= 100, 'must have at most 100 parameters'),
);

/** Read by core, whose faults keep their place. */
const quiz = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, Quiz>(({ dataset, addIssue, NEVER }) => {
    try {
      return parseQuiz(dataset.value);
    } catch (error) {
      const { field = '', message } = error as CoreError;
      const path = field.split(/[.[\]]+/).filter(Boolean).map((key) => ({ type: 'unknown' as const, origin: 'value' as const, input: dataset.value, key, value: undefined }));
      const [first, ...rest] = path;
      addIssue({ message: message.replace(/^"[^"]*" |\.$/g, ''), ...(first ? { path: [first, ...rest] } : {}) });
      return NEVER;
    }
  }),
);

/** The course without its children, which are read one by one. */
export const courseSchema = v.strictObject({
  $schema: v.optional(v.string()),
  id: v.optional(iri),
  title: text,
  description: v.optional(text),
  language: v.optional(tag),
  format: v.optional(v.picklist(['course', 'scorm12', 'scorm2004', 'cmi5', 'xapi', 'imscc', 'qti', 'h5p']), 'course'),
  base: v.optional(url),
  frame: v.optional(url),
  files: v.optional(url),
  publisherId: v.optional(iri),
  objectives: v.optional(v.array(v.strictObject({ id: iri, title: text, description: v.optional(text) }))),
  sequencing: v.optional(sequencingSchema),
  order,
  children: v.array(v.unknown()),
});

export const blockSchema = v.strictObject({ type: v.literal('block'), ...described, publisherId: v.optional(iri), objectives: v.optional(v.array(iri)), requires, order, children: v.array(v.unknown()) });

const media = {
  sources: at(v.strictObject({ src: url, type: v.optional(v.string()) })),
  tracks: v.optional(
    v.array(v.strictObject({ src: url, kind: v.picklist(['captions', 'subtitles', 'chapters', 'descriptions']), lang: tag, label: v.optional(words) })),
  ),
  poster: v.optional(url),
  completionThreshold: v.optional(fraction),
  seekAhead: v.optional(v.boolean()),
};

export const unitSchemas = {
  video: v.strictObject({ ...unit, kind: v.literal('video'), ...media }),
  audio: v.strictObject({ ...unit, kind: v.literal('audio'), ...media }),
  document: v.pipe(
    v.strictObject({
      ...unit,
      kind: v.literal('document'),
      sources: at(v.strictObject({ src: url, type: v.picklist(DOCUMENT_TYPES), lang: v.optional(tag) })),
      alt: v.optional(text),
      caption: v.optional(text),
      completionThreshold: v.optional(fraction),
      minPageSeconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(3600))),
      download: v.optional(v.boolean()),
    }),
    v.forward(
      v.check(({ sources, alt }) => alt !== undefined || !sources.some(({ type }) => type.startsWith('image/')), 'must say what the picture shows'),
      ['alt'],
    ),
  ),
  scorm: v.strictObject({
    ...unit,
    kind: v.literal('scorm'),
    version: v.picklist(['1.2', '2004']),
    href: url,
    launchData: v.optional(v.string()),
    maxTimeAllowed: v.optional(seconds),
    maxTimeAllowedText: v.optional(v.string()),
    timeLimitAction: v.optional(v.string()),
    completionThreshold: v.optional(fraction),
    masteryScoreRaw: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
    objectives: v.optional(
      v.array(
        v.strictObject({
          id: v.string(),
          satisfiedByMeasure: v.optional(v.boolean()),
          minNormalizedMeasure: v.optional(v.pipe(v.number(), v.minValue(-1), v.maxValue(1))),
        }),
      ),
    ),
    prerequisites: v.optional(v.string()),
  }),
  cmi5: v.strictObject({
    ...unit,
    kind: v.literal('cmi5'),
    url,
    launchMethod: v.optional(v.picklist(['AnyWindow', 'OwnWindow']), 'AnyWindow'),
    launchParameters: v.optional(v.string()),
    entitlementKey: v.optional(v.string()),
    publisherId: iri,
    activityType: v.optional(v.string()),
    objectives: v.optional(v.array(iri)),
  }),
  xapi: v.strictObject({ ...unit, kind: v.literal('xapi'), url }),
  html: v.strictObject({
    ...unit,
    kind: v.literal('html'),
    href: url,
    completion,
  }),
  link: v.strictObject({ ...unit, kind: v.literal('link'), href: v.pipe(url, v.check(isAbsoluteUrl, 'must be an absolute URL')) }),
  simulation: v.strictObject({ ...unit, kind: v.literal('simulation'), src: url }),
  quiz: v.pipe(
    v.strictObject({ ...unit, kind: v.literal('quiz'), src: v.optional(url), quiz: v.optional(quiz) }),
    v.forward(v.check(({ src, quiz: inline }) => (src === undefined) !== (inline === undefined), 'must be there, or "src", and not both'), ['quiz']),
  ),
  h5p: v.strictObject({ ...unit, kind: v.literal('h5p'), href: url, completion: v.optional(completion) }),
  lti: v.pipe(
    v.strictObject({
      ...unit,
      kind: v.literal('lti'),
      tool: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))),
      targetLinkUri: v.optional(v.pipe(url, v.check((text) => /^https?:/i.test(text) && URL.canParse(text), 'must be an absolute http(s) URL'))),
      custom: v.optional(custom),
      launchMethod: v.optional(v.picklist(['AnyWindow', 'OwnWindow']), 'AnyWindow'),
      completion: v.optional(v.variant('policy', [v.strictObject({ policy: v.literal('visited') }), v.strictObject({ policy: v.literal('reported') })])),
    }),
    v.forward(v.check(({ tool, targetLinkUri }) => tool !== undefined || targetLinkUri !== undefined, 'must be there, or "targetLinkUri"'), ['tool']),
    // Scores are numbers: whether one is a pass, only the course can say.
    v.forward(v.check(({ moveOn: by, masteryScore }) => masteryScore !== undefined || (by !== 'Passed' && by !== 'CompletedAndPassed'), 'must be there: by it the score of a tool is a pass'), ['masteryScore']),
  ),
} as const;
