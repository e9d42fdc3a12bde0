import type { Interaction, InteractionPart, InteractionType } from '../session/events.js';
import type { QuizAnswer } from './answer.js';
import { readNumberAsWritten } from './answer.js';
import type { AcceptedNumber, Question, QuizItem } from './quiz.js';
import type { QuestionResult } from './score-question.js';

/** What was answered as a `cmi.interaction` (xAPI Data 2.4.4.1), for the `answered` statement. */
export function toInteraction(question: Question, answer: QuizAnswer | undefined, { points, verdict }: QuestionResult, latency?: number): Interaction {
  const { id, prompt, points: max } = question;
  const pattern = patternOf(question);
  return {
    id,
    type: typeOf(question),
    description: prompt,
    ...(pattern.length > 0 ? { correctResponsesPattern: pattern } : {}),
    ...listsOf(question),
    response: responseOf(question, answer),
    ...(verdict === 'unjudged' ? {} : { success: verdict === 'right', score: { scaled: round(points / max), raw: round(points), min: 0, max } }),
    ...(latency === undefined ? {} : { latency }),
  };
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

function typeOf(question: Question): InteractionType {
  switch (question.kind) {
    case 'single':
      return isTrueFalse(question) ? 'true-false' : 'choice';
    case 'multiple':
      return 'choice';
    case 'order':
      return 'sequencing';
    case 'match':
      return 'matching';
    case 'text':
      return question.multiline || question.maxLength > 250 ? 'long-fill-in' : 'fill-in';
    case 'numeric':
      return 'numeric';
  }
}

const isTrueFalse = ({ choices }: { readonly choices: readonly QuizItem[] }): boolean => choices.length === 2 && choices.every(({ id }) => id === 'true' || id === 'false');

function responseOf(question: Question, answer: QuizAnswer | undefined): string {
  if (answer === undefined) return '';
  if (typeof answer === 'string') return question.kind === 'numeric' ? String(readNumberAsWritten(answer) ?? answer) : answer;
  if (Array.isArray(answer)) return answer.join('[,]');
  return Object.entries(answer).map(([source, target]) => `${source}[.]${target as string}`).join('[,]');
}

/** Each entry is a right answer by itself. */
function patternOf(question: Question): string[] {
  if (question.points === 0) return [];
  switch (question.kind) {
    case 'single':
      return question.choices.filter(({ correct }) => correct).map(({ id }) => id);
    case 'multiple':
      return [question.choices.filter(({ correct }) => correct).map(({ id }) => id).join('[,]')];
    case 'order':
      return [question.items.map(({ id }) => id).join('[,]')];
    case 'match':
      return [question.sources.map(({ id, target }) => `${id}[.]${target}`).join('[,]')];
    case 'text':
      return full(question.accepted, question.points).map(({ text }) => (question.caseSensitive ? '{case_matters=true}' : '') + text);
    case 'numeric':
      return full(question.accepted, question.points).map(rangeOf);
  }
}

const full = <Accepted extends { readonly points?: number }>(accepted: readonly Accepted[], points: number): Accepted[] => accepted.filter((each) => each.points === undefined || each.points === points);

const rangeOf = ({ min, max }: AcceptedNumber): string => `${min ?? ''}[:]${max ?? ''}`;

function listsOf(question: Question): Pick<Interaction, 'choices' | 'source' | 'target'> {
  switch (question.kind) {
    case 'single':
      return isTrueFalse(question) ? {} : { choices: parts(question.choices) };
    case 'multiple':
      return { choices: parts(question.choices) };
    case 'order':
      return { choices: parts(question.items) };
    case 'match':
      return { source: parts(question.sources), target: parts(question.targets) };
    default:
      return {};
  }
}

const parts = (items: readonly QuizItem[]): InteractionPart[] => items.map(({ id, text }) => ({ id, description: text }));
