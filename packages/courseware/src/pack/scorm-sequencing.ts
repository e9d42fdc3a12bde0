import type { ActivityObjective, ActivitySequencing, Course, ObjectiveMap, RuleCondition, SequencingRule } from '@lectern/core';
import type { PackSplit } from './pack-options.js';
import type { PlanNode } from './plan.js';
import { el, type XmlNode } from './xml.js';

interface Place {
  readonly course: Course;
  readonly split: PackSplit;
  /** Absent: the course itself. */
  readonly node?: PlanNode;
}

/** Content that tells its own status is not to be called completed by the LMS because it was left (SN 3.13). */
const BY_CONTENT = { tracked: true, completionSetByContent: true, objectiveSetByContent: true };

/**
 * `imsss:sequencing` of an activity, and what stands beside it. A course of one SCO leads its learners itself; of several, by its own rules if it has some, else
 * freely and in order.
 */
export function scormSequencing({ course, split, node }: Place): XmlNode[] {
  const rules = split === 'multi' ? rulesOf(course, node) : undefined;
  const mastery = node?.type === 'launch' ? node.masteryScore : undefined;
  const objectives = rules?.objectives ?? (mastery === undefined ? undefined : [{ id: 'mastery', primary: true, satisfiedByMeasure: true, minNormalizedMeasure: mastery }]);
  const ordered = course.sequencing !== undefined && split === 'multi';
  const whole: ActivitySequencing = {
    ...rules,
    ...(node?.type === 'launch' ? { delivery: rules?.delivery ?? (node.native ? {} : BY_CONTENT) } : { controlMode: rules?.controlMode ?? (ordered ? {} : { choice: true, flow: true }) }),
    ...(objectives ? { objectives } : {}),
  };
  return [...beside(whole), ...some(sequencing(whole))];
}

/** `CourseSequencing.activities` has no prototype to be trusted with names like `constructor`. */
function rulesOf({ sequencing: rules }: Course, node: PlanNode | undefined): ActivitySequencing | undefined {
  if (node === undefined) return rules?.root;
  const id = node.type === 'group' ? node.block.id : node.unit?.id;
  return id !== undefined && rules?.activities && Object.hasOwn(rules.activities, id) ? rules.activities[id] : undefined;
}

/** Extensions of ADL's that are the item's and not its sequencing's: stores, the threshold's weight, and controls to be hidden (CAM 3.4.1.13, 5.2). */
function beside({ data, hideLmsUi, completion }: ActivitySequencing): XmlNode[] {
  return [
    ...(completion ? [el('adlcp:completionThreshold', { completedByMeasure: flag(completion.byMeasure), minProgressMeasure: completion.minProgress, progressWeight: completion.weight })] : []),
    ...(data?.length ? [el('adlcp:data', {}, ...data.map(({ target, read, write }) => el('adlcp:map', { targetID: target, readSharedData: flag(read), writeSharedData: flag(write) })))] : []),
    ...(hideLmsUi?.length ? [el('adlnav:presentation', {}, el('adlnav:navigationInterface', {}, ...hideLmsUi.map((control) => el('adlnav:hideLMSUI', {}, control))))] : []),
  ];
}

function sequencing(rules: ActivitySequencing): XmlNode {
  const { controlMode, preConditions = [], exitConditions = [], postConditions = [], attemptLimit, rollup, objectives = [], selection, randomization, delivery } = rules;
  const conditions = [...listOf('preConditionRule', preConditions), ...listOf('exitConditionRule', exitConditions), ...listOf('postConditionRule', postConditions)];
  return el(
    'imsss:sequencing',
    {},
    // In the order of the schema.
    flags('imsss:controlMode', controlMode),
    conditions.length ? el('imsss:sequencingRules', {}, ...conditions) : undefined,
    attemptLimit === undefined ? undefined : el('imsss:limitConditions', { attemptLimit }),
    rollupRules(rollup),
    objectives.length ? objectivesOf(objectives) : undefined,
    selection || randomization
      ? el('imsss:randomizationControls', { randomizationTiming: randomization?.timing, reorderChildren: randomization ? 'true' : undefined, selectionTiming: selection?.timing, selectCount: selection?.count })
      : undefined,
    flags('imsss:deliveryControls', delivery),
    considerations(rules),
    adlObjectives(objectives),
    rules.constrainChoice || rules.preventActivation ? el('adlseq:constrainedChoiceConsiderations', { preventActivation: flag(rules.preventActivation), constrainChoice: flag(rules.constrainChoice) }) : undefined,
  );
}

const flag = (value: boolean | undefined): string | undefined => (value === undefined ? undefined : String(value));

const some = (node: XmlNode): XmlNode[] => (node.children.length ? [node] : []);

function flags(name: string, values: object | undefined): XmlNode | undefined {
  const attributes = Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, String(value)]));
  return Object.keys(attributes).length ? el(name, attributes) : undefined;
}

function listOf(name: string, rules: readonly SequencingRule<string>[]): XmlNode[] {
  return rules.map(({ action, combination, conditions }) =>
    el(`imsss:${name}`, {}, el('imsss:ruleConditions', { conditionCombination: combination }, ...conditions.map(condition)), el('imsss:ruleAction', { action })),
  );
}

const condition = ({ condition: name, not, objective, threshold }: RuleCondition): XmlNode =>
  el('imsss:ruleCondition', { referencedObjective: objective, measureThreshold: threshold, operator: not ? 'not' : undefined, condition: name });

function rollupRules(rollup: ActivitySequencing['rollup']): XmlNode | undefined {
  const { rules = [], objectiveSatisfied, progressCompletion, measureWeight } = rollup ?? {};
  const attributes = { rollupObjectiveSatisfied: flag(objectiveSatisfied), rollupProgressCompletion: flag(progressCompletion), objectiveMeasureWeight: measureWeight };
  if (rules.length === 0 && Object.values(attributes).every((value) => value === undefined)) return undefined;
  return el(
    'imsss:rollupRules',
    attributes,
    ...rules.map(({ action, childActivitySet, minimumCount, minimumPercent, combination, conditions }) =>
      el(
        'imsss:rollupRule',
        { childActivitySet, minimumCount, minimumPercent },
        el('imsss:rollupConditions', { conditionCombination: combination }, ...conditions.map(({ condition: name, not }) => el('imsss:rollupCondition', { operator: not ? 'not' : undefined, condition: name }))),
        el('imsss:rollupAction', { action }),
      ),
    ),
  );
}

/** The schema wants a primary objective before all others; what has no id and is not primary cannot be named by anyone. */
function objectivesOf(objectives: readonly ActivityObjective[]): XmlNode {
  const primary = objectives.find(({ primary: first }) => first) ?? {};
  const others = objectives.filter((objective) => objective !== primary && objective.id);
  const one = (name: string, { id, satisfiedByMeasure, minNormalizedMeasure, maps = [] }: ActivityObjective): XmlNode =>
    el(
      name,
      { objectiveID: id, satisfiedByMeasure: flag(satisfiedByMeasure) },
      minNormalizedMeasure === undefined ? undefined : el('imsss:minNormalizedMeasure', {}, String(minNormalizedMeasure)),
      maps.filter(isIms).map((map) => mapInfo('imsss:mapInfo', map, { SatisfiedStatus: 'satisfied', NormalizedMeasure: 'measure' })),
    );
  return el('imsss:objectives', {}, one('imsss:primaryObjective', primary), ...others.map((objective) => one('imsss:objective', objective)));
}

const ADL_VALUES = ['raw', 'min', 'max', 'completed', 'progress'];
const isAdl = ({ read = [], write = [] }: ObjectiveMap): boolean => [...read, ...write].some((value) => ADL_VALUES.includes(value));
const isIms = (map: ObjectiveMap): boolean => !isAdl(map);

function mapInfo(name: string, { target, read = [], write = [] }: ObjectiveMap, values: Readonly<Record<string, string>>): XmlNode {
  const shared = (mode: string, list: readonly string[]) => Object.entries(values).map(([attribute, value]) => [`${mode}${attribute}`, String(list.includes(value))]);
  return el(name, { targetObjectiveID: target, ...Object.fromEntries([...shared('read', read), ...shared('write', write)]) });
}

/** `adlseq:objectives`, 4th Edition (SN 3.10.3). */
function adlObjectives(objectives: readonly ActivityObjective[]): XmlNode | undefined {
  const names = { RawScore: 'raw', MinScore: 'min', MaxScore: 'max', CompletionStatus: 'completed', ProgressMeasure: 'progress' };
  const nodes = objectives.flatMap(({ id, maps = [] }) => {
    const adl = maps.filter(isAdl);
    return id && adl.length ? [el('adlseq:objective', { objectiveID: id }, ...adl.map((map) => mapInfo('adlseq:mapInfo', map, names)))] : [];
  });
  return nodes.length ? el('adlseq:objectives', {}, ...nodes) : undefined;
}

function considerations({ rollup }: ActivitySequencing): XmlNode | undefined {
  const { requiredFor = {}, measureSatisfactionIfActive } = rollup ?? {};
  const attributes = Object.fromEntries(Object.entries(requiredFor).map(([action, value]) => [`requiredFor${action[0]!.toUpperCase()}${action.slice(1)}`, value]));
  if (Object.keys(attributes).length === 0 && measureSatisfactionIfActive === undefined) return undefined;
  return el('adlseq:rollupConsiderations', { ...attributes, measureSatisfactionIfActive: flag(measureSatisfactionIfActive) });
}
