import type {
  ContentReport,
  Course,
  CourseOutcome,
  LmsConnection,
  Navigation,
  NavigationOutcome,
  NavigationRequest,
  ObjectiveValues,
  OpenedActivity,
  Opening,
  Session,
  SharedStore,
  StateContent,
  Step,
  StepRequest,
} from '@lectern/core';
import type { Activity } from './activity.js';
import { reasonOf } from './exceptions.js';
import type { SequencerNavigation } from './navigation-requests.js';
import { Sequencer, type SequencerOutcome } from './sequencer.js';
import { readGlobals, readSnapshot } from './snapshot.js';
import { readStores } from './stores.js';

/** The State document, under the course's activity, that keeps where the sequencer has got to. */
export const SEQUENCING_STATE_ID = 'lectern.sequencing';

/** The learner's own document, of what outlives one course: shared objectives and stores that are global to the system (SN 3.10, RTE 4.3). */
export const OBJECTIVES_PROFILE_ID = 'lectern.objectives';

const FORMAT = 1;
const OBJECTIVE = 'objective:';
const STORE = 'store:';

export interface SequencedNavigationOptions {
  readonly course: Course;
  readonly session: Session;
  readonly random?: () => number;
}

/**
 * Navigation by the rules of SCORM 2004: one sequencer an attempt, kept in the learner's record, so that a course goes on where it was in another
 * session and on another device. A page that went without a word has suspended it.
 */
export class SequencedNavigation implements Navigation {
  readonly #course: Course;
  readonly #session: Session;
  readonly #sequencer: Sequencer;
  readonly #stores: Record<string, string>;
  /** The global objectives and stores of this course. */
  readonly #targets: ReadonlySet<string>;
  readonly #storeIds: ReadonlySet<string>;
  readonly #listeners = new Set<() => void>();
  /** The last attempt on the course has ended. */
  #ended: boolean;
  #leaving = false;
  #newAttempt = false;

  private constructor({ course, session, random }: SequencedNavigationOptions, document: StateContent | undefined, own: StateContent | undefined) {
    this.#course = course;
    this.#session = session;
    const rules = [course.sequencing?.root ?? {}, ...Object.values(course.sequencing?.activities ?? {})];
    this.#targets = new Set(rules.flatMap(({ objectives = [] }) => objectives.flatMap(({ maps = [] }) => maps.map(({ target }) => target))));
    this.#storeIds = new Set(rules.flatMap(({ data = [] }) => data.map(({ target }) => target)));
    const kept = document?.['v'] === FORMAT ? document : undefined;
    const snapshot = readSnapshot(kept);
    this.#sequencer = new Sequencer(course, {
      ...(snapshot ? { snapshot } : {}),
      ...(this.#objectivesOutlive ? { globals: readGlobals(withPrefix(own, OBJECTIVE, this.#targets)) } : {}),
      ...(random ? { random } : {}),
    });
    this.#stores = { ...readStores(kept?.['stores']), ...(this.#storesOutlive ? readStores(withPrefix(own, STORE, this.#storeIds)) : {}) };
    this.#ended = kept?.['ended'] === true;
    this.#sequencer.recover();
  }

  /** @throws what reading the learner's record throws: to begin without it would overwrite it */
  static async open(options: SequencedNavigationOptions): Promise<SequencedNavigation> {
    const { course, session } = options;
    const { connection } = session;
    const [document, own] = await Promise.all([
      connection.capabilities.state ? connection.loadState({ activityId: course.id, stateId: SEQUENCING_STATE_ID }) : undefined,
      connection.capabilities.profiles ? connection.loadProfile?.({ profileId: OBJECTIVES_PROFILE_ID }) : undefined,
    ]);
    return new SequencedNavigation(options, document, own);
  }

  canOpen(nodeId: string): Opening {
    return this.#sequencer.choice(nodeId);
  }

  step(request: StepRequest): Step {
    return this.#sequencer.step(request);
  }

  begin(wanted?: string, again = false): NavigationOutcome {
    const sequencer = this.#sequencer;
    const ways: SequencerNavigation[] = [];
    if (wanted !== undefined && sequencer.choice(wanted).allowed) ways.push({ request: 'choice', target: wanted });
    if (sequencer.suspended) ways.push({ request: 'resumeAll' });
    else if (this.#ended && !again && ways.length === 0) return { type: 'ended', suspended: false };
    else {
      ways.push({ request: 'start' });
      // A course without flow begins where its learner chooses; its first open unit is as good a choice as any.
      const first = sequencer.tree.all.find(({ isUnit, id }) => isUnit && sequencer.choice(id).allowed);
      if (first) ways.push({ request: 'choice', target: first.id });
    }
    for (const way of ways) {
      const outcome = sequencer.request(way);
      if (outcome.type === 'deliver') return this.#settle(outcome);
    }
    return { type: 'rest' };
  }

  request(request: NavigationRequest, leave: () => void | Promise<void>): NavigationOutcome | Promise<NavigationOutcome> {
    // What content asks for while it is being left comes too late: the learner has chosen (SN 5.6.4).
    if (this.#leaving) return { type: 'refused', reason: 'waiting' };
    const exception = this.#sequencer.outOfOrder(request);
    if (exception) return { type: 'refused', reason: reasonOf(exception) };
    return this.#go(request, leave);
  }

  activity(unitId: string): OpenedActivity | undefined {
    const activity = this.#sequencer.current;
    if (activity?.id !== unitId || !activity.state.active) return undefined;
    const newAttempt = this.#newAttempt;
    return {
      newAttempt,
      objectives: () => this.#objectivesOf(activity, newAttempt),
      validity: () => this.#sequencer.validity(),
      stores: () => this.#storesOf(activity),
      report: (report, stores, final) => this.#report(activity, report, stores, final),
    };
  }

  outcome(): CourseOutcome {
    const { completed, satisfied, measure } = this.#sequencer.outcome;
    return { completed, success: satisfied === undefined ? undefined : satisfied ? 'passed' : 'failed', scaled: measure };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #go(request: NavigationRequest, leave: () => void | Promise<void>): Promise<NavigationOutcome> {
    this.#leaving = true;
    try {
      await leave();
    } finally {
      this.#leaving = false;
    }
    this.#reportOther();
    return this.#settle(this.#sequencer.request(request));
  }

  #settle(outcome: SequencerOutcome): NavigationOutcome {
    this.#ended = outcome.type === 'ended' && !outcome.suspended;
    if (outcome.type === 'deliver') this.#newAttempt = outcome.newAttempt;
    this.#changed();
    switch (outcome.type) {
      case 'deliver':
        return { type: 'deliver', unitId: outcome.activity.id };
      case 'ended':
        return { type: 'ended', suspended: outcome.suspended };
      case 'rest':
      case 'refused':
        // The open unit is closed by now, whatever came of it.
        return { type: 'rest' };
    }
  }

  /** A unit that is no SCO says what it has come to by the session: what it has done counts, what it has not is left to the rules. */
  #reportOther(): void {
    const { current } = this.#sequencer;
    const unit = current && this.#session.getState().units[current.id];
    if (!current || !unit || this.#reporting.has(current.id)) return;
    this.#sequencer.report(current.id, {
      ...(unit.completed ? { completed: true } : {}),
      ...(unit.success ? { satisfied: unit.success === 'passed' } : {}),
      ...(unit.score?.scaled === undefined ? {} : { measure: unit.score.scaled }),
      ...(unit.completed || unit.progress === 0 ? {} : { progress: unit.progress }),
    });
  }

  /** Units that report by themselves. */
  readonly #reporting = new Set<string>();

  #report(activity: Activity, report: ContentReport, stores: Readonly<Record<string, string>>, final: boolean): void {
    this.#reporting.add(activity.id);
    this.#sequencer.report(activity.id, report);
    const writable = new Set(this.#storesOf(activity).flatMap(({ id, write }) => (write ? [id] : [])));
    for (const [id, store] of Object.entries(stores)) if (writable.has(id)) this.#stores[id] = store;
    if (final) this.#changed();
  }

  #objectivesOf(activity: Activity, newAttempt: boolean): ({ readonly id: string } & Readonly<ObjectiveValues>)[] {
    const { objectives } = this.#sequencer;
    return activity.objectives.flatMap(({ id }, place) =>
      id ? [{ id, ...(newAttempt ? objectives.view(activity, place) : objectives.sharedView(activity, place)) }] : [],
    );
  }

  #storesOf({ rules }: Activity): SharedStore[] {
    return (rules.data ?? []).map(({ target, read = true, write = true }) => ({
      id: target,
      read,
      write,
      ...(Object.hasOwn(this.#stores, target) ? { store: this.#stores[target]! } : {}),
    }));
  }

  get #objectivesOutlive(): boolean {
    return this.#course.sequencing?.objectivesGlobalToSystem ?? true;
  }

  get #storesOutlive(): boolean {
    return this.#course.sequencing?.sharedDataGlobalToSystem ?? true;
  }

  #changed(): void {
    this.#save(this.#session.connection);
    for (const listener of [...this.#listeners]) listener();
  }

  #save(connection: LmsConnection): void {
    if (connection.launchMode !== 'Normal' || !connection.capabilities.state) return;
    const { current, suspended, activities, globals } = this.#sequencer.snapshot();
    const document = {
      v: FORMAT,
      ended: this.#ended,
      ...(current === undefined ? {} : { current }),
      ...(suspended === undefined ? {} : { suspended }),
      activities,
      globals,
      stores: this.#stores,
    };
    connection.saveState({ activityId: this.#course.id, stateId: SEQUENCING_STATE_ID }, structuredClone(document), { mode: 'replace' });
    if (!connection.capabilities.profiles || !connection.saveProfile) return;
    const own = {
      ...(this.#objectivesOutlive ? prefixed(globals, OBJECTIVE, this.#targets) : {}),
      ...(this.#storesOutlive ? prefixed(this.#stores, STORE, this.#storeIds) : {}),
    };
    // One property each: another course's are in the same document.
    if (Object.keys(own).length > 0) connection.saveProfile({ profileId: OBJECTIVES_PROFILE_ID }, own, { mode: 'merge', policy: 'merge' });
  }
}

function prefixed(values: Readonly<Record<string, unknown>>, prefix: string, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries([...names].flatMap((name) => (Object.hasOwn(values, name) ? [[prefix + name, structuredClone(values[name])]] : [])));
}

function withPrefix(document: StateContent | undefined, prefix: string, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries([...names].flatMap((name) => (document && Object.hasOwn(document, prefix + name) ? [[name, document[prefix + name]]] : [])));
}
