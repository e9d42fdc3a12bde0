import { newUuid, VERBS, type Activity, type Actor, type Agent, type Statement } from '@lectern/core';
import { validateStatement } from '@lectern/core/statement/validate';
import { agentKey, keyOf, type KeyMaker } from '../database/keys.js';
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
  readonly people: readonly { readonly key: string; readonly agent: Agent }[];
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
  const given = value as Given;
  const id = given.id === undefined ? newUuid() : given.id.toLowerCase();
  const timestamp = normaliseTimestamp(given.timestamp ?? now.toISOString());
  const added = { version: given.version ?? (version === '2.0.0' ? '2.0.0' : '1.0.0'), authority };
  const context = given.context && normaliseContext(given.context);
  const isWhole = given.id === id && given.timestamp === timestamp && given.context === context && given.object.objectType !== 'SubStatement'
    && given.version === undefined && given.authority === undefined && given.stored === undefined;
  const statement = (isWhole ? { ...given, ...added } : complete(given, id, timestamp, context, added)) as Statement;
  return {
    ...keysOf(options, statement, collectReferences(statement)), authorityKey, statement, idGiven: given.id !== undefined,
    timestampGiven: given.timestamp !== undefined, inUtc: isUtc(given.timestamp),
    // Making JSON of what is as it was parsed takes two thirds of the time.
    document: isWhole ? `${JSON.stringify(given).slice(0, -1)},"version":"${added.version}","authority":${textOf(authority)}}` : JSON.stringify(statement),
  };
}

type Given = Partial<Statement> & Pick<Statement, 'object'>;

function complete({ stored: _stored, ...given }: Given, id: string, timestamp: string, context: Statement['context'], added: Pick<Statement, 'version' | 'authority'>): object {
  return {
    ...given, id, timestamp, ...added,
    ...(context ? { context } : {}),
    ...(given.object.objectType === 'SubStatement' && given.object.context ? { object: { ...given.object, context: normaliseContext(given.object.context) } } : {}),
  };
}

const texts = new WeakMap<object, string>();

/** As JSON; an authority is the same object for all statements of a request. */
function textOf(authority: Agent): string {
  let text = texts.get(authority);
  if (text === undefined) texts.set(authority, (text = JSON.stringify(authority)));
  return text;
}

type Keys = Omit<PreparedStatement, 'authorityKey' | 'statement' | 'document' | 'idGiven' | 'timestampGiven' | 'inUtc'>;

function keysOf({ tenantId, keys = { keyOf }, defines = 'all' }: PrepareOptions, statement: Statement, references: References): Keys {
  const agentOf = (actor: Actor): string | undefined => agentKey(tenantId, actor, keys);
  const activityKey = references.activity && keys.keyOf(tenantId, 'activity', references.activity.id);
  // An anonymous group has no identity of its own: its members are found, it is not.
  const actorKey = agentOf(statement.actor) ?? keys.keyOf(tenantId, 'agent', 'anonymous');
  const authorityAgent = agentOf(statement.authority!)!;
  const agents = new KeyList(actorKey);
  for (const agent of references.agents) agents.add(agentOf(agent));
  const relatedAgents = new KeyList(actorKey, authorityAgent);
  const people: { key: string; agent: Agent }[] = [];
  for (const agent of references.relatedAgents) {
    const key = agentOf(agent);
    if (key === undefined) continue;
    if (!agents.has(key)) relatedAgents.add(key);
    if (agent.objectType !== 'Group' && (defines === 'all' || (defines === 'new' && key === actorKey))) people.push({ key, agent });
  }
  const relatedActivities = new KeyList(activityKey);
  for (const { id } of references.relatedActivities) relatedActivities.add(keys.keyOf(tenantId, 'activity', id));
  return {
    id: statement.id,
    actorKey,
    verbKey: keys.keyOf(tenantId, 'verb', statement.verb.id),
    activityKey,
    authorityAgent, people, agentKeys: agents.list, relatedAgents: relatedAgents.list, relatedActivities: relatedActivities.list,
    target: references.target,
    voids: statement.verb.id === VOIDED && references.target !== undefined,
    definitions: defines === 'nothing' ? [] : definedActivities(references.relatedActivities)
      .map(({ id, definition }) => ({ key: keys.keyOf(tenantId, 'activity', id), id, definition, onlyNew: defines === 'new' })),
  };
}

/** Stored statements always have arrays there (Data 2.4.6.2). */
function normaliseContext(context: NonNullable<Statement['context']>): NonNullable<Statement['context']> {
  const lists = context.contextActivities;
  let arrays = true;
  for (const kind in lists) arrays &&= Array.isArray(lists[kind as keyof typeof lists]);
  if (!lists || arrays) return context;
  return { ...context, contextActivities: Object.fromEntries(Object.entries(lists).map(([kind, list]) => [kind, asArray(list as Activity | Activity[])])) };
}

export function identifierOnly({ mbox, mbox_sha1sum, openid, account }: Agent): object {
  return { ...(mbox === undefined ? {} : { mbox }), ...(mbox_sha1sum === undefined ? {} : { mbox_sha1sum }), ...(openid === undefined ? {} : { openid }), ...(account === undefined ? {} : { account }) };
}

/** Entries from which on looking through a list takes longer than a set does. */
const FEW = 32;

/** Each key once, without those that have a column of their own. */
class KeyList {
  readonly list: string[] = [];
  #set: Set<string> | undefined;

  constructor(readonly own: string | undefined, readonly secondOwn?: string) {}

  has(key: string): boolean {
    return this.#set ? this.#set.has(key) : this.list.includes(key);
  }

  add(key: string | undefined): void {
    if (key === undefined || key === this.own || key === this.secondOwn || this.has(key)) return;
    this.list.push(key);
    if (this.#set) this.#set.add(key);
    else if (this.list.length > FEW) this.#set = new Set(this.list);
  }
}

const join = (where: string, path: string): string => (where && path && !path.startsWith('[') ? `${where}.${path}` : where + path);

/** The verbs that only an LMS or an institution may write: never a learner's page or a unit. */
export const RESERVED_VERBS: ReadonlySet<string> = new Set([
  VERBS.launched.id, VERBS.abandoned.id, VERBS.waived.id, VERBS.satisfied.id, VERBS.conferred.id, VERBS.revoked.id, VERBS.verified.id,
]);
