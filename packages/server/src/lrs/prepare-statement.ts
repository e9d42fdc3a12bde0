import { newUuid, VERBS, type Activity, type Actor, type Agent, type Statement } from '@lectern/core';
import { validateStatement } from '@lectern/core/statement/validate';
import { agentKey, keyOf, type KeyKind, type KeyMaker } from '../database/keys.js';
import { ServerError } from '../errors.js';
import { asArray, collectReferences, definedActivities, type References } from './references.js';
import { isUtc, normaliseTimestamp } from './timestamp.js';

export type XapiVersion = '1.0.3' | '2.0.0';

export const VOIDED = 'http://adlnet.gov/expapi/verbs/voided';

/**
 * What a statement may change of how the tenant describes things (the xAPI's scope `define`): `all`; only what
 * nobody has described yet, and its own actor, so that one learner renames nothing for the others; `nothing`.
 */
export type Defines = 'all' | 'new' | 'nothing';

/** A statement made ready for the table: everything but the time of storing. */
export interface PreparedStatement {
  readonly statement: Statement;
  readonly id: string;
  readonly idGiven: boolean;
  readonly timestampGiven: boolean;
  /** Whether its timestamp, if it came with one, was written in UTC. */
  readonly inUtc: boolean;
  readonly actorKey: string;
  readonly verbKey: string;
  readonly activityKey: string | undefined;
  /** Who vouches, as an agent: what `related_agents` finds, too. */
  readonly authorityAgent: string;
  /** What `agent` finds besides `actorKey`. */
  readonly agentKeys: readonly string[];
  /** What `related_agents` finds besides all of these. */
  readonly relatedAgents: readonly string[];
  /** What `related_activities` finds besides `activityKey`. */
  readonly relatedActivities: readonly string[];
  readonly target: string | undefined;
  readonly voids: boolean;
  /** The host's key that wrote it; none where the server vouches itself. */
  readonly authorityKey: string | undefined;
  /** `onlyNew`: stands only where the activity has no definition yet. */
  readonly definitions: readonly { readonly key: string; readonly id: string; readonly definition: object; readonly onlyNew: boolean }[];
  readonly people: readonly { readonly key: string; readonly identifier: object; readonly name: string | undefined }[];
  /** The JSON as it will be stored, but for `stored`. */
  readonly document: string;
}

export interface PrepareOptions {
  readonly tenantId: number;
  /** Where many statements are prepared: keys that are remembered. */
  readonly keys?: KeyMaker;
  readonly version: XapiVersion;
  readonly authority: Agent;
  /** The host's key that vouches; see `authorityKeyOf`. */
  readonly authorityKey?: string | undefined;
  /** Whether its descriptions of activities and people become the tenant's; absent: they do. */
  readonly defines?: Defines | undefined;
  readonly now: Date;
}

/**
 * Validates a statement and completes it with what the LRS sets (xAPI Data 2.3–2.4).
 * @param where prefix of the fault's path, e.g. `[3].`
 * @throws ServerError `statement-invalid` with the path in `field` and the clause
 */
export function prepareStatement(value: unknown, options: PrepareOptions, where = ''): PreparedStatement {
  const { version, authority, authorityKey, now } = options;
  const [fault] = validateStatement(value, { version, asReceived: true });
  if (fault) {
    throw new ServerError('statement-invalid', `The statement is not valid: ${join(where, fault.path) || 'it'} ${fault.message}.`, { field: join(where, fault.path), clause: fault.clause });
  }
  const given = value as Statement;
  const statement: Statement = {
    ...given,
    id: given.id === undefined ? newUuid() : given.id.toLowerCase(),
    timestamp: normaliseTimestamp((given as Partial<Statement>).timestamp ?? now.toISOString()),
    version: given.version ?? (version === '2.0.0' ? '2.0.0' : '1.0.0'),
    authority,
    ...(given.context ? { context: normaliseContext(given.context) } : {}),
    ...(given.object.objectType === 'SubStatement' && given.object.context
      ? { object: { ...given.object, context: normaliseContext(given.object.context) } }
      : {}),
  };
  delete (statement as { stored?: string }).stored; // ours to say
  const references = collectReferences(statement);
  return {
    ...keysOf(options, statement, references), authorityKey, statement, idGiven: given.id !== undefined,
    timestampGiven: (given as Partial<Statement>).timestamp !== undefined, inUtc: isUtc((given as Partial<Statement>).timestamp), document: JSON.stringify(statement),
  };
}

type Keys = Omit<PreparedStatement, 'authorityKey' | 'statement' | 'document' | 'idGiven' | 'timestampGiven' | 'inUtc'>;

function keysOf({ tenantId, keys = { keyOf }, defines = 'all' }: PrepareOptions, statement: Statement, references: References): Keys {
  const of = (kind: KeyKind, text: string): string => keys.keyOf(tenantId, kind, text);
  const agentOf = (actor: Actor): string | undefined => agentKey(tenantId, actor, keys);
  const activityKey = references.activity && of('activity', references.activity.id);
  // An anonymous group has no identity of its own: its members are found, it is not.
  const actorKey = agentOf(statement.actor) ?? of('agent', 'anonymous');
  const authorityAgent = agentOf(statement.authority!)!;
  const agentKeys = others(references.agents.map(agentOf), [actorKey]);
  return {
    id: statement.id,
    actorKey,
    verbKey: of('verb', statement.verb.id),
    activityKey,
    authorityAgent,
    agentKeys,
    relatedAgents: others(references.relatedAgents.map(agentOf), [actorKey, authorityAgent, ...agentKeys]),
    relatedActivities: others(references.relatedActivities.map(({ id }) => of('activity', id)), [activityKey]),
    target: references.target,
    voids: statement.verb.id === VOIDED && references.target !== undefined,
    definitions: defines === 'nothing' ? [] : definedActivities(references.relatedActivities).map(({ id, definition }) => ({ key: of('activity', id), id, definition, onlyNew: defines === 'new' })),
    people: defines === 'nothing' ? [] : references.relatedAgents.flatMap((agent) => {
      if (agent.objectType === 'Group') return [];
      const key = agentOf(agent);
      return key === undefined || (defines === 'new' && key !== actorKey) ? [] : [{ key, identifier: identifierOnly(agent), name: agent.name }];
    }),
  };
}

/** Stored statements always have arrays there (Data 2.4.6.2). */
function normaliseContext(context: NonNullable<Statement['context']>): NonNullable<Statement['context']> {
  const lists = context.contextActivities;
  if (!lists || Object.values(lists).every(Array.isArray)) return context;
  return { ...context, contextActivities: Object.fromEntries(Object.entries(lists).map(([kind, list]) => [kind, asArray(list as Activity | Activity[])])) };
}

export function identifierOnly({ mbox, mbox_sha1sum, openid, account }: Agent): object {
  return { ...(mbox === undefined ? {} : { mbox }), ...(mbox_sha1sum === undefined ? {} : { mbox_sha1sum }), ...(openid === undefined ? {} : { openid }), ...(account === undefined ? {} : { account }) };
}

/** Each once, without those that have a column of their own. */
function others(keys: readonly (string | undefined)[], known: readonly (string | undefined)[]): string[] {
  const rest = new Set(keys);
  for (const key of [undefined, ...known]) rest.delete(key);
  return [...rest] as string[];
}
const join = (where: string, path: string): string => (where && path && !path.startsWith('[') ? `${where}.${path}` : where + path);

/** The verbs that only an LMS or an institution may write: never a learner's page or a unit. */
export const RESERVED_VERBS: ReadonlySet<string> = new Set([
  VERBS.launched.id, VERBS.abandoned.id, VERBS.waived.id, VERBS.satisfied.id, VERBS.conferred.id, VERBS.revoked.id, VERBS.verified.id,
]);
