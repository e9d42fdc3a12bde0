import type { XmlElement } from '../package/xml-element.js';

/** What somebody may have answered: the choices that they picked, or what they wrote. */
export type ItemAnswer = { readonly picked: ReadonlySet<string> } | { readonly written: string };

export interface ItemResult {
  /** 0 to 1 of what can be had. */
  readonly score: number;
  /** Ids of what is told. */
  readonly feedback: readonly string[];
}

/** Conditions nest by their author's choice. */
const MAX_DEPTH = 30;

/** What an item makes of an answer (QTI 1.2 ASI, 4.1: response processing), so that its rules need not be understood, only followed. */
export function scoreItem(item: XmlElement, answer: ItemAnswer): ItemResult {
  const processing = item.child('resprocessing');
  const outcome = processing?.child('outcomes')?.child('decvar');
  const maximum = Number(outcome?.attribute('maxvalue') ?? 100) || 100;
  let score = Number(outcome?.attribute('defaultval') ?? 0) || 0;
  const feedback: string[] = [];
  let matched = false;
  for (const condition of processing?.childrenNamed('respcondition') ?? []) {
    const test = condition.child('conditionvar');
    if (!test || !holds(test, answer, matched, 0)) continue;
    for (const set of condition.childrenNamed('setvar')) {
      const value = Number(set.text.trim());
      if (!Number.isFinite(value)) continue;
      const action = (set.attribute('action') ?? 'Set').toLowerCase();
      score = action === 'add' ? score + value : action === 'subtract' ? score - value : action === 'multiply' ? score * value : value;
    }
    for (const told of condition.childrenNamed('displayfeedback')) {
      const id = told.attribute('linkrefid');
      if (id) feedback.push(id);
    }
    if ((condition.attribute('continue') ?? 'No').toLowerCase() !== 'yes') break;
    matched ||= condition.childrenNamed('setvar').length > 0;
  }
  return { score: Math.min(1, Math.max(0, score / maximum)), feedback };
}

function holds(test: XmlElement, answer: ItemAnswer, matched: boolean, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  const each = test.children.map((child) => one(child, answer, matched, depth + 1));
  // Several words for one gap are alternatives; several choices belong together.
  const alternatives = test.name === 'or' || (test.name !== 'and' && each.length > 1 && test.children.every(({ name }) => name === 'varequal') && !isMultiple(answer));
  return each.length > 0 && (alternatives ? each.some(Boolean) : each.every(Boolean));
}

const isMultiple = (answer: ItemAnswer): boolean => 'picked' in answer && answer.picked.size > 1;

function one(test: XmlElement, answer: ItemAnswer, matched: boolean, depth: number): boolean {
  const text = test.text.trim();
  switch (test.name.toLowerCase()) {
    case 'and':
    case 'or':
      return holds(test, answer, matched, depth);
    case 'not':
      return !test.children.some((child) => one(child, answer, matched, depth + 1));
    case 'other':
      return true;
    case 'unanswered':
      return 'picked' in answer ? answer.picked.size === 0 : answer.written === '';
    case 'varequal':
      return 'picked' in answer ? answer.picked.has(text) : same(text, answer.written, caseMatters(test));
    case 'varsubstring':
      return 'written' in answer && contains(text, answer.written, caseMatters(test));
    default:
      return false;
  }
}

export const caseMatters = (test: XmlElement): boolean => /^yes$/i.test(test.attribute('case') ?? '');

const same = (a: string, b: string, cases: boolean): boolean => (cases ? a === b : a.toLowerCase() === b.toLowerCase());
const contains = (part: string, whole: string, cases: boolean): boolean => (cases ? whole.includes(part) : whole.toLowerCase().includes(part.toLowerCase()));
