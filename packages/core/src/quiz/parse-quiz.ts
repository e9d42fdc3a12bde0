import type { CoreErrorCode } from '../errors/core-error.js';
import { JsonReader } from '../json/json-reader.js';
import type { AcceptedNumber, AcceptedText, Question, QuestionFeedback, Quiz, QuizChoice, QuizItem, QuizMedia, QuizSection } from './quiz.js';

const CODE: CoreErrorCode = 'quiz-invalid';
const KINDS = ['single', 'multiple', 'order', 'match', 'text', 'numeric'] as const;
const SCORINGS = ['all', 'each'] as const;

/** Letters and digits of any script, `_`, `.`, `~`, `-`: none of what xAPI parts responses by. */
const ID = /^[\p{L}\p{N}_~][\p{L}\p{N}_.~-]*$/u;
const MAX_ID = 100;
const MAX_WORDS = 20_000;
const MAX_QUESTIONS = 1000;
const MAX_POINTS = 1000;

/**
 * Reads a quiz. `questions` stands for one section with all of them, `value` and `tolerance` for a range. Defaults are filled in and the result is frozen.
 * @param json a parsed JSON value, from anywhere
 * @throws CoreError `quiz-invalid` with the path of the fault in `field`
 */
export function parseQuiz(json: unknown): Quiz {
  const root = new JsonReader(json, '', CODE);
  root.has('$schema');
  const sections = root.has('questions')
    ? [{ id: 'questions', ...readQuestions(root) }]
    : root.list('sections', { min: 1, max: 100 }, (section) => ({ id: idOf(section), ...words(section, 'title', 'instructions'), ...readQuestions(section) }));
  if (root.has('sections') && root.has('questions')) root.fail('sections', 'cannot stand beside "questions"');
  const inSections = root.has('sections');
  if (inSections) unique(root, 'sections', sections);
  const ids = new Set<string>();
  sections.forEach(({ questions }, index) => unique(root, inSections ? `sections[${index}].questions` : 'questions', questions, ids));
  if (ids.size > MAX_QUESTIONS) root.fail('sections', `must have at most ${MAX_QUESTIONS} questions together`);
  const quiz: Quiz = {
    ...words(root, 'title', 'instructions'),
    markup: root.optional('markup', (field) => root.oneOf(field, ['plain', 'markdown'])) ?? 'plain',
    sections,
    ...optional('attempts', root.optional('attempts', (field) => whole(root, field, 1, 100))),
    ...optional('passMark', root.optional('passMark', (field) => root.number(field, { min: 0, max: 1 }))),
    ...optional('timeLimitSeconds', root.optional('timeLimitSeconds', (field) => root.number(field, { min: 1, max: 31_536_000 }))),
    feedback: root.optional('feedback', (field) => root.oneOf(field, ['immediate', 'end', 'none'])) ?? 'end',
    answers: root.optional('answers', (field) => root.oneOf(field, ['with-feedback', 'after-last-attempt', 'never'])) ?? 'after-last-attempt',
    ...optional('outcomes', root.optional('outcomes', (field) => closed(root.object(field), (outcomes) => words(outcomes, 'passed', 'failed')))),
  };
  root.end();
  return freeze(quiz);
}

/** Of the quiz itself or of a section. */
function readQuestions(owner: JsonReader): Pick<QuizSection, 'questions' | 'select' | 'shuffle'> {
  const questions = owner.list('questions', { min: 1, max: MAX_QUESTIONS }, readQuestion);
  return {
    questions,
    ...optional('select', owner.optional('select', (field) => whole(owner, field, 1, questions.length))),
    shuffle: flag(owner, 'shuffle'),
  };
}

function readQuestion(reader: JsonReader): Question {
  const kind = reader.oneOf('kind', KINDS);
  const points = reader.optional('points', (field) => reader.number(field, { min: 0, max: MAX_POINTS }));
  const base = {
    id: idOf(reader),
    prompt: reader.text('prompt', MAX_WORDS),
    ...optional('media', readMedia(reader)),
    points: points ?? 1,
    ...optional('feedback', reader.optional('feedback', (field) => closed(reader.object(field), readFeedback))),
  };
  const scoring = () => reader.optional('scoring', (field) => reader.oneOf(field, SCORINGS)) ?? 'all';
  switch (kind) {
    case 'single':
      return { ...base, kind, choices: readChoices(reader, base.points), shuffle: flag(reader, 'shuffle') };
    case 'multiple': {
      const choices = readChoices(reader, base.points);
      const least = base.points === 0 ? 1 : choices.filter(({ correct }) => correct).length;
      const maxChoices = reader.optional('maxChoices', (field) => whole(reader, field, Math.max(1, least), choices.length));
      return { ...base, kind, choices, shuffle: flag(reader, 'shuffle'), scoring: scoring(), ...optional('maxChoices', maxChoices) };
    }
    case 'order': {
      const items = reader.list('items', { min: 2, max: 50 }, readItem);
      unique(reader, 'items', items);
      return { ...base, kind, items, scoring: scoring() };
    }
    case 'match': {
      const targets = reader.list('targets', { min: 1, max: 100 }, readItem);
      unique(reader, 'targets', targets);
      const sources = reader.list('sources', { min: 1, max: 50 }, (source) => {
        const target = source.string('target', { max: MAX_ID });
        if (!targets.some(({ id }) => id === target)) source.fail('target', `names no target: there is no "${target}"`);
        return { ...readItem(source), target };
      });
      unique(reader, 'sources', sources);
      return { ...base, kind, sources, targets, shuffle: flag(reader, 'shuffle', true), scoring: scoring() };
    }
    case 'text': {
      const accepted = reader.optional('accepted', (field) => reader.list(field, { min: 0, max: 100 }, (item) => readText(item, base.points), (text) => readAcceptedWord(reader, text))) ?? [];
      if (!reader.has('accepted') && points === undefined) base.points = 0;
      if (accepted.length === 0 && base.points > 0) reader.fail('accepted', 'must have an entry, or "points" must be 0');
      const multiline = flag(reader, 'multiline');
      const maxLength = reader.optional('maxLength', (field) => whole(reader, field, 1, 20_000)) ?? (multiline ? 5000 : 500);
      return { ...base, kind, accepted, caseSensitive: flag(reader, 'caseSensitive'), multiline, maxLength };
    }
    case 'numeric': {
      const accepted = reader.optional('accepted', (field) => reader.list(field, { min: 0, max: 100 }, (item) => readNumber(item, base.points))) ?? [];
      if (!reader.has('accepted') && points === undefined) base.points = 0;
      if (accepted.length === 0 && base.points > 0) reader.fail('accepted', 'must have an entry, or "points" must be 0');
      return { ...base, kind, accepted, ...words(reader, 'unit') };
    }
  }
}

const readFeedback = (reader: JsonReader): QuestionFeedback => words(reader, 'correct', 'incorrect', 'partial', 'general');

function readChoices(reader: JsonReader, points: number): readonly QuizChoice[] {
  const choices = reader.list('choices', { min: 2, max: 100 }, (choice) => ({
    ...readItem(choice),
    correct: flag(choice, 'correct'),
    ...optional('points', choice.optional('points', (field) => choice.number(field, { min: -MAX_POINTS, max: MAX_POINTS }))),
    ...optional('feedback', choice.optional('feedback', (field) => choice.text(field, MAX_WORDS))),
  }));
  unique(reader, 'choices', choices);
  if (points > 0 && !choices.some(({ correct }) => correct)) reader.fail('choices', 'must have one that is correct, or "points" must be 0');
  return choices;
}

function readItem(reader: JsonReader): QuizItem {
  return { id: idOf(reader), text: reader.text('text', MAX_WORDS), ...optional('media', readMedia(reader)) };
}

function readMedia(reader: JsonReader): QuizMedia | undefined {
  return reader.optional('media', (field) =>
    closed(reader.object(field), (media) => ({ type: media.oneOf('type', ['image', 'audio', 'video']), src: media.url('src'), alt: media.text('alt') })),
  );
}

function readText(reader: JsonReader, points: number): AcceptedText {
  return { text: reader.string('text', { max: MAX_WORDS }), ...readWorth(reader, points) };
}

/** A bare string stands for an answer that earns everything. */
function readAcceptedWord(reader: JsonReader, text: unknown): AcceptedText | undefined {
  if (typeof text !== 'string') return undefined;
  if (text.trim() === '' || text.length > MAX_WORDS) reader.fail('accepted', `must have words of 1 to ${MAX_WORDS} characters`);
  return { text };
}

function readNumber(reader: JsonReader, points: number): AcceptedNumber {
  const range = { min: -1e15, max: 1e15 };
  const worth = readWorth(reader, points);
  const value = reader.optional('value', (field) => reader.number(field, range));
  if (value !== undefined) {
    const tolerance = reader.optional('tolerance', (field) => reader.number(field, { min: 0, max: 1e15 })) ?? 0;
    return { min: value - tolerance, max: value + tolerance, ...worth };
  }
  const min = reader.optional('min', (field) => reader.number(field, range));
  const max = reader.optional('max', (field) => reader.number(field, { ...range, min: min ?? range.min }));
  if (min === undefined && max === undefined) reader.fail('value', 'is missing, and so are "min" and "max"');
  return { ...optional('min', min), ...optional('max', max), ...worth };
}

const readWorth = (reader: JsonReader, points: number) => ({
  ...optional('points', reader.optional('points', (field) => reader.number(field, { above: 0, max: points }))),
  ...optional('feedback', reader.optional('feedback', (field) => reader.text(field, MAX_WORDS))),
});

const idOf = (reader: JsonReader): string => reader.string('id', { max: MAX_ID, pattern: ID });

const flag = (reader: JsonReader, field: string, absent = false): boolean => reader.optional(field, () => reader.boolean(field)) ?? absent;

function whole(reader: JsonReader, field: string, min: number, max: number): number {
  const value = reader.number(field, { min, max });
  if (!Number.isInteger(value)) reader.fail(field, 'must be a whole number');
  return value;
}

function closed<Value>(reader: JsonReader, read: (reader: JsonReader) => Value): Value {
  const value = read(reader);
  reader.end();
  return value;
}

/** The texts that are there. */
function words<Field extends string>(reader: JsonReader, ...fields: readonly Field[]): { readonly [F in Field]?: ReturnType<JsonReader['text']> } {
  return Object.assign({}, ...fields.map((field) => optional(field, reader.optional(field, () => reader.text(field, MAX_WORDS))))) as object;
}

function unique(reader: JsonReader, field: string, items: readonly { readonly id: string }[], seen = new Set<string>()): void {
  items.forEach(({ id }, index) => {
    if (seen.has(id)) reader.fail(`${field}[${index}].id`, `is used twice: "${id}"`);
    seen.add(id);
  });
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: Value };
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
