import type { Course } from '@lectern/core';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isFraction = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value >= 0 && value <= 1);
const isSeconds = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value >= 0);
const isOptional = (value: unknown): boolean => value === undefined || isFilled(value);
const isText = (value: unknown): boolean => typeof value === 'string' || (isObject(value) && Object.values(value).every((words) => typeof words === 'string'));
const isOptionalText = (value: unknown): boolean => value === undefined || isText(value);
const isListOf = (value: unknown, check: (item: Json) => boolean): boolean => Array.isArray(value) && value.every((item) => isObject(item) && check(item));
/** Nothing but what can be fetched, as strict as `parseCourse`: control characters and backslashes hide other schemes. */
const isUrl = (value: unknown): boolean => isFilled(value) && !/[\p{Cc}\\]/u.test(value) && /^\s*(https?:|(?![a-z][a-z\d+.-]*:))/i.test(value);
const isOptionalUrl = (value: unknown): boolean => value === undefined || isUrl(value);
const isSource = ({ src, type, lang }: Json): boolean => isUrl(src) && isOptional(type) && isOptional(lang);

const isReadable = (type: unknown): boolean => /^(text\/markdown|application\/(pdf|epub\+zip))$/.test(String(type));
const isPicture = (type: unknown): boolean => /^image\/(png|jpeg|webp|avif|gif|svg\+xml)$/.test(String(type));

const MOVE_ON = ['Passed', 'Completed', 'CompletedAndPassed', 'CompletedOrPassed', 'NotApplicable'];
const FORMATS = ['course', 'scorm12', 'scorm2004', 'cmi5', 'xapi', 'imscc', 'qti', 'h5p'];

const isPolicy = (value: unknown): boolean =>
  isObject(value) &&
  (/^(visited|reported)$/.test(String(value['policy'])) ||
    (value['policy'] === 'time' && typeof value['seconds'] === 'number') ||
    (value['policy'] === 'scrolled' && isFraction(value['fraction'] ?? '')));

const isMedia = ({ sources, tracks, poster, completionThreshold, seekAhead }: Json): boolean =>
  isListOf(sources, isSource) &&
  (sources as unknown[]).length > 0 &&
  (tracks === undefined || isListOf(tracks, ({ src, kind, lang, label }) => isUrl(src) && isFilled(kind) && isFilled(lang) && isOptional(label))) &&
  isOptionalUrl(poster) &&
  isFraction(completionThreshold) &&
  (seekAhead === undefined || typeof seekAhead === 'boolean');

/** What each kind of unit needs besides what all have. Tools (`lti`) are for the reader that knows them all: nobody waits for one as for a video. */
const KINDS: Readonly<Record<string, (unit: Json) => boolean>> = {
  video: isMedia,
  audio: isMedia,
  document: ({ sources, alt, caption, completionThreshold, minPageSeconds }) =>
    isListOf(sources, (source) => isSource(source) && (isReadable(source['type']) || (isPicture(source['type']) && isText(alt)))) &&
    (sources as unknown[]).length > 0 &&
    isOptionalText(caption) &&
    isFraction(completionThreshold) &&
    isSeconds(minPageSeconds),
  scorm: ({ version, href, launchData, maxTimeAllowed, completionThreshold, masteryScoreRaw, objectives }) =>
    (version === '1.2' || version === '2004') &&
    isUrl(href) &&
    isOptionalText(launchData) &&
    isSeconds(maxTimeAllowed) &&
    isFraction(completionThreshold) &&
    isSeconds(masteryScoreRaw) &&
    (objectives === undefined || isListOf(objectives, ({ id }) => typeof id === 'string')),
  html: ({ href, completion }) => isUrl(href) && isPolicy(completion),
  cmi5: ({ url, launchMethod, publisherId }) => isUrl(url) && (launchMethod === 'AnyWindow' || launchMethod === 'OwnWindow') && isFilled(publisherId),
  xapi: ({ url }) => isUrl(url),
  link: ({ href }) => isUrl(href) && /^https?:/i.test(href as string),
  simulation: ({ src }) => isUrl(src),
  // Questions in the course itself are for the reader that knows them all.
  quiz: ({ src, quiz }) => isUrl(src) && quiz === undefined,
  h5p: ({ href, completion }) => isUrl(href) && (completion === undefined || isPolicy(completion)),
};

const isUnit = (unit: Json): boolean =>
  isFilled(unit['id']) &&
  unit['id'].length <= 200 &&
  isText(unit['title']) &&
  isOptionalText(unit['description']) &&
  isOptional(unit['activityId']) &&
  MOVE_ON.includes(unit['moveOn'] as string) &&
  isFraction(unit['masteryScore']) &&
  isSeconds(unit['expectedSeconds']) &&
  (Object.hasOwn(KINDS, String(unit['kind'])) && KINDS[String(unit['kind'])]!(unit));

/**
 * Whether a value is a complete course as `course.json` should have it. A quick yes: `no` only means that
 * `parseCourse`, which is authoritative and loads later, must look. It exists so that a video need not wait for the validator.
 */
export function isCourse(value: unknown): value is Course {
  if (!isObject(value) || !isFilled(value['id']) || !isText(value['title']) || !FORMATS.includes(value['format'] as string)) return false;
  if (value['sequencing'] !== undefined || value['order'] !== undefined) return false;
  if (!isOptionalText(value['description']) || !isOptional(value['language']) || !isOptionalUrl(value['base']) || !isOptionalUrl(value['frame'])) return false;
  if (!/^[a-z][a-z\d+.-]*:\S+$/i.test(value['id'])) return false;
  const ids = new Set<string>();
  const stack: unknown[] = [value];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { children } = node as Json;
    if (!Array.isArray(children)) return false;
    for (const child of children as unknown[]) {
      if (!isObject(child) || !isFilled(child['id']) || ids.has(child['id'])) return false;
      if (child['requires'] !== undefined || child['order'] !== undefined) return false;
      ids.add(child['id']);
      if (child['type'] === 'block' && isText(child['title']) && isOptionalText(child['description'])) stack.push(child);
      else if (child['type'] !== 'unit' || !isUnit(child)) return false;
    }
  }
  return true;
}
