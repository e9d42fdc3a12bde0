import { commonAncestor, type Activity } from './activity.js';
import { firedRule } from './conditions.js';
import type { SequencerContext } from './context.js';
import type { SequencingException } from './exceptions.js';
import { isLastInTree, type Direction } from './flow.js';

/**
 * Choice Sequencing Request Process [SB.2.9], up to the point where something changes: whether an activity may be chosen at all.
 * @returns why not
 */
export function choiceException(context: SequencerContext, target: Activity): SequencingException | undefined {
  const { current, objectives } = context;
  for (let at: Activity | undefined = target; at; at = at.parent) {
    if (at.parent && !at.isAvailable) return 'SB.2.9-2';
    if (firedRule(at, at.rules.preConditions, ['hiddenFromChoice'], objectives)) return 'SB.2.9-3';
  }
  if (target.parent && !target.parent.control.choice) return 'SB.2.9-4';
  if (current === target) return undefined;
  const ancestor = current ? commonAncestor(current, target) : context.tree.root;
  if (current && current.parent === target.parent) return alongSiblings(context, current, target);
  if (!current || current === ancestor) return downTo(context, ancestor, target, 'forward');
  if (target === ancestor) return outOf(current, target);
  return across(context, current, target, ancestor);
}

/** Case #2: from one sibling to another. */
function alongSiblings(context: SequencerContext, current: Activity, target: Activity): SequencingException | undefined {
  const siblings = target.parent?.available ?? [];
  const from = siblings.indexOf(current);
  const to = siblings.indexOf(target);
  if (from < 0) return 'SB.2.9-5';
  if (to < from) return traversed(context, current, 'backward');
  for (let place = from; context.hasStops && place < to; place++) {
    const exception = traversed(context, siblings[place]!, 'forward');
    if (exception) return exception;
  }
  return undefined;
}

/** Choice Activity Traversal Subprocess [SB.2.4]. */
function traversed(context: SequencerContext, activity: Activity, direction: Direction): SequencingException | undefined {
  if (direction === 'forward') return firedRule(activity, activity.rules.preConditions, ['stopForwardTraversal'], context.objectives) ? 'SB.2.4-1' : undefined;
  if (!activity.parent) return 'SB.2.4-3';
  return activity.parent.control.forwardOnly ? 'SB.2.4-2' : undefined;
}

/** Cases #3 and the second half of #5: from an ancestor down, the target itself left out. */
function downTo(context: SequencerContext, ancestor: Activity, target: Activity, direction: Direction): SequencingException | undefined {
  const path: Activity[] = [];
  for (let at = target.parent; at; at = at.parent) {
    path.unshift(at);
    if (at === ancestor) break;
  }
  for (const activity of path) {
    const exception = direction === 'forward' ? traversed(context, activity, 'forward') : undefined;
    if (exception) return exception;
    if (!activity.state.active && activity !== ancestor && activity.rules.preventActivation) return 'SB.2.9-6';
  }
  return undefined;
}

/** Case #4: to an ancestor of the current activity. */
function outOf(current: Activity, target: Activity): SequencingException | undefined {
  for (let at = current; at !== target; at = at.parent!) if (!at.control.choiceExit) return 'SB.2.9-7';
  return undefined;
}

/** Case #5: to another branch. */
function across(context: SequencerContext, current: Activity, target: Activity, ancestor: Activity): SequencingException | undefined {
  let constrained: Activity | undefined;
  for (let at = current; at !== ancestor; at = at.parent!) {
    if (!at.control.choiceExit) return 'SB.2.9-7';
    // A unit cannot constrain more than its cluster does (ADL test case CM-07d).
    if (at.rules.constrainChoice && !at.isLeaf) constrained ??= at;
  }
  const direction: Direction = target.order > current.order ? 'forward' : 'backward';
  if (constrained) {
    const considered = choiceFlow(constrained, target.order > constrained.order ? 'forward' : 'backward');
    if (!target.isWithin(considered) && target !== constrained) return 'SB.2.9-8';
  }
  return downTo(context, ancestor, target, direction);
}

/** Choice Flow Subprocess [SB.2.9.1] over the Choice Flow Tree Traversal Subprocess [SB.2.9.2]: the neighbour in the whole tree. */
function choiceFlow(activity: Activity, direction: Direction): Activity {
  if (direction === 'forward' && isLastInTree(activity)) return activity;
  for (let at = activity; at.parent; at = at.parent) {
    const siblings = at.parent.available;
    const next = siblings[siblings.indexOf(at) + (direction === 'forward' ? 1 : -1)];
    if (next) return next;
  }
  return activity;
}
