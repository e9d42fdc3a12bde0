import type { NavigationRequest } from '@lectern/core';
import { commonAncestor, type Activity } from './activity.js';
import type { SequencerContext } from './context.js';
import type { SequencingException } from './exceptions.js';
import type { SequencingRequest, TerminationRequest } from './termination.js';

export type SequencerNavigation = NavigationRequest | { readonly request: 'start' | 'resumeAll'; readonly target?: undefined };

export type Navigated =
  | { readonly termination?: TerminationRequest; readonly sequencing: SequencingRequest | undefined; readonly target?: Activity }
  | { readonly exception: SequencingException };

/** Navigation Request Process [NB.2.1]. */
export function navigate(context: SequencerContext, { request, target }: SequencerNavigation): Navigated {
  const { current, suspended, tree } = context;
  const ending = current?.state.active ? ({ termination: 'exit' } as const) : {};
  switch (request) {
    case 'start':
      return current ? { exception: 'NB.2.1-1' } : { sequencing: 'start' };
    case 'resumeAll':
      if (current) return { exception: 'NB.2.1-1' };
      return suspended ? { sequencing: 'resumeAll' } : { exception: 'NB.2.1-3' };
    case 'continue':
      if (!current) return { exception: 'NB.2.1-2' };
      return current.parent?.control.flow ? { ...ending, sequencing: 'continue' } : { exception: 'NB.2.1-4' };
    case 'previous':
      if (!current) return { exception: 'NB.2.1-2' };
      if (!current.parent) return { exception: 'NB.2.1-6' };
      return current.parent.control.flow && !current.parent.control.forwardOnly ? { ...ending, sequencing: 'previous' } : { exception: 'NB.2.1-5' };
    case 'choice': {
      const chosen = tree.find(target);
      const exception = chosenException(current, chosen);
      return exception ? { exception } : { ...ending, sequencing: 'choice', target: chosen! };
    }
    case 'jump': {
      const place = tree.find(target);
      return place?.isAvailable ? { ...ending, sequencing: 'jump', target: place } : { exception: 'NB.2.1-11' };
    }
    case 'exit':
    case 'abandon':
      if (!current) return { exception: 'NB.2.1-2' };
      return current.state.active ? { termination: request, sequencing: 'exit' } : { exception: 'NB.2.1-12' };
    case 'exitAll':
    case 'abandonAll':
    case 'suspendAll':
      return current ? { termination: request, sequencing: 'exit' } : { exception: 'NB.2.1-2' };
  }
}

function chosenException(current: Activity | undefined, chosen: Activity | undefined): SequencingException | undefined {
  if (!chosen) return 'NB.2.1-11';
  if (chosen.parent && !chosen.parent.control.choice) return 'NB.2.1-10';
  if (!current) return undefined;
  if (chosen.parent !== current.parent) {
    // What would be left must allow it. The current activity is always part of the path.
    const ancestor = commonAncestor(current, chosen);
    for (let at: Activity = current; ; at = at.parent!) {
      if (at === ancestor && at !== current) break;
      if (at.state.active && !at.control.choiceExit) return 'NB.2.1-8';
      if (at === ancestor) break;
    }
  }
  return current.state.active && !current.control.choiceExit ? 'NB.2.1-8' : undefined;
}
