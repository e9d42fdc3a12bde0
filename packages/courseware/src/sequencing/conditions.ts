import type { RollupConditionName, RuleCondition, RuleConditionName, SequencingRule } from '@lectern/core';
import type { Activity } from './activity.js';
import { placeOf, type Objectives } from './objectives.js';

/** True, False, or Unknown (`undefined`), as in the tables of SN 3.4.2 and 3.7.2. */
export type Truth = boolean | undefined;

/** Unknown stays unknown, whatever is combined with it leaves open (UP.2.1, RB.1.4.1). */
export function combine(values: readonly Truth[], combination: 'all' | 'any'): Truth {
  if (values.length === 0) return undefined;
  const decisive = combination === 'any';
  if (values.includes(decisive)) return decisive;
  return values.includes(undefined) ? undefined : !decisive;
}

/** Sequencing Rules Check Process [UP.2]: the first rule with one of these actions that holds. */
export function firedRule<Action extends string>(
  activity: Activity,
  rules: readonly SequencingRule<Action>[] | undefined,
  actions: readonly Action[] | undefined,
  objectives: Objectives,
): Action | undefined {
  return rules?.find((rule) => (!actions || actions.includes(rule.action)) && holds(activity, rule, objectives) === true)?.action;
}

/** Sequencing Rule Check Subprocess [UP.2.1]. */
function holds(activity: Activity, { conditions, combination = 'all' }: SequencingRule<string>, objectives: Objectives): Truth {
  return combine(
    conditions.map((condition) => negate(evaluate(activity, condition, objectives), condition.not)),
    combination,
  );
}

export const negate = (value: Truth, not: boolean | undefined): Truth => (value === undefined || !not ? value : !value);

function evaluate(activity: Activity, { condition, objective, threshold = 0 }: RuleCondition, objectives: Objectives): Truth {
  const place = placeOf(activity, objective);
  if (place === undefined) return undefined;
  if (condition === 'always') return true;
  if (!activity.tracked) return evaluateUntracked(condition);
  if (condition === 'objectiveMeasureGreaterThan' || condition === 'objectiveMeasureLessThan') {
    const measure = objectives.measure(activity, place);
    if (measure === undefined) return undefined;
    return condition === 'objectiveMeasureGreaterThan' ? measure > threshold : measure < threshold;
  }
  return evaluateStatus(activity, condition, objectives, place);
}

/** Nothing is known of what is not tracked (SN 3.13.1). */
const evaluateUntracked = (condition: RuleConditionName): Truth => (condition.endsWith('Known') || condition === 'attempted' ? false : undefined);

/** The conditions that sequencing and rollup rules share. */
export function evaluateStatus(activity: Activity, condition: RollupConditionName | Exclude<RuleConditionName, 'always'>, objectives: Objectives, place = activity.primary): Truth {
  const { state, rules } = activity;
  switch (condition) {
    case 'satisfied':
      return objectives.satisfied(activity, place);
    case 'objectiveStatusKnown':
      return objectives.satisfied(activity, place) !== undefined;
    case 'objectiveMeasureKnown':
      return objectives.measure(activity, place) !== undefined;
    case 'completed':
      return objectives.completed(activity);
    case 'activityProgressKnown':
      return objectives.completed(activity) !== undefined;
    case 'attempted':
      return state.attempts > 0;
    case 'attemptLimitExceeded':
      return rules.attemptLimit !== undefined && state.attempts >= rules.attemptLimit;
    default:
      // SCORM gives time limits and time ranges no effect on sequencing (SN 3.5.2).
      return false;
  }
}
