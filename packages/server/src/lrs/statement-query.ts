import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database/database.js';
import type { JsonText } from '../database/schema.js';

/** What `GET statements` asks for, in the database's words. */
export interface StatementFilter {
  readonly agentKey?: string;
  readonly relatedAgents?: boolean;
  readonly verbKey?: string;
  readonly activityKey?: string;
  readonly relatedActivities?: boolean;
  readonly registration?: string;
  /** Stored after, in microseconds since 1970. */
  readonly since?: number;
  /** Stored at or before. */
  readonly until?: number;
  readonly ascending: boolean;
  readonly limit: number;
  /** The last `seq` of the page before. */
  readonly cursor?: number;
  /** Only statements that are this agent's own, whatever else is asked. */
  readonly ownKey?: string;
  /** Only statements that this key has written, whatever else is asked. */
  readonly authorityKey?: string;
}

export interface StatementRow {
  readonly id: string;
  /** `stored`, in microseconds since 1970. */
  readonly seq: number;
  /** But for `stored`. */
  readonly document: JsonText;
}

export interface StatementPage {
  readonly rows: readonly StatementRow[];
  /** Whether there are more after the last row. */
  readonly more: boolean;
}

export async function queryStatements(db: Db, tenantId: number, filter: StatementFilter): Promise<StatementPage> {
  const { rows } = await sql<StatementRow>`${sql.join(pageQueries(tenantId, filter), sql` union all `)}`.execute(db);
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (filter.ascending ? a.seq - b.seq : b.seq - a.seq));
  return { rows: unique.slice(0, filter.limit), more: unique.length > filter.limit };
}

/** Each walks one index in the order of the page and stops when the page is full; together they hold the page. */
export function pageQueries(tenantId: number, filter: StatementFilter): RawBuilder<StatementRow>[] {
  const order = filter.ascending ? sql`order by s.seq asc limit ${filter.limit + 1}` : sql`order by s.seq desc limit ${filter.limit + 1}`;
  const visible = sql`s.tenant_id = ${tenantId} and not s.voided and ${within('s', filter)}`;
  const direct = waysToMatch('s', filter).map((way) => sql<StatementRow>`(select s.id, s.seq, s.document from statements s where ${visible} and ${way} ${order})`);
  if (!isFiltered(filter) || filter.ownKey !== undefined || filter.authorityKey !== undefined) return direct;
  // Communication 2.1.3: a statement that refers to a matching one matches too. A learner sees only what is the learner's own. What refers is
  // found first: walking in the order of the page would pass by all that does not.
  const referring = sql<StatementRow>`(
    with found as materialized (
      select distinct t.source_id from statement_targets t
      join statement_ids i on i.tenant_id = ${tenantId} and i.id = t.target_id
      join statements m on m.tenant_id = ${tenantId} and m.actor_key = i.actor_key and m.seq = i.seq
      where t.tenant_id = ${tenantId} and (${sql.join(waysToMatch('m', filter), sql` or `)}))
    select s.id, s.seq, s.document from found f
    join statement_ids i on i.tenant_id = ${tenantId} and i.id = f.source_id
    join statements s on s.actor_key = i.actor_key and s.seq = i.seq
    where ${visible} ${order})`;
  return [...direct, referring];
}

const isFiltered = (filter: StatementFilter): boolean =>
  filter.agentKey !== undefined || filter.verbKey !== undefined || filter.activityKey !== undefined || filter.registration !== undefined;

function within(alias: string, { since, until, cursor, ascending }: StatementFilter): RawBuilder<unknown> {
  const seq = sql.ref(`${alias}.seq`);
  const parts = [sql`true`];
  if (since !== undefined) parts.push(sql`${seq} > ${since}`);
  if (until !== undefined) parts.push(sql`${seq} <= ${until}`);
  if (cursor !== undefined) parts.push(ascending ? sql`${seq} > ${cursor}` : sql`${seq} < ${cursor}`);
  return sql.join(parts, sql` and `);
}

/** An agent or an activity may stand in several columns, each with an index of its own: one condition for each way to match. */
function waysToMatch(alias: string, filter: StatementFilter): RawBuilder<unknown>[] {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`);
  const is = (name: string, value: string): RawBuilder<unknown> => sql`${column(name)} = ${value}::uuid`;
  const holds = (name: string, value: string): RawBuilder<unknown> => sql`${column(name)} is not null and ${column(name)} @> array[${value}::uuid]`;
  const { agentKey, verbKey, activityKey, registration, ownKey, authorityKey } = filter;
  const always = [
    ...(ownKey === undefined ? [] : [is('actor_key', ownKey)]),
    ...(authorityKey === undefined ? [] : [is('authority_key', authorityKey)]),
    ...(verbKey === undefined ? [] : [is('verb_key', verbKey)]),
    ...(registration === undefined ? [] : [is('registration', registration)]),
  ];
  const agents = agentKey === undefined || agentKey === ownKey ? [] : [
    is('actor_key', agentKey), holds('agent_keys', agentKey),
    ...(filter.relatedAgents ? [is('authority_agent', agentKey), holds('related_agents', agentKey)] : []),
  ];
  const activities = activityKey === undefined ? [] : [is('activity_key', activityKey), ...(filter.relatedActivities ? [holds('related_activities', activityKey)] : [])];
  const ways = (agents.length > 0 ? agents : [undefined]).flatMap((agent) => (activities.length > 0 ? activities : [undefined]).map((activity) => [...always, agent, activity]));
  return ways.map((parts) => sql`(${sql.join([sql`true`, ...parts.filter((part) => part !== undefined)], sql` and `)})`);
}

/** One statement by its id: `voided` says which of the two parameters asked. */
export async function findStatement(db: Db, tenantId: number, id: string, voided: boolean): Promise<(StatementRow & { readonly actor_key: string; readonly authority_key: string | null }) | undefined> {
  const { rows } = await sql<StatementRow & { readonly actor_key: string; readonly authority_key: string | null }>`
    select s.id, s.seq, s.document, s.actor_key, s.authority_key
    from statement_ids i join statements s on s.tenant_id = i.tenant_id and s.actor_key = i.actor_key and s.seq = i.seq
    where i.tenant_id = ${tenantId} and i.id = ${id}::uuid and s.voided = ${voided}`.execute(db);
  return rows[0];
}
