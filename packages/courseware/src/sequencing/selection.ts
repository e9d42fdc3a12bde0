import type { SequencingTiming } from '@lectern/core';
import type { Activity } from './activity.js';

/** Fisher and Yates. */
function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const list = [...items];
  for (let left = list.length; left > 1; left--) {
    const pick = Math.min(left - 1, Math.floor(random() * left));
    [list[left - 1], list[pick]] = [list[pick]!, list[left - 1]!];
  }
  return list;
}

/** Select Children Process [SR.1]. The standard leaves `onEachNewAttempt` open; here it selects anew. */
export function select(activity: Activity, random: () => number, timing: SequencingTiming): void {
  const { state, rules, children } = activity;
  if (activity.isLeaf || state.active || state.suspended || rules.selection?.timing !== timing) return;
  if (timing === 'once' && state.attempts > 0) return;
  const places = shuffled(children.map((_child, place) => place), random).slice(0, rules.selection.count);
  state.available = places.sort((a, b) => a - b);
}

/** Randomize Children Process [SR.2]. */
export function randomize(activity: Activity, random: () => number, timing: SequencingTiming): void {
  const { state, rules, children } = activity;
  if (activity.isLeaf || state.active || state.suspended || rules.randomization?.timing !== timing) return;
  if (timing === 'once' && state.attempts > 0) return;
  state.available = shuffled(state.available ?? children.map((_child, place) => place), random);
}
