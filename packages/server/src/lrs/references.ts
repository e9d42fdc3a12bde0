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
  const agents = [statement.actor, ...(isActor(object) ? [object] : [])].flatMap(withMembers);
  const related = collectRelated(statement);
  return {
    agents,
    relatedAgents: [...related.agents, ...(statement.authority ? withMembers(statement.authority) : [])],
    activity: isActivity(object) ? object : undefined,
    relatedActivities: related.activities,
    target: object.objectType === 'StatementRef' ? object.id.toLowerCase() : undefined,
  };
}

function collectRelated({ actor, object, context }: Statement | SubStatement): { agents: Actor[]; activities: Activity[] } {
  const agents: Actor[] = withMembers(actor);
  const activities: Activity[] = [];
  if (isActor(object)) agents.push(...withMembers(object));
  else if (isActivity(object)) activities.push(object);
  else if (object.objectType === 'SubStatement') {
    const inner = collectRelated(object);
    agents.push(...inner.agents);
    activities.push(...inner.activities);
  }
  if (context?.instructor) agents.push(...withMembers(context.instructor));
  if (context?.team) agents.push(...withMembers(context.team));
  for (const { agent } of context?.contextAgents ?? []) agents.push(agent);
  for (const { group } of context?.contextGroups ?? []) agents.push(...withMembers(group));
  for (const list of Object.values(context?.contextActivities ?? {})) activities.push(...asArray(list as Activity | Activity[]));
  return { agents, activities };
}

/** Activities that carry a definition: what the canonical definitions are made of. */
export function definedActivities(activities: readonly Activity[]): { id: string; definition: ActivityDefinition }[] {
  return activities.flatMap(({ id, definition }) => (definition && Object.keys(definition).length > 0 ? [{ id, definition }] : []));
}

export function isActivity(object: Statement['object']): object is Activity {
  return object.objectType === undefined || object.objectType === 'Activity';
}

function isActor(object: Statement['object']): object is Agent | Group {
  return object.objectType === 'Agent' || object.objectType === 'Group';
}

function withMembers(actor: Actor): Actor[] {
  return actor.objectType === 'Group' ? [actor, ...(actor.member ?? [])] : [actor];
}

/** 1.0.x allows a single activity where an array is meant (Data 2.4.6.2). */
export const asArray = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? (value as readonly T[]) : [value as T]);
