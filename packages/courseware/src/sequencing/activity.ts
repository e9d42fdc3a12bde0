import type { ActivityObjective, ActivitySequencing, ControlMode, Course, CourseNode, ObjectiveValues, RollupAction } from '@lectern/core';

/** What is known of an objective (TM.1.1). */
export type ObjectiveState = ObjectiveValues;

/** The tracking of an activity (SN 4.2.1, TM.1.2 and AM.1.1). Plain data. */
export interface ActivityState {
  /** Activity Attempt Count; above 0 the Activity Progress Status is True. */
  attempts: number;
  active: boolean;
  suspended: boolean;
  /** Attempt Completion Status; absent while the Attempt Progress Status is False. */
  completed?: boolean;
  /** Attempt Completion Amount, 0 to 1. */
  progress?: number;
  /** By the objective's place in the definition. */
  objectives: Record<number, ObjectiveState>;
  /** What is known belongs to an earlier attempt on the parent (SN 3.9). */
  staleObjectives?: boolean;
  staleProgress?: boolean;
  /** Content has spoken of its completion, or its success, in this attempt, if only to say that it is unknown. */
  completionTold?: boolean;
  successTold?: boolean;
  /** Available Children in their order, by place; absent: all, as written. */
  available?: number[];
}

const freshState = (): ActivityState => ({ attempts: 0, active: false, suspended: false, objectives: {} });

type Primary = ActivityObjective & { readonly primary: true };

/** The objective every activity has, named or not. */
const UNNAMED: Primary = { primary: true };

/** A node of the activity tree. */
export class Activity {
  /** The block's or unit's id; empty for the course itself. */
  readonly id: string;
  readonly isUnit: boolean;
  readonly parent: Activity | undefined;
  readonly children: Activity[] = [];
  /** Place in a forward preorder traversal. */
  readonly order: number;
  readonly depth: number;
  readonly rules: ActivitySequencing;
  readonly control: Required<ControlMode>;
  readonly objectives: readonly ActivityObjective[];
  /** Place of the objective that contributes to rollup. */
  readonly primary: number;
  state = freshState();
  #available: { readonly of: readonly number[] | undefined; readonly list: readonly Activity[] } | undefined;

  constructor(id: string, isUnit: boolean, parent: Activity | undefined, order: number, rules: ActivitySequencing) {
    this.id = id;
    this.isUnit = isUnit;
    this.parent = parent;
    this.order = order;
    this.depth = parent ? parent.depth + 1 : 0;
    this.rules = rules;
    this.control = {
      choice: true,
      choiceExit: true,
      flow: false,
      forwardOnly: false,
      useCurrentAttemptObjectiveInfo: true,
      useCurrentAttemptProgressInfo: true,
      ...rules.controlMode,
    };
    const objectives = rules.objectives ?? [];
    const primary = objectives.findIndex((objective) => objective.primary);
    this.objectives = primary < 0 ? [...objectives, UNNAMED] : objectives;
    this.primary = primary < 0 ? objectives.length : primary;
    parent?.children.push(this);
  }

  /** The children that sequencing sees, in their order (SN 4.7). */
  get available(): readonly Activity[] {
    const of = this.state.available;
    if (!of) return this.children;
    if (this.#available?.of !== of) this.#available = { of, list: of.flatMap((place) => this.children[place] ?? []) };
    return this.#available.list;
  }

  get isLeaf(): boolean {
    return this.children.length === 0;
  }

  get tracked(): boolean {
    return this.rules.delivery?.tracked ?? true;
  }

  consideration(action: RollupAction): string {
    return this.rules.rollup?.requiredFor?.[action] ?? 'always';
  }

  /** From the root to this activity. */
  get path(): Activity[] {
    const path: Activity[] = [this];
    for (let at = this.parent; at; at = at.parent) path.unshift(at);
    return path;
  }

  /** Whether it is `ancestor`, or below it. */
  isWithin(ancestor: Activity): boolean {
    if (this.depth <= ancestor.depth) return this === ancestor;
    return this.parent!.isWithin(ancestor);
  }

  /** It is one of its parent's Available Children. */
  get isAvailable(): boolean {
    return this.parent?.state.available === undefined || this.parent.available.includes(this);
  }

  forget(): void {
    this.state = freshState();
  }
}

/** The activity tree of a course (SN 2.1). */
export class ActivityTree {
  readonly root: Activity;
  /** In preorder. */
  readonly all: readonly Activity[];
  readonly #byId: ReadonlyMap<string, Activity>;
  readonly #rootId: string | undefined;

  constructor(course: Course) {
    const { sequencing = {} } = course;
    const rulesOf = (id: string): ActivitySequencing => (sequencing.activities && Object.hasOwn(sequencing.activities, id) ? sequencing.activities[id]! : {});
    const all: Activity[] = [];
    this.root = new Activity('', false, undefined, 0, sequencing.root ?? {});
    all.push(this.root);
    const stack: { node: CourseNode; parent: Activity }[] = [];
    const push = (nodes: readonly CourseNode[], parent: Activity): void => {
      for (let place = nodes.length - 1; place >= 0; place--) stack.push({ node: nodes[place]!, parent });
    };
    push(course.children, this.root);
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      const activity = new Activity(entry.node.id, entry.node.type === 'unit', entry.parent, all.length, rulesOf(entry.node.id));
      all.push(activity);
      if (entry.node.type === 'block') push(entry.node.children, activity);
    }
    this.all = all;
    this.#byId = new Map(all.slice(1).map((activity) => [activity.id, activity]));
    this.#rootId = sequencing.rootId;
  }

  find(id: string | undefined): Activity | undefined {
    if (id === undefined) return undefined;
    return this.#byId.get(id) ?? (id === '' || id === this.#rootId ? this.root : undefined);
  }
}

/** The lowest activity that has both below it, or is one of them. */
export function commonAncestor(a: Activity, b: Activity): Activity {
  let one: Activity = a;
  while (!b.isWithin(one)) one = one.parent!;
  return one;
}
