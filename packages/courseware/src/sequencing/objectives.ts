import type { ActivityObjective, ObjectiveMap, SharedValue } from '@lectern/core';
import type { Activity, ObjectiveState } from './activity.js';

/** Shared global objectives by their id (SN 3.10.3). */
export type GlobalObjectives = Record<string, ObjectiveState>;

type Value<Key extends SharedValue> = ObjectiveState[Key];

/** Reads and writes what activities know of their objectives, through the maps to global ones. */
export class Objectives {
  readonly globals: GlobalObjectives;
  /** Retrying: what belongs to an earlier attempt on the parent is not known (SN 3.9). */
  heedsAge = false;
  /** Global objectives that were written since it was last emptied. */
  readonly written = new Set<string>();

  constructor(globals: GlobalObjectives) {
    this.globals = globals;
  }

  /** Whether an objective is satisfied; `undefined`: unknown. */
  satisfied(activity: Activity, place = activity.primary): boolean | undefined {
    const objective = activity.objectives[place];
    if (!objective?.satisfiedByMeasure) return this.#read(activity, place, 'satisfied');
    // SN 3.10.1: where the measure decides, nothing else does.
    if (waitsForEnd(activity)) return undefined;
    const measure = this.measure(activity, place);
    return measure === undefined ? undefined : measure >= (objective.minNormalizedMeasure ?? 1);
  }

  measure(activity: Activity, place = activity.primary): number | undefined {
    return this.#read(activity, place, 'measure');
  }

  /** Attempt completion: with the primary objective's shared one, where it reads that. */
  completed(activity: Activity): boolean | undefined {
    const { completion } = activity.rules;
    // SN 3.14: where the measure decides, nothing else does.
    if (completion?.byMeasure) {
      const progress = this.progress(activity);
      return progress === undefined ? undefined : progress >= (completion.minProgress ?? 1);
    }
    return this.#shared(activity, 'completed') ?? (this.heedsAge && activity.state.staleProgress ? undefined : activity.state.completed);
  }

  progress(activity: Activity): number | undefined {
    return this.#shared(activity, 'progress') ?? (this.heedsAge && activity.state.staleProgress ? undefined : activity.state.progress);
  }

  /** All that content is told of an objective when it starts (RTE 4.2.17). */
  view(activity: Activity, place: number): ObjectiveState {
    const isPrimary = place === activity.primary;
    const values = {
      satisfied: this.satisfied(activity, place),
      measure: this.measure(activity, place),
      raw: this.#read(activity, place, 'raw'),
      min: this.#read(activity, place, 'min'),
      max: this.#read(activity, place, 'max'),
      completed: isPrimary ? (this.#shared(activity, 'completed') ?? this.completed(activity)) : this.#read(activity, place, 'completed'),
      progress: isPrimary ? this.progress(activity) : this.#read(activity, place, 'progress'),
    };
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  }

  /** What of an objective is other activities' as well: it may have changed since the content last saw it. */
  sharedView(activity: Activity, place: number): ObjectiveState {
    const maps = activity.objectives[place]?.maps ?? [];
    return Object.fromEntries(Object.entries(this.view(activity, place)).filter(([key]) => maps.some(({ read }) => read?.includes(key as SharedValue))));
  }

  /** Content has taken back what it was told: it is unknown, here and wherever it is shared. */
  clear(activity: Activity, place: number, key: SharedValue): void {
    this.set(activity, place, key, undefined);
    this.#write(activity.objectives[place]!, key, undefined);
  }

  /** Sets a value, and the global objectives it is shared with. `undefined` makes a known value unknown. */
  set<Key extends SharedValue>(activity: Activity, place: number, key: Key, value: Value<Key>): void {
    const { state } = activity;
    // What is set now is of the current attempt on the parent; what else was known is of an earlier one.
    if (state.staleObjectives) state.objectives = {};
    if (state.staleProgress) {
      delete state.completed;
      delete state.progress;
    }
    delete state.staleObjectives;
    delete state.staleProgress;
    const own = (state.objectives[place] ??= {});
    const onActivity = place === activity.primary && (key === 'completed' || key === 'progress');
    const before = onActivity ? state[key as 'completed'] : own[key];
    if (value === undefined && before === undefined) return;
    const holder: Partial<Record<SharedValue, unknown>> = onActivity ? state : own;
    if (value === undefined) Reflect.deleteProperty(holder, key);
    else holder[key] = value;
    this.#write(activity.objectives[place]!, key, value);
    if (onActivity && key === 'progress' && activity.rules.completion?.byMeasure) {
      const completed = value === undefined ? undefined : (value as number) >= (activity.rules.completion.minProgress ?? 1);
      if (completed === undefined) delete state.completed;
      else state.completed = completed;
      this.#write(activity.objectives[place]!, 'completed', completed);
    }
    const min = activity.objectives[place]!.minNormalizedMeasure ?? 1;
    // What the measure decides is shared as well.
    if (key === 'measure' && activity.objectives[place]!.satisfiedByMeasure && !waitsForEnd(activity)) {
      const satisfied = value === undefined ? undefined : (value as number) >= min;
      if (satisfied === undefined) delete own.satisfied;
      else own.satisfied = satisfied;
      this.#write(activity.objectives[place]!, 'satisfied', satisfied);
    }
  }

  /** Where an objective reads a shared one, that is what it knows, were it nothing (SN 3.10.3). */
  #read<Key extends SharedValue>(activity: Activity, place: number, key: Key): Value<Key> {
    const map = this.#readMap(activity, place, key);
    return map ? this.#global(map)?.[key] : this.#own(activity, place)?.[key];
  }

  #own(activity: Activity, place: number): ObjectiveState | undefined {
    return this.heedsAge && activity.state.staleObjectives ? undefined : activity.state.objectives[place];
  }

  /** Of completion what is known stands, here or there (ADL test case CO-09). */
  #shared<Key extends 'completed' | 'progress'>(activity: Activity, key: Key): Value<Key> {
    const map = this.#readMap(activity, activity.primary, key);
    return map && this.#global(map)?.[key];
  }

  #readMap(activity: Activity, place: number, key: SharedValue): ObjectiveMap | undefined {
    return activity.objectives[place]?.maps?.find(({ read }) => read?.includes(key));
  }

  #global({ target }: ObjectiveMap): ObjectiveState | undefined {
    return Object.hasOwn(this.globals, target) ? this.globals[target] : undefined;
  }

  #write<Key extends SharedValue>(objective: ActivityObjective, key: Key, value: Value<Key>): void {
    for (const { target, write } of objective.maps ?? []) {
      if (!write?.includes(key)) continue;
      const global = Object.hasOwn(this.globals, target) ? this.globals[target]! : (this.globals[target] = {});
      if (value === undefined) Reflect.deleteProperty(global, key);
      else global[key] = value;
      this.written.add(target);
    }
  }
}

/** A cluster whose measure says nothing before it has ended (SN 3.8.2, `measureSatisfactionIfActive`). */
const waitsForEnd = ({ state, rules, isLeaf }: Activity): boolean => state.active && !isLeaf && rules.rollup?.measureSatisfactionIfActive === false;

/** The place of an objective by id; the primary one without. @returns `undefined` where the activity has none of that id */
export function placeOf(activity: Activity, id: string | undefined): number | undefined {
  if (!id) return activity.primary;
  const place = activity.objectives.findIndex((objective) => objective.id === id);
  return place < 0 ? undefined : place;
}
