import { isShortIdentifier, localized, real } from './data-types.js';

/** How the answers to one type of interaction are written (RTE 4.2.9.1, tables 4.2.9.1a and b), and how many patterns it may have. */
interface InteractionFormat {
  pattern(value: string): boolean;
  response(value: string): boolean;
  /** Absent: any number. */
  readonly patterns?: number;
  /** Two patterns are the same if this is. Absent: they need not differ. */
  same?(value: string): string;
}

const isReal = (value: string): boolean => real()(value) === undefined;
const isLocalized = (value: string): boolean => localized(value) === undefined;
const list = (value: string): string[] => value.split('[,]');

/** Takes `{case_matters=…}` and `{order_matters=…}` off the front, in any order. @returns `undefined` where one is no boolean */
function withoutFlags(value: string, ...flags: readonly string[]): string | undefined {
  let rest = value;
  const seen = new Set<string>();
  for (;;) {
    const match = /^\{(case_matters|order_matters)=([^}]*)\}/.exec(rest);
    if (!match || !flags.includes(match[1]!) || seen.has(match[1]!)) return rest;
    if (match[2] !== 'true' && match[2] !== 'false') return undefined;
    seen.add(match[1]!);
    rest = rest.slice(match[0].length);
  }
}

const unique = (items: readonly string[]): boolean => new Set(items).size === items.length;

function isPair(text: string, isTarget: (target: string) => boolean): boolean {
  const parts = text.split('[.]');
  return parts.length === 2 && isShortIdentifier(parts[0]!) && isTarget(parts[1]!);
}

/** `min[:]max`, of which either may be missing. */
function isRange(text: string): boolean {
  const parts = text.split('[:]');
  if (parts.length !== 2 || !parts.every((part) => part === '' || isReal(part))) return false;
  return parts.includes('') || Number(parts[0]) <= Number(parts[1]);
}

/** A step's name and its answer, of which one may be missing. */
function isStep(text: string, isAnswer: (answer: string) => boolean): boolean {
  const parts = text.split('[.]');
  if (parts.length !== 2 || (parts[0] === '' && parts[1] === '')) return false;
  return (parts[0] === '' || isShortIdentifier(parts[0]!)) && (parts[1] === '' || isAnswer(parts[1]!));
}

const isBoolean = (value: string): boolean => value === 'true' || value === 'false';
const isChoice = (value: string): boolean => value === '' || (list(value).every(isShortIdentifier) && unique(list(value)));
const isSequence = (value: string): boolean => list(value).every(isShortIdentifier);
const isMatching = (value: string): boolean => value === '' || list(value).every((pair) => isPair(pair, isShortIdentifier));
const isAnswerPattern = (answer: string): boolean => (answer.includes('[:]') ? isRange(answer) : !/\[,\]/.test(answer));

export const INTERACTION_FORMATS: Readonly<Record<string, InteractionFormat>> = {
  'true-false': { pattern: isBoolean, response: isBoolean, patterns: 1 },
  choice: { pattern: isChoice, response: isChoice, same: (value) => list(value).sort().join('[,]') },
  'fill-in': {
    pattern: (value) => {
      const rest = withoutFlags(value, 'case_matters', 'order_matters');
      return rest !== undefined && list(rest).every(isLocalized);
    },
    response: (value) => list(value).every(isLocalized),
  },
  'long-fill-in': {
    pattern: (value) => {
      const rest = withoutFlags(value, 'case_matters');
      return rest !== undefined && isLocalized(rest);
    },
    response: isLocalized,
  },
  likert: { pattern: isShortIdentifier, response: isShortIdentifier, patterns: 1 },
  matching: { pattern: isMatching, response: isMatching },
  performance: {
    pattern: (value) => {
      const rest = withoutFlags(value, 'order_matters');
      return rest !== undefined && rest !== '' && list(rest).every((step) => isStep(step, isAnswerPattern));
    },
    response: (value) => list(value).every((step) => isStep(step, (answer) => !/\[,\]/.test(answer))),
  },
  sequencing: { pattern: isSequence, response: isSequence, same: (value) => value },
  numeric: { pattern: isRange, response: isReal, patterns: 1 },
  other: { pattern: () => true, response: () => true, patterns: 1 },
};

export const INTERACTION_TYPES: readonly string[] = Object.keys(INTERACTION_FORMATS);
