import type { Activity, Actor, ActivityDefinition, Agent, Group, Statement, SubStatement } from '@lectern/core';

/** What a statement speaks of, sorted by how the filters of `GET statements` ask for it (xAPI Communication 2.1.3). */
export interface References {
  /** Actor and object: what `agent` finds. Members of groups count as the group's. */
  readonly agents: readonly Actor[];
  /** Also authority, instructor, team and those of a SubStatement: what `related_agents` finds. */
  readonly relatedAgents: readonly Actor[];
  readonly activity: Activity | undefined;
  /** Object, context activities and those of a SubStatement: what `related_activities` finds. */
  readonly relatedActivities: readonly Activity[];
  /** The statement that the object refers to. */
  readonly target: string | undefined;
}

export function collectReferences(statement: Statement): References {
  const { object } = statement;
  const agents: Actor[] = [];
  addActor(agents, statement.actor);
  if (isActor(object)) addActor(agents, object);
  const relatedAgents: Actor[] = [];
  const relatedActivities: Activity[] = [];
  collectRelated(statement, relatedAgents, relatedActivities);
  if (statement.authority) addActor(relatedAgents, statement.authority);
  return {
    agents, relatedAgents, relatedActivities,
    activity: isActivity(object) ? object : undefined,
    target: object.objectType === 'StatementRef' ? object.id.toLowerCase() : undefined,
  };
}

/** Written out, without lists in between: it is done for every statement. */
function collectRelated({ actor, object, context }: Statement | SubStatement, agents: Actor[], activities: Activity[]): void {
  addActor(agents, actor);
  if (isActor(object)) addActor(agents, object);
  else if (isActivity(object)) activities.push(object);
  else if (object.objectType === 'SubStatement') collectRelated(object, agents, activities);
  if (!context) return;
  if (context.instructor) addActor(agents, context.instructor);
  if (context.team) addActor(agents, context.team);
  if (context.contextAgents) for (const { agent } of context.contextAgents) agents.push(agent);
  if (context.contextGroups) for (const { group } of context.contextGroups) addActor(agents, group);
  const lists = context.contextActivities as Readonly<Record<string, Activity | readonly Activity[]>> | undefined;
  for (const kind in lists) for (const activity of asArray(lists[kind]!)) activities.push(activity);
}

/** Activities that carry a definition: what the canonical definitions are made of. */
export function definedActivities(activities: readonly Activity[]): { id: string; definition: ActivityDefinition }[] {
  const defined: { id: string; definition: ActivityDefinition }[] = [];
  for (const { id, definition } of activities) if (definition && Object.keys(definition).length > 0) defined.push({ id, definition });
  return defined;
}

export function isActivity(object: Statement['object']): object is Activity {
  return object.objectType === undefined || object.objectType === 'Activity';
}

function isActor(object: Statement['object']): object is Agent | Group {
  return object.objectType === 'Agent' || object.objectType === 'Group';
}

function addActor(list: Actor[], actor: Actor): void {
  list.push(actor);
  if (actor.objectType === 'Group' && actor.member) for (const member of actor.member) list.push(member);
}

/** 1.0.x allows a single activity where an array is meant (Data 2.4.6.2). */
export const asArray = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? (value as readonly T[]) : [value as T]);
