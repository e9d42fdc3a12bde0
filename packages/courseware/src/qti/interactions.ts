import { toQuizId } from '@lectern/core';
import type { XmlElement } from '../package/xml-element.js';
import { textIn, type ResolveUrl } from './item-text.js';
import { attributeOf, childrenOf, descendantsOf, nameOf } from './qti-names.js';
import type { ResponseDeclaration, ResponseMapping, Scoring } from './response-declaration.js';

/** One thing to answer in an item, and how it is judged. */
export interface Asked {
  readonly interaction: XmlElement;
  readonly declaration: ResponseDeclaration;
  readonly scoring: Scoring;
  /** What the item gives for a right answer, where no mapping says it. */
  readonly worth: number;
  readonly resolve: ResolveUrl;
  /** What is told to whoever picks a choice, by the choice's identifier. */
  feedback(choice: string, element: XmlElement): string | undefined;
  /** Something is asked otherwise than it was meant. */
  simplified(why: string): void;
}

/** What a quiz asks: everything of a question but its id, its prompt and what is told in any case. */
export type QuestionPart = Readonly<Record<string, unknown>> & { readonly points: number };

/** Why something cannot be asked. Told with the item's name before it. */
export class NotAskable extends Error {}

const MOST_CHOICES = 100;
const MOST_PARTS = 50;

/** What a quiz can ask, by QTI's interactions (QTI 3.0 ASI 2.7). */
export const INTERACTIONS: Readonly<Record<string, (asked: Asked) => QuestionPart>> = {
  choiceinteraction: (asked) => readChoices(asked, 'simplechoice'),
  inlinechoiceinteraction: (asked) => readChoices(asked, 'inlinechoice'),
  hottextinteraction: (asked) => readChoices(asked, 'hottext'),
  orderinteraction: readOrder,
  matchinteraction: readMatch,
  gapmatchinteraction: readGapMatch,
  textentryinteraction: readTextEntry,
  extendedtextinteraction: () => ({ kind: 'text', points: 0, multiline: true }),
};

interface Named {
  readonly ident: string;
  readonly id: string;
  readonly text: string;
  readonly element: XmlElement;
}

/** @throws NotAskable */
function named(elements: readonly XmlElement[], { resolve }: Asked, least: number, most: number, words = (element: XmlElement, index: number): string => textIn(element, resolve) || (attributeOf(element, 'identifier') ?? String(index + 1))): Named[] {
  if (elements.length < least || elements.length > most) throw new NotAskable(`it has ${elements.length} things to choose from, and ${least} to ${most} can be asked`);
  const taken = new Set<string>();
  return elements.map((element, index) => {
    const ident = attributeOf(element, 'identifier') ?? '';
    return { ident, id: toQuizId(ident, taken), text: words(element, index).slice(0, 18_000), element };
  });
}

const isTrue = (element: XmlElement, name: string): boolean => /^(?:true|1)$/.test(attributeOf(element, name) ?? '');

const points = (value: number): number => Math.min(1_000, Math.max(0, value));

function readChoices(asked: Asked, kind: string): QuestionPart {
  const { interaction, declaration, scoring } = asked;
  const choices = named(descendantsOf(interaction, (name) => name === kind), asked, 2, MOST_CHOICES);
  const base = { shuffle: isTrue(interaction, 'shuffle') };
  const tell = ({ ident, element }: Named): object => {
    const feedback = asked.feedback(ident, element);
    return feedback === undefined ? {} : { feedback };
  };
  const most = Number(attributeOf(interaction, 'maxchoices') ?? 1);
  const many = !declaration.single && most !== 1;
  const mapping = mapOf(asked);
  if (mapping) {
    const worth = (choice: Named): number => mapping.entries.get(choice.ident) ?? mapping.fallback;
    const full = points(capped(many ? choices.reduce((sum, choice) => sum + Math.max(0, worth(choice)), 0) : Math.max(...choices.map(worth)), mapping));
    if (full > 0) {
      const best = Math.max(...choices.map(worth));
      return { ...base, kind: many ? 'multiple' : 'single', points: full, choices: choices.map((choice) => ({ id: choice.id, text: choice.text, correct: many ? worth(choice) > 0 : worth(choice) === best, points: Math.min(1_000, Math.max(-1_000, worth(choice))), ...tell(choice) })) };
    }
  }
  const right = new Set(declaration.correct);
  const judged = scoring !== 'none' && choices.some(({ ident }) => right.has(ident));
  const correct = choices.filter(({ ident }) => right.has(ident)).length;
  return {
    ...base, kind: many ? 'multiple' : 'single', points: judged ? points(asked.worth) : 0,
    choices: choices.map((choice) => ({ id: choice.id, text: choice.text, correct: judged && right.has(choice.ident), ...tell(choice) })),
    ...(many && Number.isInteger(most) && most >= Math.max(1, correct) && most < choices.length ? { maxChoices: most } : {}),
  };
}

/** The mapping, where it is what counts: by the item's rules, or for want of anything else that is declared. */
const mapOf = ({ scoring, declaration }: Asked): ResponseMapping | undefined => (scoring === 'map' || (scoring === 'own' && declaration.correct.length === 0) ? declaration.mapping : undefined);

const capped = (sum: number, { upper }: ResponseMapping): number => (upper === undefined ? sum : Math.min(sum, upper));

function readOrder(asked: Asked): QuestionPart {
  const { interaction, declaration, scoring, worth } = asked;
  const choices = named(childrenOf(interaction, 'simplechoice'), asked, 2, MOST_PARTS);
  const items = declaration.correct.flatMap((ident) => choices.filter((choice) => choice.ident === ident));
  if (items.length !== choices.length || new Set(items).size !== items.length) throw new NotAskable('it does not say in which order all of its parts belong');
  if (scoring === 'map') asked.simplified('places earn points of their own; here the order is right or wrong');
  return { kind: 'order', points: scoring === 'none' ? 0 : points(worth), items: items.map(({ id, text }) => ({ id, text })) };
}

function readMatch(asked: Asked): QuestionPart {
  const sets = childrenOf(asked.interaction, 'simplematchset').map((set) => named(childrenOf(set, 'simpleassociablechoice'), asked, 1, MOST_CHOICES));
  const [left, right] = sets;
  if (!left || !right) throw new NotAskable('it has not two lists to match');
  const pairs = pairsOf(asked);
  return matching(asked, left, right, pairs) ?? matching(asked, right, left, pairs.map(([source, target]) => [target, source])) ?? fail('something in it belongs to several others, or to none');
}

function readGapMatch(asked: Asked): QuestionPart {
  const { interaction } = asked;
  const gaps = named(descendantsOf(interaction, (name) => name === 'gap'), asked, 1, MOST_PARTS, (_, index) => `(${index + 1})`);
  const words = named(childrenOf(interaction, 'gaptext').concat(childrenOf(interaction, 'gapimg')), asked, 1, MOST_CHOICES);
  return matching(asked, gaps, words, pairsOf(asked).map(([word, gap]) => [gap, word])) ?? fail('a gap in it takes several things, or none');
}

function fail(why: string): never {
  throw new NotAskable(why);
}

type Pair = readonly [source: string, target: string];

/** What belongs together: as declared, else what the mapping rewards. */
function pairsOf({ declaration: { correct, mapping } }: Asked): Pair[] {
  const rewarded = [...(mapping?.entries ?? [])].filter(([, value]) => value > 0).map(([key]) => key);
  return (correct.length > 0 ? correct : rewarded).map((pair) => pair.split(' ')).filter((pair): pair is [string, string] => pair.length === 2);
}

/** @returns `undefined` where a source has not just one target */
function matching(asked: Asked, sources: readonly Named[], targets: readonly Named[], pairs: readonly Pair[]): QuestionPart | undefined {
  const { declaration, scoring, worth, interaction } = asked;
  if (sources.length > MOST_PARTS) return undefined;
  const matched = sources.map(({ id, ident, text }) => ({ id, text, targets: targets.filter((target) => pairs.some(([source, to]) => source === ident && to === target.ident)) }));
  if (matched.some((source) => source.targets.length !== 1)) return undefined;
  const mapping = mapOf(asked);
  const values = mapping ? declaration.correct.length > 0 ? [...mapping.entries].filter(([key]) => declaration.correct.includes(key)).map(([, value]) => value) : [...mapping.entries.values()].filter((value) => value > 0) : [];
  const sum = mapping ? capped(values.reduce((all, value) => all + value, 0), mapping) : 0;
  if (new Set(values).size > 1) asked.simplified('its pairs earn different points; here each earns the same');
  return {
    kind: 'match', shuffle: isTrue(interaction, 'shuffle'), points: scoring === 'none' ? 0 : points(sum > 0 ? sum : worth), scoring: sum > 0 ? 'each' : 'all',
    sources: matched.map(({ id, text, targets: [target] }) => ({ id, text, target: target!.id })), targets: targets.map(({ id, text }) => ({ id, text })),
  };
}

function readTextEntry(asked: Asked): QuestionPart {
  const { declaration, scoring, worth } = asked;
  const mapping = mapOf(asked);
  const accepted = (mapping ? [...mapping.entries].filter(([, value]) => value > 0) : declaration.correct.map((text) => [text, points(worth)] as const)).filter(([text]) => text.trim() !== '' && text.length <= 1_000).slice(0, 100);
  const best = Math.max(0, ...accepted.map(([, value]) => value));
  const full = scoring === 'none' ? 0 : points(mapping ? capped(best, mapping) : best);
  const part = (value: number): object => (value >= full ? {} : { points: value });
  if (/^(?:integer|float)$/.test(declaration.baseType)) {
    const numbers = accepted.map(([text, value]) => ({ number: Number(text), value })).filter(({ number }) => Math.abs(number) <= 1e6);
    if (numbers.length > 0 || full === 0) return { kind: 'numeric', points: full, ...(full > 0 ? { accepted: numbers.map(({ number, value }) => ({ min: number, max: number, ...part(value) })) } : {}) };
  }
  if (full === 0) return { kind: 'text', points: 0 };
  // The operator `match` takes strings as they are; a mapping says whether it does (QTI 3.0 ASI 2.9).
  return { kind: 'text', points: full, caseSensitive: mapping ? mapping.caseSensitive : scoring === 'match', accepted: accepted.map(([text, value]) => ({ text, ...part(value) })) };
}

/** What an interaction is called in a message. */
export const interactionName = (interaction: XmlElement): string => nameOf(interaction).replace(/interaction$/, ' interaction');
