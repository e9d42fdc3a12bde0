import type { Question, QuizAnswer } from '@lectern/core';
import type { QuizTexts } from './quiz-text.js';

/** An answer in words, a line for each part. */
export function answerLines(question: Question, answer: QuizAnswer | undefined, texts: QuizTexts): readonly string[] {
  if (answer === undefined) return [];
  const name = (list: readonly { readonly id: string; readonly text: Parameters<QuizTexts['plain']>[1] }[], id: string): string => texts.plain(`${question.id} ${id}`, list.find((item) => item.id === id)?.text);
  switch (question.kind) {
    case 'single':
      return [name(question.choices, answer as string)];
    case 'multiple':
      return (answer as readonly string[]).map((id) => name(question.choices, id));
    case 'order':
      return (answer as readonly string[]).map((id, place) => `${place + 1}. ${name(question.items, id)}`);
    case 'match':
      return Object.entries(answer as Readonly<Record<string, string>>).map(([source, target]) => `${name(question.sources, source)} — ${name(question.targets, target)}`);
    case 'text':
      return [answer as string];
    case 'numeric':
      return [`${answer as string} ${texts.plain(`${question.id} unit`, question.unit)}`.trim()];
  }
}
