import { sql, type Kysely } from 'kysely';

/**
 * Statements in partitions by the hash of their actor (docs/decisions/0006-partitions-by-actor.md), and the function that stores a group of
 * requests in one round trip. What was stored before is moved: `seq`, which orders, pages and is `stored`, stays as it was.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [...SET_ASIDE, ...TABLES, ...MOVE, ...INDEXES, ...FUNCTIONS]) await sql.raw(statement).execute(db);
}

/** The first half of the advisory lock that says somebody is writing; the tenant is the second (lrs/consistent-through.ts). */
const WRITE_LOCK = 0x4c52; // "LR"

/** Fixed for good: a row's partition follows from it. */
const PARTITIONS = 8;

const SET_ASIDE: readonly string[] = [
  'alter table statements rename to statements_before',
  'alter table statements_before rename constraint statements_pkey to statements_before_pkey',
  ...['seq', 'actor', 'verb', 'activity', 'registration', 'agents', 'related_agents', 'related_activities', 'authority'].map((name) => `drop index statements_${name}`),
];

const TABLES: readonly string[] = [
  // `actor_key` is salted with the tenant, so it alone spreads rows by tenant and actor: every unique key holds it, as distributed
  // engines ask. `document` lacks `stored`, which is `seq`: so nothing is written into it after it was made.
  `create table statements (
    tenant_id integer not null,
    actor_key uuid not null,
    seq bigint not null,
    id uuid not null,
    verb_key uuid not null,
    activity_key uuid,
    registration uuid,
    authority_key uuid,
    authority_agent uuid not null,
    agent_keys uuid[],
    related_agents uuid[],
    related_activities uuid[],
    voids boolean not null,
    voided boolean not null,
    document text not null
  ) partition by hash (actor_key)`,
  ...Array.from({ length: PARTITIONS }, (_, index) => `create table statements_p${index} partition of statements for values with (modulus ${PARTITIONS}, remainder ${index})`),

  // Each id once in a tenant, whoever the actor; where the statement is; and whether its timestamp came with it.
  `create table statement_ids (
    tenant_id integer not null,
    id uuid not null,
    actor_key uuid not null,
    seq bigint not null,
    dated boolean not null)`,

  // The last `seq` of each tenant. Its row lock is what makes writers take turns.
  `create table statement_clocks (
    tenant_id integer primary key,
    seq bigint not null)`,
];

/** The key of the authority as an agent (database/keys.ts). Escapes that PostgreSQL’s json cannot read, of NUL and of half a character, are taken out first. */
const AUTHORITY_AGENT = `(
  select substr(encode(sha256(convert_to(format(E'%s\\nagent\\naccount %s %s', b.tenant_id, a.account ->> 'homePage', a.account ->> 'name'), 'UTF8')), 'hex'), 1, 32)::uuid
  from (select regexp_replace(b.document::text, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u[0-9a-f]{4}', '\\1', 'g')::json #> '{authority,account}' as account) a)`;

const without = (column: string, ...keys: string[]): string => `nullif(array(select unnest(b.${column}) except all select unnest(${keys.join(' || ')})), '{}')`;

const MOVE: readonly string[] = [
  'insert into statement_ids (tenant_id, id, actor_key, seq, dated) select tenant_id, id, actor_key, seq, timestamp_given from statements_before',
  // What has a column of its own is not repeated among the related ones. `stored` was the last property of every document.
  `insert into statements (tenant_id, actor_key, seq, id, verb_key, activity_key, registration, authority_key, authority_agent, agent_keys, related_agents, related_activities, voids, voided, document)
   select b.tenant_id, b.actor_key, b.seq, b.id, b.verb_key, b.activity_key, b.registration, b.authority_key, authority.key, b.agent_keys,
     ${without('related_agents', 'array[b.actor_key, authority.key]', "coalesce(b.agent_keys, '{}')")},
     ${without('related_activities', 'array[b.activity_key]')},
     b.voids, b.voided, regexp_replace(b.document::text, ',"stored":"[^"]*"}$', '}')
   from statements_before b cross join lateral (select ${AUTHORITY_AGENT} as key) authority`,
  'insert into statement_clocks (tenant_id, seq) select tenant_id, max(seq) from statements_before group by tenant_id',
  'drop table statements_before',
];

const INDEXES: readonly string[] = [
  'alter table statement_ids add primary key (tenant_id, id)',
  'alter table statements add primary key (tenant_id, actor_key, seq)',
  'create index statement_targets_voided on statement_targets (tenant_id, target_id) where voids',
  'create index statements_seq on statements (tenant_id, seq)',
  'create index statements_verb on statements (tenant_id, verb_key, seq)',
  'create index statements_activity on statements (tenant_id, activity_key, seq) where activity_key is not null',
  'create index statements_registration on statements (tenant_id, registration, seq) where registration is not null',
  'create index statements_authority on statements (tenant_id, authority_key, seq) where authority_key is not null',
  'create index statements_authority_agent on statements (tenant_id, authority_agent, seq)',
  'create index statements_agents on statements using gin (agent_keys) where agent_keys is not null',
  'create index statements_related_agents on statements using gin (related_agents) where related_agents is not null',
  'create index statements_related_activities on statements using gin (related_activities) where related_activities is not null',
];

const FUNCTIONS: readonly string[] = [
  // Language maps and extensions gain entries, the newer words winning; everything else is the newer one's (xAPI Data 2.4.4.1). Values stay
  // text: jsonb would refuse the escape of NUL.
  `create function merge_definitions(before json, after json) returns json language sql immutable as $$
    select json_object_agg(coalesce(b.key, a.key), case
      when a.key is null then b.value
      when b.key in ('name', 'description', 'extensions') and json_typeof(b.value) = 'object' and json_typeof(a.value) = 'object' then (
        select coalesce(json_object_agg(coalesce(x.key, y.key), coalesce(y.value, x.value) order by x.n, y.n), '{}')
        from json_each(b.value) with ordinality x(key, value, n) full join json_each(a.value) with ordinality y(key, value, n) on x.key = y.key)
      else a.value end order by b.n, a.n)
    from json_each(before) with ordinality b(key, value, n) full join json_each(after) with ordinality a(key, value, n) on b.key = a.key
  $$`,

  // Keeps what a referring statement reaches, and so what reaches what it refers to: either may have come first (Data 2.3.2).
  // A voiding statement cannot itself be voided.
  `create function link_statement(tenant integer, source uuid, target uuid, is_void boolean) returns void language sql as $$
    insert into statement_targets (tenant_id, source_id, target_id, voids)
    select tenant, s.id, t.id, s.id = source and t.id = target and is_void
    from (select source as id union select source_id from statement_targets where tenant_id = tenant and target_id = source) s,
         (select target as id union select target_id from statement_targets where tenant_id = tenant and source_id = target) t
    where s.id <> t.id
    on conflict do nothing;
    update statements s set voided = true from statement_ids i
    where is_void and i.tenant_id = tenant and i.id = target and s.tenant_id = tenant and s.actor_key = i.actor_key and s.seq = i.seq and not s.voids and not s.voided
  $$`,

  // Stores the statements of one or more requests, no id twice: all of a request or none of it. Rows come as columns, one array each, and the
  // documents as lines. A request with an id that is there already is not stored but named in the answer: whether it says the same again is
  // for the caller to see. Committed with the call, unless in a transaction. The settings keep the plans of the first calls, when the tables
  // were small, from being wrong later.
  `create function store_statements(
    tenant integer, requests integer[], ids uuid[], dated boolean[], actors uuid[], verbs uuid[], activities uuid[], registrations uuid[],
    authorities uuid[], authority_agents uuid[], agents text[], related_agents text[], related_activities text[], voiding boolean[], documents text,
    link_requests integer[], sources uuid[], targets uuid[], link_voids boolean[],
    activity_requests integer[], activity_keys uuid[], activity_ids text[], definitions text[], only_new boolean[], agent_requests integer[], agent_keys uuid[], identifiers text[], agent_names text[],
    out through bigint, out stored integer, out waiting integer[]
  ) language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off as $$
  declare
    total constant integer := cardinality(ids);
    one record;
  begin
    perform pg_advisory_xact_lock(${WRITE_LOCK}, tenant);
    insert into statement_clocks as c (tenant_id, seq) values (tenant, (extract(epoch from clock_timestamp()) * 1000000)::bigint + total)
      on conflict (tenant_id) do update set seq = greatest(excluded.seq, c.seq + total) returning c.seq into through;
    waiting := '{}';
    if exists (select 1 from statement_ids s where s.tenant_id = tenant and s.id = any(ids)) then
      select coalesce(array_agg(distinct u.request), '{}') into waiting
      from unnest(requests, ids) u(request, id) join statement_ids s on s.tenant_id = tenant and s.id = u.id;
    end if;

    insert into statement_ids (tenant_id, id, actor_key, seq, dated)
    select tenant, u.id, u.actor, through - total + u.n, u.dated
    from unnest(requests, ids, actors, dated) with ordinality u(request, id, actor, dated, n) where u.request <> all(waiting);

    insert into statements (tenant_id, actor_key, seq, id, verb_key, activity_key, registration, authority_key, authority_agent, agent_keys, related_agents, related_activities, voids, voided, document)
    select tenant, u.actor, through - total + u.n, u.id, u.verb, u.activity, u.registration, u.authority, u.authority_agent, u.agents::uuid[], u.related_agents::uuid[], u.related_activities::uuid[],
      u.voids, false, u.document
    from unnest(requests, ids, actors, verbs, activities, registrations, authorities, authority_agents, agents, related_agents, related_activities, voiding, string_to_array(documents, E'\\n'))
      with ordinality u(request, id, actor, verb, activity, registration, authority, authority_agent, agents, related_agents, related_activities, voids, document, n) where u.request <> all(waiting);
    get diagnostics stored = row_count;

    -- Voided before they came.
    if exists (select 1 from statement_targets t where t.tenant_id = tenant and t.target_id = any(ids) and t.voids) then
      update statements s set voided = true from statement_ids i, statement_targets t
      where t.tenant_id = tenant and t.target_id = any(ids) and t.voids and i.tenant_id = tenant and i.id = t.target_id
        and s.tenant_id = tenant and s.actor_key = i.actor_key and s.seq = i.seq and not s.voids and not s.voided;
    end if;
    for one in select * from unnest(link_requests, sources, targets, link_voids) u(request, source, target, voids) where u.request <> all(waiting) loop
      perform link_statement(tenant, one.source, one.target, one.voids);
    end loop;
    for one in select * from unnest(activity_requests, activity_keys, activity_ids, definitions, only_new) u(request, key, id, definition, only_new) where u.request <> all(waiting) loop
      insert into activities as a (tenant_id, key, id, definition) values (tenant, one.key, one.id, one.definition::json)
        on conflict (tenant_id, key) do update set definition = merge_definitions(a.definition, excluded.definition), updated_at = now() where not one.only_new;
    end loop;
    for one in select * from unnest(agent_requests, agent_keys, identifiers, agent_names) u(request, key, identifier, name) where u.request <> all(waiting) loop
      insert into agents as a (tenant_id, key, identifier, names) values (tenant, one.key, one.identifier::json, array_remove(array[one.name], null))
        on conflict (tenant_id, key) do update set names = a.names || excluded.names where not a.names @> excluded.names;
    end loop;
  end $$`,
];
