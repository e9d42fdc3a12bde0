import type {
  ActivityObjective,
  ActivitySequencing,
  ControlMode,
  HiddenControl,
  ObjectiveMap,
  PostConditionAction,
  PreConditionAction,
  RollupAction,
  RollupConditionName,
  RollupConsideration,
  RollupDefinition,
  RollupRule,
  RuleConditionName,
  SequencingRule,
  SequencingTiming,
  SharedValue,
} from '@lectern/core';
import type { PackageWarning } from '../package/package-error.js';
import type { XmlElement } from '../package/xml-element.js';

export interface SequencingReading {
  readonly file: string;
  /** `imsss:sequencingCollection`, by the ID of what is in it. */
  readonly shared: ReadonlyMap<string, XmlElement>;
  readonly warn: (warning: PackageWarning) => void;
}

const CONTROLS = ['continue', 'previous', 'exit', 'exitAll', 'abandon', 'abandonAll', 'suspendAll'] as const satisfies readonly HiddenControl[];
export const PRE_ACTIONS = ['skip', 'disabled', 'hiddenFromChoice', 'stopForwardTraversal'] as const satisfies readonly PreConditionAction[];
export const POST_ACTIONS = ['exitParent', 'exitAll', 'retry', 'retryAll', 'continue', 'previous'] as const satisfies readonly PostConditionAction[];
const ROLLUP_CONDITIONS = [
  'satisfied', 'objectiveStatusKnown', 'objectiveMeasureKnown', 'completed', 'activityProgressKnown', 'attempted', 'attemptLimitExceeded', 'timeLimitExceeded',
  'outsideAvailableTimeRange', 'never',
] as const satisfies readonly RollupConditionName[];
const RULE_CONDITIONS = [...ROLLUP_CONDITIONS, 'objectiveMeasureGreaterThan', 'objectiveMeasureLessThan', 'always'] as const satisfies readonly RuleConditionName[];
const ROLLUP_ACTIONS = ['satisfied', 'notSatisfied', 'completed', 'incomplete'] as const satisfies readonly RollupAction[];
const CONSIDERATIONS = ['always', 'ifAttempted', 'ifNotSkipped', 'ifNotSuspended'] as const satisfies readonly RollupConsideration[];
const TIMINGS = ['never', 'once', 'onEachNewAttempt'] as const satisfies readonly SequencingTiming[];
const CHILD_SETS = ['all', 'any', 'none', 'atLeastCount', 'atLeastPercent'] as const;
const COMBINATIONS = ['all', 'any'] as const;

/** An objective's name is a URI: it is the same whichever way its spaces are written (ADL test cases OB-02, OB-12). */
function objectiveId(text: string | undefined): string {
  if (!text) return '';
  let decoded = text;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    // A percent sign that is no escape.
  }
  return decoded.trim().replace(/\s+/g, ' ');
}

/** A property where there is something in it. */
export function some<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)) return {};
  return { [name]: value } as { readonly [Key in Name]?: Value };
}

/** Reads the parts of `imsss:sequencing`, each value for what it is worth. */
export class SequencingReader {
  readonly #reading: SequencingReading;

  constructor(reading: SequencingReading) {
    this.#reading = reading;
  }

  #ignore(element: XmlElement, attribute: string | undefined, value: string): undefined {
    const field = attribute === undefined ? element.path : element.attributePath(attribute);
    this.#reading.warn({ code: 'value-ignored', message: `"${value.slice(0, 80)}" is no value of ${attribute ?? `<${element.name}>`}; it was left out.`, file: this.#reading.file, field });
  }

  flag(element: XmlElement | undefined, name: string): boolean | undefined {
    const value = element?.attribute(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value === 'true' || value === '1') return true;
    return value === 'false' || value === '0' ? false : this.#ignore(element!, name, value);
  }

  number(element: XmlElement | undefined, name: string | undefined, min: number, max: number): number | undefined {
    const text = name === undefined ? element?.text.trim() : element?.attribute(name);
    if (!element || !text) return undefined;
    const value = Number(text);
    return Number.isFinite(value) && value >= min && value <= max ? value : this.#ignore(element, name, text);
  }

  count(element: XmlElement | undefined, name: string): number | undefined {
    const value = this.number(element, name, 0, Number.MAX_SAFE_INTEGER);
    return value === undefined || Number.isInteger(value) ? value : this.#ignore(element!, name, String(value));
  }

  word<Word extends string>(element: XmlElement | undefined, name: string, words: readonly Word[]): Word | undefined {
    const value = element?.attribute(name);
    if (value === undefined) return undefined;
    return words.find((word) => word.toLowerCase() === value.toLowerCase()) ?? this.#ignore(element!, name, value);
  }

  hideLmsUi(owner: XmlElement): HiddenControl[] {
    const elements = owner.child('presentation')?.child('navigationInterface')?.childrenNamed('hideLMSUI') ?? [];
    return elements.flatMap((element) => {
      const value = element.text.trim();
      const found = CONTROLS.find((word) => word === value);
      if (!found) this.#ignore(element, undefined, value);
      return found ? [found] : [];
    });
  }

  controlMode(element: XmlElement | undefined): ControlMode {
    const names = ['choice', 'choiceExit', 'flow', 'forwardOnly', 'useCurrentAttemptObjectiveInfo', 'useCurrentAttemptProgressInfo'] as const;
    return Object.fromEntries(names.flatMap((name) => {
      const value = this.flag(element, name);
      return value === undefined ? [] : [[name, value]];
    }));
  }

  rules<Action extends string>(element: XmlElement | undefined, name: string, actions: readonly Action[]): SequencingRule<Action>[] {
    return (element?.childrenNamed(name) ?? []).flatMap((rule) => {
      const action = this.word(rule.child('ruleAction'), 'action', actions);
      const set = rule.child('ruleConditions');
      if (!action) return [];
      const combination = this.word(set, 'conditionCombination', COMBINATIONS);
      const conditions = (set?.childrenNamed('ruleCondition') ?? []).flatMap((condition) => {
        const named = this.word(condition, 'condition', RULE_CONDITIONS);
        const objective = objectiveId(condition.attribute('referencedObjective'));
        const threshold = this.number(condition, 'measureThreshold', -1, 1);
        return named
          ? [{ condition: named, ...this.#not(condition), ...(objective ? { objective } : {}), ...(threshold === undefined ? {} : { threshold }) }]
          : [];
      });
      return [{ action, ...(combination === undefined ? {} : { combination }), conditions }];
    });
  }

  #not(condition: XmlElement): { readonly not?: true } {
    return condition.attribute('operator')?.toLowerCase() === 'not' ? { not: true } : {};
  }

  rollup(element: XmlElement | undefined, considerations: XmlElement | undefined): RollupDefinition {
    const rules = (element?.childrenNamed('rollupRule') ?? []).flatMap((rule): RollupRule[] => {
      const action = this.word(rule.child('rollupAction'), 'action', ROLLUP_ACTIONS);
      if (!action) return [];
      const set = rule.child('rollupConditions');
      const childActivitySet = this.word(rule, 'childActivitySet', CHILD_SETS);
      const minimumCount = this.count(rule, 'minimumCount');
      const minimumPercent = this.number(rule, 'minimumPercent', 0, 1);
      const combination = this.word(set, 'conditionCombination', COMBINATIONS);
      const conditions = (set?.childrenNamed('rollupCondition') ?? []).flatMap((condition) => {
        const named = this.word(condition, 'condition', ROLLUP_CONDITIONS);
        return named ? [{ condition: named, ...this.#not(condition) }] : [];
      });
      return [
        {
          action,
          conditions,
          ...(childActivitySet === undefined ? {} : { childActivitySet }),
          ...(minimumCount === undefined ? {} : { minimumCount }),
          ...(minimumPercent === undefined ? {} : { minimumPercent }),
          ...(combination === undefined ? {} : { combination }),
        },
      ];
    });
    const objectiveSatisfied = this.flag(element, 'rollupObjectiveSatisfied');
    const progressCompletion = this.flag(element, 'rollupProgressCompletion');
    const measureWeight = this.number(element, 'objectiveMeasureWeight', 0, 1);
    const measureSatisfactionIfActive = this.flag(considerations, 'measureSatisfactionIfActive');
    const requiredFor = Object.fromEntries(
      ROLLUP_ACTIONS.flatMap((action) => {
        const value = this.word(considerations, `requiredFor${action[0]!.toUpperCase()}${action.slice(1)}`, CONSIDERATIONS);
        return value === undefined ? [] : [[action, value]];
      }),
    );
    return {
      ...some('rules', rules),
      ...(objectiveSatisfied === undefined ? {} : { objectiveSatisfied }),
      ...(progressCompletion === undefined ? {} : { progressCompletion }),
      ...(measureWeight === undefined ? {} : { measureWeight }),
      ...some('requiredFor', requiredFor),
      ...(measureSatisfactionIfActive === undefined ? {} : { measureSatisfactionIfActive }),
    };
  }

  /** `imsss:objectives` and ADL's own, whose maps carry what IMS has no words for (4th edition). */
  objectives(own: readonly XmlElement[], shared: readonly XmlElement[]): ActivityObjective[] {
    const isAdl = ({ namespace }: XmlElement): boolean => /adlseq/i.test(namespace);
    const ims = own.find((list) => !isAdl(list)) ?? shared.find((list) => !isAdl(list));
    const adl = own.find(isAdl) ?? shared.find(isAdl);
    const extra = new Map((adl?.childrenNamed('objective') ?? []).map((element) => [objectiveId(element.attribute('objectiveID')), element.childrenNamed('mapInfo')]));
    const elements = (ims?.children ?? []).filter(({ name }) => name === 'primaryObjective' || name === 'objective');
    return elements.flatMap((element) => {
      const id = objectiveId(element.attribute('objectiveID'));
      const primary = element.name === 'primaryObjective';
      if (!id && !primary) return [];
      const measure = this.number(element.child('minNormalizedMeasure'), undefined, -1, 1);
      const maps = this.#maps(element.childrenNamed('mapInfo'), (id && extra.get(id)) || []);
      return [
        {
          ...(id ? { id } : {}),
          ...(primary ? { primary: true } : {}),
          ...(this.flag(element, 'satisfiedByMeasure') ? { satisfiedByMeasure: true } : {}),
          ...(measure === undefined ? {} : { minNormalizedMeasure: measure }),
          ...some('maps', maps),
        },
      ];
    });
  }

  #maps(ims: readonly XmlElement[], adl: readonly XmlElement[]): ObjectiveMap[] {
    const list = (element: XmlElement, mode: 'read' | 'write', names: Readonly<Record<string, SharedValue>>): SharedValue[] =>
      Object.entries(names).flatMap(([name, value]) => ((this.flag(element, `${mode}${name}`) ?? mode === 'read') ? [value] : []));
    const imsNames = { SatisfiedStatus: 'satisfied', NormalizedMeasure: 'measure' } as const;
    const adlNames = { RawScore: 'raw', MinScore: 'min', MaxScore: 'max', CompletionStatus: 'completed', ProgressMeasure: 'progress' } as const;
    const map = (element: XmlElement, read: SharedValue[], write: SharedValue[]): ObjectiveMap[] => {
      const target = objectiveId(element.attribute('targetObjectiveID'));
      return target ? [{ target, ...some('read', read), ...some('write', write) }] : [];
    };
    return [
      ...ims.flatMap((element) => map(element, list(element, 'read', imsNames), list(element, 'write', imsNames))),
      ...adl.flatMap((element) => map(element, list(element, 'read', adlNames), list(element, 'write', adlNames))),
    ];
  }

  selection(element: XmlElement | undefined): ActivitySequencing['selection'] {
    const timing = this.word(element, 'selectionTiming', TIMINGS);
    const count = this.count(element, 'selectCount');
    return timing === undefined || timing === 'never' || count === undefined ? undefined : { timing, count };
  }

  randomization(element: XmlElement | undefined): ActivitySequencing['randomization'] {
    const timing = this.word(element, 'randomizationTiming', TIMINGS);
    return timing === undefined || timing === 'never' || this.flag(element, 'reorderChildren') !== true ? undefined : { timing };
  }

  delivery(element: XmlElement | undefined): ActivitySequencing['delivery'] {
    const names = ['tracked', 'completionSetByContent', 'objectiveSetByContent'] as const;
    return Object.fromEntries(names.flatMap((name) => {
      const value = this.flag(element, name);
      return value === undefined ? [] : [[name, value]];
    }));
  }

  completion(element: XmlElement | undefined): ActivitySequencing['completion'] {
    const byMeasure = this.flag(element, 'completedByMeasure');
    const minProgress = this.number(element, 'minProgressMeasure', 0, 1);
    const weight = this.number(element, 'progressWeight', 0, 1);
    return {
      ...(byMeasure === undefined ? {} : { byMeasure }),
      ...(minProgress === undefined ? {} : { minProgress }),
      ...(weight === undefined ? {} : { weight }),
    };
  }

  data(element: XmlElement | undefined): NonNullable<ActivitySequencing['data']> {
    return (element?.childrenNamed('map') ?? []).flatMap((map) => {
      const target = map.attribute('targetID');
      if (!target) return [];
      return [{ target, ...(this.flag(map, 'readSharedData') === false ? { read: false } : {}), ...(this.flag(map, 'writeSharedData') === false ? { write: false } : {}) }];
    });
  }
}
