import { commonAncestor, type Activity } from './activity.js';
import { choiceException } from './choice.js';
import type { SequencerContext } from './context.js';
import type { SequencingException } from './exceptions.js';
import { flow } from './flow.js';
import type { SequencingRequest } from './termination.js';

export type Sequenced =
  | { readonly deliver: Activity }
  | { readonly endSession: boolean }
  | { readonly exception: SequencingException };

/** Sequencing Request Process [SB.2.12]. */
export function sequence(context: SequencerContext, request: SequencingRequest, target: Activity | undefined): Sequenced {
  const { current, suspended, tree } = context;
  switch (request) {
    case 'start':
      if (current) return { exception: 'SB.2.5-1' };
      return tree.root.isLeaf ? { deliver: tree.root } : flowed(context, tree.root, 'forward', true);
    case 'resumeAll':
      if (current) return { exception: 'SB.2.6-1' };
      return suspended ? { deliver: suspended } : { exception: 'SB.2.6-2' };
    case 'continue':
      if (!current) return { exception: 'SB.2.7-1' };
      if (current.parent && !current.parent.control.flow) return { exception: 'SB.2.7-2' };
      return flowed(context, current, 'forward', false);
    case 'previous':
      if (!current) return { exception: 'SB.2.8-1' };
      if (current.parent && !current.parent.control.flow) return { exception: 'SB.2.8-2' };
      return flowed(context, current, 'backward', false);
    case 'choice':
      return choose(context, target);
    case 'jump':
      if (!target) return { exception: 'SB.2.13-1' };
      return { deliver: target };
    case 'retry':
      return retry(context);
    case 'exit':
      if (!current) return { exception: 'SB.2.11-1' };
      if (current.state.active) return { exception: 'SB.2.11-2' };
      return { endSession: current === tree.root };
  }
}

function flowed(context: SequencerContext, from: Activity, direction: 'forward' | 'backward', considerChildren: boolean): Sequenced {
  const found = flow(context, from, direction, considerChildren);
  if (found.deliverable) return { deliver: found.activity };
  if (found.endSession) {
    // The walk has left the course at its end: everything that is open ends (SB.2.1, 3.1.1).
    context.terminateDescendents(context.tree.root);
    context.endAttempt(context.tree.root);
    context.current = context.tree.root;
    return { endSession: true };
  }
  return found.exception ? { exception: found.exception } : { endSession: false };
}

/** Choice Sequencing Request Process [SB.2.9]. */
function choose(context: SequencerContext, target: Activity | undefined): Sequenced {
  if (!target) return { exception: 'SB.2.9-1' };
  const exception = choiceException(context, target);
  if (exception) return { exception };
  if (target.isLeaf) return { deliver: target };
  const found = flow(context, target, 'forward', true);
  if (found.deliverable) return { deliver: found.activity };
  const ancestor = context.current ? commonAncestor(context.current, target) : context.tree.root;
  context.terminateDescendents(ancestor);
  context.endAttempt(ancestor);
  context.current = target;
  return { exception: 'SB.2.9-9' };
}

/** Retry Sequencing Request Process [SB.2.10]. */
function retry(context: SequencerContext): Sequenced {
  const { current, objectives } = context;
  if (!current) return { exception: 'SB.2.10-1' };
  if (current.state.active || current.state.suspended) return { exception: 'SB.2.10-2' };
  if (current.isLeaf) return { deliver: current };
  objectives.heedsAge = true;
  const found = flow(context, current, 'forward', true);
  objectives.heedsAge = false;
  return found.deliverable ? { deliver: found.activity } : { exception: 'SB.2.10-3' };
}
