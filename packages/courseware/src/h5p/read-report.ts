import type { Interaction, InteractionPart, InteractionType, Score, Text } from '@lectern/core';

/** The unit's resume data: `{ state }`, what the content gave (a text). */
export const H5P_STATE_ID = 'lectern.h5p';

/** Characters of a statement, and of a content's state, beyond which it is refused. */
export const MAX_STATEMENT = 256_000;
export const MAX_H5P_STATE = 1_000_000;

/** What a statement of H5P content says, without whom, where and when: those are the session's to say. */
export interface H5pReport {
  /** Of the content itself, and not of a part of it. */
  readonly whole: boolean;
  readonly verb: 'answered' | 'completed' | 'passed' | 'failed';
  /** With `answered`, where the statement says what was asked. */
  readonly interaction?: Interaction;
  readonly score?: Score;
  readonly success?: boolean;
  /** The content says that it is done with. */
  readonly completed: boolean;
}

const VERBS: Readonly<Record<string, H5pReport['verb']>> = {
  'http://adlnet.gov/expapi/verbs/answered': 'answered',
  'http://adlnet.gov/expapi/verbs/completed': 'completed',
  'http://adlnet.gov/expapi/verbs/passed': 'passed',
  'http://adlnet.gov/expapi/verbs/mastered': 'passed',
  'http://adlnet.gov/expapi/verbs/failed': 'failed',
};

const TYPES: readonly unknown[] = ['true-false', 'choice', 'fill-in', 'long-fill-in', 'matching', 'performance', 'sequencing', 'likert', 'numeric', 'other'] satisfies InteractionType[];
const SUB_CONTENT = 'http://h5p.org/x-api/h5p-subContentId';

type Loose = Readonly<Record<string, unknown>>;
const objectOf = (value: unknown): Loose => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {});
const textOf = (value: unknown, limit: number): string | undefined => (typeof value === 'string' && value.length > 0 ? value.slice(0, limit) : undefined);
const numberOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);

/**
 * Reads a statement that H5P content made (`H5P.XAPIEvent`). Foreign: whatever is wrong in it is left out, and what says nothing of learning (`attempted`, `interacted`, `progressed` to a slide) is nothing. Never throws.
 */
export function readH5pReport(value: unknown): H5pReport | undefined {
  const statement = objectOf(value);
  const verb = VERBS[String(objectOf(statement['verb'])['id'])];
  if (!verb) return undefined;
  const object = objectOf(statement['object']);
  const result = objectOf(statement['result']);
  const definition = objectOf(object['definition']);
  const activities = objectOf(objectOf(statement['context'])['contextActivities']);
  const parents = activities['parent'];
  const whole = !(Array.isArray(parents) ? parents.length > 0 : typeof parents === 'object' && parents !== null);
  const score = readScore(result['score']);
  const success = typeof result['success'] === 'boolean' ? result['success'] : undefined;
  const interaction = verb === 'answered' ? readInteraction(object, definition, result, score, success) : undefined;
  return {
    whole,
    verb,
    completed: result['completion'] === true || verb === 'completed' || verb === 'passed' || verb === 'failed',
    ...(interaction ? { interaction } : {}),
    ...(score ? { score } : {}),
    ...(success === undefined ? {} : { success }),
  };
}

/** A score as xAPI has it (4.1.5.1): what contradicts itself is left out. */
function readScore(value: unknown): Score | undefined {
  const { raw: rawGiven, min: minGiven, max: maxGiven, scaled: scaledGiven } = objectOf(value);
  const [min, max] = [numberOf(minGiven), numberOf(maxGiven)];
  const range = min !== undefined && max !== undefined && max > min;
  const raw = numberOf(rawGiven);
  const fits = raw !== undefined && (min === undefined || raw >= min) && (max === undefined || raw <= max);
  const given = numberOf(scaledGiven);
  const scaled = given !== undefined && given >= -1 && given <= 1 ? given : fits && range ? (raw - min) / (max - min) : undefined;
  if (scaled === undefined && !fits) return undefined;
  return { ...(scaled === undefined ? {} : { scaled }), ...(fits ? { raw, ...(range ? { min, max } : {}) } : {}) };
}

function readInteraction(object: Loose, definition: Loose, result: Loose, score: Score | undefined, success: boolean | undefined): Interaction | undefined {
  const type = definition['interactionType'];
  if (!TYPES.includes(type)) return undefined;
  const correct = definition['correctResponsesPattern'];
  const correctResponsesPattern = Array.isArray(correct) ? correct.slice(0, 100).filter((pattern): pattern is string => typeof pattern === 'string' && pattern.length <= 10_000) : [];
  const response = textOf(result['response'], 30_000);
  const latency = secondsOf(result['duration']);
  const name = wordsOf(definition['name'], 500);
  const description = wordsOf(definition['description'], 4_000);
  const parts = Object.fromEntries((['choices', 'source', 'target', 'scale', 'steps'] as const).map((list) => [list, readParts(definition[list])] as const).filter(([, found]) => found.length > 0));
  return {
    id: questionOf(object, definition),
    type: type as InteractionType,
    ...(name ? { name } : {}),
    ...(description ? { description } : {}),
    ...(correctResponsesPattern.length > 0 ? { correctResponsesPattern } : {}),
    ...parts,
    ...(response === undefined ? {} : { response }),
    ...(score ? { score } : {}),
    ...(success === undefined ? {} : { success }),
    ...(latency === undefined ? {} : { latency }),
  };
}

/** Which question: the part's own id, or the one question of the content. */
function questionOf(object: Loose, definition: Loose): string {
  const named = objectOf(definition['extensions'])[SUB_CONTENT];
  const inUrl = /[?&]subContentId=([\w-]{1,100})/.exec(String(object['id']))?.[1];
  const id = typeof named === 'string' && /^[\w-]{1,100}$/.test(named) ? named : inUrl;
  return id ?? 'question';
}

function readParts(value: unknown): InteractionPart[] {
  if (!Array.isArray(value)) return [];
  const seen = new Set<string>();
  const parts: InteractionPart[] = [];
  for (const entry of value.slice(0, 200)) {
    const { id, description } = objectOf(entry);
    if (typeof id !== 'string' || id === '' || id.length > 200 || seen.has(id)) continue;
    seen.add(id);
    const words = wordsOf(description, 1_000);
    parts.push({ id, ...(words ? { description: words } : {}) });
  }
  return parts;
}

/** A language map, its markup taken off: H5P writes HTML into it. */
function wordsOf(value: unknown, limit: number): Text | undefined {
  const words: Record<string, string> = {};
  for (const [tag, text] of Object.entries(objectOf(value)).slice(0, 20)) {
    const plain = typeof text === 'string' ? plainText(text).slice(0, limit) : '';
    if (plain && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag)) words[tag] = plain;
  }
  return Object.keys(words).length > 0 ? words : undefined;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The words of some HTML, read as text: nothing here parses it into elements, which the page's Trusted Types would refuse. */
function plainText(html: string): string {
  return html
    .slice(0, 100_000)
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? parseInt(hex!, 16) : Number(decimal);
      return code > 31 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
    })
    .replace(/\s+/g, ' ')
    .trim();
}

/** Seconds of an ISO 8601 duration as H5P writes them: `PT12.34S`. */
function secondsOf(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?$/.exec(value) : null;
  return match ? Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0) : undefined;
}
