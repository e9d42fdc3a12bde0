import type { Activity } from './activity.js';
import type { SequencerContext } from './context.js';
import type { SequencingException } from './exceptions.js';

/** Delivery Request Process [DB.1.1]. */
export function deliveryException(context: SequencerContext, activity: Activity): SequencingException | undefined {
  if (!activity.isLeaf) return 'DB.1.1-1';
  for (let at: Activity | undefined = activity; at; at = at.parent) if (context.isBarred(at)) return 'DB.1.1-3';
  return undefined;
}

/** Content Delivery Environment Process [DB.2]. @returns whether a new attempt on the unit begins */
export function deliver(context: SequencerContext, activity: Activity): { readonly newAttempt: boolean } {
  if (context.suspended !== activity) clearSuspended(context, activity);
  context.terminateDescendents(activity);
  let newAttempt = false;
  for (const at of activity.path) {
    const { state } = at;
    if (state.active) continue;
    newAttempt = !state.suspended;
    if (newAttempt && at.tracked) begin(context, at);
    state.suspended = false;
    state.active = true;
  }
  context.current = activity;
  context.suspended = undefined;
  return { newAttempt };
}

/** A new attempt, with nothing known in it yet; global objectives keep what they have. */
function begin(context: SequencerContext, activity: Activity): void {
  const { state } = activity;
  state.attempts += 1;
  state.objectives = {};
  delete state.completed;
  delete state.progress;
  delete state.completionTold;
  delete state.successTold;
  delete state.staleObjectives;
  delete state.staleProgress;
  context.ageDescendants(activity);
}

/** Clear Suspended Activity Subprocess [DB.2.1]: another activity is begun instead of the suspended one. */
function clearSuspended(context: SequencerContext, activity: Activity): void {
  for (let at = context.suspended; at; at = at.parent) {
    at.state.suspended = !at.isLeaf && at.children.some((child) => child.state.suspended);
    if (activity.isWithin(at)) break;
  }
  context.suspended = undefined;
}
