import { toQuizId } from '@lectern/core';
import { PackageError, type PackageWarning } from '../package/package-error.js';
import type { XmlElement } from '../package/xml-element.js';
import { INTERACTIONS, interactionName, NotAskable, type Asked } from './interactions.js';
import { textIn, type ResolveUrl } from './item-text.js';
import { attributeOf, childOf, childrenOf, descendantsOf, isQtiItem, nameOf } from './qti-names.js';
import { readDeclarations, scoringOf } from './response-declaration.js';

export interface ReadItemOptions {
  readonly file: string;
  /** Ids of the quiz that are taken; those of the item's questions are added. */
  readonly ids: Set<string>;
  /** What the item's points are multiplied by in its test. */
  readonly weight: number;
  /** What is to be read before it: a text that several items share. */
  readonly before: string;
  readonly resolve: ResolveUrl;
  warn(warning: PackageWarning): void;
}

/** Interactions of one item. */
const MAX_INTERACTIONS = 50;
const CLAUSE = 'QTI 3.0 ASI 2.7';

/** What is asked otherwise each time, or in several steps. */
const CHANGING = new Set(['templatedeclaration', 'templateprocessing', 'printedvariable']);

/**
 * Reads an item of QTI 2 or 3 as questions of a quiz: one for each of its interactions. What a quiz cannot ask leaves the whole item out, with a warning
 * `not-playable` that names it; what it judges otherwise is said by `quiz-simplified`.
 * @throws PackageError `wrong-standard` where the root is no item
 */
export function readItem(item: XmlElement, options: ReadItemOptions): object[] {
  const { file, ids, warn, resolve } = options;
  if (!isQtiItem(item)) throw new PackageError('wrong-standard', `The file is no QTI item: its root is <${item.name.slice(0, 80)}>.`, { file, field: item.name.slice(0, 80), clause: CLAUSE });
  const name = (attributeOf(item, 'title') || attributeOf(item, 'identifier') || 'item').slice(0, 80);
  try {
    const asked = askedIn(item, name, options);
    // The ids are taken once all can be asked.
    const parts = asked.map((each) => INTERACTIONS[nameOf(each.interaction)]!(each));
    if (asked.length > 1) simplified('it asks several things, each of which is a question of its own');
    if (asked.some(({ scoring }) => scoring === 'own')) simplified('its own rules of scoring are not followed; what it declares as right counts');
    if (parts.some(({ points }) => points === 0)) simplified('what is right in it cannot be told by these rules: it is asked, and earns nothing');
    const body = [options.before, textIn(childOf(item, 'itembody')!, resolve)].filter(Boolean).join('\n\n').slice(0, 18_000) || name;
    const feedback = feedbackOf(item, resolve);
    return parts.map((part, index) => ({
      ...part,
      points: Math.min(1_000, part.points * options.weight),
      ...(options.weight === 1 ? {} : weighed(part, options.weight)),
      id: toQuizId(asked.length > 1 ? `${attributeOf(item, 'identifier') ?? 'item'}.${asked[index]!.declaration.identifier}` : (attributeOf(item, 'identifier') ?? 'item'), ids),
      prompt: asked.length > 1 ? `${body}\n\n**(${index + 1})**` : body,
      ...(feedback ? { feedback } : {}),
    }));
  } catch (error) {
    if (!(error instanceof NotAskable)) throw error;
    warn({ code: 'not-playable', message: `The item "${name}" was left out: ${error.message}.`, file, field: item.path || item.name });
    return [];
  }

  function simplified(why: string): void {
    warn({ code: 'quiz-simplified', message: `The item "${name}" is asked more simply: ${why}.`, file, field: 'responseProcessing' });
  }
}

/** @throws NotAskable */
function askedIn(item: XmlElement, name: string, { file, resolve, warn }: ReadItemOptions): Asked[] {
  const body = childOf(item, 'itembody');
  const interactions = body ? descendantsOf(body, (part) => part.endsWith('interaction') || part === 'portablecustominteraction') : [];
  if (interactions.length === 0) throw new NotAskable('nothing is to be answered in it');
  if (interactions.length > MAX_INTERACTIONS) throw new NotAskable(`it has more than ${MAX_INTERACTIONS} things to answer`);
  if (/^(?:true|1)$/.test(attributeOf(item, 'adaptive') ?? '')) throw new NotAskable('it is adaptive: it goes on as it is answered');
  if (descendantsOf(item, (part) => CHANGING.has(part)).length > 0) throw new NotAskable('it is made anew for each learner, from a template');
  const unknown = interactions.find((interaction) => !Object.hasOwn(INTERACTIONS, nameOf(interaction)));
  if (unknown) throw new NotAskable(`a quiz has no ${interactionName(unknown)}`);
  const declarations = readDeclarations(item);
  return interactions.map((interaction): Asked => {
    const identifier = attributeOf(interaction, 'responseidentifier') ?? '';
    const declaration = declarations.get(identifier);
    if (!declaration) throw new NotAskable(`it declares no response "${identifier.slice(0, 80)}"`);
    return {
      interaction, declaration, resolve,
      scoring: scoringOf(item, declaration),
      worth: worthOf(item) / interactions.length,
      feedback: (choice, element) => {
        const told = [...childrenOf(element, 'feedbackinline'), ...childrenOf(item, 'modalfeedback')].filter((feedback) => attributeOf(feedback, 'identifier') === choice && attributeOf(feedback, 'showhide') !== 'hide');
        return told.map((feedback) => textIn(feedback, resolve)).filter(Boolean).join('\n\n') || undefined;
      },
      simplified: (why) => warn({ code: 'quiz-simplified', message: `The item "${name}" is asked more simply: ${why}.`, file, field: interaction.path }),
    };
  });
}

/** What a right answer earns where no mapping says it: what the rules set the score to, else the declared maximum. */
function worthOf(item: XmlElement): number {
  const processing = childOf(item, 'responseprocessing');
  const set = (processing ? descendantsOf(processing, (name) => name === 'setoutcomevalue') : []).filter((rule) => attributeOf(rule, 'identifier') === 'SCORE').flatMap((rule) => childrenOf(rule, 'basevalue')).map(({ text }) => Number(text));
  const outcomes = childrenOf(item, 'outcomedeclaration');
  const declared = (name: string): XmlElement | undefined => outcomes.find((outcome) => attributeOf(outcome, 'identifier') === name);
  const value = (outcome: XmlElement | undefined): number => Number(outcome && childOf(childOf(outcome, 'defaultvalue') ?? outcome, 'value')?.text);
  const score = declared('SCORE');
  return [Math.max(...set), value(declared('MAXSCORE')), Number(score && attributeOf(score, 'normalmaximum'))].find((each) => Number.isFinite(each) && each > 0) ?? 1;
}

/** What parts of an answer earn, where the item counts more or less in its test. */
function weighed(part: Readonly<Record<string, unknown>>, weight: number): object {
  const times = (list: unknown): unknown => (Array.isArray(list) ? (list as { readonly points?: number }[]).map((each) => (each.points === undefined ? each : { ...each, points: Math.max(-1_000, Math.min(1_000, each.points * weight)) })) : list);
  return Object.fromEntries(['choices', 'accepted'].filter((key) => key in part).map((key) => [key, times(part[key])]));
}

/** What the feedback templates tell (`CC2_match` and its like set `correct` or `incorrect`). */
function feedbackOf(item: XmlElement, resolve: ResolveUrl): object | undefined {
  const told = (wanted: RegExp): string | undefined => childrenOf(item, 'modalfeedback').filter((feedback) => wanted.test(attributeOf(feedback, 'identifier') ?? '')).map((feedback) => textIn(feedback, resolve)).filter(Boolean).join('\n\n') || undefined;
  const found = Object.entries({ correct: told(/^correct(?:_fb)?$/i), incorrect: told(/^incorrect(?:_fb)?$/i), general: told(/^general(?:_fb)?$/i) }).filter(([, text]) => text !== undefined);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
