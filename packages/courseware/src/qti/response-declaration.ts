import type { XmlElement } from '../package/xml-element.js';
import { attributeOf, childOf, childrenOf, descendantsOf, nameOf } from './qti-names.js';

/** What an item says of one of its answers (QTI 3.0 ASI 2.8, 2.9). */
export interface ResponseDeclaration {
  readonly identifier: string;
  readonly baseType: string;
  readonly single: boolean;
  /** In the order that is written. */
  readonly correct: readonly string[];
  readonly mapping: ResponseMapping | undefined;
}

export interface ResponseMapping {
  readonly entries: ReadonlyMap<string, number>;
  readonly fallback: number;
  readonly upper: number | undefined;
  /** Capital and small letters differ in at least one entry. */
  readonly caseSensitive: boolean;
}

/** How an answer becomes a score. `own`: by rules that are not followed here, so that what is declared as right counts. `none`: not by a machine. */
export type Scoring = 'match' | 'map' | 'own' | 'none';

/** Of one declaration or mapping. */
const MAX_VALUES = 1_000;

export function readDeclarations(item: XmlElement): ReadonlyMap<string, ResponseDeclaration> {
  const declarations = childrenOf(item, 'responsedeclaration').map((declaration): ResponseDeclaration => {
    const mapping = childOf(declaration, 'mapping');
    return {
      identifier: attributeOf(declaration, 'identifier') ?? '',
      baseType: (attributeOf(declaration, 'basetype') ?? 'identifier').toLowerCase(),
      single: (attributeOf(declaration, 'cardinality') ?? 'single').toLowerCase() === 'single',
      correct: childrenOf(childOf(declaration, 'correctresponse') ?? declaration, 'value').slice(0, MAX_VALUES).map(({ text }) => text.replace(/\s+/g, ' ').trim()).filter(Boolean),
      mapping: mapping && readMapping(mapping),
    };
  });
  return new Map(declarations.map((declaration) => [declaration.identifier, declaration]));
}

function readMapping(mapping: XmlElement): ResponseMapping {
  const entries = childrenOf(mapping, 'mapentry').slice(0, MAX_VALUES);
  const upper = attributeOf(mapping, 'upperbound');
  return {
    entries: new Map(entries.map((entry) => [(attributeOf(entry, 'mapkey') ?? '').replace(/\s+/g, ' '), numberOf(attributeOf(entry, 'mappedvalue'))])),
    fallback: numberOf(attributeOf(mapping, 'defaultvalue')),
    upper: upper === undefined || !Number.isFinite(Number(upper)) ? undefined : Number(upper),
    caseSensitive: entries.some((entry) => /^(?:true|1)$/.test(attributeOf(entry, 'casesensitive') ?? '')),
  };
}

const numberOf = (text: string | undefined): number => (Number.isFinite(Number(text)) ? Number(text) : 0);

/** What may stand in rules that score as the templates do. */
const SIMPLE = new Set(['responsecondition', 'responseif', 'responseelseif', 'responseelse', 'setoutcomevalue', 'match', 'variable', 'correct', 'mapresponse', 'basevalue', 'isnull', 'not', 'sum', 'and']);

/** How `identifier` is scored: by a standard template (QTI 3.0 ASI 2.9.1, known by its name wherever it lies), else by rules that do the same. */
export function scoringOf(item: XmlElement, { identifier, correct, mapping }: ResponseDeclaration): Scoring {
  const processing = childOf(item, 'responseprocessing');
  const declared: Scoring = correct.length > 0 || mapping ? 'own' : 'none';
  if (!processing) return 'none';
  const template = /([^/]*?)(?:\.xml)?$/i.exec(attributeOf(processing, 'template') ?? '')?.[1]?.toLowerCase() ?? '';
  if (template !== '') {
    // The templates speak of one answer, by this name.
    if (identifier !== 'RESPONSE') return 'none';
    if (/^(?:cc2_)?match(?:_correct)?$/.test(template)) return correct.length > 0 ? 'match' : 'none';
    return /^(?:cc2_)?map_response$/.test(template) && mapping ? 'map' : declared;
  }
  if (processing.children.length === 0) return 'none';
  const rules = scoreRules(processing);
  const simple = rules.every((rule) => (SIMPLE.has(nameOf(rule)) || isExact(rule)) && !namesAnswer(rule));
  const names = (kind: string): boolean => rules.some((rule) => nameOf(rule) === kind && attributeOf(rule, 'identifier') === identifier);
  const [mapped, matched] = [names('mapresponse'), names('correct')];
  if (simple && mapped && !matched && mapping) return 'map';
  if (simple && matched && !mapped && correct.length > 0) return 'match';
  return declared;
}

/** An answer that the rules name themselves: it may earn a part of the score. */
const namesAnswer = (rule: XmlElement): boolean => ['match', 'equal'].includes(nameOf(rule)) && childOf(rule, 'basevalue') !== undefined;

/** `equal` without a tolerance, which is `match` for numbers. */
const isExact = (rule: XmlElement): boolean => nameOf(rule) === 'equal' && (attributeOf(rule, 'tolerancemode') ?? 'exact') === 'exact';

/** What has to do with the score: other outcomes choose what is told. */
function scoreRules(processing: XmlElement): XmlElement[] {
  const sets = (rule: XmlElement): boolean => nameOf(rule) === 'setoutcomevalue' && attributeOf(rule, 'identifier') === 'SCORE';
  const found: XmlElement[] = [];
  const stack = processing.children.filter((rule) => sets(rule) || descendantsOf(rule, (name) => name === 'setoutcomevalue').some(sets));
  for (let rule = stack.pop(); rule; rule = stack.pop()) {
    if (nameOf(rule) === 'setoutcomevalue' && !sets(rule)) continue;
    found.push(rule);
    stack.push(...rule.children);
  }
  return found;
}
