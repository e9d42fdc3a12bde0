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
  readonly seq: number;
  readonly document: JsonText;
}

export interface StatementPage {
  readonly rows: readonly StatementRow[];
  /** Whether there are more after the last row. */
  readonly more: boolean;
}

export async function queryStatements(db: Db, tenantId: number, filter: StatementFilter): Promise<StatementPage> {
  const direction = filter.ascending ? sql`asc` : sql`desc`;
  const take = filter.limit + 1;
  const direct = sql<StatementRow>`
    select s.id, s.seq, s.document from statements s
    where s.tenant_id = ${tenantId} and not s.voided and ${within('s', filter)} and ${matches('s', filter)}
    order by s.seq ${direction} limit ${take}`;
  // Communication 2.1.3: a statement that refers to a matching one matches too. A learner sees only what is the learner's own.
  const referring = sql<StatementRow>`
    select s.id, s.seq, s.document from statements s
    where s.tenant_id = ${tenantId} and not s.voided and ${within('s', filter)} and s.id in (
      select t.source_id from statement_targets t join statements m on m.tenant_id = t.tenant_id and m.id = t.target_id
      where t.tenant_id = ${tenantId} and ${matches('m', filter)})
    order by s.seq ${direction} limit ${take}`;
  const both = isFiltered(filter) && filter.ownKey === undefined && filter.authorityKey === undefined;
  const { rows } = await (both ? sql<StatementRow>`(${direct}) union all (${referring})` : direct).execute(db);
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (filter.ascending ? a.seq - b.seq : b.seq - a.seq));
  return { rows: unique.slice(0, filter.limit), more: unique.length > filter.limit };
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

function matches(alias: string, filter: StatementFilter): RawBuilder<unknown> {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`);
  const { agentKey, verbKey, activityKey, registration, ownKey, authorityKey } = filter;
  const parts = [sql`true`];
  if (ownKey !== undefined) parts.push(sql`${column('actor_key')} = ${ownKey}`);
  if (authorityKey !== undefined) parts.push(sql`${column('authority_key')} = ${authorityKey}`);
  if (agentKey !== undefined) {
    parts.push(
      filter.relatedAgents
        ? sql`${column('related_agents')} @> array[${agentKey}::uuid]`
        : sql`(${column('actor_key')} = ${agentKey} or (${column('agent_keys')} is not null and ${column('agent_keys')} @> array[${agentKey}::uuid]))`,
    );
  }
  if (verbKey !== undefined) parts.push(sql`${column('verb_key')} = ${verbKey}`);
  if (activityKey !== undefined) {
    parts.push(filter.relatedActivities ? sql`${column('related_activities')} @> array[${activityKey}::uuid]` : sql`${column('activity_key')} = ${activityKey}`);
  }
  if (registration !== undefined) parts.push(sql`${column('registration')} = ${registration}`);
  return sql.join(parts, sql` and `);
}

/** One statement by its id: `voided` says which of the two parameters asked. */
export async function findStatement(db: Db, tenantId: number, id: string, voided: boolean): Promise<(StatementRow & { readonly actor_key: string; readonly authority_key: string | null }) | undefined> {
  return db.selectFrom('statements').select(['id', 'seq', 'document', 'actor_key', 'authority_key'])
    .where('tenant_id', '=', tenantId).where('id', '=', id).where('voided', '=', voided).executeTakeFirst();
}
