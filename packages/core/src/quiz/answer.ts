import type { Question } from './quiz.js';

/**
 * What a learner has answered: the id of a choice, or what they have written; ids in their order; or target ids by source id.
 */
export type QuizAnswer = string | readonly string[] | Readonly<Record<string, string>>;

/**
 * Takes an answer from a record that anybody may have written.
 * @returns `undefined` where it is none to this question
 */
export function readAnswer(question: Question, raw: unknown): QuizAnswer | undefined {
  switch (question.kind) {
    case 'single':
      return question.choices.some(({ id }) => id === raw) ? (raw as string) : undefined;
    case 'multiple': {
      const picked = Array.isArray(raw) ? question.choices.map(({ id }) => id).filter((id) => raw.includes(id)) : [];
      return picked.length > 0 && picked.length <= (question.maxChoices ?? Infinity) ? picked : undefined;
    }
    case 'order': {
      const ids = question.items.map(({ id }) => id);
      const isOrder = Array.isArray(raw) && raw.length === ids.length && ids.every((id) => raw.includes(id));
      return isOrder ? (raw as string[]) : undefined;
    }
    case 'match': {
      if (typeof raw !== 'object' || raw === null) return undefined;
      const pairs = question.sources.flatMap(({ id }) => {
        const target: unknown = Object.hasOwn(raw, id) ? (raw as Record<string, unknown>)[id] : undefined;
        return question.targets.some((known) => known.id === target) ? [[id, target as string] as const] : [];
      });
      return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
    }
    case 'text':
    case 'numeric':
      return typeof raw === 'string' && raw.trim() !== '' ? raw.slice(0, question.kind === 'text' ? question.maxLength : 100) : undefined;
  }
}

/** Everything that was asked for is there: a pair for each source. */
export function isComplete(question: Question, answer: QuizAnswer | undefined): boolean {
  if (answer === undefined) return false;
  return question.kind !== 'match' || Object.keys(answer).length === question.sources.length;
}

/**
 * Reads a number as people write it: full-width digits, a decimal comma, spaces between thousands, a minus of typography, an exponent.
 * @returns `undefined` where it is none
 */
export function readNumberAsWritten(text: string): number | undefined {
  const plain = text.normalize('NFKC').replace(/[\s'’_]/gu, '').replace(/[−–]/g, '-');
  // One comma is a decimal one, unless it parts exactly three digits from others before it, with a point behind or more commas.
  const commas = plain.split(',').length - 1;
  const number = commas === 1 && !plain.includes('.') ? plain.replace(',', '.') : plain.replace(/,(?=\d{3}(\D|$))/g, '');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(number) ? Number(number) : undefined;
}
