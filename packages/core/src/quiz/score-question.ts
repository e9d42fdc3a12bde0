import type { Text } from '../course/course.js';
import { readNumberAsWritten, type QuizAnswer } from './answer.js';
import type { AcceptedNumber, AcceptedText, Question, QuizChoice } from './quiz.js';

/** `unjudged`: nobody can tell right from wrong, as in a survey. */
export type QuestionVerdict = 'right' | 'partial' | 'wrong' | 'unjudged';

export interface QuestionResult {
  /** From 0 to the question's points. */
  readonly points: number;
  readonly verdict: QuestionVerdict;
  /** What to tell the learner, the closest first. */
  readonly feedback: readonly Text[];
}

interface Earned {
  readonly points: number;
  readonly right: boolean;
  readonly feedback: readonly (Text | undefined)[];
}

/** Judges an answer; none is wrong. */
export function scoreQuestion(question: Question, answer: QuizAnswer | undefined): QuestionResult {
  const earned = answer === undefined ? { points: 0, right: false, feedback: [] } : earn(question, answer);
  const points = Math.min(question.points, Math.max(0, earned.points));
  const verdict = question.points === 0 ? 'unjudged' : earned.right ? 'right' : points > 0 ? 'partial' : 'wrong';
  const { correct, incorrect, partial, general } = question.feedback ?? {};
  const told = { right: correct, partial: partial ?? incorrect, wrong: incorrect, unjudged: undefined }[verdict];
  return { points, verdict, feedback: [...earned.feedback, told, general].filter((text) => text !== undefined) };
}

function earn(question: Question, answer: QuizAnswer): Earned {
  const { points } = question;
  switch (question.kind) {
    case 'single': {
      const choice = question.choices.find(({ id }) => id === answer);
      if (!choice) return { points: 0, right: false, feedback: [] };
      return byPoints(question.choices, [choice], points) ?? { points: choice.correct ? points : 0, right: choice.correct, feedback: [choice.feedback] };
    }
    case 'multiple': {
      const picked = question.choices.filter(({ id }) => (answer as readonly string[]).includes(id));
      const weighed = byPoints(question.choices, picked, points);
      if (weighed) return weighed;
      const correct = question.choices.filter((choice) => choice.correct).length;
      const hits = picked.filter((choice) => choice.correct).length;
      const right = hits === correct && picked.length === correct;
      const share = (hits - (picked.length - hits)) / Math.max(1, correct);
      return { points: right ? points : question.scoring === 'each' ? points * Math.max(0, share) : 0, right, feedback: picked.map(({ feedback }) => feedback) };
    }
    case 'order':
      return byParts(question.items.map(({ id }, place) => (answer as readonly string[])[place] === id), question.scoring, points);
    case 'match': {
      const pairs = answer as Readonly<Record<string, string>>;
      const parts = question.sources.map(({ id, target }) => Object.hasOwn(pairs, id) && pairs[id] === target);
      return byParts(parts, question.scoring, points);
    }
    case 'text':
      return byAccepted(question.accepted.filter((accepted) => sameWords(accepted.text, answer as string, question.caseSensitive)), points);
    case 'numeric': {
      const number = readNumberAsWritten(answer as string);
      return byAccepted(number === undefined ? [] : question.accepted.filter((range) => within(range, number)), points);
    }
  }
}

/** Where choices have points of their own, their sum counts. */
function byPoints(choices: readonly QuizChoice[], picked: readonly QuizChoice[], full: number): Earned | undefined {
  if (!choices.some(({ points }) => points !== undefined)) return undefined;
  const points = picked.reduce((sum, choice) => sum + (choice.points ?? 0), 0);
  return { points, right: points >= full && full > 0, feedback: picked.map(({ feedback }) => feedback) };
}

function byParts(parts: readonly boolean[], scoring: 'all' | 'each', points: number): Earned {
  const hits = parts.filter(Boolean).length;
  const right = hits === parts.length;
  return { points: right ? points : scoring === 'each' ? (points * hits) / parts.length : 0, right, feedback: [] };
}

/** Of several that fit, the one that earns most. */
function byAccepted(fitting: readonly (AcceptedText | AcceptedNumber)[], full: number): Earned {
  const best = fitting.reduce<AcceptedText | AcceptedNumber | undefined>((top, each) => (!top || (each.points ?? full) > (top.points ?? full) ? each : top), undefined);
  const points = best ? (best.points ?? full) : 0;
  return { points, right: best !== undefined && points >= full && full > 0, feedback: [best?.feedback] };
}

/** Width of characters and spaces do not count (Unicode NFKC). */
function sameWords(accepted: string, written: string, caseSensitive: boolean): boolean {
  const plain = (text: string): string => {
    const words = text.normalize('NFKC').replace(/\s+/gu, ' ').trim();
    return caseSensitive ? words : words.toLowerCase();
  };
  return plain(accepted) === plain(written);
}

/** Written decimals are not binary: 0.1 + 0.2 is 0.3. */
function within({ min = -Infinity, max = Infinity }: AcceptedNumber, number: number): boolean {
  const slack = Math.max(1e-12, Math.abs(number) * 1e-9);
  return number >= min - slack && number <= max + slack;
}

/** The right answer, as `scoreQuestion` would judge it; `undefined` where there is none. Of several, the first. */
export function rightAnswer(question: Question): QuizAnswer | undefined {
  if (question.points === 0) return undefined;
  switch (question.kind) {
    case 'single':
      return question.choices.find(({ correct }) => correct)?.id;
    case 'multiple':
      return question.choices.filter(({ correct }) => correct).map(({ id }) => id);
    case 'order':
      return question.items.map(({ id }) => id);
    case 'match':
      return Object.fromEntries(question.sources.map(({ id, target }) => [id, target]));
    case 'text':
      return question.accepted.find(({ points }) => points === undefined || points === question.points)?.text;
    case 'numeric': {
      const range = question.accepted.find(({ points }) => points === undefined || points === question.points);
      if (!range) return undefined;
      const { min, max } = range;
      return String(min !== undefined && max !== undefined ? Math.round(((min + max) / 2) * 1e9) / 1e9 : (min ?? max));
    }
  }
}

