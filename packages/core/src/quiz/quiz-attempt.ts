import { readAnswer, type QuizAnswer } from './answer.js';
import { questionsOf, type Question, type Quiz } from './quiz.js';
import { scoreQuestion, type QuestionResult } from './score-question.js';

/** The State document, under the unit's activity, that keeps a quiz: attempts are taken up on another device as they were left. */
export const QUIZ_STATE_ID = 'lectern.quiz';

const FORMAT = 1;

/** A question as it stands in one attempt. */
export interface DrawnQuestion {
  readonly id: string;
  /** Its choices, items or targets in the order of this attempt, by place in the description. Absent: as written. */
  readonly order?: readonly number[];
}

/** One attempt on a quiz. Plain data. */
export interface QuizAttempt {
  /** From 1. */
  readonly number: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly questions: readonly DrawnQuestion[];
  readonly answers: Readonly<Record<string, QuizAnswer>>;
  /** Ids of the questions that have been judged, and cannot be answered any more. */
  readonly checked: readonly string[];
  /** Handed in, or its time was up. Epoch milliseconds. */
  readonly endedAt?: number;
}

/** What a learner has done in a quiz. */
export interface QuizRecord {
  readonly attempt?: QuizAttempt;
  /** Scaled score of the best attempt that has ended, 0 to 1. */
  readonly best?: number;
}

/** How an attempt stands. */
export interface QuizScore {
  readonly raw: number;
  readonly max: number;
  /** 0 to 1; 1 where nothing is scored. */
  readonly scaled: number;
}

/** Draws the questions of an attempt, and the orders in which they are shown. */
export function drawAttempt(quiz: Quiz, number: number, startedAt: number, random: () => number = Math.random): QuizAttempt {
  const questions = quiz.sections.flatMap((section) => {
    const places = section.questions.map((_question, place) => place);
    const drawn = section.select === undefined ? places : shuffled(places, random).slice(0, section.select);
    const order = section.shuffle ? shuffled(drawn, random) : drawn.sort((a, b) => a - b);
    return order.map((place) => drawQuestion(section.questions[place]!, random));
  });
  return { number, startedAt, questions, answers: {}, checked: [] };
}

function drawQuestion(question: Question, random: () => number): DrawnQuestion {
  const { id } = question;
  switch (question.kind) {
    case 'single':
    case 'multiple':
      return question.shuffle ? { id, order: shuffled(placesOf(question.choices), random) } : { id };
    case 'match':
      return question.shuffle ? { id, order: shuffled(placesOf(question.targets), random) } : { id };
    case 'order': {
      const right = placesOf(question.items);
      let order = shuffled(right, random);
      // What is to be put into order must not stand in it.
      if (order.every((place, index) => place === index)) order = [...right.slice(1), right[0]!];
      return { id, order };
    }
    default:
      return { id };
  }
}

const placesOf = (list: readonly unknown[]): number[] => list.map((_item, place) => place);

function shuffled<Item>(list: readonly Item[], random: () => number): Item[] {
  const items = [...list];
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}

/** A list in the order of the attempt. */
export const inOrder = <Item>(list: readonly Item[], order: readonly number[] | undefined): readonly Item[] => (order ? order.map((place) => list[place]!) : list);

/** The questions of an attempt with what is known of each. */
export function questionsIn(quiz: Quiz, attempt: QuizAttempt): readonly { readonly question: Question; readonly drawn: DrawnQuestion; readonly answer: QuizAnswer | undefined; readonly result: QuestionResult }[] {
  const byId = new Map(questionsOf(quiz).map((question) => [question.id, question]));
  return attempt.questions.map((drawn) => {
    const question = byId.get(drawn.id)!;
    const answer = Object.hasOwn(attempt.answers, drawn.id) ? attempt.answers[drawn.id] : undefined;
    return { question, drawn, answer, result: scoreQuestion(question, answer) };
  });
}

export function scoreAttempt(quiz: Quiz, attempt: QuizAttempt): QuizScore {
  const all = questionsIn(quiz, attempt);
  const max = round(all.reduce((sum, { question }) => sum + question.points, 0));
  const raw = round(all.reduce((sum, { result }) => sum + result.points, 0));
  return { raw, max, scaled: max === 0 ? 1 : Math.round((raw / max) * 1e4) / 1e4 };
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

export function toQuizDocument({ attempt, best }: QuizRecord): Record<string, unknown> {
  return { v: FORMAT, ...(attempt ? { attempt } : {}), ...(best === undefined ? {} : { best }) };
}

/**
 * Reads what was kept. It comes from an LRS, where anything may have written it, and the quiz may have changed since: an attempt whose questions are
 * not all there any more cannot go on, but counts.
 */
export function readQuizRecord(quiz: Quiz, raw: unknown, now: number): QuizRecord {
  if (!isObject(raw) || raw['v'] !== FORMAT) return {};
  const best = raw['best'];
  const known = typeof best === 'number' && best >= 0 && best <= 1 ? { best } : {};
  const attempt = isObject(raw['attempt']) ? readAttempt(quiz, raw['attempt'], now) : undefined;
  return { ...(attempt ? { attempt } : {}), ...known };
}

function readAttempt(quiz: Quiz, raw: Record<string, unknown>, now: number): QuizAttempt | undefined {
  const { number, startedAt, endedAt } = raw;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1 || typeof startedAt !== 'number' || !Number.isFinite(startedAt)) return undefined;
  const byId = new Map(questionsOf(quiz).map((question) => [question.id, question]));
  const drawn = (Array.isArray(raw['questions']) ? (raw['questions'] as unknown[]) : []).map((item) => readDrawn(byId, item));
  const sound = drawn.length > 0 && drawn.every((item) => item !== undefined) && new Set(drawn.map(({ id }) => id)).size === drawn.length;
  const ids = sound ? drawn.map(({ id }) => id) : [];
  const answers = isObject(raw['answers']) ? raw['answers'] : {};
  const checked = Array.isArray(raw['checked']) ? ids.filter((id) => (raw['checked'] as unknown[]).includes(id)) : [];
  return {
    number,
    // A clock that was wrong gives nobody time beyond the limit.
    startedAt: Math.min(startedAt, now),
    questions: sound ? drawn : [],
    answers: Object.fromEntries(ids.flatMap((id) => {
      const answer = Object.hasOwn(answers, id) ? readAnswer(byId.get(id)!, answers[id]) : undefined;
      return answer === undefined ? [] : [[id, answer]];
    })),
    checked,
    ...(typeof endedAt === 'number' && Number.isFinite(endedAt) ? { endedAt } : sound ? {} : { endedAt: now }),
  };
}

function readDrawn(byId: ReadonlyMap<string, Question>, raw: unknown): DrawnQuestion | undefined {
  if (!isObject(raw) || typeof raw['id'] !== 'string') return undefined;
  const question = byId.get(raw['id']);
  if (!question) return undefined;
  const list = 'choices' in question ? question.choices : question.kind === 'order' ? question.items : question.kind === 'match' ? question.targets : [];
  const order = raw['order'];
  if (order === undefined) return question.kind === 'order' ? undefined : { id: question.id };
  const places = placesOf(list);
  return Array.isArray(order) && order.length === places.length && places.every((place) => order.includes(place)) ? { id: question.id, order: order as number[] } : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
