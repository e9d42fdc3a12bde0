import type { PostConditionAction } from '@lectern/core';
import type { Activity } from './activity.js';
import { firedRule } from './conditions.js';
import type { SequencerContext } from './context.js';
import type { SequencingException } from './exceptions.js';

export type TerminationRequest = 'exit' | 'exitAll' | 'suspendAll' | 'abandon' | 'abandonAll';
export type SequencingRequest = 'start' | 'resumeAll' | 'continue' | 'previous' | 'choice' | 'jump' | 'retry' | 'exit';

/** `request` stands over the one the navigation request asked for. */
export type Terminated = { readonly request?: SequencingRequest } | { readonly exception: SequencingException };

/** Termination Request Process [TB.2.3]. */
export function terminate(context: SequencerContext, request: TerminationRequest): Terminated {
  const { current } = context;
  if (!current) return { exception: 'TB.2.3-1' };
  if ((request === 'exit' || request === 'abandon') && !current.state.active) return { exception: 'TB.2.3-2' };
  switch (request) {
    case 'exit':
      return exit(context);
    case 'exitAll':
      return exitAll(context, undefined);
    case 'suspendAll':
      return suspendAll(context);
    case 'abandon':
      abandon(context, current);
      return {};
    case 'abandonAll':
      abandon(context, current);
      for (let at: typeof current | undefined = current; at; at = at.parent) at.state.active = false;
      context.current = context.tree.root;
      return { request: 'exit' };
  }
}

/** What an abandoned attempt has said of itself does not count. */
function abandon({ objectives }: SequencerContext, activity: Activity): void {
  for (const place of activity.objectives.keys()) {
    for (const key of ['measure', 'satisfied', 'raw', 'min', 'max', 'progress', 'completed'] as const) objectives.set(activity, place, key, undefined);
  }
  activity.state.active = false;
}

function exit(context: SequencerContext): Terminated {
  context.endAttempt(context.current!);
  exitActionRules(context);
  for (;;) {
    const current = context.current!;
    const action = postCondition(context);
    if (action === 'exitAll') return exitAll(context, undefined);
    if (action === 'retryAll') return exitAll(context, 'retry');
    if (action === 'exitParent') {
      if (!current.parent) return { exception: 'TB.2.3-4' };
      context.current = current.parent;
      context.endAttempt(current.parent);
      continue;
    }
    if (!current.parent && action !== 'retry') return { request: 'exit' };
    // Retrying the whole course ends the attempt on all of it first.
    if (!current.parent) return exitAll(context, 'retry');
    return action ? { request: action } : {};
  }
}

/** Sequencing Exit Action Rules Subprocess [TB.2.1]: the highest ancestor that is to end takes all below it along. */
function exitActionRules(context: SequencerContext): void {
  const path = context.current!.parent?.path ?? [];
  const target = path.find((activity) => firedRule(activity, activity.rules.exitConditions, undefined, context.objectives));
  if (!target) return;
  context.terminateDescendents(target);
  context.endAttempt(target);
  context.current = target;
}

/** Sequencing Post Condition Rules Subprocess [TB.2.2]. */
function postCondition({ current, objectives }: SequencerContext): PostConditionAction | undefined {
  if (!current || current.state.suspended) return undefined;
  return firedRule(current, current.rules.postConditions, undefined, objectives);
}

function exitAll(context: SequencerContext, request: 'retry' | undefined): Terminated {
  const { current, tree } = context;
  if (current!.state.active) context.endAttempt(current!);
  context.terminateDescendents(tree.root);
  context.endAttempt(tree.root);
  context.current = tree.root;
  return { request: request ?? 'exit' };
}

function suspendAll(context: SequencerContext): Terminated {
  const current = context.current!;
  if (current.state.active || current.state.suspended) {
    context.rollup.overall(current);
    context.suspended = current;
  } else if (current.parent) {
    context.suspended = current.parent;
  } else {
    return { exception: 'TB.2.3-3' };
  }
  for (let at: typeof current | undefined = context.suspended; at; at = at.parent) {
    at.state.active = false;
    at.state.suspended = true;
  }
  context.current = context.tree.root;
  return { request: 'exit' };
}
