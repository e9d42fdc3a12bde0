import type { Activity } from './activity.js';
import { firedRule } from './conditions.js';
import type { SequencerContext } from './context.js';
import type { SequencingException } from './exceptions.js';

export type Direction = 'forward' | 'backward';

/** Where a walk through the tree has come to, or why it has not. */
export interface Walked {
  readonly activity?: Activity;
  readonly direction: Direction;
  readonly endSession?: boolean;
  readonly exception?: SequencingException;
}

/** What a flow has found. */
export interface Flowed {
  readonly deliverable: boolean;
  readonly activity: Activity;
  readonly endSession: boolean;
  readonly exception?: SequencingException;
}

const first = (activity: Activity): Activity | undefined => activity.parent?.available[0];
const last = (activity: Activity): Activity | undefined => activity.parent?.available.at(-1);

/** The last activity in a forward preorder traversal of the available tree. */
export function isLastInTree(activity: Activity): boolean {
  for (let at = activity; at.parent; at = at.parent) if (last(at) !== at) return false;
  return activity.isLeaf || activity.available.length === 0;
}

/** Flow Tree Traversal Subprocess [SB.2.1]. */
export function traverse(from: Activity, towards: Direction, considerChildren: boolean, previous: Direction | undefined): Walked {
  let activity = from;
  let direction = towards;
  let reversed = false;
  let intoChildren = considerChildren;
  if (previous === 'backward' && activity.parent && last(activity) === activity) {
    direction = 'backward';
    activity = first(activity)!;
    reversed = true;
  }
  for (;;) {
    if (intoChildren && !activity.isLeaf && !(direction === 'backward' && activity.parent === undefined)) {
      const { available } = activity;
      if (available.length === 0) return { direction, exception: 'SB.2.1-2' };
      if (direction === 'forward') return { activity: available[0]!, direction };
      // A cluster that goes only forward is entered at its beginning.
      return activity.control.forwardOnly ? { activity: available[0]!, direction: 'forward' } : { activity: available.at(-1)!, direction };
    }
    const { parent } = activity;
    if (direction === 'forward' && (!parent || isLastInTree(activity))) return { direction, endSession: true };
    if (!parent) return { direction, exception: 'SB.2.1-3' };
    if (direction === 'backward' && !reversed && parent.control.forwardOnly) return { direction, exception: 'SB.2.1-4' };
    const siblings = parent.available;
    const next = siblings[siblings.indexOf(activity) + (direction === 'forward' ? 1 : -1)];
    if (next) return { activity: next, direction };
    // Out of the parent; its own siblings follow.
    activity = parent;
    intoChildren = false;
    reversed = false;
  }
}

/** Flow Subprocess [SB.2.3], with the Flow Activity Traversal Subprocess [SB.2.2] as its loop: a course may skip thousands of activities in a row. */
export function flow(context: SequencerContext, from: Activity, direction: Direction, considerChildren: boolean): Flowed {
  const walked = traverse(from, direction, considerChildren, undefined);
  if (!walked.activity) return stopped(from, walked);
  let at = walked.activity;
  let towards: Direction = direction;
  let previous: Direction | undefined;
  if (direction === 'backward' && walked.direction === 'forward') {
    towards = 'forward';
    previous = 'backward';
  }
  // No walk is longer than twice the tree in each direction; a rule that sends it to and fro ends it.
  for (let steps = context.tree.all.length * 4 + 8; steps > 0; steps--) {
    if (at.parent && !at.parent.control.flow) return { deliverable: false, activity: at, endSession: false, exception: 'SB.2.2-1' };
    if (firedRule(at, at.rules.preConditions, ['skip'], context.objectives)) {
      const passed = traverse(at, towards, false, previous);
      if (!passed.activity) return stopped(at, passed);
      if (previous === 'backward' && passed.direction === 'backward') {
        towards = 'backward';
        previous = undefined;
      }
      at = passed.activity;
      continue;
    }
    if (context.isBarred(at)) return { deliverable: false, activity: at, endSession: false, exception: 'SB.2.2-2' };
    if (at.isLeaf) return { deliverable: true, activity: at, endSession: false };
    const entered = traverse(at, towards, true, undefined);
    if (!entered.activity) return stopped(at, entered);
    if (towards === 'backward' && entered.direction === 'forward') {
      towards = 'forward';
      previous = 'backward';
    } else {
      previous = undefined;
    }
    at = entered.activity;
  }
  return { deliverable: false, activity: at, endSession: false, exception: 'SB.2.2-2' };
}

function stopped(activity: Activity, { endSession = false, exception }: Walked): Flowed {
  return { deliverable: false, activity, endSession, ...(exception ? { exception } : {}) };
}
