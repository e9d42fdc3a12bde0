import type { ContentReport, Course, NavigationRequest, NavigationValidity, Opening, Step, StepRequest } from '@lectern/core';
import { ActivityTree, type Activity, type ActivityState, type ObjectiveState } from './activity.js';
import { SequencerContext } from './context.js';
import { choiceException } from './choice.js';
import { deliver, deliveryException } from './delivery.js';
import { flow } from './flow.js';
import { reasonOf, type SequencingException } from './exceptions.js';
import { navigate, type SequencerNavigation } from './navigation-requests.js';
import { Objectives, placeOf, type GlobalObjectives } from './objectives.js';
import { randomize, select } from './selection.js';
import { sequence } from './sequencing-requests.js';
import { terminate } from './termination.js';

/** What became of a navigation request. */
export type SequencerOutcome =
  | { readonly type: 'deliver'; readonly activity: Activity; readonly newAttempt: boolean }
  | { readonly type: 'rest'; /** Why nothing was delivered, although something was asked for. */ readonly exception?: SequencingException }
  | { readonly type: 'ended'; readonly suspended: boolean }
  | { readonly type: 'refused'; readonly exception: SequencingException };

/** All that has to be kept of a sequencing session. */
export interface SequencerSnapshot {
  readonly current?: string;
  readonly suspended?: string;
  /** By activity id; untouched activities are left out. */
  readonly activities: Readonly<Record<string, ActivityState>>;
  readonly globals: GlobalObjectives;
}

export interface SequencerOptions {
  readonly snapshot?: SequencerSnapshot;
  /** Global objectives that outlive the attempt. */
  readonly globals?: GlobalObjectives;
  /** 0 to below 1; for selection and order. */
  readonly random?: () => number;
}

/** The sequencer of one attempt on a course: the Overall Sequencing Process [OP.1] over its activity tree. */
export class Sequencer {
  readonly tree: ActivityTree;
  readonly #context: SequencerContext;
  readonly #globalToSystem: boolean;
  #ahead: LookAhead | undefined;

  constructor(course: Course, options: SequencerOptions = {}) {
    const { snapshot } = options;
    this.tree = new ActivityTree(course);
    this.#globalToSystem = course.sequencing?.objectivesGlobalToSystem ?? true;
    const globals: GlobalObjectives = Object.assign(Object.create(null) as GlobalObjectives, structuredClone({ ...snapshot?.globals, ...options.globals }));
    this.#context = new SequencerContext(this.tree, new Objectives(globals), options.random ?? Math.random);
    if (snapshot) this.#restore(snapshot);
    else this.#arrange();
  }

  get current(): Activity | undefined {
    return this.#context.current;
  }

  get suspended(): Activity | undefined {
    return this.#context.suspended;
  }

  get objectives(): Objectives {
    return this.#context.objectives;
  }

  /** What the whole course has come to. */
  get outcome(): { readonly completed: boolean | undefined; readonly satisfied: boolean | undefined; readonly measure: number | undefined; readonly progress: number | undefined } {
    const { objectives } = this.#context;
    const { root } = this.tree;
    return { completed: objectives.completed(root), satisfied: objectives.satisfied(root), measure: objectives.measure(root), progress: objectives.progress(root) };
  }

  /** Takes what the open unit says of itself. Other units' words change nothing. */
  report(unitId: string, report: ContentReport): void {
    const activity = this.tree.find(unitId);
    if (!activity?.isUnit || !activity.state.active) return;
    this.#ahead = undefined;
    if (report.suspended !== undefined) activity.state.suspended = report.suspended;
    if (!activity.tracked) return;
    const named = new Map(report.objectives?.map((entry) => [entry.id, entry]));
    const primary = activity.objectives[activity.primary]!;
    // The unit's own words are those of its primary objective, unless it speaks of that only by name.
    const own = primary.id === undefined ? undefined : named.get(primary.id);
    const values: ObjectiveState = { ...own, ...withoutUnknown(report) };
    // Content that says "unknown" of itself means it.
    if (report.completionTold && report.completed === undefined) delete values.completed;
    if (report.successTold && report.satisfied === undefined) delete values.satisfied;
    this.#set(activity, activity.primary, values, own !== undefined);
    for (const [id, entry] of named) {
      const place = placeOf(activity, id);
      if (place !== undefined && place !== activity.primary) this.#set(activity, place, entry, true);
    }
    if (report.completionTold) activity.state.completionTold = true;
    if (report.successTold) activity.state.successTold = true;
  }

  /** Overall Sequencing Process [OP.1], once round. */
  request(request: SequencerNavigation): SequencerOutcome {
    const context = this.#context;
    const navigated = navigate(context, request);
    this.#ahead = undefined;
    if ('exception' in navigated) return { type: 'refused', exception: navigated.exception };
    let { sequencing } = navigated;
    const { termination, target } = navigated;
    if (termination) {
      const terminated = terminate(context, termination);
      if ('exception' in terminated) return { type: 'refused', exception: terminated.exception };
      sequencing = terminated.request ?? sequencing;
    }
    if (sequencing === 'retry' && context.current === this.tree.root && !this.#globalToSystem) this.#clearGlobals();
    const sequenced = sequencing ? sequence(context, sequencing, target) : { endSession: false };
    if ('exception' in sequenced) return termination ? this.#resting(sequenced.exception) : { type: 'refused', exception: sequenced.exception };
    if ('endSession' in sequenced) return sequenced.endSession ? this.#ended() : { type: 'rest' };
    const exception = deliveryException(context, sequenced.deliver);
    if (exception) return termination ? this.#resting(exception) : { type: 'refused', exception };
    if (context.current === undefined && !this.#globalToSystem && !sequenced.deliver.path[0]!.state.suspended && request.request !== 'resumeAll') this.#clearGlobals();
    return { type: 'deliver', activity: sequenced.deliver, ...deliver(context, sequenced.deliver) };
  }

  /** Why a navigation request is not in order as things stand [NB.2.1]. Changes nothing. */
  outOfOrder(request: NavigationRequest): SequencingException | undefined {
    const navigated = navigate(this.#context, request);
    return 'exception' in navigated ? navigated.exception : undefined;
  }

  /** An earlier page went without a word: what was open counts as suspended, as if the learner had asked for it. */
  recover(): void {
    const { current } = this.#context;
    if (!current) return;
    if (current.state.active) this.request({ request: 'suspendAll' });
    else this.#context.current = undefined;
  }

  /** Whether the contents may lead to a block or unit now. Changes nothing. */
  choice(nodeId: string): Opening {
    const activity = this.tree.find(nodeId);
    return (activity && this.#lookAhead().choices.get(activity)) ?? { allowed: false, reason: 'unknown' };
  }

  /** Whether a step may be taken now. Changes nothing. */
  step(request: StepRequest): Step {
    const { steps } = this.#lookAhead();
    let step = steps.get(request);
    if (!step) steps.set(request, (step = this.#tryStep(request)));
    return step;
  }

  /** All answers to `adl.nav.request_valid`. */
  validity(): NavigationValidity {
    const { choices } = this.#lookAhead();
    const named = this.tree.all.filter((activity) => activity.parent);
    return {
      continue: this.step('continue').allowed,
      previous: this.step('previous').allowed,
      choice: Object.fromEntries(named.map((activity) => [activity.id, choices.get(activity)!.allowed])),
      jump: Object.fromEntries(named.map((activity) => [activity.id, activity.isAvailable && deliveryException(this.#context, activity) === undefined])),
    };
  }

  #tryStep(request: StepRequest): Step {
    const hidden = this.current?.rules.hideLmsUi?.includes(request) ? { hidden: true } : {};
    const tried = this.tentatively(() => this.request({ request }));
    // A continue that leads nowhere is offered all the same: the unit ends, and the learner chooses (ADL test case CM-07d).
    const exception = tried.type === 'refused' || request !== 'continue' ? exceptionOf(tried) : undefined;
    if (exception !== undefined) return { allowed: false, reason: reasonOf(exception), ...hidden };
    return { allowed: true, ...hidden, ...(tried.type === 'deliver' ? { unitId: tried.activity.id } : {}) };
  }

  /** What would be allowed now. Made once for all activities: each question by itself would end the current activity anew. */
  #lookAhead(): LookAhead {
    if (this.#ahead) return this.#ahead;
    const context = this.#context;
    const unasked = new Map(this.tree.all.map((activity) => [activity, navigate(context, { request: 'choice', target: activity.id })]));
    const choices = this.tentatively(() => {
      const terminated = this.current?.state.active ? terminate(context, 'exit') : {};
      // A rule of what is left leads elsewhere, whatever is chosen.
      const decided = 'request' in terminated && terminated.request !== undefined;
      return new Map(
        this.tree.all.map((activity) => {
          const navigated = unasked.get(activity)!;
          const exception = 'exception' in navigated ? navigated.exception : decided ? undefined : choiceOutcome(context, activity);
          return [activity, this.#opening(activity, exception)];
        }),
      );
    });
    return (this.#ahead = { choices, steps: new Map() });
  }

  #opening(activity: Activity, exception: SequencingException | undefined): Opening {
    const hidden = activity.rules.hidden || (exception && HIDING.includes(exception)) || !activity.isAvailable ? { hidden: true } : {};
    if (exception === undefined) return { allowed: true, ...hidden };
    if (!activity.isAvailable) return { allowed: false, reason: 'unknown', ...hidden };
    return { allowed: false, reason: this.#context.isOverLimit(activity) ? 'attempts' : reasonOf(exception), ...hidden };
  }

  /** Runs something and takes it back. */
  tentatively<Result>(run: () => Result): Result {
    const snapshot = structuredClone(this.snapshot());
    const { written } = this.objectives;
    const before = [...written];
    const ahead = this.#ahead;
    const result = run();
    this.#restore(snapshot);
    this.#ahead = ahead;
    for (const id of before) written.add(id);
    return result;
  }

  snapshot(): SequencerSnapshot {
    const { current, suspended, objectives } = this.#context;
    const touched = this.tree.all.filter(({ state }) => state.attempts > 0 || state.available || state.active || state.suspended || Object.keys(state.objectives).length > 0 || state.completed !== undefined);
    return {
      ...(current ? { current: current.id } : {}),
      ...(suspended ? { suspended: suspended.id } : {}),
      activities: Object.fromEntries(touched.map(({ id, state }) => [id, state])),
      globals: objectives.globals,
    };
  }

  /** @param seen content was shown what was known before, so that leaving it out takes it back */
  #set(activity: Activity, place: number, values: ObjectiveState, seen: boolean): void {
    const { objectives } = this.#context;
    const byMeasure = activity.objectives[place]!.satisfiedByMeasure === true;
    const before = seen ? objectives.view(activity, place) : {};
    for (const key of ['measure', 'satisfied', 'raw', 'min', 'max', 'progress', 'completed'] as const) {
      if (key === 'satisfied' && byMeasure) continue;
      if (key === 'completed' && place === activity.primary && activity.rules.completion?.byMeasure) continue;
      if (values[key] === undefined && before[key] !== undefined) {
        objectives.clear(activity, place, key);
        if (place === activity.primary && key === 'completed') activity.state.completionTold = true;
        if (place === activity.primary && key === 'satisfied') activity.state.successTold = true;
      } else objectives.set(activity, place, key, values[key]);
    }
  }

  /** What was open is closed and nothing could be opened: the learner chooses. */
  #resting(exception: SequencingException): SequencerOutcome {
    return this.current?.state.active ? { type: 'refused', exception } : { type: 'rest', exception };
  }

  #ended(): SequencerOutcome {
    const suspended = this.#context.suspended !== undefined;
    this.#context.current = undefined;
    return { type: 'ended', suspended };
  }

  #clearGlobals(): void {
    for (const id of Object.keys(this.objectives.globals)) Reflect.deleteProperty(this.objectives.globals, id);
  }

  /** Before the first attempt (SN 4.7). */
  #arrange(): void {
    for (const activity of this.tree.all) {
      for (const timing of ['once', 'onEachNewAttempt'] as const) {
        select(activity, this.#context.random, timing);
        randomize(activity, this.#context.random, timing);
      }
    }
  }

  #restore({ current, suspended, activities, globals }: SequencerSnapshot): void {
    const context = this.#context;
    for (const activity of this.tree.all) {
      if (Object.hasOwn(activities, activity.id)) activity.state = activities[activity.id]!;
      else activity.forget();
    }
    context.current = this.tree.find(current);
    context.suspended = this.tree.find(suspended);
    this.#clearGlobals();
    Object.assign(context.objectives.globals, globals);
    context.objectives.written.clear();
  }
}

interface LookAhead {
  readonly choices: ReadonlyMap<Activity, Opening>;
  readonly steps: Map<StepRequest, Step>;
}

/** What a choice would come to once the current activity has ended. Changes nothing. */
function choiceOutcome(context: SequencerContext, target: Activity): SequencingException | undefined {
  const exception = choiceException(context, target);
  if (exception) return exception;
  if (target.isLeaf) return deliveryException(context, target);
  const found = flow(context, target, 'forward', true);
  return found.deliverable ? deliveryException(context, found.activity) : 'SB.2.9-9';
}

/** Choices that are not to be shown at all, rather than closed (SN 5.6; ADL test cases CM-07c, MS-07). */
const HIDING: readonly SequencingException[] = ['NB.2.1-8', 'SB.2.9-3', 'SB.2.9-6', 'SB.2.9-7', 'SB.2.9-8'];

/** Why nothing is delivered. */
const exceptionOf = (outcome: SequencerOutcome): SequencingException | undefined => ('exception' in outcome ? outcome.exception : undefined);

function withoutUnknown({ completed, satisfied, measure, raw, min, max, progress }: ContentReport): ObjectiveState {
  const values = { completed, satisfied, measure, raw, min, max, progress };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
