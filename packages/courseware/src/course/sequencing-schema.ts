import * as v from 'valibot';

/** The `sequencing` of a `course.json`, as core's `CourseSequencing`: every object closed, every list within bounds. */

const MAX_ITEMS = 200;
const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.maxLength(MAX_ITEMS));
const flag = v.optional(v.boolean());
const fraction = v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));
const measure = v.optional(v.pipe(v.number(), v.minValue(-1), v.maxValue(1)));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(4000));
const combination = v.optional(v.picklist(['all', 'any']));
const timing = v.picklist(['never', 'once', 'onEachNewAttempt']);
const consideration = v.optional(v.picklist(['always', 'ifAttempted', 'ifNotSkipped', 'ifNotSuspended']));
const ROLLUP_CONDITIONS = [
  'satisfied', 'objectiveStatusKnown', 'objectiveMeasureKnown', 'completed', 'activityProgressKnown', 'attempted', 'attemptLimitExceeded', 'timeLimitExceeded',
  'outsideAvailableTimeRange', 'never',
] as const;

const rules = <Action extends string>(actions: readonly Action[]) =>
  v.optional(
    list(
      v.strictObject({
        action: v.picklist(actions),
        combination,
        conditions: list(
          v.strictObject({
            condition: v.picklist([...ROLLUP_CONDITIONS, 'objectiveMeasureGreaterThan', 'objectiveMeasureLessThan', 'always']),
            not: flag,
            objective: v.optional(name),
            threshold: measure,
          }),
        ),
      }),
    ),
  );

const shared = v.optional(list(v.picklist(['satisfied', 'measure', 'raw', 'min', 'max', 'completed', 'progress'])));

const activity = v.strictObject({
  hidden: flag,
  hideLmsUi: v.optional(list(v.picklist(['continue', 'previous', 'exit', 'exitAll', 'abandon', 'abandonAll', 'suspendAll']))),
  controlMode: v.optional(
    v.strictObject({ choice: flag, choiceExit: flag, flow: flag, forwardOnly: flag, useCurrentAttemptObjectiveInfo: flag, useCurrentAttemptProgressInfo: flag }),
  ),
  constrainChoice: flag,
  preventActivation: flag,
  preConditions: rules(['skip', 'disabled', 'hiddenFromChoice', 'stopForwardTraversal']),
  exitConditions: rules(['exit']),
  postConditions: rules(['exitParent', 'exitAll', 'retry', 'retryAll', 'continue', 'previous']),
  attemptLimit: v.optional(count),
  rollup: v.optional(
    v.strictObject({
      rules: v.optional(
        list(
          v.strictObject({
            action: v.picklist(['satisfied', 'notSatisfied', 'completed', 'incomplete']),
            childActivitySet: v.optional(v.picklist(['all', 'any', 'none', 'atLeastCount', 'atLeastPercent'])),
            minimumCount: v.optional(count),
            minimumPercent: fraction,
            combination,
            conditions: list(v.strictObject({ condition: v.picklist(ROLLUP_CONDITIONS), not: flag })),
          }),
        ),
      ),
      objectiveSatisfied: flag,
      progressCompletion: flag,
      measureWeight: fraction,
      requiredFor: v.optional(v.strictObject({ satisfied: consideration, notSatisfied: consideration, completed: consideration, incomplete: consideration })),
      measureSatisfactionIfActive: flag,
    }),
  ),
  objectives: v.optional(
    list(
      v.strictObject({
        id: v.optional(name),
        primary: flag,
        satisfiedByMeasure: flag,
        minNormalizedMeasure: measure,
        maps: v.optional(list(v.strictObject({ target: name, read: shared, write: shared }))),
      }),
    ),
  ),
  selection: v.optional(v.strictObject({ timing, count })),
  randomization: v.optional(v.strictObject({ timing })),
  delivery: v.optional(v.strictObject({ tracked: flag, completionSetByContent: flag, objectiveSetByContent: flag })),
  completion: v.optional(v.strictObject({ byMeasure: flag, minProgress: fraction, weight: fraction })),
  data: v.optional(list(v.strictObject({ target: name, read: flag, write: flag }))),
});

export const sequencingSchema = v.strictObject({
  rootId: v.optional(name),
  objectivesGlobalToSystem: flag,
  sharedDataGlobalToSystem: flag,
  root: v.optional(activity),
  activities: v.optional(v.record(v.pipe(v.string(), v.maxLength(250)), activity)),
});
