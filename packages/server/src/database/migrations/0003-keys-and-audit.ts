import { sql, type Kysely } from 'kysely';
import { keyOf } from '../keys.js';

/**
 * Keys that end, overlap and say who made them; tenants that can be suspended; an audit that only grows; and on each statement the host's
 * key that vouches for it, which is what `statements/read/mine` reads by.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  await nameAuthorities(db);
  // Learners and units write most statements and have no key: they cost this index nothing.
  await sql`create index statements_authority on statements (tenant_id, authority_key, seq) where authority_key is not null`.execute(db);
}

const STATEMENTS: readonly string[] = [
  'alter table tenants add column suspended_at timestamptz',

  `alter table api_keys
    add column created_by text not null default '',
    add column expires_at timestamptz,
    add column rotated_at timestamptz,
    add column previous_hash text,
    add column previous_until timestamptz`,
  'create index api_keys_tenant on api_keys (tenant_id)',

  'alter table statements add column authority_key uuid',

  // Not the transaction's time: two acts of one transaction have an order too.
  'alter table audit alter column at set default clock_timestamp()',
  'drop index audit_at',
  'create index audit_at on audit (tenant_id, at, id)',
  `create function lectern_audit_only_grows() returns trigger language plpgsql as $$
    begin raise exception 'the audit only grows' using errcode = 'insufficient_privilege'; end $$`,
  'create trigger audit_only_grows before update or delete on audit for each row execute function lectern_audit_only_grows()',
  'create trigger audit_is_kept before truncate on audit for each statement execute function lectern_audit_only_grows()',
];

/** Statements read at a time. */
const BATCH = 2_000;

/** What is stored already. Here and not in SQL: PostgreSQL cannot look into a document that holds U+0000. */
async function nameAuthorities(db: Kysely<never>): Promise<void> {
  for (let last = { tenant_id: 0, seq: 0 }; ; ) {
    const { rows } = await sql<{ tenant_id: number; seq: number; id: string; document: string }>`
      select tenant_id, seq, id, document::text as document from statements
      where (tenant_id, seq) > (${last.tenant_id}, ${last.seq}) order by tenant_id, seq limit ${BATCH}`.execute(db);
    const named = rows.flatMap(({ tenant_id: tenantId, id, document }) => {
      const { authority } = JSON.parse(document) as { authority?: { account?: { name?: unknown } } };
      const name = authority?.account?.name;
      return typeof name === 'string' && !/^lectern(:|$)/.test(name) ? [{ tenantId, id, key: keyOf(tenantId, 'authority', name) }] : [];
    });
    if (named.length > 0) {
      await sql`
        update statements s set authority_key = u.key
        from unnest(${named.map(({ tenantId }) => tenantId)}::int[], ${named.map(({ id }) => id)}::uuid[], ${named.map(({ key }) => key)}::uuid[]) as u(tenant_id, id, key)
        where s.tenant_id = u.tenant_id and s.id = u.id`.execute(db);
    }
    const end = rows.at(-1);
    if (!end || rows.length < BATCH) return;
    last = { tenant_id: end.tenant_id, seq: Number(end.seq) };
  }
}
