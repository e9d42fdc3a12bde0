import type { RollupAction, RollupRule } from '@lectern/core';
import type { Activity, ActivityTree } from './activity.js';
import { combine, evaluateStatus, firedRule, negate, type Truth } from './conditions.js';
import type { Objectives } from './objectives.js';

/** Rules where an activity has none of its own (RB.1.2.b, RB.1.3.b). */
const DEFAULT_OBJECTIVE_RULES: readonly RollupRule[] = [
  { action: 'notSatisfied', conditions: [{ condition: 'objectiveStatusKnown' }] },
  { action: 'satisfied', conditions: [{ condition: 'satisfied' }] },
];
const DEFAULT_PROGRESS_RULES: readonly RollupRule[] = [
  { action: 'incomplete', conditions: [{ condition: 'activityProgressKnown' }] },
  { action: 'completed', conditions: [{ condition: 'completed' }] },
];

/** Rollup Behavior [RB.1]: what happened below becomes what is known above. */
export class Rollup {
  readonly #tree: ActivityTree;
  readonly #objectives: Objectives;
  /** Activities by the global objectives their primary objective reads. */
  readonly #readers = new Map<string, Activity[]>();

  constructor(tree: ActivityTree, objectives: Objectives) {
    this.#tree = tree;
    this.#objectives = objectives;
    for (const activity of tree.all) {
      for (const { target, read } of activity.objectives[activity.primary]?.maps ?? []) {
        if (!read?.length || !activity.parent) continue;
        const readers = this.#readers.get(target);
        if (readers) readers.push(activity);
        else this.#readers.set(target, [activity]);
      }
    }
  }

  /** Overall Rollup Process [RB.1.5], and for what reads a global objective that has changed thereby (SN 4.6.1, the rollup set). */
  overall(activity: Activity): void {
    const done = new Set<Activity>();
    const pending = new Set<Activity>();
    for (let at = activity.isLeaf ? activity.parent : activity; at; at = at.parent) pending.add(at);
    this.#readersOf(pending);
    while (pending.size > 0) {
      const deepest = [...pending].reduce((a, b) => (b.depth > a.depth ? b : a));
      pending.delete(deepest);
      done.add(deepest);
      this.#rollUp(deepest);
      const next = new Set<Activity>();
      this.#readersOf(next);
      for (const at of next) if (!done.has(at)) pending.add(at);
    }
  }

  #readersOf(into: Set<Activity>): void {
    for (const target of this.#objectives.written) {
      for (const reader of this.#readers.get(target) ?? []) {
        if (!reader.isAvailable) continue;
        for (let at = reader.parent; at; at = at.parent) into.add(at);
      }
    }
    this.#objectives.written.clear();
  }

  #rollUp(activity: Activity): void {
    if (!activity.tracked) return;
    this.#objectives.heedsAge = true;
    this.#measure(activity);
    this.#progressMeasure(activity);
    this.#objective(activity);
    this.#completion(activity);
    this.#objectives.heedsAge = false;
  }

  /** Measure Rollup Process [RB.1.1 a]. */
  #measure(activity: Activity): void {
    const measure = weighted(activity, (child) => child.rules.rollup?.measureWeight ?? 1, (child) => this.#objectives.measure(child));
    this.#objectives.set(activity, activity.primary, 'measure', measure);
  }

  /** Completion Measure Rollup Process [RB.1.1 b]. */
  #progressMeasure(activity: Activity): void {
    const progress = weighted(activity, (child) => child.rules.completion?.weight ?? 1, (child) => this.#objectives.progress(child));
    this.#objectives.set(activity, activity.primary, 'progress', progress);
  }

  /** Objective Rollup Process [RB.1.2]: by the measure, where that decides (RB.1.2.a), else by rules (RB.1.2.b). */
  #objective(activity: Activity): void {
    if (activity.objectives[activity.primary]?.satisfiedByMeasure) return;
    const own = activity.rules.rollup?.rules ?? [];
    const rules = own.some(({ action }) => action === 'satisfied' || action === 'notSatisfied') ? own : DEFAULT_OBJECTIVE_RULES;
    const place = activity.primary;
    if (this.#check(activity, rules, 'satisfied')) this.#objectives.set(activity, place, 'satisfied', true);
    else if (this.#check(activity, rules, 'notSatisfied')) this.#objectives.set(activity, place, 'satisfied', false);
  }

  /** Activity Progress Rollup Process [RB.1.3]. */
  #completion(activity: Activity): void {
    const { completion, rollup } = activity.rules;
    const place = activity.primary;
    if (completion?.byMeasure) {
      const amount = activity.state.progress;
      this.#objectives.set(activity, place, 'completed', amount === undefined ? undefined : amount >= (completion.minProgress ?? 1));
      return;
    }
    const own = rollup?.rules ?? [];
    const rules = own.some(({ action }) => action === 'completed' || action === 'incomplete') ? own : DEFAULT_PROGRESS_RULES;
    if (this.#check(activity, rules, 'completed')) this.#objectives.set(activity, place, 'completed', true);
    else if (this.#check(activity, rules, 'incomplete')) this.#objectives.set(activity, place, 'completed', false);
  }

  /** Rollup Rule Check Subprocess [RB.1.4]. */
  #check(activity: Activity, rules: readonly RollupRule[], action: RollupAction): boolean {
    return rules.some((rule) => {
      if (rule.action !== action) return false;
      const bag = activity.available.filter((child) => child.tracked && this.#contributes(child, action)).map((child) => this.#evaluate(child, rule));
      return decides(rule, bag);
    });
  }

  /** Evaluate Rollup Conditions Subprocess [RB.1.4.1]. */
  #evaluate(child: Activity, { conditions, combination = 'any' }: RollupRule): Truth {
    return combine(
      conditions.map(({ condition, not }) => negate(evaluateStatus(child, condition, this.#objectives), not)),
      combination,
    );
  }

  /** Check Child for Rollup Subprocess [RB.1.4.2]. */
  #contributes(child: Activity, action: RollupAction): boolean {
    const { rollup, preConditions } = child.rules;
    const about = action === 'satisfied' || action === 'notSatisfied' ? rollup?.objectiveSatisfied : rollup?.progressCompletion;
    if (about === false) return false;
    const { attempts, suspended } = child.state;
    switch (child.consideration(action)) {
      case 'ifNotSuspended':
        return attempts > 0 && !suspended;
      case 'ifAttempted':
        return attempts > 0;
      case 'ifNotSkipped':
        return firedRule(child, preConditions, ['skip'], this.#objectives) === undefined;
      default:
        return true;
    }
  }

  /** The course's root, for its outcome. */
  get root(): Activity {
    return this.#tree.root;
  }
}

/** A weighted mean over the tracked children; unknown while none is known. */
function weighted(activity: Activity, weightOf: (child: Activity) => number, valueOf: (child: Activity) => number | undefined): number | undefined {
  let counted = 0;
  let total = 0;
  let known = false;
  for (const child of activity.available) {
    if (!child.tracked) continue;
    const weight = weightOf(child);
    counted += weight;
    const value = valueOf(child);
    if (value === undefined) continue;
    total += weight * value;
    known = true;
  }
  // Not by a hair below a threshold because 0.1 is no binary fraction.
  return known && counted > 0 ? Math.round((total / counted) * 1e10) / 1e10 : undefined;
}

/** What the children's conditions say together. All of no children is true, as in ADL's own runtime (test cases RU-11, RU-15). */
function decides({ childActivitySet = 'all', minimumCount = 0, minimumPercent = 0 }: RollupRule, bag: readonly Truth[]): boolean {
  const trues = bag.filter((value) => value === true).length;
  switch (childActivitySet) {
    case 'all':
      return trues === bag.length;
    case 'any':
      return trues > 0;
    case 'none':
      return bag.every((value) => value === false);
    case 'atLeastCount':
      return trues >= minimumCount;
    case 'atLeastPercent':
      return bag.length > 0 && trues / bag.length >= minimumPercent;
  }
}
