import { sql, type Kysely } from 'kysely';

/** What lets many statements be stored by PostgreSQL's own copy (lrs/copy-statements.ts). */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of [BEGIN_STORE, REMEMBER_NAMES]) await sql.raw(statement).execute(db);
}

/** The first half of the advisory lock that says somebody is writing; the tenant is the second (lrs/consistent-through.ts). */
const WRITE_LOCK = 0x4c52; // "LR"

// Takes the tenant's lock, until the transaction ends, and the numbers for new statements: the last `cardinality(ids)` up to `through`. `clear`
// says that none of them is there already or was voided before it came. The settings keep the plans of the first calls from being wrong later.
const BEGIN_STORE = `create function begin_store(tenant integer, ids uuid[], out through bigint, out clear boolean)
  language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off as $$
  declare
    total constant integer := cardinality(ids);
  begin
    perform pg_advisory_xact_lock(${WRITE_LOCK}, tenant);
    insert into statement_clocks as c (tenant_id, seq) values (tenant, (extract(epoch from clock_timestamp()) * 1000000)::bigint + total)
      on conflict (tenant_id) do update set seq = greatest(excluded.seq, c.seq + total) returning c.seq into through;
    clear := not exists (select 1 from statement_ids s where s.tenant_id = tenant and s.id = any(ids))
      and not exists (select 1 from statement_targets t where t.tenant_id = tenant and t.target_id = any(ids) and t.voids);
  end $$`;

// As `store_statements` keeps definitions of activities and names of people, in the order they are given.
const REMEMBER_NAMES = `create function remember_names(
    tenant integer, activity_keys uuid[], activity_ids text[], definitions text[], only_new boolean[], agent_keys uuid[], identifiers text[], agent_names text[]
  ) returns void language plpgsql set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off as $$
  declare
    one record;
  begin
    for one in select * from unnest(activity_keys, activity_ids, definitions, only_new) u(key, id, definition, only_new) loop
      insert into activities as a (tenant_id, key, id, definition) values (tenant, one.key, one.id, one.definition::json)
        on conflict (tenant_id, key) do update set definition = merge_definitions(a.definition, excluded.definition), updated_at = now() where not one.only_new;
    end loop;
    for one in select * from unnest(agent_keys, identifiers, agent_names) u(key, identifier, name) loop
      insert into agents as a (tenant_id, key, identifier, names) values (tenant, one.key, one.identifier::json, array_remove(array[one.name], null))
        on conflict (tenant_id, key) do update set names = a.names || excluded.names where not a.names @> excluded.names;
    end loop;
  end $$`;
