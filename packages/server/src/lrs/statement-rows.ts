import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Attachment } from './attachments.js';
import type { PreparedStatement } from './prepare-statement.js';
import type { RecentNames, Tx } from './statement-writer.js';
import { formatMicros } from './timestamp.js';

export interface Placed {
  readonly prepared: PreparedStatement;
  /** Microseconds since 1970. */
  readonly seq: number;
}

const arrayOf = (keys: readonly string[]): string => `{${keys.join(',')}}`;

/** All rows in one round trip, and always the same text: the arrays carry the rows. */
export async function insertStatements(tx: Tx, tenantId: number, placed: readonly Placed[]): Promise<void> {
  const column = <T>(pick: (item: Placed) => T): T[] => placed.map(pick);
  await sql`
    insert into statements (tenant_id, id, seq, actor_key, verb_key, activity_key, registration, agent_keys, related_agents,
      related_activities, timestamp, timestamp_given, voids, content_hash, version, authority_key, document)
    select ${tenantId}, u.id, u.seq, u.actor_key, u.verb_key, u.activity_key, u.registration, u.agent_keys::uuid[], u.related_agents::uuid[],
      u.related_activities::uuid[], u.at, u.given, u.voids, decode(u.hash, 'hex'), u.version, u.authority_key, u.document::json
    from unnest(
      ${column(({ prepared }) => prepared.id)}::uuid[],
      ${column(({ seq }) => seq)}::bigint[],
      ${column(({ prepared }) => prepared.actorKey)}::uuid[],
      ${column(({ prepared }) => prepared.verbKey)}::uuid[],
      ${column(({ prepared }) => prepared.activityKey ?? null)}::uuid[],
      ${column(({ prepared }) => prepared.statement.context?.registration ?? null)}::uuid[],
      ${column(({ prepared }) => (prepared.agentKeys.length ? arrayOf(prepared.agentKeys) : null))}::text[],
      ${column(({ prepared }) => arrayOf(prepared.relatedAgents))}::text[],
      ${column(({ prepared }) => arrayOf(prepared.relatedActivities))}::text[],
      ${column(({ prepared }) => new Date(prepared.statement.timestamp).toISOString())}::timestamptz[],
      ${column(({ prepared }) => prepared.timestampGiven)}::boolean[],
      ${column(({ prepared }) => prepared.voids)}::boolean[],
      ${column(({ prepared }) => prepared.hash.toString('hex'))}::text[],
      ${column(({ prepared }) => prepared.statement.version ?? '1.0.0')}::text[],
      ${column(({ prepared }) => prepared.authorityKey ?? null)}::uuid[],
      ${column(({ prepared, seq }) => `${prepared.document.slice(0, -1)},"stored":"${formatMicros(seq)}"}`)}::text[]
    ) as u(id, seq, actor_key, verb_key, activity_key, registration, agent_keys, related_agents, related_activities, at, given, voids, hash, version, authority_key, document)`.execute(tx);
}

/**
 * Keeps what each referring statement reaches, and voids (Data 2.3.2): a target may be stored before or after what refers to it,
 * and a voiding statement cannot itself be voided.
 */
export async function linkReferences(tx: Tx, tenantId: number, placed: readonly Placed[]): Promise<void> {
  for (const { prepared } of placed) {
    if (prepared.target === undefined) continue;
    await sql`
      insert into statement_targets (tenant_id, source_id, target_id, voids)
      select ${tenantId}, s.id, t.id, s.id = ${prepared.id}::uuid and t.id = ${prepared.target}::uuid and ${prepared.voids}
      from (select ${prepared.id}::uuid as id union select source_id from statement_targets where tenant_id = ${tenantId} and target_id = ${prepared.id}::uuid) s,
           (select ${prepared.target}::uuid as id union select target_id from statement_targets where tenant_id = ${tenantId} and source_id = ${prepared.target}::uuid) t
      where s.id <> t.id
      on conflict do nothing`.execute(tx);
  }
  const ids = placed.map(({ prepared }) => prepared.id);
  const targets = placed.flatMap(({ prepared }) => (prepared.voids ? [prepared.target!] : []));
  await sql`
    update statements s set voided = true
    where s.tenant_id = ${tenantId} and not s.voids and not s.voided and s.id = any(${[...ids, ...targets]}::uuid[])
      and exists (select 1 from statement_targets t where t.tenant_id = s.tenant_id and t.target_id = s.id and t.voids)`.execute(tx);
}

interface Described {
  readonly id: string;
  readonly definition: object;
  readonly onlyNew: boolean;
}

/** Activity definitions are merged, the newer words winning (Data 2.4.4.1); agents' names are collected. */
export async function rememberNames(tx: Tx, tenantId: number, placed: readonly Placed[], names: RecentNames): Promise<void> {
  const activities = new Map<string, Described>();
  const people = new Map<string, { identifier: object; names: Set<string> }>();
  for (const { prepared } of placed) {
    for (const { key, id, definition, onlyNew } of prepared.definitions) {
      const text = JSON.stringify(definition);
      if (!names.add(`${key}${onlyNew ? '?' : ''}${createHash('sha1').update(text).digest('base64')}`)) continue;
      const before = activities.get(key);
      if (!before || (before.onlyNew && !onlyNew)) activities.set(key, { id, definition, onlyNew });
      else if (!onlyNew) activities.set(key, { id, definition: mergeDefinitions(before.definition, definition), onlyNew });
    }
    for (const { key, identifier, name } of prepared.people) {
      const clean = name?.replaceAll('\u0000', '');
      if (!names.add(`${key}${clean ?? ''}`)) continue;
      const entry = people.get(key) ?? { identifier, names: new Set<string>() };
      if (clean) entry.names.add(clean);
      people.set(key, entry);
    }
  }
  if (activities.size > 0) await storeActivities(tx, tenantId, activities);
  if (people.size > 0) await storePeople(tx, tenantId, people);
}

/** Sorted by key, as every writer does, so that two processes never wait for each other. */
const byKey = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

async function storePeople(tx: Tx, tenantId: number, people: ReadonlyMap<string, { identifier: object; names: ReadonlySet<string> }>): Promise<void> {
  const rows = byKey(people);
  await sql`
    insert into agents (tenant_id, key, identifier, names)
    select ${tenantId}, u.key, u.identifier::json, array(select json_array_elements_text(u.names::json))
    from unnest(${rows.map(([key]) => key)}::uuid[], ${rows.map(([, { identifier }]) => JSON.stringify(identifier))}::text[],
      ${rows.map(([, { names }]) => JSON.stringify([...names]))}::text[]) as u(key, identifier, names)
    on conflict (tenant_id, key) do update set names = array(select distinct unnest(agents.names || excluded.names))
    where not agents.names @> excluded.names`.execute(tx);
}

async function storeActivities(tx: Tx, tenantId: number, activities: ReadonlyMap<string, Described>): Promise<void> {
  const rows = await tx.selectFrom('activities').select(['key', 'definition']).where('tenant_id', '=', tenantId).where('key', '=', sql<string>`any(${[...activities.keys()]}::uuid[])`).execute();
  const known = new Map(rows.map(({ key, definition }) => [key, definition]));
  const changed = byKey(activities).flatMap(([key, { id, definition, onlyNew }]) => {
    const before = known.get(key);
    if (onlyNew && before !== undefined) return [];
    const merged = JSON.stringify(mergeDefinitions(before === undefined ? undefined : (JSON.parse(before) as object), definition));
    return merged === before ? [] : [{ key, id, merged }];
  });
  if (changed.length === 0) return;
  await sql`
    insert into activities (tenant_id, key, id, definition)
    select ${tenantId}, u.key, u.id, u.definition::json
    from unnest(${changed.map(({ key }) => key)}::uuid[], ${changed.map(({ id }) => id)}::text[], ${changed.map(({ merged }) => merged)}::text[]) as u(key, id, definition)
    on conflict (tenant_id, key) do update set definition = excluded.definition, updated_at = now()`.execute(tx);
}

/** Language maps and extensions gain entries; everything else is the newer one's. */
function mergeDefinitions(before: object | undefined, after: object): object {
  if (!before) return after;
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(after)) {
    const old = merged[key];
    const isMap = key === 'name' || key === 'description' || key === 'extensions';
    merged[key] = isMap && typeof old === 'object' && old !== null ? { ...old, ...(value as object) } : value;
  }
  return merged;
}

export async function insertAttachments(tx: Tx, tenantId: number, attachments: readonly Attachment[]): Promise<void> {
  const unique = new Map(attachments.map((attachment) => [attachment.sha2, attachment]));
  for (const { sha2, contentType, bytes } of unique.values()) {
    await tx.insertInto('attachments').values({ tenant_id: tenantId, sha2, content_type: contentType, bytes: Buffer.from(bytes) })
      .onConflict((conflict) => conflict.doNothing()).execute();
  }
}
