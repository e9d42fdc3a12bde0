import type { Activity, ActivityTree } from './activity.js';
import { firedRule } from './conditions.js';
import type { Objectives } from './objectives.js';
import { Rollup } from './rollup.js';
import { randomize, select } from './selection.js';

/** The global state of a sequencing session (SN 4.2.1, AM.1.2), and the utility processes that every behaviour uses. */
export class SequencerContext {
  readonly tree: ActivityTree;
  readonly objectives: Objectives;
  readonly rollup: Rollup;
  readonly random: () => number;
  /** Some rule stops forward traversal: without one, long rows of siblings need no looking through. */
  readonly hasStops: boolean;
  current: Activity | undefined;
  suspended: Activity | undefined;

  constructor(tree: ActivityTree, objectives: Objectives, random: () => number) {
    this.tree = tree;
    this.objectives = objectives;
    this.rollup = new Rollup(tree, objectives);
    this.random = random;
    this.hasStops = tree.all.some(({ rules }) => rules.preConditions?.some(({ action }) => action === 'stopForwardTraversal'));
  }

  /** Limit Conditions Check Process [UP.1]: only what would begin a new attempt is held to its limit. */
  isOverLimit({ tracked, state, rules }: Activity): boolean {
    if (!tracked || state.active || state.suspended) return false;
    return rules.attemptLimit !== undefined && state.attempts >= rules.attemptLimit;
  }

  isDisabled(activity: Activity): boolean {
    return firedRule(activity, activity.rules.preConditions, ['disabled'], this.objectives) !== undefined;
  }

  /** Check Activity Process [UP.5]: `true` where it must not be delivered. */
  isBarred(activity: Activity): boolean {
    return this.isDisabled(activity) || this.isOverLimit(activity);
  }

  /** Terminate Descendent Attempts Process [UP.3]: ends what is open between the current activity and where another is. */
  terminateDescendents(of: Activity): void {
    const { current } = this;
    if (!current) return;
    // Neither the current activity nor the common ancestor.
    for (let at = current.parent; at && !of.isWithin(at); at = at.parent) this.endAttempt(at);
  }

  /** End Attempt Process [UP.4]. */
  endAttempt(activity: Activity): void {
    const { state, rules } = activity;
    if (activity.isLeaf) {
      if (activity.tracked && !state.suspended) {
        // Content that says nothing of itself has been done by being seen (SN 3.13).
        if (!rules.delivery?.completionSetByContent && !state.completionTold && this.objectives.completed(activity) === undefined) {
          this.objectives.set(activity, activity.primary, 'completed', true);
        }
        if (!rules.delivery?.objectiveSetByContent && !state.successTold && this.objectives.satisfied(activity) === undefined) {
          this.objectives.set(activity, activity.primary, 'satisfied', true);
        }
      }
    } else {
      state.suspended = activity.children.some((child) => child.state.suspended);
    }
    state.active = false;
    this.rollup.overall(activity);
    if (!activity.isLeaf && !state.suspended) {
      select(activity, this.random, 'onEachNewAttempt');
      randomize(activity, this.random, 'onEachNewAttempt');
    }
  }

  /** A new attempt on a cluster: what is known of its descendants is of the earlier one, where its control modes say that this matters (SN 3.9). */
  ageDescendants(activity: Activity): void {
    const { useCurrentAttemptObjectiveInfo, useCurrentAttemptProgressInfo } = activity.control;
    const stack = activity.children.map((child) => ({ child, objectives: useCurrentAttemptObjectiveInfo, progress: useCurrentAttemptProgressInfo }));
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      const { child } = entry;
      if (entry.objectives) child.state.staleObjectives = true;
      if (entry.progress) child.state.staleProgress = true;
      const objectives = entry.objectives && child.control.useCurrentAttemptObjectiveInfo;
      const progress = entry.progress && child.control.useCurrentAttemptProgressInfo;
      if (objectives || progress) for (const below of child.children) stack.push({ child: below, objectives, progress });
    }
  }
}
